"""The verbs of intake: preview, commit, undo; the import of a folder; held receipts; is an import running."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from kiosk import acts as kiosk
from schemas.intake import ROW_STATES
from server import clock
from server.db import Db, Pen, Sql, new_id
from server.errors import Refusal
from server.intake import run, store, undo
from server.intake.faults import Fault
from server.intake.folder import passed_over, sources_of
from server.intake.gather import Gathered, Progress, gather
from server.intake.reading import Source
from server.ledger import acts as ledger
from server.people import acts as people

STALE = timedelta(minutes=2)  # an import that gave no sign of life for so long was killed
SHOWN_FAULTS = 5_000
STATES = tuple(ROW_STATES)


def bring(db: Db, c: str, sources: Sequence[Source], who: str = "", progress: Progress | None = None) -> dict[str, Any]:
    """Read and write files at once (CLI, demo): the report, with `batch` and `faults` (all of them, as records).

    After kill -9 the same call again completes what is missing."""
    with gather(sources, run.places_of(db, c), progress) as found:
        if not found.sheets:
            return {**_report(found, run.Result(faults=found.faults)), "batch": "", "faults": found.faults}
        batch = new_id()
        with db.write(c, who=who, verb="import.open") as pen:
            store.add_batch(pen, _row(pen, batch, "folder", "open", found.total), [])
            store.leave(pen, batch)
        report, faults = _write(db, c, found, batch, who, progress)
        return {**report, "batch": batch, "faults": faults}


def preview(db: Db, c: str, files: Sequence[tuple[str, bytes]], who: str = "",
            progress: Progress | None = None) -> dict[str, Any]:
    """Look at uploaded files [(name, bytes)] and keep them: {batch, files, notes, new, changed, same, held, kinds,
    refused, refused_more}. Nothing is written but the files; `commit` with the batch does the work."""
    with gather([Source.of_bytes(name, data) for name, data in files], run.places_of(db, c), progress) as found:
        report = _report(found, run.preview(db, c, found))
        batch = new_id()
        with db.write(c, who=who, verb="import.preview") as pen:
            rows = [(hashlib.sha256(data).hexdigest(), name, data) for name, data in files]
            store.keep_files(pen, [(sha, data) for sha, _, data in rows])
            store.add_batch(pen, {**_row(pen, batch, "upload", "preview", found.total), "report": _json(report)}, [
                {"batch": batch, "position": i, "name": name, "sha": sha} for i, (sha, name, _) in enumerate(rows)
            ])
        return {**report, "batch": batch}


def commit(db: Db, c: str, batch: str, who: str = "", progress: Progress | None = None) -> dict[str, Any]:
    """Write a previewed import, or complete one that was killed; the report. Done twice, the second changes nothing.

    Refusals: import_unknown, import_undone."""
    row = _batch(db, c, batch)
    if row["state"] == "undone":
        raise Refusal("import_undone")
    if row["state"] == "done":
        return {**json.loads(row["report"]), "batch": batch}
    with gather(_uploaded(db, c, batch), run.places_of(db, c), progress) as found:
        with db.write(c, who=who, verb="import.open") as pen:
            store.set_batch(pen, batch, {"state": "open", "total": found.total, "done": 0, "beat": pen.at})
            store.leave(pen, batch)
        report, _ = _write(db, c, found, batch, who, progress)
        return {**report, "batch": batch}


def undo_import(db: Db, c: str, batch: str, who: str = "") -> dict[str, int]:
    """Take an import back by reversing facts: {bills, receipts, vouchers, announcements} taken back.

    Homes, people and contacts stay: they are what somebody knew. Refusals: import_unknown, import_built_on (something
    happened to its homes since, or a later import followed), import_undone."""
    row = _batch(db, c, batch)
    if row["state"] == "undone":
        raise Refusal("import_undone")
    later = [b for b in store.batches(db, c, 50) if b["at"] > row["at"] and b["state"] in ("done", "open")]
    if later or row["state"] not in ("done", "left") or store.built_on(db, c, batch, row["last_n"]):
        raise Refusal("import_built_on")
    return undo.undo_batch(db, c, batch, who)


def undoable(db: Sql, c: str, batch: str) -> bool:
    """Whether `undo_import` would be accepted now."""
    row = _batch(db, c, batch)
    newest = next((b for b in store.batches(db, c, 50) if b["state"] in ("done", "open")), None)
    return row["state"] == "done" and newest is not None and newest["id"] == batch and not store.built_on(
        db, c, batch, row["last_n"])


def intake_open(db: Sql, c: str) -> dict[str, Any] | None:
    """The import being written now {id, at, total, done}, or None: while there is one, plan and print wait."""
    since = clock.instant(clock.now() - STALE)
    found = store.open_batches(db, c, since)
    return found[0] if found else None


def progress_of(db: Sql, c: str, batch: str) -> dict[str, Any]:
    """{state, done, total} for a page that waits. Refusal import_unknown."""
    row = _batch(db, c, batch)
    return {"state": row["state"], "done": row["done"], "total": row["total"]}


def batches(db: Sql, c: str, last: int = 20) -> list[dict[str, Any]]:
    """Imports, newest first: id, at, who, source, state, total, done and the report as words."""
    return [{**row, "report": json.loads(row["report"])} for row in store.batches(db, c, last)]


def refused_xlsx(db: Db, c: str, batch: str) -> bytes:
    """The refused rows of an uploaded import as a spreadsheet that can be corrected and dropped in again."""
    from server.intake.sendback import workbook  # keeps xlsxwriter out of every start

    faults = [Fault(f["file"], f["row"], f["field"], f["reason"], f.get("sheet", ""))
              for f in json.loads(_batch(db, c, batch)["report"])["refused"]]
    return workbook(_uploaded(db, c, batch), faults)


def held(db: Sql, c: str) -> list[dict[str, Any]]:
    """Receipts that wait for an answer (待确认): id, home, code, address, bill, item, period, channel, fen,
    happened_on, label, file, line."""
    return store.held(db, c)


def settle_held(pen: Pen, id_: str, book: bool) -> dict[str, Any] | None:
    """Answer a held receipt: book it as money of its own, or drop it as the one already booked. The payment, if any.

    Refusals: not_found, held_answered."""
    row = store.held_one(pen, pen.community, id_)
    if row is None:
        raise Refusal("not_found")
    if row["answer"]:
        raise Refusal("held_answered")
    store.answer(pen, id_, "booked" if book else "dropped")
    pen.verb = "import.held"
    pen.touch("household", row["home"])
    if not book:
        return None
    return ledger.record_payment(
        pen, channel=row["channel"], transaction_id=row["transaction_id"], home=row["home"], fen=row["fen"],
        happened_on=row["happened_on"], bills=[row["bill"]] if row["bill"] else (), who=pen.who, label=row["label"])


def totals(db: Sql, c: str, on: str) -> dict[str, int]:
    """What the community comes to: households … vouchers of the ledger, contacts, announcements, staff."""
    return {
        **ledger.totals(db, c, on), "contacts": store.count_contacts(db, c),
        "announcements": len(kiosk.announcements(db, c, on)), "staff": len(people.members(db, c)),
    }


def _write(db: Db, c: str, found: Gathered, batch: str, who: str,
           progress: Progress | None) -> tuple[dict[str, Any], list[Fault]]:
    result = run.commit(db, c, found, batch, who, progress)
    report = _report(found, result)
    with db.write(c, who=who, verb="import.done") as pen:
        store.set_batch(pen, batch, {"state": "done", "done": found.total, "beat": pen.at, "report": _json(report)})
        kiosk.release(pen)
    return report, result.faults


def _report(found: Gathered, result: run.Result) -> dict[str, Any]:
    faults = sorted(result.faults, key=lambda f: (f.file, f.sheet, f.row))
    result.faults[:] = faults
    return {
        "files": [{"file": sheet.table.file, "sheet": sheet.table.sheet, "kind": sheet.kind.name,
                   "label": sheet.kind.label} for sheet in found.sheets],
        "notes": found.notes, **{state: result.counts[state] for state in STATES},
        "kinds": {kind: dict(counts) for kind, counts in result.kinds.items()},
        "refused": [{**fault.public(), "sheet": fault.sheet} for fault in faults[:SHOWN_FAULTS]],
        "refused_more": max(0, len(faults) - SHOWN_FAULTS),
    }


def _row(pen: Pen, batch: str, source: str, state: str, total: int) -> dict[str, Any]:
    return {"id": batch, "at": pen.at, "who": pen.who, "source": source, "state": state, "total": total, "done": 0,
            "beat": pen.at, "last_n": pen.n, "report": "{}"}


def _batch(db: Sql, c: str, batch: str) -> dict[str, Any]:
    row = store.batch(db, c, batch)
    if row is None:
        raise Refusal("import_unknown")
    return row


def _uploaded(db: Sql, c: str, batch: str) -> list[Source]:
    return [Source.of_bytes(row["name"], row["bytes"]) for row in store.files(db, c, batch)]


def _json(report: dict[str, Any]) -> str:
    return json.dumps(report, ensure_ascii=False)


__all__ = ["STATES", "batches", "bring", "commit", "held", "intake_open", "passed_over", "preview", "progress_of",
           "refused_xlsx", "settle_held", "sources_of", "totals", "undo_import", "undoable"]
