"""Homes of an import: compared with what the register said last; only what a sheet changed is changed."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from server.db import Pen, Sql
from server.estate import acts as estate
from server.estate import rules
from server.intake import store
from server.intake.gather import Gathered
from server.intake.rows.homes import HomeRow

CHUNK = 250
PLAIN = frozenset(("area", "kind", "state", "rate_fen", "handover", "floor", "note"))
FIELDS = (*sorted(PLAIN), "owners", "phones", "tenants", "tenant_phones")
Work = list[tuple[HomeRow, dict[str, Any], dict[str, Any] | None]]  # row, what it says, what it said last


def compare(db: Sql, c: str, found: Gathered, counts: Counter[str]) -> Work:
    """Homes that are new or said something else last time; counts all of them."""
    last = {row["key"]: row["content"] for row in store.of_kind(db, c, "home")}
    work: Work = []
    for code, row in found.homes.items():
        said = {field: getattr(row, field) for field in FIELDS if getattr(row, field) is not None}
        before = last.get(code)
        if before == _text(said):
            counts["same"] += 1
            continue
        counts["changed" if before else "new"] += 1
        work.append((row, said, json.loads(before) if before else None))
    return work


def write(pen: Pen, work: Work, found: Gathered, batch: str) -> None:
    """Write some homes and remember what was said of them."""
    ids = estate.put_homes(pen, [_wanted(row, said, before) for row, said, before in work])["ids"]
    store.remember(pen, [
        {"kind": "home", "home": "", "key": row.code, "content": _text({**(before or {}), **said}),
         "before": _text(before) if before else "", "fact": ids[row.code], "batch": batch}
        for row, said, before in work
    ])
    for row, _, _ in work:
        found.places.add(row.code, ids[row.code])


def write_numbers(pen: Pen, found: Gathered) -> None:
    """Keep the numbers under which another system knows the homes."""
    places = found.places
    known = {row["number"]: row["code"] for row in store.home_numbers(pen, pen.community)}
    fresh = {number: home for number, code in found.numbers.items()
             if known.get(number) != code and (home := places.ids[places.codes[code]])}
    store.add_home_numbers(pen, fresh)


def _wanted(row: HomeRow, said: dict[str, Any], before: dict[str, Any] | None) -> dict[str, Any]:
    """A row for put_homes: a key left out changes nothing."""
    wanted: dict[str, Any] = {"building": row.building, "unit": row.unit, "room": row.room}
    changed = {field for field, value in said.items() if before is None or before.get(field) != _plain(value)}
    for field in changed & PLAIN:
        wanted[field] = said[field]
    if changed & {"owners", "phones"} and row.owners:
        wanted["owners"] = _people(row.owners, row.phones or ())
    if changed & {"tenants", "tenant_phones"} and row.tenants is not None:
        wanted["tenants"] = _people(row.tenants, row.tenant_phones or ())
    return wanted


def _people(names: tuple[str, ...], phones: tuple[str, ...]) -> list[dict[str, Any]]:
    if not names:
        return []
    shared = rules.share_phones(names, phones)
    return [{"name": name, "phones": own} for name, own in zip(names, shared, strict=True)]


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _text(said: dict[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False, sort_keys=True)
