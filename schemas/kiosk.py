"""The words of the room kiosk: shapes of announcements, disclosures, screens and beats at the JSON door, labels."""

from __future__ import annotations

from marshmallow import fields, validate

from schemas.base import Day, Fen, Id, Text, Words
from schemas.words import ANNOUNCEMENT_KINDS

FUNDS = {"物业服务费": "物业服务费", "公共收益": "公共收益", "维修资金": "维修资金"}
REGIMES = {"包干制": "包干制", "酬金制": "酬金制", "": "不适用"}
SCREEN_HEALTH = {"正常": "正常", "落后": "落后", "冻结": "冻结", "离线": "离线", "停用": "停用", "未开机": "未开机"}
WISHES = {"": "无", "reload": "重新载入", "identify": "显示屏名"}
ANNOUNCEMENT_STATES = {
    "showing": "展示中", "coming": "未开始", "ended": "已结束", "withdrawn": "已撤下", "waiting": "待第二人确认",
}

HOURS = validate.Regexp(r"^$|^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$")
WEEKDAYS = validate.Regexp(r"^1?2?3?4?5?6?7?$")


class AnnouncementIn(Words):
    """What is published. `sure` is the second click when the text seems to name a person, phone or room."""

    community = Text(64)
    title = Text(24, 1, required=True)
    text = Text(1000, 1, required=True)
    kind = fields.Str(required=True, validate=validate.OneOf(list(ANNOUNCEMENT_KINDS)))
    from_ = Day(required=True, data_key="from")
    to = Day(required=True)
    pinned = fields.Bool(load_default=False)
    weekdays = fields.Str(load_default="", validate=WEEKDAYS)
    hours = fields.Str(load_default="", validate=HOURS)
    buildings = fields.List(Text(64), load_default=list, validate=validate.Length(max=500))
    sure = fields.Bool(load_default=False)


class AnnouncementChange(Words):
    """An edit (new version), a withdrawal, or the second confirmation of an emergency."""

    community = Text(64)
    title = Text(24)
    text = Text(1000)
    kind = fields.Str(validate=validate.OneOf(list(ANNOUNCEMENT_KINDS)))
    from_ = Day(data_key="from")
    to = Day()
    pinned = fields.Bool()
    weekdays = fields.Str(validate=WEEKDAYS)
    hours = fields.Str(validate=HOURS)
    buildings = fields.List(Text(64), validate=validate.Length(max=500))
    sure = fields.Bool(load_default=False)
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


class ScreenIn(Words):
    """A new screen: panel diagonal in inches and where people stand, in centimetres."""

    community = Text(64)
    name = Text(20, 1, required=True)
    building = Text(64, load_default="")
    inches = fields.Int(load_default=55, validate=validate.Range(5, 200))
    distance_cm = fields.Int(load_default=300, validate=validate.Range(30, 3000))
    code = fields.Str(load_default="", validate=validate.Regexp(r"^$|^[A-Za-z -]{8,12}$"))


class ScreenChange(Words):
    """A new token, an end, or a wish the screen fulfils with its next beat."""

    community = Text(64)
    revoked = fields.Bool(load_default=False)
    rotate = fields.Bool(load_default=False)
    wish = fields.Str(load_default="", validate=validate.OneOf(list(WISHES)))


class ScreenMade(Words):
    """The token is shown once; `null` when the screen fetches it itself by pairing."""

    screen = fields.Str()
    token = fields.Str(allow_none=True)
    url = fields.Str(allow_none=True)


class ScreenOut(Words):
    """A screen and how it does."""

    id = Id()
    name = fields.Str()
    building = fields.Str()
    inches = fields.Int()
    distance_cm = fields.Int()
    health = fields.Str()
    seen_at = fields.Str(allow_none=True)
    rev = fields.Str(allow_none=True)
    slide = fields.Str(allow_none=True)
    errors = fields.Str(allow_none=True)


class Screens(Words):
    screens = fields.List(fields.Nested(ScreenOut))


class PairIn(Words):
    """Empty to ask for a code; `poll` to fetch the token once the office has entered the code."""

    poll = fields.Str(validate=validate.Length(max=100))


class Beat(Words):
    """What a screen reports every few seconds. `shown`: seconds each content was on screen since `run_from`."""

    rev = fields.Str(load_default="", validate=validate.Length(max=16))
    slide = fields.Str(load_default="", validate=validate.Length(max=120))
    shown_since = fields.Str(load_default="", validate=validate.Length(max=40))
    frames = fields.Int(load_default=0, validate=validate.Range(0, 10_000))
    heap = fields.Int(load_default=0, validate=validate.Range(0, 2**45))
    clock = fields.Int(load_default=0, validate=validate.Range(0, 2**53))
    errors = fields.List(fields.Str(validate=validate.Length(max=200)), load_default=list,
                         validate=validate.Length(max=20))
    run = fields.Str(load_default="", validate=validate.Length(max=40))
    shown = fields.Dict(keys=fields.Str(validate=validate.Length(max=120)),
                        values=fields.Int(validate=validate.Range(0, 90_000)), load_default=dict,
                        validate=validate.Length(max=200))
    width = fields.Int(load_default=0, validate=validate.Range(0, 20_000))
    height = fields.Int(load_default=0, validate=validate.Range(0, 20_000))


class PairOut(Words):
    """First {code, poll, expires_at}; then {state: waiting} until {state: paired, screen, token}."""

    code = fields.Str()
    poll = fields.Str()
    expires_at = fields.Str()
    state = fields.Str()
    screen = fields.Str()
    token = fields.Str()


class BeatOut(Words):
    """The revision to have, seconds to the next report, what to do, the server's instant."""

    rev = fields.Str()
    next_s = fields.Int()
    commands = fields.List(fields.Str())
    now = fields.Str()


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


class ProofInterval(Words):
    """An interval of display; `hash` covers it and `prev_hash`."""

    seq = fields.Int()
    from_ = fields.Str(data_key="from", attribute="from")
    to = fields.Str()
    seconds = fields.Int()
    rev = fields.Str()
    prev_hash = fields.Str()
    hash = fields.Str()


class ProofScreen(Words):
    screen = fields.Str()
    name = fields.Str()
    seconds = fields.Int()
    broken = fields.Str(allow_none=True)
    intervals = fields.List(fields.Nested(ProofInterval))


class Proof(Words):
    """Proof of publicity of one content."""

    content = fields.Str()
    seconds = fields.Int()
    intact = fields.Bool()
    screens = fields.List(fields.Nested(ProofScreen))
