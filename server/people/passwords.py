"""Argon2id with a bound on length and on how many hashes are computed at once (64 MiB each)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.errors import Refusal
from server.people import rules

AT_ONCE = 2
WAIT_S = 5.0
_hasher = PasswordHasher()
_free = threading.BoundedSemaphore(AT_ONCE)


def hashed(password: str) -> str:
    """The hash to store. Refusals: password_weak (too short or long), hashing_busy."""
    text = check(password)
    with _one_of_few():
        return _hasher.hash(text)


def check(password: str) -> str:
    """The password in the form that is hashed. Refusal password_weak (too short or long)."""
    text = rules.password_of(password)
    if not rules.password_fits(text):
        raise Refusal("password_weak", pointer="/password", least=rules.PASSWORD_LEAST, most=rules.PASSWORD_MOST)
    return text


def fits(stored: str, password: str) -> bool:
    """True when the password is the one stored. With nothing stored the same work is done in vain.

    So the time of an answer does not tell whether a name is known. Refusal hashing_busy.
    """
    text = rules.password_of(password)
    if not rules.password_fits(text):
        return False
    with _one_of_few():
        try:
            return _hasher.verify(stored or _dummy(), text) and bool(stored)
        except (VerificationError, InvalidHashError):
            return False


def outdated(stored: str) -> bool:
    """True when the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)


@lru_cache(maxsize=1)
def _dummy() -> str:
    return _hasher.hash("nobody has this password")


@contextmanager
def _one_of_few() -> Iterator[None]:
    if not _free.acquire(timeout=WAIT_S):
        raise Refusal("hashing_busy")
    try:
        yield
    finally:
        _free.release()
