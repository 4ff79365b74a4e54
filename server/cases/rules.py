"""Pure decisions of cases: limitation, states of promises and plans, deadlines, which demand interrupts."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from server import clock

LIMITATION_MONTHS = 36  # Civil Code 188: three years; 200, 201: the first day does not count
TICKET_DAYS = 10  # Hangzhou property rules, art. 50: complaints are answered within ten days
ALARMS = (30, 90, 180)  # days before the last safe day at which the office is told
HARDSHIP_DAYS = 90

REACHING_PROOFS = {"signed", "refused_witnessed", "registered_mail", "electronic_ack"}
REACHING_SIGNERS = {"owner", "adult_relative", "authorised"}


def last_safe_day(due: str, interruptions: Iterable[str], revivals: Iterable[str] = ()) -> str:
    """The last day on which a claim due on `due` can still be brought.

    An interruption counts when the bill was due and the time had not run out (Civil Code 195); a debt past
    its time lives again only by a new signed agreement (192), given as `revivals`."""
    end = _three_years(due)
    facts = sorted([(day, False) for day in interruptions] + [(day, True) for day in revivals])
    for day, revives in facts:
        if day >= due and (revives or day <= end):
            end = max(end, _three_years(day))
    return end


@lru_cache(maxsize=8192)
def _three_years(day: str) -> str:
    return clock.add_months(day, LIMITATION_MONTHS)


def alarm(safe: str, today: str) -> str:
    """'expired', 'd30', 'd90', 'd180' or '': how near the end of the limitation period is."""
    if safe < today:
        return "expired"
    for days in ALARMS:
        if safe <= clock.add_days(today, days):
            return f"d{days}"
    return ""


def reaches_debtor(proof: str, signer: str = "") -> bool:
    """Whether a delivery restarts the clock (limitation rules, art. 8): a posting at the door does not."""
    if proof == "signed":
        return signer in REACHING_SIGNERS
    return proof in REACHING_PROOFS


def proven(source: str) -> bool:
    """Whether the debtor is known to have said it: an anonymous page visitor is not, so the clock stays."""
    return not source.startswith("page")


def promise_state(due: str, fen: int, paid_fen: int, today: str, ended: str = "") -> str:
    """open, kept, broken, cancelled or replaced. An amount of 0: none was named, any payment keeps it."""
    if ended:
        return ended
    if paid_fen >= max(fen, 1):
        return "kept"
    return "open" if today <= due else "broken"


def plan_state(parts: Sequence[tuple[str, int]], paid_fen: int, today: str, ended: bool) -> str:
    """open, late, done or ended: what was paid since the plan began against what was due before today."""
    if ended:
        return "ended"
    if paid_fen >= sum(fen for _, fen in parts):
        return "done"
    return "late" if paid_fen < sum(fen for due, fen in parts if due < today) else "open"


def ticket_due(opened_on: str) -> str:
    """The day by which a ticket opened on that day is to be answered."""
    return clock.add_days(opened_on, TICKET_DAYS)


def months_between(first: str, last: str) -> int:
    """Whole months from the first day to the last (never below 0)."""
    months = (int(last[:4]) - int(first[:4])) * 12 + int(last[5:7]) - int(first[5:7])
    return max(0, months - (1 if last[8:10] < first[8:10] else 0))
