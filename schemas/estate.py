"""The words of the room estate: communities, homes, residents, their changes, the company's own words."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from schemas.base import Day, Fen, Id, Instant, Text, Words
from schemas.people import CommunityName, InCommunity
from schemas.words import HOME_STATES, RESIDENT_ROLES, SETTINGS

STATE_ERROR = "应为自住、出租或空置"


def numbers(**kwargs: Any) -> fields.List[str]:
    """Up to ten numbers as people write them."""
    return fields.List(Text(30), validate=validate.Length(max=10, error="最多 10 个号码"), **kwargs)


class Communities(Words):
    communities = fields.List(fields.Nested(CommunityName))


class HomeQuery(InCommunity):
    """`q` searches room, name, phone and pinyin; without it a page in walking order after the code `after`."""

    q = Text(60, load_default="")
    building = Text(40, load_default="")
    after = Text(80, load_default="")
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 500, error="应为 1 到 500"))


class HomeFields(InCommunity):
    """Data of a home; area in 0.01 ㎡, the rate in fen per ㎡ and month. What is left out stays."""

    floor = fields.Integer(allow_none=True, strict=True, validate=validate.Range(-9, 200, error="应为 -9 到 200"))
    area = fields.Integer(strict=True, validate=validate.Range(0, 100_000_000, error="应为不小于 0 的整数（0.01 ㎡）"))
    kind = Text(20)
    state = fields.String(validate=validate.OneOf(("", *HOME_STATES), error=STATE_ERROR))
    rate_fen = Fen(allow_none=True)
    handover = Day(allow_none=True)
    note = Text(500)


class HomeNew(HomeFields):
    building = Text(40, load_default="")
    unit = Text(40, load_default="")
    room = Text(40, low=1, required=True)
    owner = Text(100, load_default="")
    phones = numbers(load_default=list)


class PersonNew(InCommunity):
    """Who comes, with numbers, on a day (today at the latest). An owner's name may hold several: 贾宇子、丁超强."""

    name = Text(100, low=1, required=True)
    phones = numbers(load_default=list)
    on = Day(required=True)


class TenantDeparture(InCommunity):
    resident = Id(required=True)
    on = Day(required=True)


class PersonEdit(InCommunity):
    """A corrected name, or exactly these numbers, of the same person."""

    name = Text(100, low=1)
    phones = numbers()


class Resident(Words):
    id = Id()
    role = fields.String(validate=validate.OneOf(tuple(RESIDENT_ROLES)))
    name = Text()
    since = fields.String(metadata={"description": "day, empty when unknown"})
    until = Day(allow_none=True)
    phones = fields.List(fields.String())


class Home(Words):
    id = Id()
    code = Text()
    building = Text()
    unit = Text()
    room = Text()
    address = Text()
    floor = fields.Integer(allow_none=True)
    area = fields.Integer()
    kind = Text()
    state = Text()
    rate_fen = Fen(allow_none=True)
    handover = Day(allow_none=True)
    note = Text()
    found = fields.String(metadata={"description": "by what a search found it"})
    residents = fields.List(fields.Nested(Resident))
    past = fields.List(fields.Nested(Resident))


class Homes(Words):
    homes = fields.List(fields.Nested(Home))
    next = fields.String(allow_none=True)


class HomeMade(Words):
    household = Text()
    household_id = Id()


class Residents(Words):
    residents = fields.List(Id())


class HomeChange(Words):
    n = fields.Integer()
    at = Instant()
    who = Text()
    who_name = Text()
    resident = Id(allow_none=True)
    field = Text()
    old = Text()
    new = Text()


class HomeChanges(Words):
    changes = fields.List(fields.Nested(HomeChange))


class HomeLook(Words):
    at = Instant()
    who = Text()
    who_name = Text()


class HomeLooks(Words):
    looks = fields.List(fields.Nested(HomeLook))


class PersonExport(Words):
    """Everything the estate keeps of one person."""

    resident = Id()
    home = Text()
    address = Text()
    role = fields.String()
    name = Text()
    since = fields.String()
    until = Day(allow_none=True)
    phones = fields.List(fields.String())
    changes = fields.List(fields.Nested(HomeChange))
    looks = fields.List(fields.Nested(HomeLook))


SettingsAnswer = Words.from_dict({key: Text(200) for key in SETTINGS}, name="Settings")
SettingsEdit = InCommunity.from_dict({key: Text(200) for key in SETTINGS}, name="SettingsEdit")
