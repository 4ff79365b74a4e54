"""Prize draws that can be checked: entries and a commitment to the seed before, the seed after."""

from __future__ import annotations

import secrets
from typing import Any

from server import clock
from server.db import Pen, Sql, new_id
from server.errors import Refusal
from server.thanks import rules, store
from server.thanks.acts.board import streaks


def make_draw(pen: Pen, *, title: str, prize: str, places: int, draw_day: str) -> str:
    """Open a draw among those who agreed to it and paid on time; its id. The seed is fixed now and kept back.

    Refusals: draw_day_past, draw_too_few (not more entries than prizes).
    """
    if draw_day < pen.day:
        raise Refusal("draw_day_past", pointer="/draw_day")
    agreed = store.live_consents(pen, pen.community, "draw", draw_day)
    good = {home for home, n in streaks(pen, pen.community, [row["home"] for row in agreed], pen.day).items() if n}
    # a name that was corrected since is not the text that was agreed to
    people = {
        row["resident"]: row for row in agreed if row["home"] in good and row["label"] == rules.masked(row["name"])
    }
    if len(people) <= places:
        raise Refusal("draw_too_few", n=len(people))
    entries = [
        {"seq": seq, "consent": row["id"], "label": row["label"], "place": None}
        for seq, row in enumerate(people.values(), 1)
    ]
    id_, seed = new_id(), secrets.token_hex(32)
    store.put_draw(pen, pen.community, {
        "id": id_, "title": title, "prize": prize, "winners": places, "entries": len(entries),
        "entries_hash": rules.entries_hash([row["label"] for row in entries]),
        "commitment": rules.commitment(seed), "seed": seed, "made_at": pen.at, "draw_day": draw_day,
    }, entries)
    pen.verb = "draw.make"
    pen.touch("draw", id_)
    return id_


def reveal_draw(pen: Pen, id_: str) -> list[int]:
    """Show the seed and the winning numbers; who took his consent back or left before is passed over. The same again
    gives the same. Refusals: not_found, draw_too_early."""
    row = store.draw(pen, pen.community, id_)
    if row is None:
        raise Refusal("not_found")
    if pen.day < row["draw_day"]:
        raise Refusal("draw_too_early", day=row["draw_day"])
    entries = store.entries(pen, pen.community, id_)
    if row["revealed_at"] is not None:
        return [e["seq"] for e in sorted((e for e in entries if e["place"]), key=lambda e: e["place"])]
    out = {e["seq"] for e in entries if e["withdrawn_at"] or e["left_on"]}
    places = rules.winners(row["seed"], row["entries"], row["winners"], out)
    store.reveal(pen, pen.community, id_, pen.at, places)
    pen.verb = "draw.reveal"
    pen.touch("draw", id_)
    return places


def draws(db: Sql, community: str) -> list[dict[str, Any]]:
    """All draws, newest first; the seed only of those revealed, names only while their consent lives."""
    out, day = [], clock.today()
    for row in store.draws(db, community):
        entries = store.entries(db, community, row["id"])
        shown = [{"seq": e["seq"], "place": e["place"], "label": _label(e, day)} for e in entries]
        out.append({**row, "seed": row["seed"] if row["revealed_at"] else None, "list": shown})
    return out


def _label(entry: dict[str, Any], day: str) -> str:
    """The name that was agreed to, while it is; then why not."""
    if entry["withdrawn_at"]:
        return "（已撤回）"
    ended = entry["left_on"] or entry["end_day"] < day or entry["label"] != rules.masked(entry["name"])
    return "（失效）" if ended else str(entry["label"])


def numbers(db: Sql, community: str, home: str, day: str) -> list[dict[str, Any]]:
    """A home's own numbers for its own page, newest draw first: [{resident, title, prize, draw_day, revealed_at, seq,
    place}]; a number that was taken back only when it had won. Up to a month after the draw."""
    rows = store.entries_of_home(db, community, home, clock.add_months(day, -1))
    return [row for row in rows if row["place"] or not row["withdrawn_at"]]
