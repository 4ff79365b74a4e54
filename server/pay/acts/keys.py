"""The version of the key that new pay codes are made with."""

from __future__ import annotations

from server.db import Sql
from server.errors import refuse
from server.pay.store import codes as store


def code_key_version(db: Sql) -> int:
    """The version of the key that new codes are made with."""
    return store.key_version(db)


def turn_key(sql: Sql) -> int:
    """New codes use the next key version from now on; old ones verify until they expire. The version.

    Runs in `db.write()` without a community. Refusal key_versions_used_up after version 31.
    """
    version = store.key_version(sql) + 1
    if version > 31:
        refuse("key_versions_used_up")
    store.set_key_version(sql, version)
    return version
