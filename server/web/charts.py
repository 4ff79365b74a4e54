"""Charts as SVG text, one module for lobby, console and letters: bars, progress, strip, line. The number
always stands beside the mark; no style attributes (CSP), colours are classes with a printable fallback."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

PINE, LINE, INK, AMBER, BRICK = "#0f5c4d", "#dcd9d0", "#17211e", "#8a5300", "#9c2b1b"
LABEL = 100  # how wide a number at a line's end may be: it stands above whatever the line does there
TONES = {"": PINE, "amber": AMBER, "brick": BRICK, "soft": "#9aa39f"}


@dataclass(frozen=True)
class Bar:
    """One bar: what it says, how long it is, and the number printed at its end."""

    label: str
    value: int
    text: str
    tone: str = ""


@dataclass(frozen=True)
class Stay:
    """One block of a timeline: where it is, from when until when (seconds since midnight), what it says."""

    label: str
    since: int
    until: int
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
        over = min(spot[1] for spot in spots if abs(spot[0] - x) <= LABEL) if i in (0, last) else y
        anchor = "middle" if 0 < i < last or last == 0 else "start" if i == 0 else "end"
        parts.append(
            f'<circle cx="{x}" cy="{y}" r="3.5" class="c-dot" fill="{PINE}"/>'
            f'<text x="{x}" y="{over - 9}" text-anchor="{anchor}" class="c-num">'
            f"{escape(points[i].text)}</text>"
            f'<text x="{x}" y="{height - 4}" text-anchor="{anchor}" class="c-label">'
            f"{escape(points[i].label)}</text>"
        )
    return _svg(width, height, title, "".join(parts))


def timeline(stays: Sequence[Stay], first: int, last: int, limit: int, title: str, width: int = 300) -> Markup:
    """One person's evening as a strip: a block for each stay, the gaps are the way, every half hour is marked, a
    thick line where the evening must be over; what lies beyond it is in another colour. Places stand under their
    first block where there is room. Seconds since midnight."""
    first, last = first // 1800 * 1800, -(-max(last, limit) // 1800) * 1800
    span = max(1800, last - first)

    def x(at: int) -> int:
        return round(width * (at - first) / span)

    parts, free = [], 0
    for at in range(first, last + 1, 1800):
        parts.append(f'<path d="M{x(at)} 18V52" class="c-axis" stroke="{LINE}"/>')
        if at % 3600 == 0:
            anchor = "start" if at == first else "end" if at == last else "middle"
            parts.append(f'<text x="{x(at)}" y="13" text-anchor="{anchor}" class="c-label">{at // 3600}:00</text>')
    for i, stay in enumerate(stays):
        tone = "brick" if stay.until > limit else stay.tone
        parts.append(
            f'<rect x="{x(stay.since)}" y="24" width="{max(2, x(stay.until) - x(stay.since) - 1)}" height="22" '
            f'class="c-bar {tone}" fill="{TONES.get(tone, PINE)}"><title>{escape(stay.text)}</title></rect>'
        )
        if stay.label and (not i or stay.label != stays[i - 1].label) and x(stay.since) >= free:
            parts.append(f'<text x="{x(stay.since)}" y="66" class="c-label">{escape(stay.label)}</text>')
            free = x(stay.since) + 14 * len(stay.label)
    parts.append(f'<path d="M{x(limit)} 18V52" class="c-limit" stroke="{BRICK}" stroke-width="2"/>')
    return _svg(width, 72, title, "".join(parts), 13)


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


def _svg(width: int, height: int, title: str, inner: str, size: int = 15) -> Markup:
    return Markup(  # every text inside was escaped where it was put in
        f'<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}" '
        f'font-size="{size}" fill="{INK}">{inner}</svg>'
    )
