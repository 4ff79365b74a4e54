"""A Merkle-sum tree: a root that binds a total, and proofs that one receipt is inside it. See docs/totals.md.

leaf = SHA-256(00 ‖ 16-byte salt ‖ i64 fen ‖ number)
node = SHA-256(01 ‖ left sum ‖ left hash ‖ right sum ‖ right hash)
Sums are 8 bytes, big-endian; a node without a neighbour moves up as it is; no leaf is negative.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

EMPTY = hashlib.sha256(b"koumen empty tree").digest()
FEN_LIMIT = 1 << 63


class Node(NamedTuple):
    """A sum in fen and its hash."""

    fen: int
    hash: bytes


class Step(NamedTuple):
    """One neighbour on the way up: on which side it stands, its sum and hash."""

    side: str
    fen: int
    hash: str


def leaf(salt: bytes, fen: int, number: str) -> Node:
    """ValueError for a negative amount: it could hide another."""
    if not 0 <= fen < FEN_LIMIT:
        raise ValueError("an amount in the tree is between 0 and 2^63")
    return Node(fen, hashlib.sha256(b"\x00" + salt + fen.to_bytes(8, "big") + number.encode()).digest())


def node(left: Node, right: Node) -> Node:
    if min(left.fen, right.fen) < 0 or left.fen + right.fen >= FEN_LIMIT:
        raise ValueError("a sum in the tree is between 0 and 2^63")
    text = b"\x01" + left.fen.to_bytes(8, "big") + left.hash + right.fen.to_bytes(8, "big") + right.hash
    return Node(left.fen + right.fen, hashlib.sha256(text).digest())


def levels(leaves: Sequence[Node]) -> list[list[Node]]:
    """Every level from the leaves to the root."""
    found = [list(leaves) or [Node(0, EMPTY)]]
    while len(found[-1]) > 1:
        row = found[-1]
        above = [node(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
        found.append(above + ([row[-1]] if len(row) % 2 else []))
    return found


def root(leaves: Sequence[Node]) -> Node:
    return levels(leaves)[-1][0]


def proof(leaves: Sequence[Node], position: int) -> list[Step]:
    """The neighbours on the way from a leaf to the root."""
    steps = []
    for row in levels(leaves)[:-1]:
        other = position ^ 1
        if other < len(row):
            steps.append(Step("left" if other < position else "right", row[other].fen, row[other].hash.hex()))
        position //= 2
    return steps


def climb(start: Node, steps: Sequence[Step]) -> Node:
    """The root that a proof leads to."""
    at = start
    for step in steps:
        other = Node(step.fen, bytes.fromhex(step.hash))
        at = node(other, at) if step.side == "left" else node(at, other)
    return at


def seal_text(
    community: str, no: int, day: str, since: str, into: Node, count: int, back: Node, backs: int, prev: str
) -> bytes:
    """What is hashed and signed of a day's seal, line by line, readable by anyone."""
    lines = (
        "koumen day seal 1", community, str(no), since, day, str(count), str(into.fen), into.hash.hex(), str(backs),
        str(back.fen), back.hash.hex(), prev,
    )
    return "\n".join(lines).encode()


def fingerprint(seal_hash: str) -> str:
    """Eight characters for a screen and a paper: Crockford's base32 of the hash's first 40 bits, `7K3D-Q0XZ`."""
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    bits = int(seal_hash[:10], 16)
    text = "".join(alphabet[(bits >> shift) & 31] for shift in range(35, -1, -5))
    return f"{text[:4]}-{text[4:]}"
