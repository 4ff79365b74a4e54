"""Numbers and codes for drafts, under the pen: the paper printed before when nothing changed, else a new one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from server import clock
from server.config import Config
from server.db import Pen, Row, new_id
from server.estate import acts as estate
from server.estate.pinyin import first_letters
from server.notices import store
from server.notices.rules.papers import Draft
from server.pay import acts as pay

CLASSES = {"letter": "sealed", "slip": "door", "sticker": "door"}
STICKER_DAYS = 730
AT_ONCE = 500


def numbered(
    pen: Pen, cfg: Config, drafts: Sequence[Draft], kind: str, route: str | None, printing: str
) -> list[Row]:
    """A notice for each draft: the one printed before when nothing changed and its code lives, else a new one."""
    homes = [draft.facts.home for draft in drafts]
    before = _printed_before(pen, homes, kind, route)
    texts = [json.dumps(draft.content, ensure_ascii=False, sort_keys=True) for draft in drafts]
    found = {home: before[home, text] for home, text in zip(homes, texts, strict=True) if (home, text) in before}
    fresh = [(d, text) for d, text in zip(drafts, texts, strict=True) if d.facts.home not in found]
    made = {row["home"]: row for row in _new_notices(pen, cfg, fresh, kind, route, printing)}
    pay.printed_again(pen, [row["code_handle"] for row in found.values()])
    return [found.get(home) or made[home] for home in homes]


def _printed_before(pen: Pen, homes: Sequence[str], kind: str, route: str | None) -> dict[tuple[str, str], Row]:
    rows = store.printed_before(pen, pen.community, route, kind, homes)
    live = {}
    for start in range(0, len(homes), AT_ONCE):
        if rows:
            codes = pay.live_codes(pen, pen.community, homes[start:start + AT_ONCE])
            live.update({code["handle"]: code for code in codes})
    return {
        (row["home"], row["content"]): {**row, "version": live[row["code_handle"]]["version"]}
        for row in rows if row["code_handle"] in live
    }


def _new_notices(
    pen: Pen, cfg: Config, fresh: Sequence[tuple[Draft, str]], kind: str, route: str | None, printing: str
) -> list[Row]:
    if not fresh:
        return []
    ids = [new_id() for _ in fresh]
    codes = _codes(pen, cfg, fresh, ids, kind)
    year = pen.day[:4]
    first = store.take_numbers(pen, pen.community, f"notice-{year}", len(fresh))
    mark = initials(estate.community(pen, pen.community)["name"])
    rows = [
        {
            "community": pen.community, "id": id_, "number": f"{mark}-{year}-{first + i:04d}",
            "home": draft.facts.home, "kind": kind, "step": draft.step, "route": route,
            "code_handle": code["handle"], "fen": draft.fen, "since_day": draft.since_day,
            "last_day": draft.last_day, "match": code["match"], "content": text, "printing": printing,
            "printed_at": pen.at,
        }
        for i, ((draft, text), id_, code) in enumerate(zip(fresh, ids, codes, strict=True))
    ]
    store.add_notices(pen, rows)
    return [{**row, "version": code["version"]} for row, code in zip(rows, codes, strict=True)]


def _codes(
    pen: Pen, cfg: Config, fresh: Sequence[tuple[Draft, str]], ids: Sequence[str], kind: str
) -> list[dict[str, Any]]:
    expires = clock.add_days(pen.day, STICKER_DAYS) if kind == "sticker" else None
    wanted = [
        {"home": draft.facts.home, "class": CLASSES[kind], "notice": id_, "expires": expires}
        for (draft, _), id_ in zip(fresh, ids, strict=True)
    ]
    return pay.issue_codes(pen, wanted, cfg=cfg)


def initials(name: str) -> str:
    """`锦绣花园` → `JX`: what notice numbers begin with."""
    letters = first_letters(name[:2]).upper()
    kept = "".join(sign for sign in letters if sign.isascii() and sign.isalnum())[:3]
    return kept or "TZ"
