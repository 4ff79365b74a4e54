"""Addresses of receipts for owners: whoever holds the link sees this one receipt."""

from __future__ import annotations

from server.config import Config
from server.errors import refuse
from server.pay.rules import links


def receipt_path(cfg: Config, community: str, receipt: str) -> str:
    """`/r/<receipt>/<secret>`, the same every time."""
    return f"/r/{receipt}/{links.receipt_secret(cfg, community, receipt)}"


def receipt_community(cfg: Config, receipt: str, secret: str) -> str:
    """The community a receipt link belongs to. Refusal receipt_link_wrong, without asking the database."""
    community = links.receipt_community(cfg, receipt, secret)
    if not community:
        refuse("receipt_link_wrong")
    return community
