"""Vouchers, contacts, announcements and staff of an import, compared with what the sheets said last."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import Any

from kiosk import acts as kiosk
from server import clock
from server.cases import acts as cases
from server.db import Db, Pen, Sql, new_id
from server.errors import Refusal
from server.intake import store
from server.intake.faults import Fault, fault_at
from server.intake.gather import Gathered, Small
from server.intake.headings import Sheet
from server.intake.plan import TAB
from server.intake.rows.others import AnnouncementRow, ContactRow, StaffRow, VoucherRow
from server.ledger import acts as ledger
from server.people import acts as people

CHUNK = 250
SHOWN_DAYS = 30
REASON = "导入更正"


@dataclass(frozen=True)
class Task:
    """A record that is new or changed: its identity, its words, the sheet it stands in, what is known of it."""

    sheet: Sheet
    row: Any
    home: str
    key: str
    content: str
    fact: str
    before: str


def compare(
    db: Sql, c: str, kind: str, found: Gathered, counts: Counter[str], faults: list[Fault]
) -> list[Task]:
    """Records of one kind that are new or changed; counts all, refuses what stands twice."""
    name = {"vouchers": "voucher", "contacts": "contact", "announcements": "announcement", "staff": "staff"}[kind]
    last = {(row["home"], row["key"]): row for row in store.of_kind(db, c, name)}
    times: Counter[str] = Counter()
    first: dict[str, Small] = {}
    tasks: list[Task] = []
    for small in found.small.get(kind, ()):
        home, key, content = _identity(small.row, found)
        if kind in ("vouchers", "announcements", "staff") and f"{key}{TAB}{content}" in first and key:
            faults.append(_twice(small, first[f"{key}{TAB}{content}"]))
            continue
        first[f"{key}{TAB}{content}"] = small
        times[home + TAB + (key or content)] += 1
        key = _digest(key or content, times[home + TAB + (key or content)])
        known = last.get((home, key))
        if known and known["content"] == content:
            counts["same"] += 1
            continue
        counts["changed" if known and known["content"] else "new"] += 1
        tasks.append(Task(small.sheet, small.row, home, key, content, known["fact"] if known else "",
                          known["content"] if known else ""))
    return tasks


def _identity(row: Any, found: Gathered) -> tuple[str, str, str]:
    """Home, natural key ('' = the content is the identity), content."""
    if isinstance(row, VoucherRow):
        words: tuple[str, ...] = (row.day, row.kind, row.head, row.summary, str(row.fen), row.handler, row.number)
        return "", row.number, TAB.join(words)
    if isinstance(row, ContactRow):
        words = (row.day, row.kind, row.staff, row.outcome, row.promise, row.note)
        return found.places.ids[row.home] or found.places.names[row.home], "", TAB.join(words)
    if isinstance(row, AnnouncementRow):
        return "", f"{row.title}{TAB}{row.from_day}", TAB.join((row.text, row.kind, row.to_day, str(row.pinned)))
    return "", f"{row.name}{TAB}{row.phone}", TAB.join((row.role, row.buildings))


def _digest(key: str, k: int) -> str:
    """A short key: contents are long, and the k-th of equal ones is another row."""
    return hashlib.blake2b(f"{key}{TAB}{k}".encode(), digest_size=16).hexdigest()


def _twice(small: Small, first: Small) -> Fault:
    field = {"vouchers": "number", "announcements": "title", "staff": "name"}[small.sheet.kind.name]
    where = "" if small.sheet is first.sheet else first.sheet.title
    reason = f"{where}第 {first.row.line} 行已有同样的内容"
    return fault_at(small.sheet, small.row.line, small.sheet.heading(field), reason)


def write(pen: Pen, kind: str, tasks: list[Task], batch: str) -> list[Fault]:
    """Write some records of one kind under the pen; what a room refuses becomes a fault."""
    writer = {"vouchers": _vouchers, "contacts": _contacts, "announcements": _announcements}[kind]
    facts, faults = writer(pen, tasks, f"import:{batch}")
    name = kind.removesuffix("s")
    store.remember(pen, [
        {"kind": name, "home": task.home, "key": task.key, "content": task.content, "fact": fact,
         "before": task.before, "batch": batch}
        for task, fact in facts
    ])
    return faults


Written = tuple[list[tuple[Task, str]], list[Fault]]


def _vouchers(pen: Pen, tasks: list[Task], source: str) -> Written:
    for task in tasks:
        if task.before and task.fact:
            ledger.reverse_voucher(pen, task.fact, REASON)
    ids = ledger.add_vouchers(pen, [
        {"kind": t.row.kind, "head": t.row.head, "summary": t.row.summary, "fen": t.row.fen, "happened_on": t.row.day,
         "handler": t.row.handler, "number": t.row.number, "source": source}
        for t in tasks
    ], imported=True)
    return list(zip(tasks, ids, strict=True)), []


def _contacts(pen: Pen, tasks: list[Task], source: str) -> Written:
    made = []
    for task in tasks:
        row: ContactRow = task.row
        id_ = cases.record_contact(pen, id=new_id(), home=task.home, at=row.day, kind=row.kind, staff=row.staff,
                                   outcome=row.outcome, note=row.note, source=source)
        if row.promise:
            cases.make_promise(pen, id=new_id(), home=task.home, due=row.promise, fen=0, made_on=row.day,
                               staff=row.staff, source=source)
        made.append((task, id_))
    return made, []


def _announcements(pen: Pen, tasks: list[Task], source: str) -> Written:
    made, faults = [], []
    for task in tasks:
        row: AnnouncementRow = task.row
        first = row.from_day or pen.day
        words: dict[str, Any] = {
            "title": row.title, "text": row.text, "kind": row.kind, "from_day": first,
            "to_day": row.to_day or clock.add_days(first, SHOWN_DAYS), "pinned": row.pinned,
        }
        try:
            if task.fact and task.before:
                kiosk.edit_announcement(pen, task.fact, words)
                made.append((task, task.fact))
            else:
                made.append((task, kiosk.announce(pen, source=source, **words)))
        except Refusal as refusal:
            faults.append(fault_at(task.sheet, row.line, task.sheet.heading("title"), refusal.sentence))
    return made, faults


def write_staff(db: Db, c: str, tasks: list[Task], batch: str, who: str) -> list[Fault]:
    """Staff are global rows, so each is its own transaction; then what was said of them is remembered."""
    done, faults = [], []
    for task in tasks:
        row: StaffRow = task.row
        try:
            if task.before and task.fact:
                people.set_role(db, c, task.fact, row.role, row.buildings, who=who)
                done.append((task, task.fact))
            else:
                done.append((task, _add(db, c, row, who)))
        except Refusal as refusal:
            faults.append(fault_at(task.sheet, row.line, task.sheet.heading("role"), refusal.sentence))
    if done:
        with db.write(c, who=who, verb="import.staff") as pen:
            store.remember(pen, [
                {"kind": "staff", "home": "", "key": task.key, "content": task.content, "fact": fact,
                 "before": task.before, "batch": batch}
                for task, fact in done
            ])
    return faults


def _add(db: Db, c: str, row: StaffRow, who: str) -> str:
    return people.add_staff(db, c, row.name, row.role, phone=row.phone, buildings=row.buildings, who=who)
