"""The words on papers: ours, or the office's own when they pass the linter."""

from __future__ import annotations

from typing import Any

from server.db import Pen, Sql
from server.errors import refuse
from server.notices import store
from server.notices.rules import wording
from server.notices.words import WORDS, Words


def own_words(db: Sql, community: str) -> dict[tuple[str, str], Words]:
    """What the office put in place of our words."""
    return {
        (row["step"], row["variant"]): {
            "title": row["title"], "opening": row["opening"], "closing": row["closing"],
        }
        for row in store.wordings(db, community)
    }


def wordings(db: Sql, community: str) -> list[dict[str, Any]]:
    """Every text a paper can carry: [{step, variant, title, opening, closing, own}]; `own` is 1 for the office's."""
    own = own_words(db, community)
    return [
        {"step": step, "variant": variant, **own.get((step, variant), words), "own": int((step, variant) in own)}
        for (step, variant), words in WORDS.items()
    ]


def save_wording(pen: Pen, *, step: str, variant: str, title: str, opening: str, closing: str) -> None:
    """Put the office's words in place of ours. Refusal wording_wrong says what may not stand there."""
    words: Words = {"title": title, "opening": opening, "closing": closing}
    if (step, variant) not in WORDS:
        refuse("wording_wrong", "/step", reason="没有这一种通知")
    if unknown := wording.unknown_slots(wording.joined(words)):
        refuse("wording_wrong", "/opening", reason="不认识的填空 " + "、".join(f"{{{slot}}}" for slot in unknown))
    if faults := wording.faults(wording.joined(words), variant == "expired"):
        refuse("wording_wrong", "/opening", reason="；".join(faults))
    store.set_wording(pen, {
        "community": pen.community, "step": step, "variant": variant, **words, "at": pen.at, "who": pen.who,
    })


def reset_wording(pen: Pen, step: str, variant: str) -> None:
    """Back to our words."""
    store.drop_wording(pen, pen.community, step, variant)
