"""Rows of pay as people look for them: by order, refund or transaction number, or by amount."""

from __future__ import annotations

from server.db import Row, Sql


def orders(db: Sql, c: str, text: str, fen: int, since: str, size: int) -> list[Row]:
    """number, home, code, fen, channel, state, at, transaction_id, receipt_no; newest first. fen -1 for no amount."""
    return db.all(
        "select o.number, o.home, h.code, o.fen, o.channel, s.state, o.at, s.transaction_id, p.receipt_no"
        " from pay_order o join order_now s on s.community = o.community and s.number = o.number"
        " join home h on h.community = o.community and h.id = o.home"
        " left join payment p on p.community = s.community and p.id = s.payment"
        # each way has a key of its own; joined by `or` they would read every order there ever was
        " where o.community = :c and o.number in (select number from pay_order where community = :c and number = :text"
        " union select number from order_now where community = :c and transaction_id = :text"
        " union select number from pay_order where community = :c and fen = :fen and at >= :since)"
        " order by o.number desc limit :size", c=c, text=text, fen=fen, since=since, size=size,
    )


def refunds(db: Sql, c: str, text: str, fen: int, since: str, size: int) -> list[Row]:
    """id, number, home, code, fen, state, at, reason, theirs, receipt_no; newest first."""
    return db.all(
        "select a.id, a.number, a.home, h.code, a.fen, s.state, a.at, a.reason, s.theirs, p.receipt_no"
        " from refund_ask a join refund_now s on s.community = a.community and s.ask = a.id"
        " join home h on h.community = a.community and h.id = a.home"
        " join payment p on p.community = a.community and p.id = a.payment where a.community = :c"
        " and (a.number = :text or (s.theirs = :text and s.theirs <> '') or (a.fen = :fen and a.at >= :since))"
        " order by a.at desc limit :size", c=c, text=text, fen=fen, since=since, size=size,
    )


def refunds_of(db: Sql, c: str, payment: str) -> list[Row]:
    """fen, state, reason, at of every refund that was asked of a payment, newest first."""
    return db.all(
        "select a.fen, s.state, a.reason, a.at from refund_ask a"
        " join refund_now s on s.community = a.community and s.ask = a.id"
        " where a.community = :c and a.payment = :payment order by a.at desc", c=c, payment=payment,
    )


def suspense(db: Sql, c: str, text: str, fen: int, since: str, size: int) -> list[Row]:
    """id, channel, transaction_id, number, fen, happened_on of money that came in without a home."""
    return db.all(
        "select id, channel, transaction_id, number, fen, happened_on from suspense where community = :c"
        " and (transaction_id = :text or number = :text or (fen = :fen and at >= :since)) order by id desc limit :size",
        c=c, text=text, fen=fen, since=since, size=size,
    )
