"""Pure decisions of people: roles, enrolment codes, password and name rules, who keeps whose keys."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar

from schemas.words import JOBS, ROLES
from server.access import CROCKFORD, prefix_of
from server.estate.rules import LIST_MARKS, building_of

SESSION_HOURS = 12
INVITE_HOURS = 72
CODE_MINUTES = 10
CODE_LENGTH = 10
LEASE_HOURS = 24
HOLIDAY_LEASE_HOURS = 72
PASSWORD_LEAST = 8
PASSWORD_MOST = 128  # what is longer is refused before any hashing: a hash costs 64 MiB


def role_of(word: str) -> str:
    """A role from its own name or the word of the trade (管家, 出纳 …); '' for one that must be asked about."""
    bare = re.sub(r"\s+", "", unicodedata.normalize("NFKC", word))
    return bare if bare in ROLES else JOBS.get(bare, "")


def buildings_of(text: str) -> list[str]:
    """`1栋、4栋、商铺` → the buildings' parts of the room code, each once: 1, 4, 商铺."""
    parts = (building_of(part) for part in LIST_MARKS.split(unicodedata.normalize("NFKC", text)))
    return list(dict.fromkeys(part for part in parts if part))


def new_code(community: str) -> str:
    """An enrolment code: the community's number in 3 characters, then 7 random ones (35 bits)."""
    return prefix_of(community) + "".join(secrets.choice(CROCKFORD) for _ in range(CODE_LENGTH - 3))


def code_of(text: str) -> str:
    """A code as typed, in its one form (o is 0, i and l are 1, no hyphens); '' when it cannot be one."""
    bare = re.sub(r"[\s-]+", "", unicodedata.normalize("NFKC", text)).upper()
    bare = bare.translate(str.maketrans("OIL", "011"))
    fits = len(bare) == CODE_LENGTH and all(char in CROCKFORD for char in bare)
    return bare if fits else ""


@lru_cache(maxsize=8)
def lease_hours(day: str) -> int:
    """How long a phone may keep data without contact: 24 hours, 72 when a public holiday begins or goes on tomorrow.

    Holidays the calendar does not know yet (it ends with the year the State Council has announced) count as none.
    """
    tomorrow = date.fromisoformat(day) + timedelta(days=1)
    try:
        free, name = chinese_calendar.get_holiday_detail(tomorrow)
    except NotImplementedError:
        return LEASE_HOURS
    return HOLIDAY_LEASE_HOURS if free and name else LEASE_HOURS


def digest(text: str) -> str:
    """SHA-256 in hex: what is stored of codes and of the names under which tries are counted."""
    return hashlib.sha256(text.encode()).hexdigest()


def password_of(text: str) -> str:
    """A password in one Unicode form, so that two keyboards give the same bytes (NFKC; RFC 8265)."""
    return unicodedata.normalize("NFKC", text)


def password_fits(text: str) -> bool:
    return PASSWORD_LEAST <= len(text) <= PASSWORD_MOST and "\x00" not in text


def login_of(text: str) -> str:
    """A login as typed, in the form in which it is looked up and counted."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()[:80]


def only_one(rows: Sequence[Mapping[str, object]]) -> Mapping[str, object] | None:
    """The row when there is exactly one: a name that two people bear opens nothing."""
    return rows[0] if len(rows) == 1 else None


def last_manager(members: Iterable[Mapping[str, str]], staff: str) -> bool:
    """True when `staff` is the only manager among the living members."""
    managers = {row["staff"] for row in members if row["role"] == "manager"}
    return managers == {staff}
