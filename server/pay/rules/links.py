"""Links to receipts: `/r/<receipt>/<secret>`, the secret made from community and number, nothing stored."""

from __future__ import annotations

import hashlib
import hmac

from server.access import community_of, prefix_of
from server.pay.rules.token import KeyRing, encode

TAG_BYTES = 10


def receipt_secret(ring: KeyRing, community: str, receipt: str) -> str:
    """3 characters of the community's number, 16 that only the key can make (80 bits)."""
    mac = hmac.new(ring.key("receipt"), f"{community}/{receipt}".encode(), hashlib.sha256).digest()
    return prefix_of(community) + encode(int.from_bytes(mac[:TAG_BYTES], "big"), 16)


def receipt_community(ring: KeyRing, receipt: str, secret: str) -> str:
    """The community of a genuine link; '' for any other. Asks no database."""
    community = community_of(secret)
    if not community or len(secret) != 19 or not secret.isascii():
        return ""
    return community if hmac.compare_digest(receipt_secret(ring, community, receipt), secret) else ""
