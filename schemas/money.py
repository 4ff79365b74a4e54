"""The shapes of orders, refunds and reconciliation at the JSON door."""

from __future__ import annotations

from marshmallow import fields, validate

from schemas.base import Day, Fen, Id, Instant, Text, Words

ORDER_STATES = {
    "created": "正在下单", "awaiting": "等待付款", "unknown": "等待确认", "refused": "没有下单成功",
    "closing": "正在关闭", "closed": "已关闭", "paid": "已付", "paid_late": "逾时后付到",
}
REFUND_STATES = {
    "asked": "待审批", "refused": "未批准", "sending": "待发出", "unknown": "等待渠道回答", "processing": "渠道处理中",
    "desk": "待前台退还", "done": "已退", "failed": "退款失败，已转回预存",
}


class OrderAsk(Words):
    """What is to be paid: bills by id, or an amount, or (neither) all that is open."""

    community = Text(64)
    household = Text(64, required=True)
    channel = fields.String(required=True, validate=validate.OneOf(("wechat", "alipay")))
    bills = fields.List(Text(32), load_default=list, validate=validate.Length(max=200))
    fen = fields.Integer(strict=True)


class OrdersQuery(Words):
    community = Text(64)
    household = Text(64)
    state = fields.String(validate=validate.OneOf(ORDER_STATES))
    cursor = Text(40, load_default="")


class Ticket(Words):
    """How the payer goes on."""

    url = fields.String()
    code = fields.String()
    bridge = fields.Dict()


class Order(Words):
    """An order; `state` of ORDER_STATES."""

    number = fields.String()
    household_id = Id(attribute="home")
    fen = Fen()
    bills = fields.List(fields.String())
    channel = fields.String()
    way = fields.String()
    state = fields.String(validate=validate.OneOf(ORDER_STATES))
    at = Instant()
    expires = Instant()
    merchant = fields.String()
    payment = fields.String(allow_none=True)
    receipt = fields.String(allow_none=True)
    transaction_id = fields.String(allow_none=True)
    ticket = fields.Nested(Ticket)


class Orders(Words):
    orders = fields.List(fields.Nested(Order))
    next = fields.String()


class RefundAsk(Words):
    """Ask that money goes back. `id` makes sending twice harmless."""

    community = Text(64)
    id = Id(required=True)
    payment = Text(32, required=True)
    fen = fields.Integer(strict=True, required=True)
    reason = Text(200, low=1, required=True)


class RefundAnswer(Words):
    community = Text(64)
    granted = fields.Boolean(required=True)


class PaidOut(Words):
    community = Text(64)
    on = Day(required=True)


class Refund(Words):
    """A refund; `state` of REFUND_STATES, `said` the provider's word."""

    id = Id()
    number = fields.String()
    payment = fields.String()
    receipt = fields.String(attribute="receipt_no")
    household = fields.String(attribute="code")
    fen = Fen()
    reason = fields.String()
    state = fields.String(validate=validate.OneOf(REFUND_STATES))
    who = fields.String()
    at = Instant()
    approver = fields.String(allow_none=True)
    said = fields.String()
    channel = fields.String()


class Refunds(Words):
    refunds = fields.List(fields.Nested(Refund))


class RefundsQuery(Words):
    community = Text(64)
    state = Text(20, load_default="")


class Scope(Words):
    community = Text(64)


class ReconAsk(Words):
    """Read a merchant's bill of the day."""

    community = Text(64)
    merchant = Text(64, low=1, required=True)


class Explain(ReconAsk):
    """Why a row differs."""

    kind = fields.String(required=True, validate=validate.OneOf(("payment", "refund")))
    id = Text(64, low=1, required=True)
    note = Text(200, low=1, required=True)


class Banked(ReconAsk):
    """What reached the bank for the day."""

    bank_fen = fields.Integer(strict=True, required=True)


class ReconRow(Words):
    merchant = fields.String()
    kind = fields.String()
    id = fields.String()
    number = fields.String()
    fen = Fen()
    ours_fen = fields.Integer(allow_none=True)
    fee_fen = fields.Integer()
    at = fields.String()
    verdict = fields.String()
    words = fields.String()
    note = fields.String()
    who = fields.String(allow_none=True)


class ReconHead(Words):
    merchant = fields.String()
    channel = fields.String()
    read_at = Instant()
    rows = fields.Integer()
    paid_fen = Fen()
    refunded_fen = Fen()
    fee_fen = fields.Integer()
    expected_fen = fields.Integer()
    bank_fen = fields.Integer(allow_none=True)
    difference_fen = fields.Integer(allow_none=True)


class Recon(Words):
    """A day against the providers' bills; what differs stands first."""

    day = Day()
    merchants = fields.List(fields.Nested(ReconHead))
    rows = fields.List(fields.Nested(ReconRow))
    open = fields.Integer()


class Odd(Words):
    """Something the office should look at."""

    id = Id()
    what = fields.String()
    merchant = fields.String()
    number = fields.String()
    transaction_id = fields.String()
    fen = fields.Integer()
    detail = fields.String()
    at = Instant()


class Held(Words):
    """Money whose home is not known."""

    id = fields.String()
    channel = fields.String()
    transaction_id = fields.String()
    fen = Fen()
    happened_on = Day()
    number = fields.String()
    note = fields.String()


class Unmatched(Words):
    odd = fields.List(fields.Nested(Odd))
    suspense = fields.List(fields.Nested(Held))


class Found(Words):
    """The home a suspense belongs to."""

    community = Text(64)
    household = Text(64, required=True)


class FoundPayment(Words):
    payment = fields.String()
    receipt = fields.String()
    prepayment_fen = Fen()
