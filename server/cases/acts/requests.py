"""Requests for instalments or delay, and the office's answers to them."""

from typing import Any

from server import clock
from server.cases import rules, store
from server.cases.acts.limitation import interrupt
from server.db import Pen, Sql, new_id
from server.errors import Refusal


def ask(pen: Pen, home: str, kind: str, text: str, source: str, *, id: str = "", at: str = "", staff: str = "") -> str:
    """Keep a request (`kind`: instalment | delay) and return its id; it restarts the clock when the debtor is
    known to have asked (a source that begins with 'page' is an unnamed visitor of the pay page)."""
    request, instant = id or new_id(), at or pen.at
    day = clock.day_of(instant)
    done = pen.run(
        "insert into request (community, id, home, kind, text, at, day, staff, source, n) values "
        "(:c, :id, :home, :kind, :text, :at, :day, :staff, :source, :n) "
        "on conflict (community, id) do nothing",
        c=pen.community,
        id=request,
        home=home,
        kind=kind,
        text=text,
        at=instant,
        day=day,
        staff=staff or pen.who,
        source=source,
        n=pen.n,
    )
    if done:
        pen.touch("household", home)
        if rules.proven(source):
            interrupt(pen, home, day, "request", source)
    return request


def answer_request(pen: Pen, request: str, answer: str, note: str = "") -> None:
    """Grant or refuse a request (`answer`: granted | refused); a second answer is refused by name."""
    row = pen.one(
        "select r.home, a.answer from request r left join request_answer a "
        "on a.community = r.community and a.request = r.id where r.community = :c and r.id = :id",
        c=pen.community,
        id=request,
    )
    if row is None:
        raise Refusal("request_unknown")
    if row["answer"]:
        raise Refusal("request_answered")
    pen.run(
        "insert into request_answer (community, request, answer, note, at, day, who, n) values "
        "(:c, :id, :answer, :note, :at, :day, :who, :n)",
        c=pen.community,
        id=request,
        answer=answer,
        note=note,
        at=pen.at,
        day=pen.day,
        who=pen.who,
        n=pen.n,
    )
    pen.touch("household", row["home"])


def requests(
    db: Sql, community: str, home_ids: list[str] | None = None, open_only: bool = True
) -> list[dict[str, Any]]:
    """Requests [{id, home, kind, text, day, source, answer …}], oldest first."""
    return store.requests(db, community, home_ids, open_only)
