"""The words of the room people: staff, invitations, enrolment codes, phones, API tokens."""

from __future__ import annotations

from marshmallow import fields, validate

from schemas.base import Id, Instant, Text, Words
from schemas.words import ROLES

ROLE = validate.OneOf(tuple(ROLES), error="应为 manager、clerk、cashier 或 collector")


class InCommunity(Words):
    """`community` is an id or a name; it may be left out when the caller has one."""

    community = Text(60, load_default=None, allow_none=True)


class StaffNew(InCommunity):
    name = Text(40, low=1, required=True)
    role = fields.String(required=True, validate=ROLE)
    phone = Text(30, load_default="")
    buildings = Text(200, load_default="")


class StaffEdit(InCommunity):
    """What is left out stays."""

    name = Text(40, low=1)
    phone = Text(30)
    role = fields.String(validate=ROLE)
    buildings = Text(200)


class StaffMade(Words):
    staff = Id()


class Member(Words):
    staff = Id()
    name = Text()
    phone = Text()
    role = fields.String(validate=ROLE)
    buildings = fields.List(fields.String())
    since = Instant()


class Members(Words):
    staff = fields.List(fields.Nested(Member))


class ForStaff(InCommunity):
    staff = Text(64, low=1, required=True)


class MembershipNew(ForStaff):
    """`staff` is the id of someone who works elsewhere already."""

    role = fields.String(required=True, validate=ROLE)
    buildings = Text(200, load_default="")


class Invitation(Words):
    url = fields.String()
    expires_at = Instant()


class Enrolment(Words):
    """A code for one phone; in the URL it stands in the fragment."""

    code = fields.String()
    url = fields.String()
    expires_at = Instant()


class DeviceNew(Words):
    code = Text(40, low=1, required=True)
    name = Text(60, load_default="")
    app = Text(40, load_default="")


class CommunityName(Words):
    id = Id()
    name = Text()


class DeviceMade(Words):
    device = Id()
    token = fields.String()
    staff = Id()
    name = Text()
    communities = fields.List(fields.Nested(CommunityName))
    lease_hours = fields.Integer()


class Device(Words):
    id = Id()
    staff = Id()
    staff_name = Text()
    name = Text()
    app = Text()
    created_at = Instant()
    revoked_at = Instant(allow_none=True)
    lost = Instant(allow_none=True)
    seen_at = Instant(allow_none=True)
    pending = fields.Integer()
    n_high = fields.Integer()


class Devices(Words):
    devices = fields.List(fields.Nested(Device))


class DeviceEnd(InCommunity):
    lost = fields.Boolean(load_default=False)


class TokenNew(ForStaff):
    label = Text(60, load_default="")


class TokenMade(Words):
    token = fields.String()


class Token(Words):
    id = Id()
    staff = Id()
    name = Text()
    label = Text()
    created_at = Instant()
    revoked_at = Instant(allow_none=True)


class Tokens(Words):
    tokens = fields.List(fields.Nested(Token))


class PasswordChange(Words):
    old = Text(200, required=True)
    new = Text(200, required=True)
