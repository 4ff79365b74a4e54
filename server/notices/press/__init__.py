"""From papers to PDF: what the fonts can draw, typst in chunks, and the chunks joined into one file."""
