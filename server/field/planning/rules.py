"""Hard limits: which doors may not be knocked at tonight and why, and who may go to a door."""

from __future__ import annotations

from collections.abc import Sequence

from server.field.planning.facts import GOES, Door, Walker


def forbidden(door: Door) -> str:
    """Why this door is not knocked at tonight whoever asks; empty when it may be."""
    if door.dropped:
        return "这次不去（您划掉的）"
    if door.taken:
        return "当天已在其他路线"
    if door.today >= door.rule.day:
        return f"当天已上门{times(door.today)}次"
    if door.week >= door.rule.week:
        return often(door)
    if door.stop and door.state == "urgent":
        return f"{door.stop}；时效将尽，请改用挂号信送达"
    if door.stop:
        return door.stop
    if door.state not in GOES or door.key in ("wait", "answer"):
        return door.reason
    return ""


def often(door: Door) -> str:
    """How often, in words: what was walked and what is on routes still to be walked."""
    done = door.week - door.ahead
    if not door.ahead:
        return f"本周已上门{times(done)}次"
    walked = f"已上门{times(done)}次、" if done else ""
    return f"七天内{walked}已派出{times(door.ahead)}次，最多 {door.rule.week} 次"


def times(count: int) -> str:
    return {1: "一", 2: "两"}.get(count, str(count))


def may_go(door: Door, walker: Walker, walkers: Sequence[Walker]) -> bool:
    """Buildings belong to those responsible for them; promises and time limits to anybody; fear to two."""
    if door.pair and not walker.partner:
        return False
    if door.pin:
        return door.pin == walker.staff
    if door.must or door.state in ("promise", "urgent") or door.building in walker.buildings:
        return True
    return not any(door.building in other.buildings for other in walkers)


def nobody(door: Door, walkers: Sequence[Walker]) -> str:
    """Why none of these people may go there; empty when one may."""
    if any(may_go(door, walker, walkers) for walker in walkers):
        return ""
    if door.pair:
        return "上次上门不安全，须两人同去"
    return "固定的人今晚不出门" if door.pin else "责任人今晚不出门"
