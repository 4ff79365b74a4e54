"""The words of the room kiosk: shapes of announcements and disclosures at the JSON door, labels."""

from __future__ import annotations

from marshmallow import fields, validate

from schemas.base import Day, Fen, Id, Text, Words
from schemas.words import ANNOUNCEMENT_KINDS

FUNDS = {"物业服务费": "物业服务费", "公共收益": "公共收益", "维修资金": "维修资金"}
REGIMES = {"包干制": "包干制", "酬金制": "酬金制", "": "不适用"}
ANNOUNCEMENT_STATES = {
    "showing": "展示中", "coming": "未开始", "ended": "已结束", "withdrawn": "已撤下", "waiting": "待第二人确认",
}

HOURS = validate.Regexp(r"^$|^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$")
WEEKDAYS = validate.Regexp(r"^1?2?3?4?5?6?7?$")


class AnnouncementWords(Words):
    """What an announcement is made of. `sure` is the second click when it seems to name a person, phone or room."""

    community = Text(64)
    title = Text(24, 1)
    text = Text(1000, 1)
    kind = fields.Str(validate=validate.OneOf(list(ANNOUNCEMENT_KINDS)))
    from_ = Day(data_key="from")
    to = Day()
    pinned = fields.Bool()
    weekdays = fields.Str(validate=WEEKDAYS)
    hours = fields.Str(validate=HOURS)
    buildings = fields.List(Text(64), validate=validate.Length(max=500))
    sure = fields.Bool(load_default=False)


class AnnouncementIn(AnnouncementWords):
    """What is published."""

    title = Text(24, 1, required=True)
    text = Text(1000, 1, required=True)
    kind = fields.Str(required=True, validate=validate.OneOf(list(ANNOUNCEMENT_KINDS)))
    from_ = Day(required=True, data_key="from")
    to = Day(required=True)


class AnnouncementChange(AnnouncementWords):
    """An edit (new version), a withdrawal, or the second confirmation of an emergency."""

    withdrawn = fields.Bool(load_default=False)
    approved = fields.Bool(load_default=False)


class AnnouncementOut(Words):
    """An announcement as the office sees it."""

    id = Id()
    title = fields.Str()
    text = fields.Str()
    kind = fields.Str()
    from_ = fields.Str(data_key="from", attribute="from")
    to = fields.Str()
    pinned = fields.Bool()
    weekdays = fields.Str()
    hours = fields.Str()
    buildings = fields.List(fields.Str())
    version = fields.Int()
    state = fields.Str()
    made_at = fields.Str()
    made_by = fields.Str()
    approved_by = fields.Str(allow_none=True)
    until = fields.Str(allow_none=True)


class Announcements(Words):
    announcements = fields.List(fields.Nested(AnnouncementOut))


class HeadLine(Words):
    """One head of income or expense."""

    head = Text(24, 1, required=True)
    fen = Fen(required=True)


class DisclosureIn(Words):
    """Income and expense of one fund and period: refused when the heads do not add up to the closing."""

    community = Text(64)
    fund = fields.Str(required=True, validate=validate.OneOf(list(FUNDS)))
    regime = fields.Str(load_default="", validate=validate.OneOf(list(REGIMES)))
    period = Text(16, 1, required=True)
    opening_fen = fields.Int(required=True, strict=True)
    closing_fen = fields.Int(required=True, strict=True)
    in_ = fields.List(fields.Nested(HeadLine), required=True, data_key="in", validate=validate.Length(max=60))
    out = fields.List(fields.Nested(HeadLine), required=True, validate=validate.Length(max=60))
    prepared_by = Text(20, 1, required=True)
    checked_by = Text(20, 1, required=True)
    days = fields.Int(load_default=30, validate=validate.Range(1, 366))
    corrects = Id()
    reason = Text(200, load_default="")


class DisclosureOut(Words):
    """A disclosure as published; `corrected_by` names the one that took its place."""

    id = Id()
    fund = fields.Str()
    regime = fields.Str()
    period = fields.Str()
    opening_fen = fields.Int()
    in_fen = fields.Int()
    out_fen = fields.Int()
    closing_fen = fields.Int()
    in_ = fields.List(fields.Nested(HeadLine), data_key="in")
    out = fields.List(fields.Nested(HeadLine))
    prepared_by = fields.Str()
    checked_by = fields.Str()
    published_day = fields.Str()
    public_until = fields.Str()
    corrects = fields.Str(allow_none=True)
    corrected_by = fields.Str(allow_none=True)
    reason = fields.Str()


class Disclosures(Words):
    disclosures = fields.List(fields.Nested(DisclosureOut))


class OfLobby(Words):
    """Which community, by id or name; may be left out by who has one."""

    community = Text(64)


class ContentMade(Words):
    id = fields.Str()


class ReachRow(Words):
    screen = fields.Str()
    name = fields.Str()
    showing = fields.Bool()
    at = fields.Str(allow_none=True)


class Reach(Words):
    screens = fields.List(fields.Nested(ReachRow))
