"""Communities: their numbers and names, and the words of the company that letters, pages and screens print."""

from __future__ import annotations

import re
from collections.abc import Mapping

from schemas.words import SETTINGS
from server import clock
from server.db import Broken, Db, Pen, Question, Row, Sql
from server.errors import Refusal
from server.estate import store

TRIES = 5


def communities(db: Sql) -> list[Row]:
    """All communities by number: id, no, name, created_at."""
    return store.communities(db)


def community(db: Sql, id_or_name: str) -> Row:
    """One community. Refusal community_unknown."""
    found = store.community(db, id_or_name)
    if found is None:
        raise Refusal("community_unknown")
    return found


def only_community(db: Sql, id_or_name: str | None) -> Row:
    """The community named, or the only one there is. Refusals: community_unknown, community_choose."""
    if id_or_name:
        return community(db, id_or_name)
    every = store.communities(db)
    if len(every) > 1:
        raise Refusal("community_choose")
    if not every:
        raise Refusal("community_unknown")
    return every[0]


def make_community(db: Db, name: str) -> str:
    """A new community with the next number; its id `C<number>`.

    Refusals: name_empty, community_name_wrong (looks like an id), community_name_taken.
    """
    name = _checked(name)
    for attempt in range(TRIES):
        try:
            id_ = _insert(db, name)
            break
        except Broken:
            if attempt == TRIES - 1:
                raise  # five others in a row were quicker: not a race any more
    with db.write(id_, verb="community.make", new=True):
        pass  # the pen is a community row: it cannot share the transaction of the global one
    return id_


def find_or_make(db: Db, name: str) -> str:
    """The id of the community with this id or name, made when there is none."""
    found = store.community(db, name)
    if found is None:
        return make_community(db, name)
    if db.one("select n from pen where community = :c", c=found["id"]) is None:
        with db.write(found["id"], verb="community.make", new=True):
            pass  # the process died between the community and its pen
    return str(found["id"])


def _insert(db: Db, name: str) -> str:
    with db.write() as sql:
        if store.community(sql, name) is not None:
            raise Refusal("community_name_taken", name=name)
        no = store.next_number(sql)
        row = {"id": f"C{no}", "no": no, "name": name, "created_at": clock.instant()}
        sql.put("community", [row])
    return str(row["id"])


def _checked(name: str) -> str:
    name = name.strip()
    if not name:
        raise Refusal("name_empty")
    if re.fullmatch(r"[Cc][0-9]+", name) or len(name) > 60:
        raise Refusal("community_name_wrong")
    return name


def rename_community(db: Db, c: str, name: str) -> None:
    """Another name; the id, and with it every code printed, stays. Refusals as in make_community."""
    name = _checked(name)
    with db.write() as sql:
        other = store.community(sql, name)
        if other is not None and other["id"] != c:
            raise Refusal("community_name_taken", name=name)
        store.rename_community(sql, c, name)


def settings(db: Sql, c: str) -> dict[str, str]:
    """The company's words, every key of `schemas.words.SETTINGS`; empty text where nothing is set."""
    return db.ask(settings_of(c))


def settings_of(c: str) -> Question[dict[str, str]]:
    """`settings`, to be asked together with something else."""
    return store.settings(c).then(lambda found: {key: "" for key in SETTINGS} | found)


def set_settings(pen: Pen, words: Mapping[str, str], known: Mapping[str, str] = SETTINGS) -> list[str]:
    """Set some of the company's words (or of another list of settings); the keys that changed.
    Refusal setting_unknown."""
    unknown = [key for key in words if key not in known]
    if unknown:
        raise Refusal("setting_unknown", pointer=f"/{unknown[0]}", name=unknown[0])
    now = settings(pen, pen.community)
    changed = [key for key, text in words.items() if now.get(key, "") != text.strip()]
    for key in changed:
        store.set_setting(pen, pen.community, key, words[key].strip())
        pen.touch("setting", key)
    pen.verb = "setting.put"
    return changed
