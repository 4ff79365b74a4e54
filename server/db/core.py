"""`Db` and `Pen`: read freely, write one community at a time under its pen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any, Protocol

from server import clock
from server.db.question import Answers, Question, T, Tuples
from server.errors import Refusal

Row = dict[str, Any]


class Sql(Protocol):
    """What store functions take first: a `Db`, a `Pen` or a snapshot."""

    def all(self, sql: str, **params: Any) -> list[Row]: ...
    def one(self, sql: str, **params: Any) -> Row | None: ...
    def tuples(self, sql: str, **params: Any) -> list[tuple[Any, ...]]: ...
    def run(self, sql: str, many: Sequence[Mapping[str, Any]] | None = None, **params: Any) -> int: ...
    def put(self, table: str, rows: Iterable[Any], columns: Sequence[str] = (), clash: str = "") -> int: ...
    def ask(self, question: Question[T]) -> T: ...
    def together(self, *questions: Question[Any]) -> Answers: ...


class Writing(Protocol):
    """What a pen needs: the connection of an engine, or one in a process of its own (`server.db.hand`)."""

    def rows(self, sql: str, params: Mapping[str, Any]) -> list[Row]: ...
    def row(self, sql: str, params: Mapping[str, Any]) -> Row | None: ...
    def tuples(self, sql: str, params: Mapping[str, Any]) -> Tuples: ...
    def together(self, asked: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Tuples]: ...
    def execute(self, sql: str, params: Mapping[str, Any]) -> int: ...
    def many(self, sql: str, rows: Sequence[Mapping[str, Any]]) -> int: ...
    def put(self, table: str, rows: Iterable[Any], columns: Sequence[str] = (), clash: str = "") -> int: ...
    def tell(self, table: str, rows: Iterable[Any], columns: Sequence[str] = (), clash: str = "") -> None: ...
    def say(self, sql: str, params: Mapping[str, Any]) -> None: ...
    def stream(self, sql: str, params: Mapping[str, Any]) -> Iterator[Row]: ...
    def begin(self, community: str) -> None: ...
    def commit(self) -> None: ...
    def rollback(self) -> None: ...


class Engine(Writing, Protocol):
    """What differs between SQLite and PostgreSQL; one file each."""

    name: str
    path: str
    """Where the data is: the same for all connections to one database."""

    def begin_read(self) -> None: ...
    def end_read(self) -> None: ...
    def check_keys_late(self) -> None: ...
    def integrity(self) -> list[str]: ...
    def script(self, text: str) -> None: ...
    def migration_lock(self) -> None: ...
    def tables(self) -> list[str]: ...
    def grown(self) -> None: ...
    def serving(self) -> None: ...
    def beside(self) -> AbstractContextManager[Writing | None]: ...
    def patient(self) -> None: ...
    def alive(self) -> bool: ...
    def close(self) -> None: ...


class Reader:
    """The verbs of `Sql` over an engine."""

    def __init__(self, engine: Writing) -> None:
        self.engine = engine

    def all(self, sql: str, **params: Any) -> list[Row]:
        return self.engine.rows(sql, params)

    def one(self, sql: str, **params: Any) -> Row | None:
        return self.engine.row(sql, params)

    def tuples(self, sql: str, **params: Any) -> list[tuple[Any, ...]]:
        """Rows as tuples in the order of the columns: where there are many, a dict for each is most of the time."""
        return self.engine.tuples(sql, params)

    def ask(self, question: Question[T]) -> T:
        """The answer to one question."""
        return question.read(self.engine.tuples(question.sql, question.params) if question.sql else [])

    def together(self, *questions: Question[Any]) -> Answers:
        """The answers to questions that do not depend on each other, where an engine is far away in one round trip."""
        asked = [q for q in questions if q.sql]
        found = self.engine.together([(q.sql, q.params) for q in asked]) if asked else []
        rows = dict(zip(asked, found, strict=True))
        return Answers(questions, [rows.get(q, []) for q in questions])

    def stream(self, sql: str, **params: Any) -> Iterator[Row]:
        """Rows one after the other, without holding them all; inside a snapshot or a write."""
        return self.engine.stream(sql, params)

    def run(self, sql: str, many: Sequence[Mapping[str, Any]] | None = None, **params: Any) -> int:
        """Run one statement, or the same for every mapping of `many`; the number of rows it changed."""
        if many is None:
            return self.engine.execute(sql, params)
        return self.engine.many(sql, many) if many else 0

    def put(self, table: str, rows: Iterable[Any], columns: Sequence[str] = (), clash: str = "") -> int:
        """Insert rows that all have the keys of the first; how many.

        With `columns` the rows are tuples of values in that order: bulk work makes no dict for each row. `clash` says
        what becomes of rows that are there already (`on conflict …`)."""
        return self.engine.put(table, rows, columns, clash)


class Pen(Reader):
    """One write of one community: its number, its instant, and what it touched."""

    def __init__(self, engine: Writing, community: str, n: int, who: str, verb: str) -> None:
        super().__init__(engine)
        self.community = community
        self.n = n
        self.who = who
        self.verb = verb
        self.at = clock.instant()
        self.day = clock.today()
        self.touched: set[tuple[str, str]] = set()

    def tell(self, table: str, rows: Iterable[Any], columns: Sequence[str] = (), clash: str = "") -> None:
        """`put` without asking how many: the engine may write them while the caller goes on.

        What they are refused for is raised by the next question or by the end of the pen, and nothing is written."""
        self.engine.tell(table, rows, columns, clash)

    def say(self, sql: str, **params: Any) -> None:
        """`run` without asking how many, as `tell` is for `put`."""
        self.engine.say(sql, params)

    def touch(self, type_: str, id_: str) -> None:
        """Say that this entity's facts changed under this pen's number: phones and screens ask for it."""
        self.touched.add((type_, id_))

    def finish(self) -> None:
        """Write what was touched and the audit row; the last statements before the commit."""
        if self.touched:
            self.tell(
                "touched", [(self.community, t, i, self.n) for t, i in sorted(self.touched)],
                ("community", "type", "id", "n"), "on conflict (community, type, id) do update set n = excluded.n")
        self.tell("audit", [(self.community, self.n, self.at, self.who, self.verb)],
                  ("community", "n", "at", "who", "verb"))


class Db(Reader):
    """One connection. Reads outside a transaction see what is committed when they start."""

    engine: Engine

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._writes: Writing = engine
        self._open = False

    @property
    def alive(self) -> bool:
        """False when the connection must be replaced."""
        return self.engine.alive()

    @contextmanager
    def write(
        self, community: str | None = None, who: str = "", verb: str = "", new: bool = False
    ) -> Iterator[Pen]:
        """Take the pen of a community, or (without one) open a transaction on global tables.

        Committed when the block ends, rolled back when it raises. `new` makes the pen of a new community.
        Errors: Refusal community_unknown; `Busy` when the pen is not free in time; `Unknown` at commit.
        """
        writes = self._writes
        with self._transaction(writes, partial(writes.begin, community or ""), writes.commit):
            if community is None:
                yield Pen(writes, "", 0, who, verb)
                return
            pen = Pen(writes, community, self._take(community, new), who, verb)
            yield pen
            pen.finish()

    def _take(self, community: str, new: bool) -> int:
        if new:
            self._writes.execute(
                "insert into pen (community, n) values (:c, 0) on conflict (community) do nothing",
                {"c": community},
            )
        row = self._writes.row(
            "update pen set n = n + 1 where community = :c returning n", {"c": community}
        )
        if row is None:
            raise Refusal("community_unknown")
        return int(row["n"])

    @contextmanager
    def snapshot(self) -> Iterator[Reader]:
        """One consistent read transaction."""
        with self._transaction(self.engine, self.engine.begin_read, self.engine.end_read):
            yield Reader(self.engine)

    @contextmanager
    def _transaction(
        self, engine: Writing, begin: Callable[[], None], end: Callable[[], None]
    ) -> Iterator[None]:
        if self._open:
            raise RuntimeError("a transaction is open already: pass the pen on instead of taking another")
        begin()
        self._open = True
        try:
            yield
        except BaseException:
            engine.rollback()
            raise
        else:
            end()
        finally:
            self._open = False

    @contextmanager
    def beside(self) -> Iterator[Reader | None]:
        """Bulk work: what is put in this block goes into the database while the caller makes the next rows.

        What is asked of the pen waits for them, and raises what they were refused for; so does the commit. Gives a
        reader of what was committed before the open write, which does not wait, or None where nothing is gained."""
        with self.engine.beside() as hand:
            self._writes = hand or self.engine
            try:
                yield Reader(self.engine) if hand else None
            finally:
                self._writes = self.engine

    def grown(self) -> None:
        """Say, outside a transaction, that tables have grown a lot: the engine looks again how it reads them."""
        self.engine.grown()

    def serving(self) -> None:
        """Say that this connection is one of a server that stays, where many wait for a commit."""
        self.engine.serving()

    def close(self) -> None:
        self.engine.close()
