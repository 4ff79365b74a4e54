"""Draws the app's icons: a door ajar on pine green. Run once (`python -m server.field.app.icons`); needs Pillow.

The PNGs are committed; the 512 one is also the maskable icon, so its drawing stays inside the middle 80 %.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).parent / "web" / "icons"
PINE, PAPER, MINT = (15, 92, 77), (255, 255, 255), (143, 211, 182)


def draw(side: int) -> Image.Image:
    """One icon, drawn four times as large and made smaller."""
    big = side * 4
    image = Image.new("RGB", (big, big), PINE)
    pen = ImageDraw.Draw(image)

    def at(*points: float) -> list[tuple[float, float]]:
        return [(points[i] * big, points[i + 1] * big) for i in range(0, len(points), 2)]

    pen.rectangle(at(0.30, 0.22, 0.70, 0.78), fill=MINT)
    pen.polygon(at(0.30, 0.22, 0.58, 0.28, 0.58, 0.84, 0.30, 0.78), fill=PAPER)
    pen.ellipse(at(0.50, 0.53, 0.545, 0.575), fill=PINE)
    return image.resize((side, side), Image.Resampling.LANCZOS).quantize(16)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, side in (("icon-192", 192), ("icon-512", 512), ("apple-touch-icon", 180)):
        draw(side).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
