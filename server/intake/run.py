"""Run an import: homes, money, vouchers, staff, contacts, announcements; a chunk under each pen, resumable.

Every chunk compares again what it writes with what was imported last, so a second run after kill -9 writes just what
is missing, and two imports at a time cannot double anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import cast

from kiosk import acts as kiosk
from server import clock
from server.db import Db, Pen, Sql
from server.intake import homes, small, store
from server.intake.ahead import Ahead, Reader
from server.intake.faults import Fault
from server.intake.gather import Gathered, Progress
from server.intake.money import MoneyChunk
from server.intake.places import Places
from server.intake.spool import MOST_ROWS

SMALL = ("vouchers", "contacts", "announcements")


@dataclass
class Result:
    """What an import came to, or (preview) would come to."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    kinds: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, kind: str, counts: Counter[str]) -> None:
        self.counts += counts
        self.kinds.setdefault(kind, Counter()).update(counts)


def places_of(db: Sql, c: str) -> Places:
    """The homes a community has, and their numbers in other systems."""
    places = Places()
    for row in store.known_homes(db, c):
        places.add(row["code"], row["id"])
    for row in store.home_numbers(db, c):
        places.known_as(row["number"], row["code"])
    return places


def preview(db: Db, c: str, found: Gathered) -> Result:
    """What an import would do. Reads only; what changes meanwhile is compared again when it is written."""
    result = Result(faults=list(found.faults))
    counts: Counter[str] = Counter()
    homes.compare(db, c, found, counts)
    result.add("homes", counts)
    reader = cast(Pen, Reader(db, c, clock.today()))
    found.money.rows = MOST_ROWS
    for chunk in found.money.chunks():
        out = MoneyChunk(reader, found, "").look(chunk)
        result.add("bills", out.counts)
        result.faults += out.faults
    for kind in (*SMALL, "staff"):
        counts = Counter()
        small.compare(db, c, kind, found, counts, result.faults)
        result.add(kind, counts)
    return result


def commit(db: Db, c: str, found: Gathered, batch: str, who: str, progress: Progress | None = None) -> Result:
    """Write everything that is new or changed, a chunk at a time."""
    result = Result(faults=list(found.faults))
    run = _Run(db, c, found, batch, who, result, progress or (lambda *_: None))
    run.homes()
    run.money()
    for kind in SMALL[:1]:
        run.small(kind)
    run.staff()
    for kind in SMALL[1:]:
        run.small(kind)
    return result


@dataclass
class _Run:
    db: Db
    c: str
    found: Gathered
    batch: str
    who: str
    result: Result
    progress: Progress
    done: int = 0

    def homes(self) -> None:
        counts: Counter[str] = Counter()
        work = homes.compare(self.db, self.c, self.found, counts)
        self._step(len(self.found.homes) - len(work), None)
        for i in range(0, len(work), homes.CHUNK):
            part = work[i:i + homes.CHUNK]
            self._step(len(part), partial(homes.write, work=part, found=self.found, batch=self.batch))
            if i == 0 or i + homes.CHUNK >= len(work):
                self.db.grown()
        if self.found.numbers:
            self._step(0, lambda pen: homes.write_numbers(pen, self.found))
        self.result.add("homes", counts)

    def money(self) -> None:
        with self.db.beside() as early:
            chunks = Ahead(self.c, self.found, self.batch, early)
            for i, size in enumerate(chunks):
                start = perf_counter()
                self._step(size, lambda pen: self._chunk(pen, chunks))
                self.found.money.pace(size, perf_counter() - start)
                if i == 0:
                    self.db.grown()

    def _chunk(self, pen: Pen, chunks: Ahead) -> None:
        work = chunks.take(pen)
        work.write()
        self.result.add("bills", work.out.counts)
        self.result.faults += work.out.faults
        chunks.step(pen)

    def small(self, kind: str) -> None:
        counts: Counter[str] = Counter()
        tasks = small.compare(self.db, self.c, kind, self.found, counts, self.result.faults)
        self._step(len(self.found.small.get(kind, ())) - len(tasks), None)
        for i in range(0, len(tasks), small.CHUNK):
            def write(pen: Pen, part: list[small.Task] = tasks[i:i + small.CHUNK]) -> None:
                self.result.faults += small.write(pen, kind, part, self.batch)
            self._step(len(tasks[i:i + small.CHUNK]), write)
        self.result.add(kind, counts)

    def staff(self) -> None:
        counts: Counter[str] = Counter()
        tasks = small.compare(self.db, self.c, "staff", self.found, counts, self.result.faults)
        self.result.faults += small.write_staff(self.db, self.c, tasks, self.batch, self.who)
        self._step(len(self.found.small.get("staff", ())), None)
        self.result.add("staff", counts)

    def _step(self, rows: int, write: Callable[[Pen], None] | None) -> None:
        """One chunk under the pen, with the sign of life of the import."""
        if write is not None:
            with self.db.write(self.c, who=self.who) as pen:
                kiosk.hold(pen)  # half an import is nothing to show: the lobby keeps its figures until the end
                write(pen)
                pen.verb = "import.chunk"
                store.step_on(pen, self.batch, rows)
        self.done += rows
        self.progress("write", self.done, self.found.total)
