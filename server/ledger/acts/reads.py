"""What the ledger answers: who owes what, since when; what came in; how the collection stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from schemas.words import CHANNELS
from server import clock
from server.db import Sql
from server.ledger.rules import accounts
from server.ledger.rules.money import age_bucket
from server.ledger.store import bills, former, reads, sums

Rows = list[dict[str, Any]]


def arrears(db: Sql, community: str, on: str) -> dict[str, int]:
    """Home id → fen of open bills due before `on`; homes without arrears are left out."""
    return {row["home"]: row["fen"] for row in reads.arrears(db, community, on)}


def arrears_of(db: Sql, community: str, on: str, homes: Sequence[str]) -> dict[str, int]:
    """The same for the homes named; 0 where nothing is overdue."""
    found = {row["home"]: row["fen"] for row in reads.arrears(db, community, on, homes)}
    return {home: found.get(home, 0) for home in homes}


def arrears_by_code(db: Sql, community: str, on: str) -> dict[str, int]:
    """Room code → fen of open bills due before `on`."""
    return {row["code"]: row["fen"] for row in reads.arrears_by_code(db, community, on)}


def arrears_by_age(db: Sql, community: str, on: str, homes: Sequence[str] | None = None) -> dict[str, dict[str, int]]:
    """Home id → {bucket: fen}; buckets as in `rules.money.age_names`: 0-30, 31-60 … over-365 days."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in reads.overdue(db, community, on, homes):
        found[row["home"]][age_bucket(row["due"], on)] += row["fen"]
    return {home: dict(ages) for home, ages in found.items()}


def overdue_since(db: Sql, community: str, on: str, homes: Sequence[str] | None = None) -> dict[str, str]:
    """Home id → the oldest due day it is in arrears since."""
    since: dict[str, str] = {}
    for row in reads.overdue(db, community, on, homes):
        since.setdefault(row["home"], row["due"])
    return since


def open_bills(db: Sql, community: str, home_ids: Sequence[str]) -> dict[str, Rows]:
    """Home id → its open bills, oldest due first.

    Each has bill, home, item, period, until_period, due, fen, open_fen, basis, debt_due and former: 1 where the owner
    it belongs to has left; a new owner is neither asked for it nor shown it.
    """
    found: dict[str, Rows] = {home: [] for home in home_ids}
    for row in bills.open_rows(db, community, clock.today(), list(home_ids)):
        found[row["home"]].append(row)
    return found


def bills_of(db: Sql, community: str, home: str) -> Rows:
    """Every standing bill of a home, newest first, with fen, settled_fen, waived_fen, open_fen and basis."""
    return bills.of_home(db, community, home)


def sums_of(db: Sql, community: str, home_ids: Sequence[str] | None = None) -> dict[str, dict[str, int]]:
    """Home id → {billed_fen, settled_fen, waived_fen, outstanding_fen, prepaid_fen, former_prepaid_fen}.

    Whatever the day. `prepaid_fen` is the present owner's; what owners who left had paid in advance stands apart.
    """
    found = {home: _sums() for home in home_ids or ()}
    rows = sums.of_homes(db, community, list(home_ids) if home_ids is not None else None)
    ahead = [row["home"] for row in rows if row["prepaid_fen"]]
    wanted = ahead if home_ids is not None else None
    gone = former.sums(db, community, clock.today(), wanted) if ahead else {}
    for row in rows:
        found[row["home"]] = _sums(
            row["billed_fen"], row["settled_fen"], row["waived_fen"], row["prepaid_fen"], gone.get(row["home"], 0))
    return found


def _sums(billed: int = 0, settled: int = 0, waived: int = 0, prepaid: int = 0, former_fen: int = 0) -> dict[str, int]:
    return {
        "billed_fen": billed, "settled_fen": settled, "waived_fen": waived,
        "outstanding_fen": billed - settled - waived,
        "prepaid_fen": prepaid - former_fen, "former_prepaid_fen": former_fen,
    }


def totals(db: Sql, community: str, on: str) -> dict[str, int]:
    """households, bills, billed_fen, received_fen, arrears_total_fen, income_fen, expense_fen, vouchers."""
    return dict(reads.totals(db, community, on))


def progress(db: Sql, community: str, period: str | None = None) -> dict[str, Any]:
    """{period, billed_fen, collected_fen, waived_fen} of one period; without one, of everything billed so far.

    The whole then stands under the newest period billed up to this month: money that settles an old debt counts too.
    """
    wanted = period or reads.last_period(db, community, clock.today()[:7]) or clock.today()[:7]
    rows = reads.progress(db, community, [wanted]) if period else reads.progress_until(db, community, wanted)
    return dict(rows[0]) if rows else {"period": wanted, "billed_fen": 0, "collected_fen": 0, "waived_fen": 0}


def progress_of(db: Sql, community: str, periods: Sequence[str]) -> Rows:
    """The same for several periods, oldest first; periods without bills are left out."""
    return reads.progress(db, community, periods)


def building_progress(db: Sql, community: str, period: str) -> Rows:
    """[{building, name, billed_fen, collected_fen, waived_fen}] of a period, in walking order."""
    return reads.building_progress(db, community, period)


def takings(db: Sql, community: str, day: str) -> Rows:
    """[{channel, name, fen, payments, reversed_fen, reversals}] booked on a day."""
    return [{**row, "name": CHANNELS[row["channel"]]} for row in reads.takings(db, community, day)]


def funds(db: Sql, community: str, months: Sequence[str] | int) -> Rows:
    """Income and expense of months by head, one row a fund and month: {fund, period, in, out}, heads as {head, fen}.

    The funds are never added together. 物业服务费收入 is the ledger's own figure (payments less reversals by book day),
    with the accountant's vouchers for the same money beside it as `voucher_fen` and `difference_fen`.
    `months` is a list of YYYY-MM or how many months up to this one.
    """
    periods = _months(months) if isinstance(months, int) else sorted(months)
    if not periods:
        return []
    received = reads.received_by_month(db, community, periods)
    table: dict[tuple[str, str], dict[str, Rows]] = defaultdict(lambda: {"in": [], "out": []})
    beside: dict[str, int] = defaultdict(int)
    for row in reads.vouchers_by_head(db, community, f"{periods[0]}-01", f"{periods[-1]}-31"):
        if row["beside"] == "yes":
            beside[row["period"]] += row["fen"]
        else:
            table[row["period"], row["fund"]][row["kind"]].append({"head": row["head"], "fen": row["fen"]})
    for period in periods:
        if period in received or period in beside:
            table[period, accounts.SERVICE_FUND]["in"].insert(0, _service(received.get(period, 0), beside.get(period)))
    return [
        {"fund": fund, "period": period, **table[period, fund]}
        for period in periods for fund in accounts.FUNDS if (period, fund) in table
    ]


def _service(ledger: int, voucher: int | None) -> dict[str, Any]:
    row: dict[str, Any] = {"head": accounts.SERVICE_INCOME, "fen": ledger}
    if voucher is not None:
        row |= {"voucher_fen": voucher, "difference_fen": voucher - ledger}
    return row


def _months(count: int) -> list[str]:
    first = clock.today()[:7] + "-01"
    return [clock.add_months(first, -i)[:7] for i in reversed(range(count))]


def settled_days(db: Sql, community: str, homes: Sequence[str]) -> dict[str, Rows]:
    """Home id → its bills by due day with {bill, item, period, due, fen, open_fen, waived_fen, paid_on}.

    `paid_on` is the day the last of its money moved (happened_on): on time when open_fen is 0 and paid_on ≤ due.
    """
    found: dict[str, Rows] = {home: [] for home in homes}
    for row in reads.settled_days(db, community, homes):
        found[row["home"]].append(row)
    return found


def payment_days(db: Sql, community: str, first: str) -> dict[str, list[str]]:
    """{home: days on which money moved} of payments booked since a day that were not undone; what visits teach."""
    found: dict[str, list[str]] = {}
    for row in reads.payment_days(db, community, first):
        found.setdefault(row["home"], []).append(row["day"])
    return found
