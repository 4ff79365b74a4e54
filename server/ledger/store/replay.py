"""What `verify` reads: pages of the chain with its facts, and queries whose every row is a contradiction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from operator import itemgetter

from server.db import Reader, Row, Sql
from server.ledger.rules.numbers import FACTS

_ALLOCATED = "sum(case when a.undoes is null then a.fen else -a.fen end)"


def entries(db: Sql, c: str, after: int, size: int) -> list[Row]:
    """Entries past a number with their seals; seal columns are null where the seal is missing."""
    return db.all(
        "select e.no, e.entry, e.lines, e.book_date, e.kind, e.ref, e.n, e.at, e.who, s.lines as sealed_lines,"
        " s.total, s.prev_no, s.prev_hash, s.hash from entry e"
        " left join seal s on s.community = e.community and s.no = e.no"
        " where e.community = :c and e.entry > :after order by e.entry limit :size", c=c, after=after, size=size,
    )


def lines(db: Sql, c: str, first: int, last: int) -> list[Row]:
    return db.all(
        "select entry, seq, before, after, account, fen, home, bill, payment from line"
        " where community = :c and entry between :first and :last order by entry, seq", c=c, first=first, last=last,
    )


def facts(db: Sql, c: str, table: str, first: int, last: int) -> list[Row]:
    columns = ", ".join(FACTS[table])
    return db.all(
        f"select entry, {columns} from {table} where community = :c and entry between :first and :last",
        c=c, first=first, last=last,
    )


# facts that are nearly all there is, and the column that has their pen's number: no index leads from an entry to them
MANY = {"bill": "made_n", "payment": "made_n", "allocation": "n"}
TAKEN = 5000


class Facts:
    """The facts of entries, for whoever walks along the chain.

    Of the large tables rows are taken up by id: ids rise with pens as entries do, so what a pen wrote is held until its
    entries are through. A row under a wrong number is missing where it belongs, and the entry's hash says so."""

    def __init__(self, db: Sql, c: str) -> None:
        self.db, self.c = db, c
        self.last: dict[str, Row | None] = dict.fromkeys(MANY)
        self.held: dict[str, dict[int, list[Row]]] = {table: defaultdict(list) for table in MANY}

    def of(self, first: int, last: int, n: int) -> dict[int, list[tuple[str, list[Row]]]]:
        """Entry → its facts by table; of entries from first to last, whose last pen is n."""
        found: dict[int, list[tuple[str, list[Row]]]] = defaultdict(list)
        for table in FACTS:
            if table in MANY:
                self._take(table, n)
                held = self.held[table]
                by_entry = {entry: held.pop(entry) for entry in range(first, last + 1) if entry in held}
            else:
                by_entry = defaultdict(list)
                for row in facts(self.db, self.c, table, first, last):
                    by_entry[row["entry"]].append(row)
            for entry, rows in by_entry.items():
                found[entry].append((table, rows))
        return found

    def stray(self, table: str) -> Row | None:
        """After the walk: the first row that no entry took up, though it names one."""
        self._take(table, None)
        return min((row for rows in self.held[table].values() for row in rows), key=itemgetter("id"), default=None)

    def _take(self, table: str, n: int | None) -> None:
        """Up to and with this pen; None for all there is."""
        before = self.last[table]
        while before is None or n is None or before[MANY[table]] <= n:
            rows = self.db.all(
                f"select entry, {', '.join(FACTS[table])} from {table} where community = :c and id > :after"
                " order by id limit :size", c=self.c, after=before["id"] if before else "", size=TAKEN,
            )
            if not rows:
                return
            for row in rows:
                if row["entry"] is not None:  # a bill of 0 fen
                    self.held[table][row["entry"]].append(row)
            before = self.last[table] = rows[-1]


# facts numbered by a counter, which is never behind them
NUMBERED = {
    "bill": "bill", "payment": "receipt", "allocation": "allocation", "reversal": "reversal",
    "credit_move": "credit_move", "waiver": "waiver", "voucher": "voucher", "refund": "refund", "suspense": "suspense",
}


def counted(db: Sql, c: str) -> dict[str, int]:
    """Counter → the last number it gave out."""
    return {row["name"]: row["n"] for row in db.all("select name, n from counter where community = :c", c=c)}


def newest(db: Sql, c: str, table: str) -> int:
    """The number of the last row there is; ids are a letter and a number, in the order they were given."""
    row = db.one(f"select max(id) as id from {table} where community = :c", c=c)
    return int(row["id"][1:]) if row and row["id"] else 0


def beyond(db: Sql, c: str, table: str, last: int) -> Row | None:
    """id and entry of the first row that names an entry past the end of the chain."""
    return db.one(
        f"select id, entry from {table} where community = :c and entry > :last order by id limit 1", c=c, last=last)


def receivables(db: Reader, c: str) -> Iterator[Row]:
    """bill, fen: what the lines of 1122 that name a bill must come to; a reversing bill takes the rest with it."""
    return db.stream(
        "select o.bill, o.open_fen - coalesce(r.fen, 0) as fen from owed o"
        " left join bill r on r.community = o.community and r.reverses = o.bill where o.community = :c order by o.bill",
        c=c,
    )


def prepaid(db: Reader, c: str) -> Iterator[Row]:
    """home, fen: what the lines of 2203 that name a home must come to."""
    return db.stream("select home, prepaid_fen as fen from home_sum where community = :c order by home", c=c)


def account_days(db: Sql, c: str) -> list[Row]:
    return db.all("select day, account, debit, credit from account_day where community = :c", c=c)


# what, query for the first row that contradicts; :c is the community
CONTRADICTIONS: list[tuple[str, str]] = [
    ("账单 {id} 的应收与账面不符",
     "select b.id from bill b left join owed o on o.community = b.community and o.bill = b.id"
     " left join bill r on r.community = b.community and r.reverses = b.id"
     " where b.community = :c and b.reverses is null"
     " and (o.fen is null or o.fen <> b.fen + coalesce(r.fen, 0) or o.home <> b.home or o.due <> b.due)"
     " order by b.id limit 1"),
    ("账单 {id} 的已收与分配记录不符",
     "select o.bill as id from owed o left join (select a.bill, " + _ALLOCATED + " as fen from allocation a"
     " where a.community = :c group by a.bill) a on a.bill = o.bill"
     " where o.community = :c and o.settled_fen <> coalesce(a.fen, 0) order by o.bill limit 1"),
    ("账单 {id} 的减免与减免记录不符",
     "select o.bill as id from owed o left join (select a.bill, " + _ALLOCATED + " as fen from waiver a"
     " where a.community = :c group by a.bill) a on a.bill = o.bill"
     " where o.community = :c and o.waived_fen <> coalesce(a.fen, 0) order by o.bill limit 1"),
    ("住户 {id} 的合计与账单不符",
     "select s.home as id from home_sum s left join (select o.home, sum(o.fen) as billed,"
     " sum(o.settled_fen) as settled, sum(o.waived_fen) as waived from owed o where o.community = :c"
     " group by o.home) o on o.home = s.home"
     " where s.community = :c and (s.billed_fen <> coalesce(o.billed, 0) or s.settled_fen <> coalesce(o.settled, 0)"
     " or s.waived_fen <> coalesce(o.waived, 0)) order by s.home limit 1"),
    ("住户 {id} 有账单而没有合计",
     "select o.home as id from owed o left join home_sum s on s.community = o.community and s.home = o.home"
     " where o.community = :c and s.home is null order by o.home limit 1"),
    ("住户 {id} 的预存与各笔余额不符",
     "select s.home as id from home_sum s left join (select k.home, sum(k.fen) as fen from credit k"
     " where k.community = :c group by k.home) k on k.home = s.home"
     " where s.community = :c and s.prepaid_fen <> coalesce(k.fen, 0) order by s.home limit 1"),
    ("缴费 {id} 的去向与金额不符",
     "select p.id from payment p"
     " left join (select a.payment, " + _ALLOCATED + " as fen from allocation a where a.community = :c"
     " group by a.payment) a on a.payment = p.id"
     " left join (select k.payment, sum(k.fen) as fen from credit k where k.community = :c group by k.payment) k"
     " on k.payment = p.id"
     " left join (select r.payment, sum(r.fen) as fen from reversal r where r.community = :c group by r.payment) r"
     " on r.payment = p.id"
     " left join (select f.payment, sum(f.fen) as fen from refund f where f.community = :c and not exists"
     " (select 1 from refund_end e where e.community = f.community and e.refund = f.id and e.result = 'failed')"
     " group by f.payment) f on f.payment = p.id"
     " where p.community = :c and p.fen <> coalesce(a.fen, 0) + coalesce(k.fen, 0) + coalesce(r.fen, 0)"
     " + coalesce(f.fen, 0) order by p.id limit 1"),
    ("分录 {id} 记在已结账的日期",
     "select e.entry as id from entry e where e.community = :c and e.entry > (select min(d.last_no) from book_day d"
     " where d.community = e.community and d.day >= e.book_date) order by e.entry limit 1"),
    ("账期 {id} 的合计与账单不符",
     "select s.period as id from (select period, sum(billed_fen) as billed, sum(settled_fen) as settled,"
     " sum(waived_fen) as waived from period_sum where community = :c group by period) s"
     " left join (select b.period, sum(o.fen) as billed, sum(o.settled_fen) as settled, sum(o.waived_fen) as waived"
     " from owed o join bill b on b.community = o.community and b.id = o.bill where o.community = :c"
     " group by b.period) o on o.period = s.period"
     " where s.billed <> coalesce(o.billed, 0) or s.settled <> coalesce(o.settled, 0)"
     " or s.waived <> coalesce(o.waived, 0) order by s.period limit 1"),
    ("{id} 的收款合计与缴费记录不符",
     "select t.day as id from (select day, sum(fen) as fen from takings_sum where community = :c group by day) t"
     " left join (select book_date, sum(fen) as fen from payment where community = :c group by book_date) p"
     " on p.book_date = t.day where t.fen <> coalesce(p.fen, 0) order by t.day limit 1"),
    ("{id} 的退回合计与冲销、退款记录不符",
     "select t.day as id from (select day, sum(reversed_fen) as fen from takings_sum where community = :c"
     " group by day) t left join (select x.day, sum(x.fen) as fen from"
     " (select book_date as day, fen from reversal where community = :c"
     " union all select e.book_date, f.fen from refund_end e"
     " join refund f on f.community = e.community and f.id = e.refund"
     " where e.community = :c and e.result = 'done') x group by x.day) r"
     " on r.day = t.day where t.fen <> coalesce(r.fen, 0) order by t.day limit 1"),
]
