"""The verbs of the room thanks. Acts that write take the pen first, acts that read take (db, community)."""

from server.thanks.acts.board import bands, honour, streaks
from server.thanks.acts.consents import (
    consents,
    consents_given,
    give_consent,
    payers,
    thankable,
    withdraw_consent,
)
from server.thanks.acts.draws import draws, make_draw, numbers, reveal_draw

__all__ = [
    "bands", "consents", "consents_given", "draws", "give_consent", "honour", "make_draw", "numbers", "payers",
    "reveal_draw", "streaks", "thankable", "withdraw_consent",
]
