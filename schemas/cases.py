"""The words of the room cases: shapes of contacts, promises, tickets and requests at the JSON door, and labels."""

from typing import Any

from marshmallow import fields, validate

from schemas import words
from schemas.base import Day, Fen, Id, Text, Words

CONTACT_KINDS = {**words.CONTACT_KINDS, "slip": "门上通知", "page": "付款页", "office": "前台"}
TICKET_KINDS = {**words.TICKET_KINDS, "forged": "可疑二维码", "dissatisfied": "不满意"}
REQUEST_KINDS = {"instalment": "申请分期", "delay": "申请缓缴"}
GROUNDS = {
    "delivery": "通知送达",
    "demand": "当面或可证明的催告",
    "promise": "承诺缴费",
    "request": "请求缓缴或分期",
    "plan": "分期约定",
    "part_payment": "部分缴费",
    "agreement": "重新签订的协议",
    "suit": "起诉或支付令",
}
PROMISE_STATES = {
    "open": "未到期",
    "kept": "已兑现",
    "broken": "未兑现",
    "cancelled": "已取消",
    "replaced": "已改期",
}
PLAN_STATES = {"open": "按期进行", "late": "已逾期", "done": "已缴清", "ended": "已终止"}


def one_of(words: dict[str, str]) -> Any:
    """A validator for a closed list that names the words it knows."""
    return validate.OneOf(list(words), error="应为以下之一：" + "、".join(words))


class OfHome(Words):
    """What names a home: its code, and the community where the caller has several."""

    community = Text(load_default="")
    household = Text(required=True, low=1, high=64)


class ContactIn(OfHome):
    kind = fields.String(required=True, validate=one_of(CONTACT_KINDS))
    outcome = Text(required=True, low=1, high=200)
    note = Text(load_default="", high=1000)


class PromiseIn(OfHome):
    due = Day(required=True)
    fen = Fen(load_default=0)


class EndIn(Words):
    community = Text(load_default="")
    reason = Text(required=True, low=1, high=200)


class TicketIn(OfHome):
    kind = fields.String(required=True, validate=one_of(TICKET_KINDS))
    text = Text(required=True, low=1, high=1000)


class ClosingIn(Words):
    community = Text(load_default="")
    result = Text(required=True, low=1, high=1000)
    satisfied = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(["yes", "no"]))


class RequestIn(OfHome):
    kind = fields.String(required=True, validate=one_of(REQUEST_KINDS))
    text = Text(required=True, low=1, high=1000)


class AnswerIn(Words):
    community = Text(load_default="")
    answer = fields.String(required=True, validate=validate.OneOf(["granted", "refused"]))
    note = Text(load_default="", high=500)


class OfCommunity(Words):
    """Query of a list."""

    community = Text(load_default="")
    due = Day(load_default=None)


class Made(Words):
    id = Id(required=True)


class PromiseOut(Words):
    id = Id()
    household_id = Id(attribute="home")
    due = Day()
    fen = Fen()
    made_on = Day()
    paid_fen = fields.Integer()
    state = fields.String()


class Promises(Words):
    promises = fields.List(fields.Nested(PromiseOut))


class TicketOut(Words):
    id = Id()
    household_id = Id(attribute="home")
    kind = fields.String()
    text = fields.String()
    opened_on = Day()
    due_on = Day()
    closed_on = fields.String(allow_none=True)
    result = fields.String(allow_none=True)


class Tickets(Words):
    tickets = fields.List(fields.Nested(TicketOut))
