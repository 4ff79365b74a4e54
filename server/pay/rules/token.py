"""The 18 characters of a pay code: 1 key version, 8 handle, 8 tag, 1 check, in Crockford's base32.

The handle is 3 characters of the community's number and 5 random ones. The tag is 40 bits of
HMAC-SHA256 over version and handle, so that garbage is refused without asking the database.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Protocol

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
VALUE = {sign: i for i, sign in enumerate(ALPHABET)}
LENGTH = 18
TAG_BYTES = 5
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, "\u3000": None})


class KeyRing(Protocol):
    """What knows the secret; `server.config.Config` does."""

    def key(self, purpose: str) -> bytes: ...


@dataclass(frozen=True)
class Handle:
    """What a genuine token says: the version of its key and the handle."""

    version: int
    handle: str


def encode(value: int, length: int) -> str:
    """A number as `length` characters of base32, most significant first."""
    signs = []
    for _ in range(length):
        value, low = divmod(value, 32)
        signs.append(ALPHABET[low])
    return "".join(reversed(signs))


def new_handle(number: str) -> str:
    """A handle for a community, given its number as 3 characters: those and 5 random ones."""
    return number + encode(secrets.randbits(25), 5)


def purpose(version: int) -> str:
    """The name of the key of one version; each version's key serves nothing else."""
    return "paycode" if version == 1 else f"paycode.{version}"


def tag(ring: KeyRing, version: int, handle: str) -> str:
    """Eight characters that only the holder of the key can make for this version and handle."""
    mac = hmac.new(ring.key(purpose(version)), (ALPHABET[version] + handle).encode(), hashlib.sha256)
    return encode(int.from_bytes(mac.digest()[:TAG_BYTES], "big"), 8)


def check_sign(text: str) -> str:
    """The Luhn-mod-32 character of a text: finds every single wrong character and most swaps."""
    total = 0
    for i, sign in enumerate(reversed(text)):
        high, low = divmod(VALUE[sign] * (2 if i % 2 == 0 else 1), 32)
        total += high + low
    return ALPHABET[-total % 32]


def make(ring: KeyRing, version: int, handle: str) -> str:
    """The token of a handle; the same every time, so that a code can be printed again."""
    body = ALPHABET[version] + handle + tag(ring, version, handle)
    return body + check_sign(body)


def tidy(typed: str) -> str:
    """What a person typed, as a token would be written: capitals, no groups, O as 0, I and L as 1."""
    return typed.strip().upper().translate(READ_AS)


def read(ring: KeyRing, typed: str) -> Handle | None:
    """What a token says, or None when nobody with the key made it. Asks no database."""
    if len(typed) > 3 * LENGTH:
        return None
    token = tidy(typed)
    if len(token) != LENGTH or any(sign not in VALUE for sign in token):
        return None
    if check_sign(token[:-1]) != token[-1]:
        return None
    version, handle = VALUE[token[0]], token[1:9]
    if not hmac.compare_digest(tag(ring, version, handle), token[9:17]):
        return None
    return Handle(version, handle)


def groups(token: str) -> str:
    """For typing: `10001 A2B3 C4D5E 6F7G`, groups of five and four."""
    return " ".join((token[:5], token[5:9], token[9:14], token[14:]))


def prefix(token: str) -> str:
    """The first 8 bytes of the token's SHA-256 in hex: a phone knows a sticker by it and cannot make one."""
    return hashlib.sha256(token.encode()).hexdigest()[:16]


def new_match() -> str:
    """Four digits that stand on paper and page; they open nothing."""
    return f"{secrets.randbelow(10000):04d}"
