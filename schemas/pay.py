"""The shapes of pay at the JSON door: printed codes and reports about them."""

from __future__ import annotations

from marshmallow import fields, validate

from schemas.base import Day, Id, Instant, Text, Words

CLASSES = {"sealed": "信件内的码", "door": "门上的码", "lobby": "大堂的码"}
CODE_STATES = {"live": "可用", "replaced": "已更换", "revoked": "已作废", "moved": "业主已变更", "expired": "已过期"}


class Code(Words):
    """A printed code as the office sees it; the token itself never leaves in a list."""

    handle = fields.String(metadata={"description": "前八位，可用来查找，不能用来打开页面"})
    kind = fields.String(attribute="class", validate=validate.OneOf(CLASSES))
    notice = fields.String(allow_none=True)
    match = fields.String(metadata={"description": "核对码，纸上和页面上相同"})
    state = fields.String(validate=validate.OneOf(CODE_STATES))
    created_at = Instant()
    expires = Day()


class Codes(Words):
    codes = fields.List(fields.Nested(Code))


class CodesAsk(Words):
    community = Text(64)
    household = Text(64, required=True)


class LobbyAsk(Words):
    community = Text(64)


class LobbyCode(Words):
    """The lobby's code: its address and the bitmap of its QR."""

    url = fields.String()
    match = fields.String()
    bitmap = fields.Dict()
    expires = Day()


class Report(Words):
    """A code somebody thinks is forged."""

    id = Id()
    handle = fields.String(allow_none=True)
    home = fields.String(allow_none=True)
    scanned = fields.String()
    place = fields.String()
    source = fields.String()
    at = Instant()


class Reports(Words):
    reports = fields.List(fields.Nested(Report))


class ReportAsk(Words):
    community = Text(64)
    id = Id(required=True)
    scanned = Text(500, low=1, required=True)
    place = Text(200, load_default="")
