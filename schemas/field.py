"""The words of the room field: ops that phones send, bodies that phones get, routes and visits at the office door.

long: every shape of sync and of the office door stands here once, beside the codes a phone shows.
"""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from schemas.base import Day, Fen, Id, Instant, Text, Words
from schemas.cases import TICKET_KINDS as CASE_TICKET_KINDS
from schemas.words import (
    CLAIM_CHANNELS,
    OP_STATUSES,
    OUTCOMES,
    PROOFS,
    REASONS,
    ROUTE_STATES,
    SIGNERS,
    STOP_STATES,
    TICKET_KINDS,
)

SCHEMA = 1
"""The newest schema of ops and bodies this server speaks."""
SCHEMA_MIN = 1
"""The oldest schema a pull is answered in; pushes of older ones are converted (server/field/rules/convert.py)."""

CLAIM_STATES = {"open": "待确认", "confirmed": "已入账", "refused": "已退回", "withdrawn": "已撤回"}
FIX_FIELDS = {"phone": "电话", "name": "姓名", "state": "居住情况", "note": "备注"}
FIX_STATES = {"done": "已更新", "proposed": "待确认", "accepted": "已采纳", "declined": "未采纳"}
KINDS = {
    "visit.record": "上门记录", "visit.correct": "更正上门记录", "route.start": "开始路线", "route.finish": "结束路线",
    "stop.add": "临时增加", "stop.skip": "跳过", "contact.fix": "更正联系方式", "delivery.record": "送达",
    "code.check": "核对二维码",
}
OP_CODES = {
    "late_scope": "这户或这条路线已不在您名下，记录已保存，办公室会核对。",
    "second_open_promise": "这户已有一个未到期的承诺。", "over_outstanding": "承诺金额高于所欠金额。",
    "outside_hours": "不在允许上门的时间内。", "over_cap": "超过上门次数上限。",
    "promise_in_past": "承诺日期早于上门日期。", "contact_proposal": "联系方式已有改动，作为建议交给办公室。",
    "delivery_unmatched": "送达的通知与这户不符，办公室会核对。",
    "code_suspect": "这张二维码不是本系统的，请上报办公室。",
    "not_in_scope": "这户或这条路线不在您的名下。", "op_id_reuse": "同一编号已用于另一条记录。",
    "op_unreadable": "这条记录无法读取。", "unknown_kind": "服务器还不认识这种记录，稍后自动重传。",
    "unknown_word": "服务器还不认识其中的选项，稍后自动重传。", "schema_newer": "服务器版本较旧，稍后自动重传。",
    "schema_unknown": "记录的版本无法识别。", "amount_invalid": "金额必须大于0", "day_invalid": "日期不正确。",
    "field_missing": "缺少必填内容。", "field_invalid": "内容不正确。",
    "text_invalid": "文字过长，或含有无法保存的字符。",
    "promise_missing": "承诺缴费需要填写日期和金额。", "refused": "系统未能接收：{reason}",
}
"""Codes of a result and the sentence a phone shows."""

SHA = validate.Regexp(r"^[0-9a-f]{64}$", error="应为 64 位十六进制摘要")


class Word(fields.String):
    """A word of a closed list. One that the server does not know comes from a newer phone: `retry`, not refused."""

    def __init__(self, words: Any, **kwargs: Any) -> None:
        super().__init__(validate=validate.OneOf(list(words), error="unknown_word"), **kwargs)


class PromiseIn(Words):
    due = Day(required=True)
    fen = Fen(low=1, required=True)


class TicketIn(Words):
    kind = Word({**TICKET_KINDS, **CASE_TICKET_KINDS}, required=True)
    text = Text(2000, required=True)


class ClaimIn(Words):
    """Money said to have changed hands at the door. `reference` is the number of a transfer or POS slip."""

    channel = Word(CLAIM_CHANNELS, required=True)
    fen = Fen(low=1, required=True)
    reference = Text(100, allow_none=True, load_default=None)
    handed_at = Instant(allow_none=True, load_default=None)


class DeliveryIn(Words):
    notice = Id(required=True)
    proof = Word(PROOFS, required=True)
    signer = Word(SIGNERS, allow_none=True, load_default=None)


class VisitData(Words):
    """`data` of visit.record, and of visit.correct under `data`. Only `outcome` must be there."""

    outcome = Word(OUTCOMES, required=True)
    reason = Word(REASONS, allow_none=True, load_default=None)
    note = Text(4000, allow_none=True, load_default=None)
    promise = fields.Nested(PromiseIn, allow_none=True, load_default=None)
    ticket = fields.Nested(TicketIn, allow_none=True, load_default=None)
    claim = fields.Nested(ClaimIn, allow_none=True, load_default=None)
    delivery = fields.Nested(DeliveryIn, allow_none=True, load_default=None)
    photos = fields.List(
        fields.Str(validate=SHA), allow_none=True, load_default=None, validate=validate.Length(max=20))


class CorrectData(Words):
    visit = Id(required=True)
    data = fields.Nested(VisitData, required=True)


class SkipData(Words):
    reason = Text(500, allow_none=True, load_default=None)


class FixData(Words):
    """`from` is what the phone showed (for a phone number: the number to replace; empty adds one)."""

    field = Word(FIX_FIELDS, required=True)
    from_ = Text(200, data_key="from", allow_none=True, load_default=None)
    to = Text(200, required=True)


class DeliveryData(DeliveryIn):
    photos = fields.List(
        fields.Str(validate=SHA), allow_none=True, load_default=None, validate=validate.Length(max=20))


class CheckData(Words):
    """A sticker seen on patrol: what it said, and what the phone made of it without network."""

    code = Text(200, low=1, required=True)
    genuine = fields.Bool(allow_none=True, load_default=None)
    place = Text(200, allow_none=True, load_default=None)
    photos = fields.List(
        fields.Str(validate=SHA), allow_none=True, load_default=None, validate=validate.Length(max=20))


class NoData(Words):
    pass


DATA: dict[str, type[Words]] = {
    "visit.record": VisitData, "visit.correct": CorrectData, "route.start": NoData, "route.finish": NoData,
    "stop.add": NoData, "stop.skip": SkipData, "contact.fix": FixData, "delivery.record": DeliveryData,
    "code.check": CheckData,
}


class OpIn(Words):
    """One fact of a phone. `op` is its key for ever; `n` counts the device's ops; `data` depends on `kind`."""

    op = fields.UUID(required=True)
    n = fields.Int(strict=True, required=True, validate=validate.Range(1, 2**31))
    kind = Text(40, low=1, required=True)
    schema = fields.Int(strict=True, load_default=1)
    at = Instant(required=True)
    route = Id(allow_none=True, load_default=None)
    household = Id(allow_none=True, load_default=None)
    replaces = Id(allow_none=True, load_default=None)
    data = fields.Dict(allow_none=True, load_default=None)


class ClientIn(Words):
    app = Text(40, load_default="")
    schema = fields.Int(strict=True, load_default=1, validate=validate.Range(0, 10**6))


class PushIn(Words):
    client = fields.Nested(ClientIn, load_default=dict)
    epoch = Text(40, allow_none=True, load_default=None)
    n_high = fields.Int(strict=True, load_default=0, validate=validate.Range(0, 2**31))
    pending = fields.Int(strict=True, load_default=0, validate=validate.Range(0, 2**31))
    ops = fields.List(fields.Raw(allow_none=True), required=True)


class ResultOut(Words):
    op = fields.Str(allow_none=True)
    index = fields.Int()
    status = fields.Str(validate=validate.OneOf(list(OP_STATUSES)))
    replayed = fields.Bool()
    code = fields.Str()
    pointer = fields.Str()
    message = fields.Str()


class PushOut(Words):
    epoch = fields.Str()
    server_time = fields.Str()
    replay_ops = fields.Bool()
    missing_n = fields.List(fields.Int())
    missing_count = fields.Int()
    results = fields.List(fields.Nested(ResultOut))


class PullIn(Words):
    client = fields.Nested(ClientIn, load_default=dict)
    epoch = Text(40, allow_none=True, load_default=None)
    limit = fields.Int(strict=True, load_default=500, validate=validate.Range(1, 1000))
    buckets = fields.Dict(keys=fields.Str(), load_default=dict)


class StopBody(Words):
    """`window`: the route's day and, where agreed, from when to when (HH:MM)."""

    household = Id()
    position = fields.Int()
    state = fields.Str(validate=validate.OneOf(list(STOP_STATES)))
    window = fields.Dict()
    why = fields.Str()


class HouseholdBody(Words):
    """What a phone holds of a home. Sums are as of the pen's number; `paid_day` is the day `paid_today_fen` means."""

    code = fields.Str()
    address = fields.Str()
    owner = fields.Str()
    phones = fields.List(fields.Dict(), metadata={"description": "{number, name, role: owner|tenant}"})
    kind = fields.Str()
    state = fields.Str()
    note = fields.Str()
    outstanding_fen = fields.Int()
    prepaid_fen = fields.Int()
    paid_today_fen = fields.Int()
    paid_day = fields.Str()
    bills = fields.List(fields.Dict(), metadata={"description": "{bill, item, period, due, outstanding_fen}"})
    contacts = fields.List(
        fields.Dict(), metadata={"description": "{day, at, kind, staff, outcome, note}, newest first, at most five"})
    promises = fields.List(fields.Dict(), metadata={"description": "{due, fen, made_on, paid_fen}"})
    tickets = fields.List(fields.Dict(), metadata={"description": "{kind, text, opened_on, due_on}, open ones"})
    notices = fields.List(fields.Dict(), metadata={"description": "{notice, number, kind, match}, newest first"})
    code_bitmap = fields.Dict(allow_none=True, metadata={"description": "{side, bits: base64, row by row}"})
    codes = fields.List(fields.Str())
    safe_until = fields.Str(
        allow_none=True, metadata={"description": "last day on which its oldest open bill can still be claimed"})
    say = fields.Str()
    avoid = fields.Str()


class OpResultBody(Words):
    op = fields.Str()
    kind = fields.Str()
    status = fields.Str()
    code = fields.Str()
    pointer = fields.Str()
    message = fields.Str()
    at = fields.Str()
    household = fields.Str(allow_none=True)
    route = fields.Str(allow_none=True)


class MessageBody(Words):
    text = fields.Str()
    at = fields.Str()
    who = fields.Str()


class SettingBody(Words):
    """`key` and `text` of a setting; `rooms:{building}` holds `rooms`: [[household, code] …] instead."""

    key = fields.Str()
    text = fields.Str()
    rooms = fields.List(fields.List(fields.Str()))


class ScriptBody(Words):
    key = fields.Str()
    text = fields.Str()


BODIES: dict[str, type[Words]] = {
    "stop": StopBody, "household": HouseholdBody, "script": ScriptBody, "setting": SettingBody,
    "op_result": OpResultBody, "message": MessageBody,
}


class RouteIn(Words):
    """A route of one person on one day; households by code, in walking order."""

    community = Text(64, load_default="")
    date = Day(required=True)
    staff = Text(64, low=1, required=True)
    households = fields.List(Text(64, low=1), required=True, validate=validate.Length(max=2000))
    state = fields.Str(load_default="published", validate=validate.OneOf(list(ROUTE_STATES)))


class RouteChange(Words):
    community = Text(64, load_default="")
    staff = Text(64, low=1)
    state = fields.Str(validate=validate.OneOf(list(ROUTE_STATES)))


class RouteMade(Words):
    route = Id()


class RouteOut(Words):
    route = Id()
    date = fields.Str()
    staff = fields.Str()
    staff_name = fields.Str()
    state = fields.Str()
    stops = fields.Int()
    done = fields.Int()
    attempted = fields.Int()
    started_at = fields.Str(allow_none=True)
    finished_at = fields.Str(allow_none=True)


class RoutesOut(Words):
    routes = fields.List(fields.Nested(RouteOut))


class RoutesQuery(Words):
    community = Text(64, load_default="")
    date = Day()


class VisitsQuery(Words):
    community = Text(64, load_default="")
    since = fields.Str(load_default="")


class VisitOut(Words):
    op = Id()
    household = fields.Str()
    household_id = Id()
    outcome = fields.Str()
    status = fields.Str()
    staff = fields.Str()
    recorded_at = fields.Str()
    received_at = fields.Str()


class VisitsOut(Words):
    visits = fields.List(fields.Nested(VisitOut))
    next = fields.Str()


class ClaimOut(Words):
    claim = Id()
    household = fields.Str()
    household_id = Id()
    channel = fields.Str()
    fen = fields.Int()
    reference = fields.Str()
    staff = fields.Str()
    staff_name = fields.Str()
    taken_at = fields.Str()
    handed_at = fields.Str(allow_none=True)
    state = fields.Str()
    payment = fields.Str(allow_none=True)
    reason = fields.Str()


class ClaimsOut(Words):
    claims = fields.List(fields.Nested(ClaimOut))


class ClaimsQuery(Words):
    community = Text(64, load_default="")
    state = fields.Str(load_default="open", validate=validate.OneOf(["open", "all"]))


class SettlementIn(Words):
    """The cashier's word on a claim: confirmed (then it is booked) or refused with a reason."""

    community = Text(64, load_default="")
    confirm = fields.Bool(required=True)
    reason = Text(500, load_default="")
    paid_on = Day(allow_none=True, load_default=None)


class SettlementOut(Words):
    claim = Id()
    state = fields.Str()
    payment = fields.Str(allow_none=True)
    receipt = fields.Str(allow_none=True)


class PhonesQuery(Words):
    community = Text(64, load_default="")


class PhoneOut(Words):
    """One phone in use: what it says it has not sent, and which op numbers the server lacks."""

    id = Id()
    name = fields.Str()
    app = fields.Str()
    staff = fields.Str()
    staff_name = fields.Str()
    seen_at = fields.Str(allow_none=True)
    pending = fields.Int()
    n_high = fields.Int()
    missing_n = fields.List(fields.Int())
    missing_count = fields.Int()
    silent_hours = fields.Int(allow_none=True)


class PhonesOut(Words):
    phones = fields.List(fields.Nested(PhoneOut))
