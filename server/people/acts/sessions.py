"""Passwords, console sessions of twelve hours, invitations that set the first password."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from server import clock
from server.access import Caller, community_of, hash_token, make_token, prefix_of
from server.db import Db, Row, Sql, new_id
from server.errors import Refusal
from server.estate import acts as estate
from server.estate.rules import phone_of
from server.people import passwords, rules, store, throttle
from server.people.acts.team import works_in

LOGIN_TRIES, SOURCE_TRIES, LOGIN_MINUTES = 10, 60, 15


def login(db: Db, who: str, password: str, source: str = "") -> dict[str, str]:
    """Open a session: {"token", "staff", "name", "expires_at"}; the token goes into the cookie.

    `who` is a phone number, a name that one person bears, or a staff id; `source` (the caller's address) has a limit
    of its own. Whatever is wrong, the answer and the work done are the same.
    Refusals: login_failed, login_locked, hashing_busy.
    """
    given = rules.login_of(who)
    person = _person(db, given)
    community = person["community"] if person else _somewhere(db, given)
    subject = rules.digest(given)[:32]
    throttle.strike(db, community, "login", subject, LOGIN_TRIES, LOGIN_MINUTES, "login_locked")
    if source:
        throttle.strike(
            db, community, "login-from", rules.digest(source)[:32], SOURCE_TRIES, LOGIN_MINUTES, "login_locked"
        )
    stored = store.credential(db, community, person["id"]) if person else ""
    if not passwords.fits(stored, password) or person is None or not works_in(db, person["id"]):
        raise Refusal("login_failed")
    throttle.forgive(db, community, "login", subject, LOGIN_MINUTES)
    if source:
        throttle.give_back(db, community, "login-from", rules.digest(source)[:32], LOGIN_MINUTES)
    throttle.sweep(db, community)
    renewed = passwords.hashed(password) if passwords.outdated(stored) else ""
    return _open(db, person, renewed)


def _person(db: Sql, given: str) -> Mapping[str, Any] | None:
    number = phone_of(given) if len(phone_of(given)) >= 5 else ""
    by_phone = store.staff_with_phone(db, number) if number else []
    by_id = store.staff(db, given)
    if by_id is not None and by_id["left_at"] is None:
        return by_id
    return rules.only_one(by_phone or store.staff_named(db, given))


def _somewhere(db: Sql, given: str) -> str:
    """Where tries under an unknown name are counted: always the same place for the same name."""
    every = estate.communities(db)
    return str(every[int(rules.digest(given)[:8], 16) % len(every)]["id"]) if every else "C0"


def _open(db: Db, person: Mapping[str, Any], renewed: str) -> dict[str, str]:
    community = str(person["community"])
    token, token_hash = make_token(community, "session")
    expires = clock.instant(clock.now() + timedelta(hours=rules.SESSION_HOURS))
    with db.write(community, who=person["id"], verb="session.open") as pen:
        if renewed:
            store.set_credential(pen, community, person["id"], renewed, pen.at)
        pen.put("session", [{
            "community": community, "id": new_id(), "token_hash": token_hash, "staff": person["id"],
            "created_at": pen.at, "expires_at": expires, "ended_at": None,
        }])
    return {"token": token, "staff": person["id"], "name": person["name"], "expires_at": expires}


def lookup_session(db: Sql, token: str) -> Caller:
    """Whom a session cookie opens for. Refusal token_unknown when ended, expired, or the person has left."""
    community, token_hash = community_of(token), hash_token(token)
    found = store.session(db, community, token_hash)
    if found is None or found["ended_at"] is not None or found["expires_at"] <= clock.instant():
        raise Refusal("token_unknown")
    return staff_caller(db, community, found, token_hash)


def staff_caller(db: Sql, community: str, found: Row, session: str = "") -> Caller:
    """The caller behind a living session or API token. Refusal token_unknown when the person has left."""
    person = store.staff(db, found["staff"])
    if person is None or person["left_at"] is not None:
        raise Refusal("token_unknown")
    roles = works_in(db, person["id"])
    return Caller("staff", person["id"], person["name"], community, roles, session=session)


def logout(db: Db, caller: Caller) -> None:
    """End the caller's session."""
    with db.write(caller.community, who=caller.staff, verb="session.end") as pen:
        store.end_session(pen, caller.community, caller.session, pen.at)


def logout_everywhere(db: Db, staff_id: str, who: str = "") -> int:
    """End all sessions of a person; how many. Refusal staff_unknown."""
    person = _known(db, staff_id)
    with db.write(person["community"], who=who, verb="session.end_all") as pen:
        return store.end_sessions(pen, pen.community, staff_id, pen.at)


def set_password(db: Db, staff_id: str, password: str, who: str = "") -> None:
    """A new password; every session and open invitation of the person ends. Refusals: staff_unknown, password_weak."""
    person = _known(db, staff_id)
    hash_ = passwords.hashed(password)
    with db.write(person["community"], who=who, verb="password.set") as pen:
        store.set_credential(pen, pen.community, staff_id, hash_, pen.at)
        store.end_sessions(pen, pen.community, staff_id, pen.at)
        store.use_invites(pen, pen.community, staff_id, pen.at)


def change_password(db: Db, staff_id: str, old: str, new: str) -> None:
    """The person's own change. Refusals: login_failed (old is wrong), login_locked, password_weak, staff_unknown."""
    person = _known(db, staff_id)
    throttle.strike(db, person["community"], "password", staff_id, LOGIN_TRIES, LOGIN_MINUTES, "login_locked")
    if not passwords.fits(store.credential(db, person["community"], staff_id), old):
        raise Refusal("login_failed", pointer="/old")
    set_password(db, staff_id, new, who=staff_id)
    throttle.forgive(db, person["community"], "password", staff_id, LOGIN_MINUTES)


def invite(db: Db, staff_id: str, base_url: str, who: str = "") -> dict[str, str]:
    """A link that sets a password once, within three days: {"url", "token", "expires_at"}; older links die.

    Refusal staff_unknown.
    """
    person = _known(db, staff_id)
    community = str(person["community"])
    token = f"{prefix_of(community)}i{secrets.token_urlsafe(32)}"
    expires = clock.instant(clock.now() + timedelta(hours=rules.INVITE_HOURS))
    with db.write(community, who=who, verb="invite.make") as pen:
        store.use_invites(pen, community, staff_id, pen.at)
        pen.put("invite", [{
            "community": community, "id": new_id(), "token_hash": hash_token(token), "staff": staff_id,
            "created_at": pen.at, "created_by": who, "expires_at": expires, "used_at": None,
        }])
    return {"url": f"{base_url}/office/invite/{token}", "token": token, "expires_at": expires}


def invited(db: Sql, token: str) -> Row:
    """The person an invitation is for, while it is good: id, name. Refusal invite_wrong."""
    found = store.invite(db, community_of(token), hash_token(token)) if token.isascii() else None
    person = store.staff(db, found["staff"]) if found else None
    if found is None or person is None or person["left_at"] is not None:
        raise Refusal("invite_wrong")
    if found["used_at"] is not None or found["expires_at"] <= clock.instant():
        raise Refusal("invite_wrong")
    return {"id": person["id"], "name": person["name"], "community": person["community"]}


def accept_invite(db: Db, token: str, password: str) -> dict[str, str]:
    """Use an invitation: set the password and open a session, as `login`. One use even when raced.

    Refusals: invite_wrong, password_weak, hashing_busy.
    """
    person = invited(db, token)
    hash_ = passwords.hashed(password)
    with db.write(person["community"], who=person["id"], verb="invite.accept") as pen:
        if not store.use_invite(pen, pen.community, hash_token(token), pen.at):
            raise Refusal("invite_wrong")
        store.set_credential(pen, pen.community, person["id"], hash_, pen.at)
        store.end_sessions(pen, pen.community, person["id"], pen.at)
    return _open(db, person, "")


def _known(db: Sql, staff_id: str) -> Row:
    person = store.staff(db, staff_id)
    if person is None or person["left_at"] is not None:
        raise Refusal("staff_unknown")
    return person
