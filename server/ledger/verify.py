"""Replay everything: the chain entry by entry with its facts, then every kept sum against the facts it sums.

The first wrong row of each kind is named in Chinese; nothing is repaired.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from server.db import Db, Reader, Row, Sql
from server.ledger.acts.seals import check_seals
from server.ledger.rules.accounts import PREPAID, RECEIVABLE
from server.ledger.rules.numbers import FACTS, entry_hash
from server.ledger.store import replay as store

PAGE = 4000
LINES = 20_000  # an import's entry has thousands of lines: what is held at once is counted in lines
CLAIMS = (PREPAID, RECEIVABLE)  # a payment goes to one of them, or by way of one to the other
_LINE = itemgetter("account", "fen", "home", "bill", "payment")
_HEAD = itemgetter("no", "book_date", "kind", "ref", "n", "at", "who")


@dataclass
class Walked:
    """What the lines add up to, entry by entry: the kept sums must say the same."""

    days: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    bills: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    homes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    odd: str = ""
    """The first payment whose entry books another sum."""

    def add(self, day: str, lines: list[Row], facts: list[tuple[str, list[Row]]]) -> None:
        """The lines of one entry."""
        paid: dict[str, int] = defaultdict(int)
        for line in lines:
            account, fen = line["account"], line["fen"]
            self.days[day, account][fen < 0] += abs(fen)
            if account == RECEIVABLE:
                self.bills[line["bill"]] += fen
            elif account == PREPAID:
                self.homes[line["home"]] -= fen
            if account in CLAIMS:
                paid[line["payment"]] -= fen
        for table, rows in facts:
            if table == "payment":
                self.odd = self.odd or next((row["id"] for row in rows if paid[row["id"]] != row["fen"]), "")


def replay(db: Db, community: str) -> dict[str, Any]:
    """{entries, lines, hash, wrong: [sentence]}: one consistent reading of a community's books."""
    db.grown()  # right after much was written a reading without statistics ran into PostgreSQL's statement timeout
    with db.snapshot() as sql:
        walked = Walked()
        facts = store.Facts(sql, community)
        report = _chain(sql, community, walked, facts)
        if not report["wrong"]:
            report["wrong"] += _end(sql, community, report["entries"], facts)
            report["wrong"] += _sums(sql, community, walked)
        report["wrong"] += list(_contradictions(sql, community))
        report["wrong"] += check_seals(sql, community)
    return report


def _chain(sql: Sql, c: str, walked: Walked, facts: store.Facts) -> dict[str, Any]:
    """Walk the chain until the first entry that does not fit; what its lines come to is added to `walked`."""
    report: dict[str, Any] = {"entries": 0, "lines": 0, "hash": None, "wrong": []}
    while True:
        page = store.entries(sql, c, report["entries"], PAGE)
        if not page or not all(_part_fits(sql, c, part, facts, report, walked) for part in _parts(page)):
            return report


def _end(sql: Sql, c: str, last: int, facts: store.Facts) -> Iterator[str]:
    """A chain that was cut off at its end is right up to there: what is kept beside it tells."""
    counted = store.counted(sql, c)
    if counted.get("entry", 0) != last:
        yield f"日记账应到第 {counted.get('entry', 0)} 号分录，实有到第 {last} 号：末尾的分录被删除"
    for table, name in store.NUMBERED.items():
        newest = store.newest(sql, c, table)
        if newest < counted.get(name, 0):
            yield f"{table} 应到第 {counted[name]} 号，实有到第 {newest} 号：末尾的记录被删除"
        stray = facts.stray(table) if table in store.MANY else store.beyond(sql, c, table, last)
        if stray and stray["entry"] > last:
            yield f"{table} {stray['id']} 所在的分录不在日记账里"
        elif stray:
            yield f"{table} {stray['id']} 不在它所写的第 {stray['entry']} 号分录里"


def _sums(sql: Reader, c: str, walked: Walked) -> Iterator[str]:
    """Kept sums against the lines, the first of each kind that differs."""
    kept = {(row["day"], row["account"]): [row["debit"], row["credit"]] for row in store.account_days(sql, c)}
    days = sorted(place for place in kept.keys() | walked.days.keys()
                  if kept.get(place, [0, 0]) != walked.days.get(place, [0, 0]))
    if days:
        yield f"{days[0][0]} 科目 {days[0][1]} 的发生额合计与日记账不符"
    if walked.odd:
        yield f"缴费 {walked.odd} 的金额与日记账不符"
    bills, homes = walked.bills, walked.homes
    bill = next((row["bill"] for row in store.receivables(sql, c) if row["fen"] != bills.get(row["bill"], 0)), None)
    if bill:
        yield f"账单 {bill} 的未收与日记账 1122 不符"
    home = next((row["home"] for row in store.prepaid(sql, c) if row["fen"] != homes.get(row["home"], 0)), None)
    if home:
        yield f"住户 {home} 的预存与日记账 2203 不符"


def _parts(page: list[Row]) -> Iterator[list[Row]]:
    part: list[Row] = []
    held = 0
    for row in page:
        if part and held + row["lines"] > LINES:
            yield part
            part, held = [], 0
        part.append(row)
        held += row["lines"]
    yield part


def _part_fits(
    sql: Sql, c: str, part: list[Row], facts: store.Facts, report: dict[str, Any], walked: Walked
) -> bool:
    first, last = part[0]["entry"], part[-1]["entry"]
    lines = _grouped(store.lines(sql, c, first, last))
    found = facts.of(first, last, part[-1]["n"])
    for row in part:
        mine = lines.get(row["entry"], [])
        said = found.get(row["entry"], [])
        complaint = _entry_wrong(c, row, mine, said, report)
        if complaint:
            report["wrong"].append(f"第 {report['entries'] + 1} 号分录（{row['book_date']}）：{complaint}")
            return False
        report["entries"], report["hash"] = row["no"], row["hash"]
        report["lines"] += len(mine)
        walked.add(row["book_date"], mine, said)
    return True


def _entry_wrong(c: str, row: Row, lines: list[Row], facts: list[tuple[str, list[Row]]], report: dict[str, Any]) -> str:
    """Why an entry does not fit, or ''."""
    if row["entry"] != report["entries"] + 1 or row["no"] != row["entry"]:
        return "号码不连续，前面缺少分录"
    if row["hash"] is None:
        return "没有封印"
    if row["prev_hash"] != report["hash"]:
        return "与上一号分录的哈希接不上"
    if len(lines) != row["lines"] or row["sealed_lines"] != row["lines"]:
        return f"应有 {row['lines']} 行，实有 {len(lines)} 行"
    if complaint := _sum_wrong(lines):
        return complaint
    if lines[-1]["after"] or row["total"]:
        return "借贷不平"
    if entry_hash(c, row["prev_hash"], _HEAD(row), map(_LINE, lines), facts) != row["hash"]:
        return _suspect(lines, facts)
    return ""


def _sum_wrong(lines: list[Row]) -> str:
    before = 0
    for seq, line in enumerate(lines, 1):
        if line["seq"] != seq or line["before"] != before or line["after"] != before + line["fen"]:
            return f"第 {seq} 行金额 {line['fen']} 分与累计不符"
        before = line["after"]
    return ""


def _suspect(lines: list[Row], facts: list[tuple[str, list[Row]]]) -> str:
    """The fact that no longer agrees with its lines, where one can be told; else all that the seal covers."""
    by_bill: dict[str, int] = defaultdict(int)
    for line in lines:
        if line["bill"] and line["payment"] is None and line["account"] == "1122":
            by_bill[line["bill"]] += line["fen"]
    for table, rows in facts:
        for row in rows:
            if table == "bill" and by_bill.get(row["id"], row["fen"]) != row["fen"]:
                return f"账单 {row['id']} 被改动过"
            if table == "payment" and row["fen"] != -sum(
                line["fen"] for line in lines if line["payment"] == row["id"] and line["account"] in CLAIMS
            ):
                return f"缴费 {row['id']} 被改动过"
    named = "、".join(row[FACTS[table][0]] for table, rows in facts for row in rows[:3])
    return f"内容与封印的哈希不符，有记录被改动、增加或删除（涉及 {named or '分录行'}）"


def _grouped(rows: list[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["entry"]].append(row)
    return found


def _contradictions(sql: Sql, c: str) -> Iterator[str]:
    for sentence, query in store.CONTRADICTIONS:
        row = sql.one(query, c=c)
        if row is not None:
            yield sentence.format(id=row["id"])
