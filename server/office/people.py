"""Names of staff by id, for the columns that say who."""

from collections.abc import Iterable, Mapping
from typing import Any

from server import http
from server.people import acts as people

KEYS = (
    "who",
    "staff",
    "made_by",
    "closed_by",
    "answered_by",
    "approved_by",
    "withdrawn_by",
    "settled_by",
    "ended_by",
)


def names(*lists: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """{staff id: name} of everybody named in these rows, also of those who left.

    Words that are no ids (imported history has names) stand for themselves: pages ask `who.get(x, x)`."""
    ids = {str(row[key]) for rows in lists for row in rows for key in KEYS if row.get(key)}
    return people.names(http.db(), sorted(ids))
