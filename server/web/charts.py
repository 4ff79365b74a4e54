"""Charts as SVG text, one module for lobby, console and letters: bars, progress, strip, line. The number
always stands beside the mark; no style attributes (CSP), colours are classes with a printable fallback."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

PINE, LINE, INK, AMBER, BRICK = "#0f5c4d", "#dcd9d0", "#17211e", "#8a5300", "#9c2b1b"
TONES = {"": PINE, "amber": AMBER, "brick": BRICK, "soft": "#9aa39f"}


@dataclass(frozen=True)
class Bar:
    """One bar: what it says, how long it is, and the number printed at its end."""

    label: str
    value: int
    text: str
    tone: str = ""


def bars(rows: Sequence[Bar], title: str, width: int = 720, label_width: int = 150, text_width: int = 150) -> Markup:
    """Horizontal bars, one under the other, each with its label before and its number after."""
    top = max((row.value for row in rows), default=0) or 1
    room = width - label_width - text_width
    parts = []
    for i, row in enumerate(rows):
        y, long = i * 34, max(1, room * max(row.value, 0) // top)
        parts.append(
            f'<text x="0" y="{y + 21}" class="c-label">{escape(row.label)}</text>'
            f'<rect x="{label_width}" y="{y + 6}" width="{long}" height="20" class="c-bar {row.tone}" '
            f'fill="{TONES.get(row.tone, PINE)}"/>'
            f'<text x="{width}" y="{y + 21}" text-anchor="end" class="c-num">{escape(row.text)}</text>'
        )
    return _svg(width, max(34, 34 * len(rows)), title, "".join(parts))


def progress(done: int, whole: int, title: str, width: int = 720, height: int = 10) -> Markup:
    """One thin bar: what is done of the whole (both in the same unit)."""
    long = 0 if whole <= 0 else min(width, width * max(done, 0) // whole)
    return _svg(
        width,
        height,
        title,
        f'<rect width="{width}" height="{height}" class="c-ground" fill="{LINE}"/>'
        f'<rect width="{long}" height="{height}" class="c-bar" fill="{PINE}"/>',
    )


def strip(rows: Sequence[Bar], title: str, width: int = 720, height: int = 28) -> Markup:
    """Parts of a whole in one strip; the caller prints the numbers in a table or legend beside it."""
    whole = sum(max(row.value, 0) for row in rows) or 1
    parts, x = [], 0
    for i, row in enumerate(rows):
        end = width * sum(max(r.value, 0) for r in rows[: i + 1]) // whole
        parts.append(
            f'<rect x="{x}" y="0" width="{max(0, end - x - 1)}" height="{height}" class="c-bar {row.tone}" '
            f'fill="{TONES.get(row.tone, PINE)}">'
            f"<title>{escape(row.label)} {escape(row.text)}</title></rect>"
        )
        x = end
    return _svg(width, height, title, "".join(parts))


def line(points: Sequence[Bar], title: str, width: int = 720, height: int = 180) -> Markup:
    """A line over months or days: first, last and (where there is room) the highest carry label and number."""
    if not points:
        return _svg(width, 20, title, "")
    top = max(point.value for point in points) or 1
    inner, step = height - 48, (width - 80) / max(1, len(points) - 1)
    spots = [(40 + round(i * step), 24 + inner - inner * max(p.value, 0) // top) for i, p in enumerate(points)]
    best = max(range(len(points)), key=lambda i: points[i].value)
    path = " ".join(f"{'M' if i == 0 else 'L'}{x} {y}" for i, (x, y) in enumerate(spots))
    parts = [
        f'<path d="M40 {24 + inner}H{width - 40}" class="c-axis" stroke="{LINE}" fill="none"/>',
        f'<path d="{path}" class="c-line" stroke="{PINE}" stroke-width="2" fill="none"/>',
    ]
    last = len(points) - 1
    room = all(abs(spots[best][0] - spots[i][0]) >= 120 for i in (0, last))
    for i in sorted({0, last} | ({best} if room else set())):
        x, y = spots[i]
        anchor = "middle" if 0 < i < last or last == 0 else "start" if i == 0 else "end"
        parts.append(
            f'<circle cx="{x}" cy="{y}" r="3.5" class="c-dot" fill="{PINE}"/>'
            f'<text x="{x}" y="{y - 9}" text-anchor="{anchor}" class="c-num">'
            f"{escape(points[i].text)}</text>"
            f'<text x="{x}" y="{height - 4}" text-anchor="{anchor}" class="c-label">'
            f"{escape(points[i].label)}</text>"
        )
    return _svg(width, height, title, "".join(parts))


def qr(rows: Sequence[Sequence[bool]], title: str, quiet: int = 4) -> Markup:
    """A QR code as one path from its matrix, black on white with a quiet zone."""
    side = len(rows)
    path = "".join(f"M{x + quiet} {y + quiet}h1v1h-1z" for y, row in enumerate(rows) for x, on in enumerate(row) if on)
    full = side + 2 * quiet
    return Markup(  # the path is digits, the title is escaped
        f'<svg class="qr" viewBox="0 0 {full} {full}" role="img" aria-label="{escape(title)}" '
        f'shape-rendering="crispEdges"><rect width="{full}" height="{full}" fill="#fff"/>'
        f'<path d="{path}" fill="#000"/></svg>'
    )


def _svg(width: int, height: int, title: str, inner: str) -> Markup:
    return Markup(  # every text inside was escaped where it was put in
        f'<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}" '
        f'font-size="15" fill="{INK}">{inner}</svg>'
    )
