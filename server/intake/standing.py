"""What stands already where a chunk's rows point: bills, receipts, owners, what is held. Reads, decides nothing."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from server.db import Pen
from server.intake import store
from server.intake.plan import PREFIX, Known, Move, key_of
from server.ledger.bulk import Bill, Chunk, Receipt
from server.ledger.store import bulk as ledger

Spot = tuple[str, str]  # home id, "period item"


class Standing:
    """The part of the books that one chunk of homes touches, read in a few queries."""

    def __init__(self, pen: Pen, chunk: Chunk) -> None:
        self.pen = pen
        self.c = pen.community
        self.chunk = chunk
        self.bill_at: dict[Spot, Bill] = {}
        self.receipts_at: dict[Spot, list[Receipt]] = defaultdict(list)
        self.turns: dict[Spot, int] = {}
        self.held: set[str] = set()
        self.own: set[str] = set()
        self._owners: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._owner_of: dict[Spot, str | None] = {}

    def load(
        self, planned: list[tuple[str, list[Move]]], known: dict[str, dict[Spot, Known]], standing: list[str]
    ) -> None:
        """Read for the moves of homes; `standing` are those that exist."""
        self.held = store.held_open(self.pen, self.c, standing) if standing else set()
        busy = [home for home, moves in planned if any(move.state != "same" for move in moves)]
        there = [home for home in busy if not home.startswith("new:")]
        if not there:
            return
        for owner in store.owners(self.pen, self.c, there):
            self._owners[owner["home"]].append(owner)
        spots = {(home, key_of(move.row.period, move.row.item))
                 for home, moves in planned for move in moves if move.state != "same"}
        self._load_bills(there, spots)
        self._load_receipts(spots, known)

    def _load_bills(self, homes: list[str], spots: set[Spot]) -> None:
        rows = [row for i in range(0, len(homes), store.PART)
                for row in ledger.standing(self.pen, self.c, homes[i:i + store.PART])]
        live: dict[Spot, str] = {}
        for row in rows:
            spot = row["home"], key_of(row["period"], row["item"])
            self.turns[spot] = max(row["turn"], self.turns.get(spot, 0))
            if row["back"] is None and spot in spots:
                live[spot] = row["id"]
        wanted = sorted(live.values())
        for i in range(0, len(wanted), store.PART):
            self.chunk.load(wanted[i:i + store.PART], [])
            self.own |= ledger.own_receipts(self.pen, self.c, wanted[i:i + store.PART], PREFIX)
        self.bill_at = {spot: self.chunk.known_bills[id_] for spot, id_ in live.items()}

    def _load_receipts(self, spots: set[Spot], known: dict[str, dict[Spot, Known]]) -> None:
        wanted: dict[str, Spot] = {}
        for home, identities in known.items():
            for (slot, key), last in identities.items():
                spot = home, key.split("\t")[0]
                if last.payment and slot != "reversal" and spot in spots:
                    wanted[last.payment] = spot
        ids = sorted(wanted)
        for i in range(0, len(ids), store.PART):
            self.chunk.load([], ids[i:i + store.PART])
        for id_ in ids:
            self.receipts_at[wanted[id_]].append(self.chunk.known_receipts[id_])

    def owner(self, home: str, day: str) -> str | None:
        """Whose debt it is: the first owner on the day the bill is due."""
        if (home, day) not in self._owner_of:
            owners = self._owners.get(home, ())
            now = [o for o in owners if o["since"] <= day and (o["until"] is None or o["until"] > day)]
            self._owner_of[home, day] = (now or list(owners) or [{"id": None}])[0]["id"]
        return self._owner_of[home, day]
