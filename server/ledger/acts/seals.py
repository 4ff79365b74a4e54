"""A total the owner can check: when a day closes its receipts are sealed, signed, and each can be proved inside."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server import clock
from server.db import Pen, Row, Sql
from server.errors import refuse
from server.ledger.rules import merkle
from server.ledger.rules.merkle import Node
from server.ledger.store import days as store

LEAST = 10
GENESIS = "0" * 64


def seal_day(pen: Pen, key: bytes, day: str) -> dict[str, Any] | None:
    """Seal the receipts booked up to a closed day, with those of closed days before that were too few.

    `key` is 32 bytes (`cfg.key("seal")`). None when fewer than ten receipts came: they join the next day's.
    Refusal day_not_ready when the day is not closed.
    """
    c = pen.community
    if store.closing(pen, c, day) is None:
        refuse("day_not_ready", day=day, reason="先结账，再封存")
    last = store.last_seal(pen, c)
    if last is not None and last["day"] >= day:
        return _dressed(last)
    after = last["day"] if last else ""
    received = store.received(pen, c, after, day)
    if len(received) < LEAST:
        return None
    row, leaves = _sealed(pen, key, day, last, received, store.returned(pen, c, after, day))
    store.put_seal(pen, row, leaves)
    pen.touch("seal", day)
    return _dressed(row)


def _sealed(
    pen: Pen, key: bytes, day: str, last: Row | None, received: list[Row], returned: list[Row]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    c, no = pen.community, last["no"] + 1 if last else 1
    into, kept = _tree(c, no, "in", received)
    back, kept_back = _tree(c, no, "back", returned)
    previous = last["hash"] if last else GENESIS
    since = clock.add_days(last["day"], 1) if last else min(row["book_date"] for row in received)
    text = merkle.seal_text(c, no, day, since, into, len(received), back, len(returned), previous)
    private = Ed25519PrivateKey.from_private_bytes(key)
    row = {
        "community": c, "no": no, "day": day, "since": since, "receipts": len(received), "total_fen": into.fen,
        "root": into.hash.hex(), "back": len(returned), "back_fen": back.fen, "back_root": back.hash.hex(),
        "prev_hash": previous, "hash": hashlib.sha256(text).hexdigest(), "signature": private.sign(text).hex(),
        "key_id": public_key(key)[:16], "at": pen.at,
    }
    return row, kept + kept_back


def _tree(c: str, no: int, kind: str, rows: list[Row]) -> tuple[Node, list[dict[str, Any]]]:
    kept, leaves = [], []
    for position, row in enumerate(rows):
        salt = os.urandom(16)
        leaves.append(merkle.leaf(salt, row["fen"], row["number"]))
        kept.append({
            "community": c, "seal": no, "kind": kind, "position": position, "number": row["number"], "fen": row["fen"],
            "salt": salt.hex(),
        })
    return merkle.root(leaves), kept


def public_key(key: bytes) -> str:
    """The public half in hex; printed in the docs page of the community and served with every seal."""
    raw = Ed25519PrivateKey.from_private_bytes(key).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return raw.hex()


def day_seals(db: Sql, community: str, last: int = 31) -> list[dict[str, Any]]:
    """Seals, newest first, with `fingerprint`."""
    return [_dressed(row) for row in store.seals(db, community, last)]


def seal_of(db: Sql, community: str, day: str) -> dict[str, Any] | None:
    """The seal that covers a day."""
    row = store.seal_of_day(db, community, day)
    return _dressed(row) if row else None


def proof(db: Sql, community: str, receipt_no: str) -> dict[str, Any] | None:
    """{number, fen, salt, position, steps: [{side, fen, hash}], seal}: that a receipt is in its day's total.

    None while it is not sealed.
    """
    found = store.leaf_of(db, community, receipt_no)
    if found is None:
        return None
    leaves = _leaves(store.leaves(db, community, found["seal"], "in"))
    steps = merkle.proof(leaves, found["position"])
    seal = store.seal(db, community, found["seal"])
    assert seal is not None
    return {
        "number": found["number"], "fen": found["fen"], "salt": found["salt"], "position": found["position"],
        "steps": [step._asdict() for step in steps], "seal": _dressed(seal),
    }


def proves(found: dict[str, Any]) -> bool:
    """Does a proof lead to the root and total of its seal? The same arithmetic a browser does."""
    start = merkle.leaf(bytes.fromhex(found["salt"]), found["fen"], found["number"])
    steps = [merkle.Step(**step) for step in found["steps"]]
    at = merkle.climb(start, steps)
    return bool(at.fen == found["seal"]["total_fen"] and at.hash.hex() == found["seal"]["root"])


def check_seals(db: Sql, community: str, public: str | None = None) -> list[str]:
    """Replay every seal: leaves against roots and receipts, the chain, and (with the public key) the signatures."""
    wrong, previous, after = [], GENESIS, ""
    for row in store.all_seals(db, community):
        trees = {kind: store.leaves(db, community, row["no"], kind) for kind in ("in", "back")}
        into, back = (merkle.root(_leaves(trees[kind])) for kind in ("in", "back"))
        text = merkle.seal_text(
            community, row["no"], row["day"], row["since"], into, len(trees["in"]), back, len(trees["back"]), previous
        )
        books = store.received(db, community, after, row["day"])
        if (
            hashlib.sha256(text).hexdigest() != row["hash"]
            or (into.fen, back.fen, previous) != (row["total_fen"], row["back_fen"], row["prev_hash"])
            or [(r["number"], r["fen"]) for r in books] != [(r["number"], r["fen"]) for r in trees["in"]]
        ):
            wrong.append(f"{row['day']} 的封存与它的收据不符")
        if public is not None and not _signed(public, row["signature"], text):
            wrong.append(f"{row['day']} 的封存签名不对")
        previous, after = row["hash"], row["day"]
    return wrong


def _signed(public: str, signature: str, text: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), text)
    except InvalidSignature:
        return False
    return True


def _leaves(rows: Sequence[Row]) -> list[Node]:
    return [merkle.leaf(bytes.fromhex(row["salt"]), row["fen"], row["number"]) for row in rows]


def _dressed(row: Row) -> dict[str, Any]:
    return {**row, "fingerprint": merkle.fingerprint(row["hash"])}
