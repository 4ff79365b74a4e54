"""What becomes of an order: its states, when it is asked about, which wallet can work. No clock, no database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

PAID = frozenset({"paid", "paid_late"})
# the payer can still pay, as far as we know
OPEN = frozenset({"created", "awaiting", "unknown", "closing"})
MINUTES = 30
ASK_AFTER_S = (10, 30, 60, 180, 600, 1800)
AGAIN_S = 60
FEN_MAX = 999_999_999
"""9,999,999.99 yuan: what one order may ask for."""

# state → event → state; what is not named changes nothing
_NEXT = {
    "created": {"ticket": "awaiting", "unclear": "unknown", "refused": "refused", "closing": "closing",
                "closed": "closed", "paid": "paid"},
    "unknown": {"ticket": "awaiting", "refused": "refused", "closing": "closing", "closed": "closed",
                "paid": "paid_late"},
    "awaiting": {"closing": "closing", "closed": "closed", "paid": "paid"},
    "closing": {"closed": "closed", "paid": "paid"},
    "closed": {"paid": "paid_late"},
    "refused": {"paid": "paid_late"},
}


def after(state: str, event: str, late: bool = False) -> str:
    """The state after an event. Money counts in every state; `late` says that it moved after the order expired."""
    found = _NEXT.get(state, {}).get(event, state)
    return "paid_late" if found == "paid" and state != "paid" and late else found


def ask_in(tries: int) -> int | None:
    """Seconds after the order was made when it is asked about for the (tries + 1)th time; None: close it now."""
    return ASK_AFTER_S[tries] if tries < len(ASK_AFTER_S) else None


def content_hash(home: str, fen: int, bills: Sequence[str], channel: str) -> str:
    """The content under an Idempotency-Key: the same key with another content is refused."""
    return hashlib.sha256(json.dumps([home, fen, list(bills), channel]).encode()).hexdigest()


def wallets(agent: str, have: Sequence[tuple[str, Sequence[str]]]) -> list[tuple[str, str]]:
    """[(channel, way)] the browser can work with, from what merchants offer; `have` is [(channel, ways)].

    The user agent is a hint: a wrong one shows a wallet that does not open, never another amount.
    """
    offered = dict(have)
    if "MicroMessenger" in agent:
        wanted: list[tuple[str, tuple[str, ...]]] = [("wechat", ("jsapi", "h5", "native"))]
    elif "AlipayClient" in agent:
        wanted = [("alipay", ("wap", "page"))]
    elif is_phone(agent):
        wanted = [("wechat", ("h5", "native")), ("alipay", ("wap",))]
    else:
        wanted = [("wechat", ("native",)), ("alipay", ("precreate", "page"))]
    found = []
    for channel, ways in wanted:
        way = next((way for way in ways if way in offered.get(channel, ())), None)
        if way:
            found.append((channel, way))
    return found


def is_phone(agent: str) -> bool:
    """Android, HarmonyOS, iPhone and what calls itself mobile."""
    return any(word in agent for word in ("Android", "iPhone", "HarmonyOS", "OpenHarmony", "Mobile"))
