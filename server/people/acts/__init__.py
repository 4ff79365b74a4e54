"""The verbs of people. `LOOKUPS` tells the kernel what each kind of bearer token opens.

A person has one home community: password, sessions, tokens, invitations and phones lie there, and its managers keep
them. Other communities only say as what the person works there.
"""

from __future__ import annotations

from server.people.acts.keys import api_tokens, lookup_api, make_api_token, revoke_api_token
from server.people.acts.phones import (
    device_seen,
    devices,
    enrol_code,
    enrol_device,
    lookup_device,
    revoke_device,
)
from server.people.acts.sessions import (
    accept_invite,
    change_password,
    invite,
    invited,
    login,
    logout,
    logout_everywhere,
    lookup_session,
    set_password,
)
from server.people.acts.team import (
    add_member,
    add_staff,
    edit_staff,
    leave,
    member,
    members,
    names,
    set_role,
    staff,
    works_in,
)

LOOKUPS = {"session": lookup_session, "api": lookup_api, "device": lookup_device}

__all__ = [
    "LOOKUPS", "accept_invite", "add_member", "add_staff", "api_tokens", "change_password", "device_seen", "devices",
    "edit_staff", "enrol_code", "enrol_device", "invite", "invited", "leave", "login", "logout", "logout_everywhere",
    "lookup_api", "lookup_device", "lookup_session", "make_api_token", "member", "members", "names", "revoke_api_token",
    "revoke_device", "set_password", "set_role", "staff", "works_in",
]
