"""The playlist: a pure function of items and the moment. `static/playlist.js` says the same in JavaScript, because the
screen must go on without us; `tests/kiosk/test_same_rules.py` holds both to each other.

A *snapshot* is the dict that `kiosk/board.py` makes. An *item* is something to show, a *slide* one page of it for some
seconds. Levels: 0 emergency (alone) · 1 urgent pin (every second slide) · 2 disclosure in its publicity period (at
least a quarter of the time) · 3 notices and figures, in turn · 4 recognition and fillers. Beside an urgent pin the
first three figures (progress, each yuan, income and expense) lead: with every second slide taken, whoever waits for
the lift would else never see them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from kiosk.wording import pages

SHORTEST, LONGEST = 10, 60
FIGURES = 45  # characters a slide of bars is worth
QUIET_FROM, QUIET_UNTIL = 22 * 60, 6 * 60
MOST_PAGES = 10
PER_LIST = 6  # buildings on a slide
OPENING = 3  # figures that lead a cycle beside an urgent pin
CLOCK_DAYS = 400  # a clock further from the snapshot than this is wrong


@dataclass(frozen=True)
class Moment:
    """Shanghai's day, minute of the day and weekday (1 = Monday) of an instant; trusted = the clock can be right."""

    instant: str
    day: str
    minute: int
    weekday: int
    trusted: bool = True


@dataclass(frozen=True)
class Item:
    """Something to show: `chars` per page; windows as in the announcement table, '' where there is none.

    `until` ends an emergency, `not_after` what needs consent."""

    key: str
    level: int
    chars: tuple[int, ...]
    from_day: str = ""
    to_day: str = ""
    weekdays: str = ""
    hours: str = ""
    until: str = ""
    not_after: str = ""


@dataclass(frozen=True)
class Slide:
    """One page of an item (`key` is the item's, `#` and the page) for some seconds."""

    key: str
    seconds: int
    level: int


def moment(now: datetime, as_of: str) -> Moment:
    """The moment to judge windows by. A clock that cannot be right is replaced by noon of the snapshot's day: content
    whose end nobody can know stays, instead of everything vanishing."""
    noon = datetime.fromisoformat(f"{as_of}T12:00:00+08:00").astimezone(UTC)
    trusted = noon - timedelta(hours=36) <= now <= noon + timedelta(days=CLOCK_DAYS)
    at = now if trusted else noon
    local = at.astimezone(UTC) + timedelta(hours=8)
    return Moment(
        at.strftime("%Y-%m-%dT%H:%M:%SZ"), local.strftime("%Y-%m-%d"), local.hour * 60 + local.minute,
        local.isoweekday(), trusted,
    )


def quiet(at: Moment) -> bool:
    """22:00 to 6:00, dimmed."""
    return at.trusted and (at.minute >= QUIET_FROM or at.minute < QUIET_UNTIL)


def dwell(chars: int) -> int:
    """Seconds a reader needs: max(10, 4 + a third of the characters), at most 60."""
    return min(LONGEST, max(SHORTEST, 4 + (chars + 2) // 3))


def items(snapshot: dict[str, Any], per_page: int = 100) -> list[Item]:
    """Everything in a snapshot that can be shown, most important first."""
    found = [_announcement(row, per_page) for row in snapshot["announcements"]]
    found += [
        Item(f"d:{row['id']}", 2, (FIGURES,), row["published"], row["until"])
        for row in snapshot.get("disclosures", [])
    ]
    if snapshot["progress"]["billed_fen"] > 0:
        found.append(Item("progress", 3, (FIGURES,)))
    if snapshot.get("each_yuan"):
        found.append(Item("yuan", 3, (FIGURES,)))
    found += [Item(f"f:{row['fund']}", 3, (FIGURES,)) for row in snapshot.get("statements", [])]
    if lists := (len(snapshot.get("buildings", [])) + PER_LIST - 1) // PER_LIST:
        found.append(Item("buildings", 4, (FIGURES,) * lists))
    found += [
        Item(f"t:{row['id']}", 4, (FIGURES,), "", row["to"], not_after=row["not_after"])
        for row in snapshot.get("thanks", [])
    ]
    found += [
        Item(f"w:{row['id']}", 4, (FIGURES,), row["from"], row["to"], not_after=row.get("not_after", ""))
        for row in snapshot.get("draws", [])
    ]
    return sorted(found, key=lambda item: item.level)


def _announcement(row: dict[str, Any], per_page: int) -> Item:
    title = len(row["title"])
    sizes = tuple(title + len(page) for page in pages(row["text"], per_page)[:MOST_PAGES])
    return Item(
        f"a:{row['id']}:{row['version']}", _level(row), sizes, row["from"], row["to"], row["weekdays"],
        row["hours"], row["until"] or "",
    )


def _level(row: dict[str, Any]) -> int:
    if row["kind"] == "紧急" and row["until"]:
        return 0
    if row["pinned"] or row["kind"] == "紧急":
        return 1
    return 2 if row["kind"] == "公示" else 3


def live(item: Item, at: Moment) -> bool:
    """True when an item may be on screen now."""
    if item.from_day and at.day < item.from_day or item.to_day and at.day > item.to_day:
        return False
    if item.until and at.trusted and at.instant >= item.until:
        return False
    if item.not_after and (not at.trusted or at.instant >= item.not_after):
        return False  # people's names: when nobody knows the time, they are not shown
    if item.weekdays and at.trusted and str(at.weekday) not in item.weekdays:
        return False
    return not item.hours or not at.trusted or _within(item.hours, at.minute)


def _within(hours: str, minute: int) -> bool:
    first, last = (int(part[:2]) * 60 + int(part[3:]) for part in hours.split("-"))
    return first <= minute < last if first <= last else minute >= first or minute < last


def playlist(everything: Sequence[Item], at: Moment) -> list[Slide]:
    """One cycle of slides, never empty: the clock and the service phone when there is nothing else."""
    levels: list[list[Item]] = [[], [], [], [], []]
    for item in everything:
        if live(item, at):
            levels[item.level].append(item)
    if levels[0]:
        return _slides(levels[0])
    figures = [item for item in levels[3] if not item.key.startswith("a:")]
    notices = [item for item in levels[3] if item.key.startswith("a:")]
    first = figures[:OPENING] if levels[1] else []
    others = _slides(_in_turn(figures[len(first) :], notices) + levels[4])
    return _cycle(_slides(levels[1]), _slides(levels[2]), _slides(first), others) or [Slide("clock#0", SHORTEST, 4)]


def _slides(items: Sequence[Item]) -> list[Slide]:
    return [
        Slide(f"{item.key}#{page}", dwell(chars), item.level) for item in items for page, chars in enumerate(item.chars)
    ]


def _in_turn(ones: list[Item], others: list[Item]) -> list[Item]:
    """One of these, one of those; what is left over at the end."""
    both = min(len(ones), len(others))
    pairs = [item for pair in zip(ones, others, strict=False) for item in pair]
    return pairs + ones[both:] + others[both:]


def _cycle(urgent: list[Slide], shown: list[Slide], first: list[Slide], others: list[Slide]) -> list[Slide]:
    """Disclosures come round more often until they have a quarter of the time; at last they stay longer."""
    if not shown:
        return _alternate(urgent, first + others)
    most = max(len(shown), len(first) + len(others))
    cycle: list[Slide] = []
    for turns in range(len(shown), most + 1):
        cycle = _alternate(urgent, first + _spread([shown[i % len(shown)] for i in range(turns)], others))
        if _quarter(cycle):
            return cycle
    for seconds in range(SHORTEST, LONGEST + 1):
        longer = [replace(slide, seconds=max(slide.seconds, seconds)) if slide.level == 2 else slide for slide in cycle]
        if _quarter(longer):
            return longer
    return [replace(slide, seconds=LONGEST) if slide.level == 2 else slide for slide in cycle]


def _quarter(cycle: list[Slide]) -> bool:
    total = sum(slide.seconds for slide in cycle)
    return 4 * sum(slide.seconds for slide in cycle if slide.level == 2) >= total


def _spread(shown: list[Slide], others: list[Slide]) -> list[Slide]:
    """`shown` at even distances among the others, the first at the beginning."""
    size = len(shown) + len(others)
    places = {i * size // len(shown): slide for i, slide in enumerate(shown)}
    rest = iter(others)
    return [places[i] if i in places else next(rest) for i in range(size)]


def _alternate(urgent: list[Slide], rest: list[Slide]) -> list[Slide]:
    """Every second slide an urgent one."""
    if not urgent or not rest:
        return urgent or rest
    size = max(len(urgent), len(rest))
    return [slide for i in range(size) for slide in (urgent[i % len(urgent)], rest[i % len(rest)])]
