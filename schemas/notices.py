"""The shapes of notices at the JSON door: printings, notices with their deliveries, wordings."""

from __future__ import annotations

from marshmallow import fields, validate

from schemas.base import Day, Fen, Id, Instant, Text, Words
from schemas.words import PROOFS, SIGNERS

KINDS = {"letter": "催款函", "slip": "门上留言", "sticker": "缴费码贴"}
STEPS = {"reminder": "收费通知书", "second": "催费通知书", "final": "限期缴费通知书", "none": "上门留言"}
VARIANTS = {"plain": "一般情况", "expired": "含已过诉讼时效的费用"}


class Delivery(Words):
    """How a notice reached the home."""

    id = Id()
    proof = fields.String(validate=validate.OneOf(PROOFS))
    signer = fields.String(allow_none=True)
    at = Instant()
    staff = fields.String()
    restarts_clock = fields.Integer(metadata={"description": "1：诉讼时效由此中断"})


class Notice(Words):
    """One paper."""

    id = Id()
    number = fields.String()
    home = fields.String(metadata={"description": "住户编号（household_id）"})
    kind = fields.String(validate=validate.OneOf(KINDS))
    step = fields.String(validate=validate.OneOf(STEPS))
    route = fields.String(allow_none=True)
    fen = Fen()
    last_day = Day(allow_none=True)
    match = fields.String()
    printed_at = Instant()
    deliveries = fields.List(fields.Nested(Delivery))


class Notices(Words):
    notices = fields.List(fields.Nested(Notice))


class NoticesAsk(Words):
    community = Text(64)
    household = Text(64)
    route = Id()


class PrintingAsk(Words):
    """What to print: a route, or homes by code."""

    community = Text(64)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS, error="应为 letter、slip 或 sticker"))
    route = Id()
    households = fields.List(Text(64), validate=validate.Length(max=5000))
    date = Day()


class Printing(Words):
    id = Id()
    route = fields.String(allow_none=True)
    kind = fields.String()
    printed_on = Day()
    pages = fields.Integer(allow_none=True)
    papers = fields.Integer()
    at = Instant()
    who = fields.String()
    messages = fields.List(fields.String())


class Printings(Words):
    printings = fields.List(fields.Nested(Printing))


class DeliveryAsk(Words):
    """A delivery as it happened; the client makes the id."""

    community = Text(64)
    id = Id(required=True)
    household = Text(64, required=True)
    proof = fields.String(required=True, validate=validate.OneOf(PROOFS))
    signer = fields.String(allow_none=True, load_default=None, validate=validate.OneOf(SIGNERS))
    at = Instant(required=True)


class DeliveryMade(Words):
    restarts_clock = fields.Boolean()


class Wording(Words):
    step = fields.String(required=True, validate=validate.OneOf(STEPS))
    variant = fields.String(load_default="plain", validate=validate.OneOf(VARIANTS))
    title = Text(20, low=1, required=True)
    opening = Text(400, low=1, required=True)
    closing = Text(400, low=1, required=True)
    own = fields.Integer(dump_only=True)


class WordingAsk(Wording):
    community = Text(64)


class WordingsAsk(Words):
    community = Text(64)


class Wordings(Words):
    wordings = fields.List(fields.Nested(Wording))
