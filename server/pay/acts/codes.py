"""Codes of homes and lobby: make them, read them, let them die.

A code is live while it is not revoked, not replaced, not expired, and its owner still owns the home.
`cfg` is whatever has `key(purpose)`; without one, that of the running request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from server import clock
from server.access import community_of, prefix_of
from server.config import Config
from server.db import Pen, Row, Sql
from server.errors import refuse
from server.pay.rules import drawing, token
from server.pay.store import codes as store

DAYS = {"sealed": 180, "door": 180, "lobby": 3650}


def issue_codes(
    pen: Pen, wanted: Sequence[Mapping[str, Any]], *, cfg: Config | None = None
) -> list[dict[str, Any]]:
    """Make one code for each of `wanted` ({home, class, notice?, expires?}); in their order.

    Returns [{handle, version, token, url, match, expires}]. `class` is sealed, door or lobby (then without home).
    """
    if not wanted:
        return []
    cfg = _cfg(cfg)
    return [_paper(cfg, row) for row in _made(pen, wanted)]


def door_codes(pen: Pen, homes: Sequence[str]) -> int:
    """A door code for every home that has no live one, so that a phone can show it at the door; how many were made."""
    have = {row["home"] for row in live_codes(pen, pen.community, homes) if row["class"] == "door"} if homes else set()
    return len(_made(pen, [{"home": home, "class": "door"} for home in dict.fromkeys(homes) if home not in have]))


def _made(pen: Pen, wanted: Sequence[Mapping[str, Any]]) -> list[Row]:
    if not wanted:
        return []
    version = store.key_version(pen)
    handles = _handles(pen, len(wanted))
    homes = [want["home"] for want in wanted if want.get("home")]
    owners = store.owners(pen, pen.community, homes, pen.day)
    rows = [
        _row(pen, want, handle, version, owners) for want, handle in zip(wanted, handles, strict=True)
    ]
    store.add_codes(pen, rows)
    for home in homes:
        pen.touch("household", home)
    return rows


def _handles(pen: Pen, count: int) -> list[str]:
    """Handles nobody has; a collision of the random part is drawn again."""
    number = prefix_of(pen.community)
    found: dict[str, None] = {}
    while len(found) < count:
        drawn = list(dict.fromkeys(token.new_handle(number) for _ in range(count - len(found))))
        taken = store.taken(pen, pen.community, drawn)
        found.update(dict.fromkeys(handle for handle in drawn if handle not in taken))
    return list(found)


def _row(pen: Pen, want: Mapping[str, Any], handle: str, version: int, owners: Mapping[str, str]) -> Row:
    kind = want["class"]
    return {
        "community": pen.community,
        "handle": handle,
        "class": kind,
        "home": want.get("home"),
        "owner": owners.get(want.get("home") or ""),
        "notice": want.get("notice"),
        "version": version,
        "match": token.new_match(),
        "created_at": pen.at,
        "printed_at": pen.at,
        "expires": want.get("expires") or clock.add_days(pen.day, DAYS[kind]),
    }


def _paper(cfg: Config, row: Mapping[str, Any]) -> dict[str, Any]:
    made = token_of(cfg, row)
    kept = {key: row[key] for key in ("handle", "version", "match", "expires")}
    return {**kept, "token": made, "url": url_of(cfg, made)}


def token_of(cfg: Config, code: Mapping[str, Any]) -> str:
    """The token of a stored code: computed, never kept."""
    return token.make(cfg, code["version"], code["handle"])


def url_of(cfg: Config, made: str) -> str:
    """What the QR says."""
    return f"{cfg.url}/n/{made}"


def prove_code(db: Sql, cfg: Config, typed: str) -> dict[str, Any]:
    """The row of a genuine token, dead or alive, with the community's name.

    Refusals: code_garbage (nobody asked the database), code_unknown.
    """
    said = token.read(cfg, typed)
    if said is None:
        refuse("code_garbage")
    row = store.code(db, community_of(said.handle), said.handle)
    if row is None or row["version"] != said.version:
        refuse("code_unknown")
    return {**row, "token": token.tidy(typed)}


def read_code(db: Sql, cfg: Config, typed: str) -> dict[str, Any]:
    """A live code: {community, community_name, handle, class, home, owner, notice, match, token, …}.

    Refusals: code_garbage, code_unknown, code_replaced (also revoked, or the owner left), code_expired.
    """
    row = prove_code(db, cfg, typed)
    state = state_of(db, row, clock.today())
    if state != "live":
        refuse("code_expired" if state == "expired" else "code_replaced")
    return row


def state_of(db: Sql, row: Mapping[str, Any], day: str) -> str:
    """live, replaced, revoked, moved (its owner left) or expired."""
    if row["replaced_by"]:
        return "replaced"
    if row["revoked_at"]:
        return "revoked"
    if _moved(db, row, day):
        return "moved"
    return "expired" if row["expires"] < day else "live"


def _moved(db: Sql, row: Mapping[str, Any], day: str) -> bool:
    """The owner of the code left; or it was made for nobody, and now somebody owns the home."""
    if row["home"] is None:
        return False
    if row["owner"]:
        return bool(row["owner_until"]) and row["owner_until"] <= day
    return row["home"] in store.owners(db, row["community"], [row["home"]], day)


def code_for(db: Sql, community: str, home: str, kind: str | None = None) -> Row | None:
    """The newest live code of a home: of this class, else a door code before a sealed one. None without."""
    live = live_codes(db, community, [home])
    if kind:
        return next((row for row in live if row["class"] == kind), None)
    return min(live, key=lambda row: row["class"], default=None)


def phone_codes(
    db: Sql, community: str, homes: Sequence[str], *, cfg: Config | None = None
) -> dict[str, dict[str, Any]]:
    """What a phone holds of each home's codes: {home: {code_bitmap, codes}}.

    `codes` are 8-byte SHA-256 prefixes (hex) of all live tokens, enough to tell a genuine sticker;
    `code_bitmap` is the picture of the newest one, None where there is none.
    """
    cfg = _cfg(cfg)
    held: dict[str, dict[str, Any]] = {home: {"code_bitmap": None, "codes": []} for home in homes}
    shown: dict[str, Row] = {}
    for row in live_codes(db, community, homes):
        held[row["home"]]["codes"].append(token.prefix(token_of(cfg, row)))
        if row["home"] not in shown or row["class"] < shown[row["home"]]["class"]:
            shown[row["home"]] = row
    for home, row in shown.items():
        held[home]["code_bitmap"] = drawing.bitmap(url_of(cfg, token_of(cfg, row)))
    for value in held.values():
        value["codes"].sort()
    return held


def live_codes(db: Sql, community: str, homes: Sequence[str]) -> list[Row]:
    """All live codes of some homes, newest first."""
    day = clock.today()
    rows = store.codes_of(db, community, homes)
    owned = store.owners(db, community, [row["home"] for row in rows if not row["owner"]], day)
    return [
        row
        for row in rows
        if row["expires"] >= day
        and not (row["owner_until"] and row["owner_until"] <= day)
        and (row["owner"] or row["home"] not in owned)
    ]


def codes_of(db: Sql, community: str, home: str) -> list[dict[str, Any]]:
    """Every code of a home with its `state`, newest first, for the office. Without tokens."""
    day = clock.today()
    return [
        {**row, "state": state_of(db, row, day)} for row in store.all_codes_of(db, community, home)
    ]


def revoke_codes(pen: Pen, home: str) -> int:
    """All codes of a home die now (lost letter, change of owner); how many."""
    pen.touch("household", home)
    return store.revoke(pen, pen.community, home, pen.at)


def revoke_code(pen: Pen, handle: str) -> None:
    """One code dies now. Refusal not_found."""
    row = store.code(pen, pen.community, handle)
    if row is None:
        refuse("not_found")
    store.revoke_one(pen, pen.community, handle, pen.at)
    if row["home"]:
        pen.touch("household", row["home"])


def replace_code(pen: Pen, handle: str, *, cfg: Config | None = None) -> dict[str, Any]:
    """A new code of the same class in place of an old one, which answers 已更换 from now on."""
    row = store.code(pen, pen.community, handle)
    if row is None:
        refuse("not_found")
    want = {"home": row["home"], "class": row["class"], "notice": row["notice"]}
    made = issue_codes(pen, [want], cfg=cfg)[0]
    store.replace(pen, pen.community, handle, made["handle"])
    return made


def printed_again(pen: Pen, handles: Sequence[str]) -> None:
    """The same codes were printed again: their unlock counters start anew."""
    if handles:
        store.printed(pen, pen.community, handles, pen.at)


def lobby_code(pen: Pen, *, cfg: Config | None = None) -> dict[str, Any]:
    """The lobby's code {handle, token, url, match, expires}: the live one, else a new one."""
    row = store.lobby_code(pen, pen.community)
    if row is None or row["expires"] < pen.day:
        return issue_codes(pen, [{"home": None, "class": "lobby"}], cfg=cfg)[0]
    return _paper(_cfg(cfg), row)


def _cfg(cfg: Config | None) -> Config:
    if cfg is not None:
        return cfg
    from server import http  # only inside a request; commands pass their own

    return http.cfg()
