"""SQL of people: staff, memberships, credentials, sessions, tokens, invitations, codes, phones. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence

from server.db import Row, Sql, listed

STAFF = "id, name, phone, community, created_at, left_at"

# --- staff and postings (global tables) --------------------------------------


def staff(db: Sql, id_: str) -> Row | None:
    return db.one(f"select {STAFF} from staff where id = :id", id=id_)


def staff_named(db: Sql, name: str) -> list[Row]:
    return db.all(f"select {STAFF} from staff where name = :name and left_at is null order by id", name=name)


def staff_with_phone(db: Sql, phone: str) -> list[Row]:
    return db.all(
        f"select {STAFF} from staff where phone = :phone and phone <> '' and left_at is null order by id", phone=phone
    )


def staff_of(db: Sql, ids: Sequence[str]) -> list[Row]:
    fragment, params = listed("id", ids)
    return db.all(f"select {STAFF} from staff where {fragment}", **params)


def set_staff(db: Sql, id_: str, name: str, phone: str) -> int:
    return db.run("update staff set name = :name, phone = :phone where id = :id", id=id_, name=name, phone=phone)


def set_left(db: Sql, id_: str, at: str | None) -> int:
    return db.run("update staff set left_at = :at where id = :id", id=id_, at=at)


def post(db: Sql, staff: str, c: str) -> None:
    db.run(
        "insert into posting (staff, community) values (:s, :c) on conflict (staff, community) do nothing", s=staff, c=c
    )


# --- memberships -------------------------------------------------------------


def roles(db: Sql, staff: str) -> list[Row]:
    """Community and role of one person's living memberships, found where the person was ever posted."""
    return db.all(
        "select m.community, m.role from posting p join member m on m.community = p.community and m.staff = p.staff"
        " where p.staff = :s and m.until is null order by m.community", s=staff)


def members(db: Sql, c: str) -> list[Row]:
    """Living memberships with the person's name and phone (staff is a global table)."""
    return db.all(
        "select m.staff, s.name, s.phone, m.role, m.buildings, m.since, s.community as home_community"
        " from member m join staff s on s.id = m.staff where m.community = :c and m.until is null"
        " order by s.name, m.staff", c=c,
    )


def end_membership(db: Sql, c: str, staff: str, at: str) -> int:
    return db.run(
        "update member set until = :at where community = :c and staff = :s and until is null", c=c, s=staff, at=at
    )


# --- passwords, sessions, tokens ---------------------------------------------


def credential(db: Sql, c: str, staff: str) -> str:
    row = db.one("select hash from credential where community = :c and staff = :s", c=c, s=staff)
    return str(row["hash"]) if row else ""


def set_credential(db: Sql, c: str, staff: str, hash_: str, at: str) -> None:
    db.run(
        "insert into credential (community, staff, hash, changed_at) values (:c, :s, :hash, :at)"
        " on conflict (community, staff) do update set hash = excluded.hash, changed_at = excluded.changed_at",
        c=c, s=staff, hash=hash_, at=at,
    )


def session(db: Sql, c: str, token_hash: str) -> Row | None:
    return db.one(
        "select id, staff, expires_at, ended_at from session where community = :c and token_hash = :h",
        c=c, h=token_hash,
    )


def end_session(db: Sql, c: str, token_hash: str, at: str) -> int:
    return db.run(
        "update session set ended_at = :at where community = :c and token_hash = :h and ended_at is null",
        c=c, h=token_hash, at=at,
    )


def end_sessions(db: Sql, c: str, staff: str, at: str) -> int:
    return db.run(
        "update session set ended_at = :at where community = :c and staff = :s and ended_at is null",
        c=c, s=staff, at=at,
    )


def token(db: Sql, c: str, token_hash: str) -> Row | None:
    return db.one(
        "select id, staff, revoked_at from token where community = :c and token_hash = :h", c=c, h=token_hash
    )


def tokens(db: Sql, c: str) -> list[Row]:
    return db.all(
        "select t.id, t.staff, s.name, t.label, t.created_at, t.revoked_at from token t join staff s on s.id = t.staff"
        " where t.community = :c order by t.created_at desc, t.id", c=c,
    )


def revoke_token(db: Sql, c: str, id_: str, at: str) -> int:
    return db.run(
        "update token set revoked_at = :at where community = :c and id = :id and revoked_at is null",
        c=c, id=id_, at=at,
    )


def revoke_tokens(db: Sql, c: str, staff: str, at: str) -> int:
    return db.run(
        "update token set revoked_at = :at where community = :c and staff = :s and revoked_at is null",
        c=c, s=staff, at=at,
    )


# --- invitations and enrolment codes -----------------------------------------


def invite(db: Sql, c: str, token_hash: str) -> Row | None:
    return db.one(
        "select id, staff, expires_at, used_at from invite where community = :c and token_hash = :h",
        c=c, h=token_hash,
    )


def use_invite(db: Sql, c: str, token_hash: str, at: str) -> int:
    return db.run(
        "update invite set used_at = :at where community = :c and token_hash = :h and used_at is null"
        " and expires_at > :at", c=c, h=token_hash, at=at,
    )


def use_invites(db: Sql, c: str, staff: str, at: str) -> int:
    return db.run(
        "update invite set used_at = :at where community = :c and staff = :s and used_at is null", c=c, s=staff, at=at
    )


def use_code(db: Sql, c: str, code_hash: str, device: str, at: str) -> Row | None:
    """Take a code that is fresh, once: the person it enrols, or None."""
    return db.one(
        "update enrol_code set used_at = :at, device = :d where community = :c and code_hash = :h"
        " and used_at is null and expires_at > :at returning staff", c=c, h=code_hash, d=device, at=at,
    )


# --- phones ------------------------------------------------------------------

DEVICE = "d.id, d.staff, d.name, d.app, d.created_at, d.revoked_at, d.lost, d.seen_at, d.pending, d.n_high"


PHONE = ("id", "staff", "revoked_at", "lost", "seen_at", "name", "left_at", "epoch")


def phone_by_token(db: Sql, c: str, token_hash: str) -> tuple[Row, list[tuple[str, str, int]]] | None:
    """The phone with its person, and (community, role, pen number) of where the person works now.

    One look for every request of a phone, and all that an idle poll needs."""
    rows = db.tuples(
        "select d.id, d.staff, d.revoked_at, d.lost, d.seen_at, s.name, s.left_at,"
        " (select value from meta where name = 'epoch'), m.community, m.role, e.n from device d"
        " join staff s on s.id = d.staff left join posting p on p.staff = d.staff"
        " left join member m on m.community = p.community and m.staff = p.staff and m.until is null"
        " left join pen e on e.community = m.community"
        " where d.community = :c and d.token_hash = :h order by m.community", c=c, h=token_hash)
    if not rows:
        return None
    places = len(PHONE)
    return dict(zip(PHONE, rows[0], strict=False)), [row[places:] for row in rows if row[places] is not None]


def device(db: Sql, c: str, id_: str) -> Row | None:
    return db.one(f"select {DEVICE} from device d where d.community = :c and d.id = :id", c=c, id=id_)


def devices(db: Sql, c: str) -> list[Row]:
    return db.all(
        f"select {DEVICE}, s.name as staff_name from device d join staff s on s.id = d.staff where d.community = :c"
        " order by case when d.revoked_at is null then 0 else 1 end, s.name, d.id", c=c,
    )


def revoke_device(db: Sql, c: str, id_: str, at: str, lost: str | None) -> int:
    return db.run(
        "update device set revoked_at = coalesce(revoked_at, :at), lost = coalesce(lost, :lost)"
        " where community = :c and id = :id", c=c, id=id_, at=at, lost=lost,
    )


def revoke_devices(db: Sql, c: str, staff: str, at: str) -> int:
    return db.run(
        "update device set revoked_at = :at where community = :c and staff = :s and revoked_at is null",
        c=c, s=staff, at=at,
    )


def device_seen(db: Sql, c: str, id_: str, at: str, app: str, pending: int, n_high: int) -> None:
    db.run(
        "update device set seen_at = :at, app = :app, pending = :pending,"
        " n_high = case when n_high > :n then n_high else :n end where community = :c and id = :id",
        c=c, id=id_, at=at, app=app, pending=pending, n=n_high,
    )
