"""Shapes of the ledger's JSON door. Amounts in fen, days in Shanghai."""

from __future__ import annotations

from marshmallow import fields, validate

from schemas.base import Day, Fen, Id, Text, Words
from schemas.words import CHANNELS


class Scope(Words):
    """The community, by id or name; it may be left out when the caller has one."""

    community = Text(100)


class PaymentIn(Scope):
    """Money that came in; `bills` designates what it is for."""

    household = Text(100, low=1, required=True)
    channel = fields.String(required=True, validate=validate.OneOf(list(CHANNELS), error="没有这种缴费方式"))
    transaction_id = Text(200, low=1, required=True)
    fen = Fen(low=1, required=True)
    paid_on = Day(required=True)
    bills = fields.List(Id(), validate=validate.Length(max=500, error="一次最多 500 张账单"))
    label = Text(100)
    note = Text(500)


class Part(Words):
    """A part of a payment and the bill it settles."""

    bill = Id()
    fen = Fen()


class PaymentOut(Words):
    """What a payment did; `prepayment_fen` is what is left of it as the home's credit."""

    payment = Id()
    receipt = fields.String()
    allocated = fields.List(fields.Nested(Part))
    prepayment_fen = Fen()


class ReversalIn(Scope):
    """Why a fact is taken back and, for money, on which day it went back."""

    reason = Text(500, low=1, required=True)
    on = Day()


class ReversalOut(Words):
    """The reversal and the allocations it undid, newest first."""

    reversal = Id()
    fen = Fen()
    undone = fields.List(fields.Nested(Part))


class ReceiptItem(Part):
    """A part of a receipt with what it paid."""

    item = fields.String()
    period = fields.String()
    until_period = fields.String(allow_none=True)


class Receipt(Words):
    """What is printed on a receipt. `state`: booked, part_reversed, reversed."""

    receipt = fields.String()
    payment = Id()
    household = fields.String(attribute="code")
    household_id = Id(attribute="home")
    fen = Fen()
    reversed_fen = Fen()
    state = fields.String()
    channel = fields.String()
    channel_name = fields.String()
    transaction_id = fields.String()
    label = fields.String()
    note = fields.String()
    paid_on = Day(attribute="happened_on")
    book_date = Day()
    at = fields.String()
    who = fields.String()
    items = fields.List(fields.Nested(ReceiptItem))
    prepayment_fen = Fen()


class PaymentsQuery(Scope):
    """Newest first; `q` a receipt number, 票据号, transaction or amount; or those of a day or a household."""

    q = Text(200)
    day = Day()
    household = Text(100)
    cursor = Text(64)


class PaymentsOut(Words):
    """A page of payments; `next` is '' at the end."""

    payments = fields.List(fields.Nested(Receipt))
    next = fields.String()


class BillOut(Words):
    """A bill as it stands; `basis` is how it was computed, for the owner."""

    bill = Id()
    item = fields.String()
    period = fields.String()
    until_period = fields.String(allow_none=True)
    due = Day()
    fen = Fen()
    settled_fen = Fen()
    waived_fen = Fen()
    open_fen = Fen()
    basis = fields.String()


class HouseholdQuery(Scope):
    """`on` is the day arrears are counted for, today unless given."""

    on = Day()


class HouseholdOut(Words):
    """A household with what it owes and paid."""

    household = fields.String()
    household_id = Id()
    address = fields.String()
    building = fields.String()
    kind = fields.String()
    state = fields.String()
    area = fields.Integer(metadata={"description": "0.01 ㎡"})
    owner = fields.String()
    phones = fields.List(fields.String())
    residents = fields.List(fields.Dict())
    billed_fen = Fen()
    settled_fen = Fen()
    waived_fen = Fen()
    outstanding_fen = Fen()
    prepayment_fen = Fen(metadata={"description": "the present owner's"})
    former_prepayment_fen = Fen(metadata={"description": "what an owner who left had paid in advance"})
    arrears_fen = Fen()
    bills = fields.List(fields.Nested(BillOut))
    payments = fields.List(fields.Nested(Receipt))


class DayQuery(Scope):
    """A day; today unless given."""

    day = Day()


class ArrearsRow(Words):
    """A household in arrears with the age of its debt."""

    household = fields.String()
    household_id = Id()
    fen = Fen()
    since = Day()
    ages = fields.Dict(keys=fields.String(), values=fields.Integer())


class ArrearsOut(Words):
    """Households in arrears on a day, by code."""

    on = Day()
    total_fen = Fen()
    rows = fields.List(fields.Nested(ArrearsRow))


class TakingsRow(Words):
    """What came in and went back by one channel."""

    channel = fields.String()
    name = fields.String()
    fen = Fen()
    payments = fields.Integer()
    reversed_fen = Fen()
    reversals = fields.Integer()


class TakingsOut(Words):
    """The day counted by channel."""

    day = Day()
    rows = fields.List(fields.Nested(TakingsRow))
