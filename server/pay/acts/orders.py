"""Orders: the server prices, freezes the price, asks the provider for a way to pay. The pen is never held meanwhile."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from server import clock
from server.access import CROCKFORD, prefix_of
from server.config import Config
from server.db import Db, Pen, Row, Sql
from server.errors import refuse
from server.estate import acts as estate
from server.ledger import acts as ledger
from server.pay.acts.notes import needed, note
from server.pay.providers import merchants
from server.pay.providers.words import Quote, Refused, Ticket, Unclear
from server.pay.rules import orders as rules
from server.pay.store import orders as store

A_MINUTE, A_DAY = 6, 60
IN_HAND_S = 20
"""A create that is under way is not asked about before it must have ended."""


@dataclass(frozen=True)
class Wish:
    """What the payer asked for: `bills` (their open sum) or `fen` (any amount), or both empty: all that is open."""

    home: str
    channel: str
    way: str
    key: str
    source: str
    bills: tuple[str, ...] = ()
    fen: int | None = None
    ip: str = ""
    back: str = ""
    """Where the wallet sends the payer afterwards; `{number}` becomes the order's."""


def quote(db: Sql, community: str, home: str, bills: Sequence[str] = (), fen: int | None = None) -> dict[str, Any]:
    """Price it: {fen, bills}. Refusals: order_stale (a bill is not open), order_nothing, order_amount (0, huge …)."""
    opened = {row["bill"]: row for row in ledger.open_bills(db, community, [home])[home] if not row["former"]}
    named = list(dict.fromkeys(bills))
    strange = [bill for bill in named if bill not in opened]
    if strange and fen is None:
        refuse("order_stale")
    if fen is None:
        fen = sum(opened[bill]["open_fen"] for bill in named or opened)
        if not fen:
            refuse("order_nothing")
    if isinstance(fen, bool) or not isinstance(fen, int) or not 0 < fen <= rules.FEN_MAX:
        refuse("order_amount", "/fen")
    return {"fen": fen, "bills": [bill for bill in named if bill in opened]}


def start(db: Db, cfg: Config, community: str, wish: Wish) -> dict[str, Any]:
    """Make an order and ask the provider how it is paid; the order as `order` shows it.

    The same key again is the same order, with other content Refusal idempotency_reuse. More refusals: those of
    `quote`, no_wallet (nobody takes money that way here), too_many.
    """
    merchant = _merchant(cfg, community, wish.channel, wish.way)
    with db.write(community, who=wish.source, verb="order.create") as pen:
        known = store.by_key(pen, community, wish.key)
        if known is None:
            made = _create(pen, cfg, merchant, wish)
    if known is not None:
        return _same(db, community, known, wish)
    if wish.way == "jsapi":
        return order(db, community, made["number"])  # its payer is not known yet: `bring` is called with him
    return bring(db, cfg, community, made["number"], wish)


def _same(db: Sql, community: str, known: Row, wish: Wish) -> dict[str, Any]:
    if _wanted_hash(wish) != known["hash"]:
        refuse("idempotency_reuse")
    return order(db, community, known["number"])


def _wanted_hash(wish: Wish) -> str:
    return rules.content_hash(wish.home, -1 if wish.fen is None else wish.fen, sorted(wish.bills), wish.channel)


def _create(pen: Pen, cfg: Config, merchant: merchants.Merchant, wish: Wish) -> Row:
    c = pen.community
    if wish.source.startswith("page:"):  # a printed code; staff at the desk serve many homes
        if store.tally(pen, c, "order", wish.source, pen.at[:16]) > A_MINUTE:
            refuse("too_many")
        if store.tally(pen, c, "order", wish.source, pen.day) > A_DAY:
            refuse("too_many")
    priced = quote(pen, c, wish.home, wish.bills, wish.fen)
    row = {
        "community": c, "number": new_number(c, "N", pen.day), "home": wish.home, "fen": priced["fen"],
        "bills": json.dumps(priced["bills"]), "subject": _subject(pen, c, wish.home), "merchant": merchant.name,
        "channel": wish.channel, "way": wish.way, "source": wish.source, "client_key": wish.key,
        "hash": _wanted_hash(wish), "at": pen.at,
        "expires": clock.add_seconds(pen.at, 60 * rules.MINUTES), "n": pen.n,
    }
    store.add(pen, row, clock.add_seconds(pen.at, IN_HAND_S))
    pen.touch("order", row["number"])
    return row


def new_number(community: str, letter: str, day: str) -> str:
    """A number for a provider: community, kind, day, 60 random bits. Counters would repeat after a restore."""
    tail = "".join(secrets.choice(CROCKFORD) for _ in range(12))
    return f"{prefix_of(community)}{letter}{day[2:].replace('-', '')}{tail}"


def _subject(db: Sql, c: str, home: str) -> str:
    """What the wallet shows: no name, no phone."""
    return f"{estate.community(db, c)['name']} {estate.home(db, c, home)['code']} 物业费"


def bring(
    db: Db, cfg: Config, community: str, number: str, wish: Wish | None = None, *, payer: str = "", back: str = "",
    ip: str = "",
) -> dict[str, Any]:
    """Ask the provider for the way to pay an order (again: the same number never charges twice); the order.

    Written before: the order. Written after: its ticket, a refusal, or that the answer is unclear.
    """
    row = needed(db, community, number)
    if row["state"] not in ("created", "unknown"):
        return order(db, community, number)
    merchant = _merchant(cfg, community, row["channel"], row["way"], row["merchant"])
    back = (wish.back if wish else back).replace("{number}", number)
    asked = Quote(
        number, row["fen"], row["subject"], row["expires"], notify_url(cfg, merchant), cfg.url + back if back else "",
        wish.ip if wish else ip, payer,
    )
    try:
        ticket: Ticket | None = merchant.provider.create(row["way"], asked)
        event, said = "ticket", ""
    except Unclear as unclear:
        ticket, event, said = None, "unclear", unclear.code
    except Refused as refused:
        ticket, event, said = None, "refused", f"{refused.code} {refused.text}".strip()
    with db.write(community, verb=f"order.{event}") as pen:
        note(pen, number, event, "create", said, ticket)
    return order(db, community, number)


def notify_url(cfg: Config, merchant: merchants.Merchant) -> str:
    """Where the provider tells us."""
    return f"{cfg.url}/api/v1/notify/{merchant.channel}/{merchant.name}"


def _merchant(cfg: Config, community: str, channel: str, way: str, name: str = "") -> merchants.Merchant:
    for merchant in merchants.of_community(cfg.home, community):
        if merchant.channel == channel and way in merchant.ways and name in ("", merchant.name):
            return merchant
    refuse("no_wallet")


def order_of_key(db: Sql, community: str, key: str) -> Row | None:
    """The order that was made under a client's key, None before."""
    return store.by_key(db, community, key)


def order(db: Sql, community: str, number: str) -> dict[str, Any]:
    """An order as people and programs see it: number, home, fen, bills, channel, way, state, at, expires, ticket,
    payment, receipt, merchant, source. Refusal order_unknown."""
    return shown(needed(db, community, number))


def shown(row: Row) -> dict[str, Any]:
    """A row as `order` answers it."""
    return {
        **{key: row[key] for key in ("community", "number", "home", "fen", "channel", "way", "state", "at", "expires",
                                     "merchant", "source", "subject", "payment", "transaction_id", "asked_at")},
        "bills": json.loads(row["bills"]), "receipt": row["receipt_no"],
        "ticket": json.loads(row["ticket"]) if row["ticket"] else {"url": "", "code": "", "bridge": {}},
    }


def orders(db: Sql, community: str, home: str = "", state: str = "", after: str = "", size: int = 50) -> dict[str, Any]:
    """{orders, next}: newest first."""
    rows = store.page(db, community, home, state, after, size)
    return {"orders": [shown(row) for row in rows], "next": rows[-1]["number"] if len(rows) == size else ""}


def order_events(db: Sql, community: str, number: str) -> list[Row]:
    """What happened to an order, in its order."""
    needed(db, community, number)
    return store.events(db, community, number)


def merchant_names(cfg: Config, community: str) -> dict[str, str]:
    """The merchants that are set up for a community: name → what people call it."""
    return {merchant.name: merchant.label for merchant in merchants.of_community(cfg.home, community)}


def wallets(cfg: Config, community: str, agent: str) -> list[tuple[str, str]]:
    """[(channel, way)] that can work in this browser for this community."""
    have: dict[str, list[str]] = {}
    for merchant in merchants.of_community(cfg.home, community):
        have.setdefault(merchant.channel, []).extend(
            way for way in merchant.ways if way != "jsapi" or merchant.app_secret
        )
    return rules.wallets(agent, list(have.items()))
