"""Who works where as what. Staff are global rows; memberships are community rows, kept as history."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from schemas.words import ROLES
from server import clock
from server.db import Db, Row, Sql, new_id
from server.errors import Refusal
from server.estate import rules as estate
from server.people import rules, store


def staff(db: Sql, id_or_name: str) -> Row:
    """One working person by id, or by name when only one bears it: id, name, phone, community (home), created_at.

    Refusals: staff_unknown, staff_ambiguous.
    """
    found = store.staff(db, id_or_name)
    if found is not None and found["left_at"] is None:
        return found
    named = store.staff_named(db, estate.name_of(id_or_name))
    if len(named) > 1:
        raise Refusal("staff_ambiguous", count=len(named))
    if not named:
        raise Refusal("staff_unknown")
    return named[0]


def names(db: Sql, ids: Iterable[str]) -> dict[str, str]:
    """{staff id: name}, also of those who left; unknown ids are left out."""
    wanted = [id_ for id_ in dict.fromkeys(ids) if id_]
    return {row["id"]: row["name"] for row in store.staff_of(db, wanted)} if wanted else {}


def works_in(db: Sql, staff_id: str) -> dict[str, str]:
    """{community: role} of a person today."""
    return {row["community"]: row["role"] for row in store.roles(db, staff_id)}


def members(db: Sql, c: str) -> list[dict[str, Any]]:
    """Who works here: staff (id), name, phone, role, buildings (list of code parts), since, home_community."""
    return [{**row, "buildings": rules.buildings_of(row["buildings"])} for row in store.members(db, c)]


def member(db: Sql, c: str, id_or_name: str) -> dict[str, Any]:
    """One of the community's people by id, or by name when only one bears it there.

    Refusals: staff_unknown (also for people of other communities), staff_ambiguous.
    """
    everyone = members(db, c)
    name = estate.name_of(id_or_name)
    found = [row for row in everyone if row["staff"] == id_or_name] or [row for row in everyone if row["name"] == name]
    if len(found) > 1:
        raise Refusal("staff_ambiguous", count=len(found))
    if not found:
        raise Refusal("staff_unknown")
    return found[0]


def add_staff(
    db: Db, community: str, name: str, role: str, phone: str = "", buildings: str = "", who: str = ""
) -> str:
    """A new person at work in a community, which becomes the home community; the staff id.

    The same name again, without another phone number, is the same person: the id comes back, nothing is doubled.
    `role` may be the word of the trade (管家). Refusals: name_empty, role_unknown, phone_invalid, community_unknown,
    staff_exists (the same person with another role).
    """
    name, number = estate.name_of(name), _number(phone)
    if not name:
        raise Refusal("name_empty", pointer="/name")
    role = _role(role)
    same = [
        row for row in members(db, community)
        if row["name"] == name and (not number or not row["phone"] or row["phone"] == number)
    ]
    if same:
        if same[0]["role"] != role:
            raise Refusal("staff_exists", pointer="/name", role=ROLES[same[0]["role"]])
        return str(same[0]["staff"])
    id_ = new_id()
    with db.write() as sql:
        row = {"id": id_, "name": name, "phone": number, "community": community, "created_at": clock.instant()}
        sql.put("staff", [{**row, "left_at": None}])
        store.post(sql, id_, community)
    _join(db, community, id_, role, buildings, who)
    return id_


def add_member(db: Db, community: str, staff_id: str, role: str, buildings: str = "", who: str = "") -> None:
    """Someone who works elsewhere already works here too. Refusals: staff_unknown, role_unknown."""
    role = _role(role)
    person = store.staff(db, staff_id)
    if person is None or person["left_at"] is not None:
        raise Refusal("staff_unknown")
    with db.write() as sql:
        store.post(sql, staff_id, community)
    _join(db, community, staff_id, role, buildings, who)


def set_role(db: Db, community: str, staff_id: str, role: str, buildings: str, who: str = "") -> None:
    """Another role or other buildings from now on. Refusals: staff_unknown, role_unknown, last_manager."""
    role = _role(role)
    now = member(db, community, staff_id)
    if now["role"] == role and now["buildings"] == rules.buildings_of(buildings):
        return
    _join(db, community, now["staff"], role, buildings, who)


def edit_staff(db: Db, community: str, staff_id: str, name: str, phone: str) -> None:
    """Correct name and phone of a person; by the home community only.

    Refusals: staff_unknown, not_home_community, name_empty, phone_invalid.
    """
    now = member(db, community, staff_id)
    if now["home_community"] != community:
        raise Refusal("not_home_community")
    name, number = estate.name_of(name), _number(phone)
    if not name:
        raise Refusal("name_empty", pointer="/name")
    with db.write() as sql:
        store.set_staff(sql, now["staff"], name, number)


def leave(db: Db, community: str, staff_id: str, who: str = "") -> None:
    """End a person's work in a community; when it was the last one, also sessions, tokens and phones.

    Phones then erase their buckets and keep what they have not sent. Refusals: staff_unknown, last_manager.
    """
    now = member(db, community, staff_id)
    id_ = str(now["staff"])
    with db.write(community, who=who, verb="staff.leave") as pen:
        if rules.last_manager(members(pen, community), id_):
            raise Refusal("last_manager")
        store.end_membership(pen, community, id_, pen.at)
        pen.touch("member", id_)
    if works_in(db, id_):
        return
    with db.write() as sql:
        store.set_left(sql, id_, clock.instant())
    with db.write(now["home_community"], who=who, verb="staff.close") as pen:
        store.end_sessions(pen, pen.community, id_, pen.at)
        store.revoke_tokens(pen, pen.community, id_, pen.at)
        store.revoke_devices(pen, pen.community, id_, pen.at)
        store.use_invites(pen, pen.community, id_, pen.at)


def _join(db: Db, community: str, staff_id: str, role: str, buildings: str, who: str) -> None:
    """End the living membership, if any, and begin the next, in one write."""
    with db.write(community, who=who, verb="member.put") as pen:
        if role != "manager" and rules.last_manager(members(pen, community), staff_id):
            raise Refusal("last_manager")
        store.end_membership(pen, community, staff_id, pen.at)
        pen.put("member", [{
            "community": community, "staff": staff_id, "since": pen.at, "role": role,
            "buildings": "、".join(rules.buildings_of(buildings)), "until": None,
        }])
        pen.touch("member", staff_id)


def _role(word: str) -> str:
    role = rules.role_of(word)
    if not role:
        raise Refusal("role_unknown", pointer="/role")
    return role


def _number(phone: str) -> str:
    number = estate.phone_of(phone)
    if phone.strip() and not estate.phone_fits(number):
        raise Refusal("phone_invalid", pointer="/phone")
    return number
