"""SQL of sentences from the office to one person's phones."""

from __future__ import annotations

from server.db import Pen


def put(pen: Pen, id_: str, staff: str, text: str) -> str:
    pen.put("message", [{
        "community": pen.community, "id": id_, "staff": staff, "text": text, "at": pen.at, "who": pen.who,
        "came_n": pen.n, "went_n": None,
    }])
    return id_


def drop(pen: Pen, id_: str) -> int:
    return pen.run(
        "update message set went_n = :n where community = :c and id = :id and went_n is null",
        c=pen.community, n=pen.n, id=id_)
