"""The sweeper: orders that nobody told us about are asked about, and closed when their time is over."""

from __future__ import annotations

from server import clock
from server.config import Config
from server.db import Db, Pen, Row
from server.pay.acts.evidence import check_addressee, settle
from server.pay.acts.notes import next_ask, note
from server.pay.providers import merchants, wire
from server.pay.providers.words import Forged, Refused, Unclear
from server.pay.rules import orders as rules
from server.pay.store import orders as store

BATCH = 50
LEASE_S = 60
LOOK_S = 3


def sweep(db: Db, cfg: Config, community: str) -> dict[str, int]:
    """Ask about every order that is due: {asked, paid, closed, unclear}. Several sweepers share the work by leases."""
    done = {"asked": 0, "paid": 0, "closed": 0, "unclear": 0}
    while rows := _claim(db, community):
        for row in rows:
            done["asked"] += 1
            state = ask(db, cfg, row)
            key = "paid" if state in rules.PAID else state if state in done else ""
            if key:
                done[key] += 1
    return done


def _claim(db: Db, community: str) -> list[Row]:
    if not store.due(db, community, clock.instant(), 1):
        return []
    with db.write(community, verb="order.sweep") as pen:
        rows = store.due(pen, community, pen.at, BATCH)
        until = clock.add_seconds(pen.at, LEASE_S)
        for row in rows:
            store.change(pen, community, row["number"], lease=until)
    return rows


def look(db: Db, cfg: Config, community: str, number: str) -> None:
    """The payer looks at his order: ask now, unless somebody just did. Gives up after two seconds."""
    row = store.by_number(db, community, number)
    if row is None or row["state"] not in rules.OPEN or not _worth_it(row):
        return
    with db.write(community, verb="order.look") as pen:
        row = store.by_number(pen, community, number)
        if row is None or row["state"] not in rules.OPEN or not _worth_it(row):
            return
        until = clock.add_seconds(pen.at, LEASE_S)
        store.change(pen, community, number, lease=until)
    with wire.patience(2.0):
        ask(db, cfg, row, sweeping=False)


def _worth_it(row: Row) -> bool:
    now = clock.now()
    if row["lease"] and row["lease"] > clock.instant(now):
        return False
    since = row["asked_at"] or row["at"]
    return (now - clock.parse(since)).total_seconds() >= LOOK_S


def ask(db: Db, cfg: Config, row: Row, sweeping: bool = True) -> str:
    """Query the provider about an order and write down what it says; the state, or `unclear`."""
    c, number = row["community"], row["number"]
    merchant = merchants.load(cfg.home).get(row["merchant"])
    if merchant is None:
        return _later(db, row, "商户设置不在了", sweeping)
    try:
        evidence = merchant.provider.query(number)
        if evidence.state != "missing":
            check_addressee(merchant, evidence)
            found = settle(db, merchant, evidence, "query")
            if found["state"] in rules.PAID or evidence.state == "closed":
                return str(found["state"])
    except (Unclear, Refused, Forged) as error:
        return _later(db, row, error.code, sweeping)
    if row["state"] == "closing" or (sweeping and rules.ask_in(row["tries"] + 1) is None):
        return _close(db, merchant, row)
    if row["state"] == "created" and evidence.state == "open":
        with db.write(c, verb="order.unclear") as pen:
            note(pen, number, "unclear", "query", "provider has it")  # its ticket got lost; the payer may ask again
    return _later(db, row, "", sweeping)


def _close(db: Db, merchant: merchants.Merchant, row: Row) -> str:
    """Close an order at the provider: intent first, and money that came meanwhile wins."""
    c, number = row["community"], row["number"]
    with db.write(c, verb="order.closing") as pen:
        if note(pen, number, "closing", "sweep") in rules.PAID:
            return "paid"
    try:
        merchant.provider.close(number)
    except Refused:
        try:
            return str(settle(db, merchant, merchant.provider.query(number), "query")["state"])
        except (Unclear, Refused) as error:
            return _later(db, row, error.code, True)
    except Unclear as unclear:
        return _later(db, row, unclear.code, True)
    with db.write(c, verb="order.closed") as pen:
        state = note(pen, number, "closed", "sweep")
        store.change(pen, c, number, lease=None)
    return state


def _later(db: Db, row: Row, said: str, sweeping: bool) -> str:
    """Nothing new: give the lease back and say when to ask again."""
    with db.write(row["community"], verb="order.asked") as pen:
        _asked(pen, row["number"], sweeping)
    return "unclear" if said else "open"


def _asked(pen: Pen, number: str, sweeping: bool) -> None:
    row = store.by_number(pen, pen.community, number)
    assert row is not None
    tries = row["tries"] + sweeping
    due = next_ask({**row, "tries": tries}, row["state"], pen.at)
    if due is not None and due <= pen.at and sweeping:
        due = clock.add_seconds(pen.at, rules.AGAIN_S)
    store.change(pen, pen.community, number, tries=tries, asked_at=pen.at, lease=None, due_at=due)

