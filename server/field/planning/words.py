"""Why a door is on the plan, and why it is not, in Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from server.field.planning import worth
from server.field.planning.facts import Door, Tour
from server.field.planning.guess import inserted
from server.field.planning.times import inside

BEFORE = {"promised": "上次作了承诺", "not_home": "上次没人", "refused": "上次拒绝", "disputed": "上次有异议",
          "instalment": "上次谈了分期", "hardship": "上次说有困难", "paid_now": "上次当场缴", "vacant": "上次空置",
          "moved": "上次说已搬走", "tenant_only": "上次只见到租户", "unsafe": "上次不安全，两人同去"}


def clock(at: int) -> str:
    """Seconds since midnight as 18:35."""
    return f"{at // 3600:02d}:{at % 3600 // 60:02d}"


def explain(door: Door, at: int | None = None) -> str:
    """Why this door, in a sentence for manager and collector."""
    percent = door.chance
    parts = [door.reason, f"欠 {yuan(door.fen)} 元"]
    if door.last in BEFORE:
        parts.append(BEFORE[door.last])
    if door.window:
        parts.append(f"多在 {clock(door.window[0])}–{clock(door.window[1])} 在家")
        if at is not None:
            percent = min(worth.MOST, percent * worth.AT_HOME // 100) if inside(door, at) else (
                percent * worth.AWAY // 100)
    if door.slot:
        parts.append(f"约好 {clock(door.slot[0])}–{clock(door.slot[1])}")
    parts.append(f"收回机会约 {percent}%")
    return "；".join(parts)


def omitted(door: Door, tours: Sequence[Tour], most: int) -> str:
    """Why a door that may be visited is not: no time, no room, not worth the way."""
    if not tours:
        return "今晚没有人"
    if max(door.prizes) <= worth.FEN_A_SECOND * door.seconds:
        return f"预计只收回 {yuan(door.worth)} 元，抵不上上门的时间"
    if all(len(tour.doors) >= most for tour in tours):
        return f"今晚排不下：每人最多 {most} 户，这户预计收回 {yuan(door.worth)} 元，排在后面"
    free = [tour for tour in tours if tour.ends + door.seconds <= tour.walker.until and len(tour.doors) < most]
    if not any(inserted(tour.walker, tour.doors, door) for tour in free):
        return f"今晚排不下：时间已满，这户预计收回 {yuan(door.worth)} 元，不如已排的"
    return f"预计收回 {yuan(door.worth)} 元，抵不上路上的时间"


def yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}"
