"""The ladder as data: what comes next for a home by the age of its oldest arrears, what stops it. Pure."""

from dataclasses import dataclass

from server import clock
from server.cases.rules import months_between
from server.cases.visiting import Visiting

# months of the oldest arrears → key, label of the step (law.md, "The ladder, as data")
LADDER: tuple[tuple[int, str, str], ...] = (
    (12, "lawyer", "律师函"),
    (6, "final", "限期缴费通知书"),
    (4, "second", "催费通知书"),
    (3, "first", "收费通知书"),
    (0, "remind", "电话或短信提醒"),
)
# day of the month → step, for homes and for shops
CALENDAR: dict[str, dict[int, str]] = {
    "home": {1: "bill", 25: "first"},
    "shop": {1: "bill", 25: "first", 5: "second", 13: "final"},
}
CHANNELS = ("message", "call", "letter", "visit", "committee", "lawyer", "court")
URGENT_DAYS = 90


@dataclass(frozen=True)
class Case:
    """What is known of one home in arrears on a day."""

    home: str
    arrears_fen: int
    oldest_due: str
    safe: str
    kind: str = "住宅"
    state: str = "自住"
    reachable: bool = True
    promise_due: str = ""
    broken: str = ""  # day of the last promise that was not kept and not followed by another
    ticket: str = ""  # kind of the open ticket with the nearest deadline
    ticket_due: str = ""
    request: str = ""
    plan: str = ""  # state of the plan in force
    hardship: bool = False
    visits_week: int = 0
    visits_today: int = 0
    rule: Visiting = Visiting()


@dataclass(frozen=True)
class Step:
    """What to do next, why, and how it stands: step, promise, paused, wait or urgent."""

    key: str
    label: str
    reason: str
    state: str


def next_step(case: Case, on: str) -> Step:
    """The next step for a home in arrears: stops first, then the rung its oldest arrears stand on."""
    return _by_time(case, on) or _stopped(case, on) or _capped(case) or _rung(case, on)


def visit_stop(case: Case, on: str) -> str:
    """What forbids a visit even when the limitation period presses: its reason, or nothing. Caps are not in it."""
    step = _stopped(case, on)
    if step:
        return "" if step.state == "promise" else step.reason
    return "业主说有困难" if case.hardship else ""


def _by_time(case: Case, on: str) -> Step | None:
    """The end of the limitation period goes before everything."""
    if not case.safe:
        return None
    if case.safe < on:
        return Step("review", "人工复核", "诉讼时效已过，只能自愿缴纳", "paused")
    left = clock.days_between(on, case.safe)
    if left <= URGENT_DAYS:
        return Step("deliver", "送达签收", f"时效还剩 {left} 天", "urgent")
    return None


def _stopped(case: Case, on: str) -> Step | None:
    """Open questions, requests, plans and promises stop the ladder."""
    if case.ticket:
        what = "维修" if case.ticket == "repair" else "疑问"
        if case.ticket_due < on:
            return Step("answer", f"马上答复{what}", f"工单应于 {case.ticket_due} 前答复，已超期", "urgent")
        return Step("answer", f"先答复{what}", "工单未结，暂停催缴", "paused")
    if case.request:
        what = "分期" if case.request == "instalment" else "缓缴"
        return Step("decide", f"答复{what}申请", f"业主申请{what}，未答复", "paused")
    if case.plan == "open":
        return Step("wait", "按分期等待", "分期按时进行", "wait")
    if case.promise_due == on:
        return Step("visit", "今晚上门", "承诺今天到期", "promise")
    if case.promise_due > on:
        return Step("wait", "等待承诺到期", f"承诺 {case.promise_due}", "wait")
    return None


def _capped(case: Case) -> Step | None:
    """Hardship, no address and the caps on visits."""
    if case.hardship:
        return Step("talk", "商量分期或缓缴", "业主说有困难", "paused")
    if case.state == "空置" and not case.reachable:
        return Step("find", "查找联系方式", "空置且没有电话", "paused")
    if case.visits_today >= case.rule.day or case.visits_week >= case.rule.week:
        return Step("wait", "本周不再上门", f"七天内已上门 {case.visits_week} 次", "wait")
    return None


def _rung(case: Case, on: str) -> Step:
    """The rung of the ladder, or a visit when a promise was broken."""
    months = months_between(case.oldest_due, on)
    if case.plan == "late":
        return Step("call", "电话核实", "分期已逾期", "step")
    if case.broken:
        return Step("visit", "上门", f"承诺 {case.broken} 未兑现", "step")
    key, label = next((key, label) for least, key, label in LADDER if months >= least)
    reason = f"最早一期已欠 {months} 个月" if months else "刚过缴费日"
    return Step(key, label, reason, "step")
