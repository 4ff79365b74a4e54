"""Shapes of fee rules, readings, runs of bills and late fees. Amounts in fen; prices in 0.01 fen."""

from __future__ import annotations

from marshmallow import fields, validate

from schemas.base import Day, Fen, Id, Text, Words
from schemas.ledger import Scope
from schemas.words import FEE_EVERY, FEE_METHODS, FEE_ROUNDINGS, FEE_UNITS, SHARE_BY

MONTH = validate.Regexp(r"^\d{4}-(0[1-9]|1[0-2])\Z", error="账期应写成 2026-11")


class FeeRuleIn(Scope):
    """How an item is charged; `price` in 0.01 fen (yuan × 10,000), `vacant_permille` is what an empty home pays."""

    item = Text(50, low=1, required=True)
    method = fields.String(required=True, validate=validate.OneOf(list(FEE_METHODS)))
    price = Fen()
    formula = Text(200)
    every = fields.String(validate=validate.OneOf(list(FEE_EVERY)))
    home_kind = Text(20)
    due_day = fields.Integer(validate=validate.Range(1, 28))
    unit = fields.String(validate=validate.OneOf(list(FEE_UNITS)))
    rounding = fields.String(validate=validate.OneOf(list(FEE_ROUNDINGS)))
    vacant_permille = fields.Integer(validate=validate.Range(0, 1000))
    split_owner = fields.String(validate=validate.OneOf(["yes", "no"]))
    share_by = fields.String(validate=validate.OneOf(["", *SHARE_BY]))
    since = Day(required=True)


class FeeRule(FeeRuleIn):
    """A rule as it stands; `until` is the first day it no longer applies."""

    id = Id()
    until = Day(allow_none=True)


class FeeRulesQuery(Scope):
    """With `on`, the rules that still apply on that day or later."""

    on = Day()


class FeeRulesOut(Words):
    """Fee rules by item."""

    rules = fields.List(fields.Nested(FeeRule))


class RuleOut(Words):
    """The rule that was entered."""

    rule = Id()


class EndingIn(Scope):
    """The first day on which the rule or clause no longer applies."""

    until = Day(required=True)


class Reading(Words):
    """A meter at the beginning and the end of a month, in 0.01 of its unit."""

    household = Text(100, low=1, required=True)
    before = Fen(required=True)
    after = Fen(required=True)


class ReadingsIn(Scope):
    """The readings of an item in a month; the same home again replaces its own."""

    item = Text(50, low=1, required=True)
    period = fields.String(required=True, validate=MONTH)
    readings = fields.List(fields.Nested(Reading), required=True, validate=validate.Length(1, 5000))


class CountOut(Words):
    """How many rows were kept."""

    count = fields.Integer()


class PoolIn(Scope):
    """What the homes of a share rule carry together in a month."""

    rule = Id(required=True)
    period = fields.String(required=True, validate=MONTH)
    fen = Fen(required=True)


class PoolOut(Words):
    """The sum that was kept."""

    fen = Fen()


class BillRunIn(Scope):
    """Make the bills of a month."""

    period = fields.String(required=True, validate=MONTH)


class BillRunOut(Words):
    """What the run made; bills that stood before are `skipped`."""

    period = fields.String()
    bills = fields.Integer()
    fen = Fen()
    homes = fields.Integer()
    skipped = fields.Integer()


class ItemSum(Words):
    """An item of a run."""

    item = fields.String()
    bills = fields.Integer()
    fen = Fen()


class BillPreview(Words):
    """What a run would add now; `standing` bills are there already."""

    period = fields.String()
    homes = fields.Integer()
    bills = fields.Integer()
    fen = Fen()
    standing = fields.Integer()
    items = fields.List(fields.Nested(ItemSum))


class ClauseIn(Scope):
    """The contract's clause: `rate` in 1/100,000 a day (50 = 万分之五), capped at `cap_permille` of the principal."""

    item = Text(50, low=1, required=True)
    rate = fields.Integer(required=True, validate=validate.Range(1, 300))
    grace_days = fields.Integer(load_default=0, validate=validate.Range(0, 365))
    cap_permille = fields.Integer(load_default=1000, validate=validate.Range(1, 1000))
    clause = Text(200, low=1, required=True)
    since = Day(required=True)


class Clause(ClauseIn):
    """A clause as it stands."""

    id = Id()
    until = Day(allow_none=True)


class ClausesOut(Words):
    """Clauses, oldest first."""

    clauses = fields.List(fields.Nested(Clause))


class ClauseOut(Words):
    """The clause that was entered."""

    clause = Id()


class LateRow(Words):
    """What could be assessed from a household."""

    household = fields.String(attribute="code")
    household_id = Id(attribute="home")
    bills = fields.Integer()
    fen = Fen()


class LateOut(Words):
    """Late fees that could be assessed on a day; nothing is posted until somebody does."""

    on = Day()
    fen = Fen()
    rows = fields.List(fields.Nested(LateRow))


class AssessIn(Scope):
    """The households whose late fees are posted today."""

    households = fields.List(Text(100, low=1), required=True, validate=validate.Length(1, 5000))


class AssessOut(Words):
    """How many households and bills."""

    homes = fields.Integer()
    bills = fields.Integer()


class SpanQuery(Scope):
    """First and last day, both included."""

    first = Day(required=True)
    last = Day(required=True)


class SheetLine(Words):
    """A line of an account with the balance after it."""

    book_date = Day()
    entry = fields.Raw()
    kind = fields.String()
    ref = fields.String(allow_none=True)
    household = fields.String(attribute="code", allow_none=True)
    who = fields.String(allow_none=True)
    fen = fields.Integer()
    balance = fields.Integer()


class SheetOut(Words):
    """An account over some days, debit positive."""

    account = fields.String()
    name = fields.String()
    opening = fields.Integer()
    closing = fields.Integer()
    rows = fields.List(fields.Nested(SheetLine))
