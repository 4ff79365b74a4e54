"""Links to receipts: `/r/<receipt>/<secret>`, the secret made from community and number, nothing stored."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import Protocol

from server.access import community_of, prefix_of
from server.pay.rules.token import KeyRing, encode

TAG_BYTES = 10


class LongRing(KeyRing, Protocol):
    """A key ring that also knows the keys of before."""

    def past(self, purpose: str) -> Sequence[bytes]: ...


def receipt_secret(ring: KeyRing, community: str, receipt: str) -> str:
    """3 characters of the community's number, 16 that only the key can make (80 bits)."""
    return _secret(ring.key("receipt"), community, receipt)


def receipt_community(ring: LongRing, receipt: str, secret: str) -> str:
    """The community of a genuine link; '' for any other. Asks no database."""
    community = community_of(secret)
    if not community or len(secret) != 19 or not secret.isascii():
        return ""
    rings = [ring.key("receipt"), *ring.past("receipt")]
    return community if any(hmac.compare_digest(_secret(key, community, receipt), secret) for key in rings) else ""


def _secret(key: bytes, community: str, receipt: str) -> str:
    mac = hmac.new(key, f"{community}/{receipt}".encode(), hashlib.sha256).digest()
    return prefix_of(community) + encode(int.from_bytes(mac[:TAG_BYTES], "big"), 16)
