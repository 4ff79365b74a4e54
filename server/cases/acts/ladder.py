"""Which step comes next for whom, and which words fit a door."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, TypedDict

from server import clock
from server.cases import ladder, rules, store
from server.cases.acts.contacts import visit_days
from server.cases.acts.limitation import clocks_of
from server.cases.acts.plans import plans
from server.cases.acts.promises import promises
from server.cases.acts.visiting import visiting
from server.db import Sql
from server.estate import acts as estate
from server.ledger import acts as ledger


class Situation(TypedDict, total=False):
    """What decides the words at a door; everything may be left out. None of it depends on the day."""

    kind: str  # of the home: 住宅, 商铺 …
    state: str  # 自住, 出租, 空置
    tenant: bool  # a tenant lives there
    ticket: str  # kind of an open ticket
    hardship: bool
    broken: int  # promises not kept
    promised: bool  # a promise is open
    expired: bool  # all that is owed is past its time
    moved: bool
    first: bool  # nobody was there before


# first that holds wins: (condition, say, avoid)
WORDS: tuple[tuple[str, str, str], ...] = (
    ("repair", "say.repair", "avoid.repair"),
    ("ticket", "say.dispute", "avoid.dispute"),
    ("hardship", "say.hardship", "avoid.hardship"),
    ("expired", "say.expired", "avoid.expired"),
    ("moved", "say.moved", "avoid.tenant"),
    ("tenant", "say.tenant", "avoid.tenant"),
    ("vacant", "say.vacant", "avoid.vacant"),
    ("promised", "say.promised", "avoid.ordinary"),
    ("broken", "say.broken", "avoid.ordinary"),
    ("shop", "say.shop", "avoid.ordinary"),
    ("first", "say.first", "avoid.ordinary"),
)


def words_for(facts: Mapping[str, Any] | Situation) -> tuple[str, str]:
    """(say key, avoid key) for a Situation; ('say.ordinary', 'avoid.ordinary') when nothing is known."""
    holds = dict(facts)
    holds["repair"] = facts.get("ticket") == "repair"
    holds["vacant"] = facts.get("state") == "空置"
    holds["tenant"] = facts.get("tenant") or facts.get("state") == "出租"
    holds["shop"] = facts.get("kind") == "商铺"
    for condition, say, avoid in WORDS:
        if holds.get(condition):
            return say, avoid
    return "say.ordinary", "avoid.ordinary"


def next_steps(db: Sql, community: str, on: str, home_ids: list[str] | None = None) -> list[dict[str, Any]]:
    """The worklist: [{home, code, arrears_fen, oldest_due, safe, key, label, reason, state, stop}] of those in arrears.
    `stop`: what forbids a visit even when time presses.

    Promises due today first, then what is urgent, steps, pauses and waits; the larger sum first within each."""
    owed = ledger.arrears(db, community, on)
    wanted = [home for home, fen in owed.items() if fen > 0 and (home_ids is None or home in set(home_ids))]
    cases = _cases(db, community, on, wanted, owed)
    homes = {home["id"]: home for home in estate.homes(db, community, wanted)} if wanted else {}
    rows = []
    for case in cases:
        step = ladder.next_step(case, on)
        rows.append(
            {
                "home": case.home,
                "code": homes[case.home]["code"],
                "arrears_fen": case.arrears_fen,
                "oldest_due": case.oldest_due,
                "safe": case.safe,
                **asdict(step),
                "stop": ladder.visit_stop(case, on),
            }
        )
    return sorted(rows, key=lambda row: (_rank(row), -row["arrears_fen"], row["code"]))


def _rank(row: Mapping[str, Any]) -> int:
    if row["key"] == "wait":
        return 9
    return {"promise": 0, "urgent": 1, "step": 2, "paused": 3}.get(row["state"], 9)


def _cases(db: Sql, c: str, on: str, ids: list[str], owed: dict[str, int]) -> list[ladder.Case]:
    if not ids:
        return []
    homes = {home["id"]: home for home in estate.homes(db, c, ids)}
    people = estate.residents_of(db, c, ids)
    bills = ledger.open_bills(db, c, ids)
    safe = clocks_of(db, c, ids, bills)
    promised, planned = promises(db, c, ids, on), plans(db, c, ids, on)
    tickets = _first(store.tickets(db, c, ids, open_only=True))
    asked = _first(store.requests(db, c, ids, open_only=True))
    visits, rule = visit_days(db, c, clock.add_days(on, -6), on), visiting(db, c)
    hard = store.homes_with_outcome(db, c, "hardship", clock.add_days(on, -rules.HARDSHIP_DAYS))
    out = []
    for home in ids:
        past = [bill["due"] for bill in bills.get(home, []) if bill["due"] < on and bill["open_fen"] > 0]
        ticket, seen = tickets.get(home, {}), visits.get(home, [])
        out.append(
            ladder.Case(
                home=home,
                arrears_fen=owed[home],
                oldest_due=min(past, default=on),
                safe=min(safe.get(home, {}).values(), default=""),
                kind=homes[home]["kind"],
                state=homes[home]["state"],
                reachable=any(person["phones"] for person in people.get(home, [])),
                promise_due=_open_promise(promised.get(home, [])),
                broken=_broken(promised.get(home, [])),
                ticket=ticket.get("kind", ""),
                ticket_due=ticket.get("due_on", ""),
                request=asked.get(home, {}).get("kind", ""),
                plan=_plan(planned.get(home, [])),
                hardship=home in hard,
                visits_week=len(seen),
                visits_today=seen.count(on),
                rule=rule,
            )
        )
    return out


def _first(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """{home: its first row}."""
    out: dict[str, dict[str, Any]] = {}
    for row in rows:
        out.setdefault(row["home"], row)
    return out


def _open_promise(rows: list[dict[str, Any]]) -> str:
    return min((row["due"] for row in rows if row["state"] == "open"), default="")


def _broken(rows: list[dict[str, Any]]) -> str:
    """The day of the last promise when that one was not kept."""
    said = [row for row in rows if row["state"] in ("open", "kept", "broken")]
    return str(said[-1]["due"]) if said and said[-1]["state"] == "broken" else ""


def _plan(rows: list[dict[str, Any]]) -> str:
    return next((str(row["state"]) for row in rows if row["state"] in ("open", "late")), "")
