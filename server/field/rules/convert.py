"""Old ops in today's words: each step turns a schema into the next, for eighteen months.

A step is added with the schema it leads to; golden files in tests/sync/golden hold ops of every schema that was
ever released and what they become.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from schemas.field import SCHEMA

Step = Callable[[dict[str, Any]], dict[str, Any]]
STEPS: Mapping[int, Step] = {}
"""Schema → the step that makes it the next one. Schema 1 is the first that was released."""


def convert(op: Mapping[str, Any], newest: int = SCHEMA, steps: Mapping[int, Step] = STEPS) -> dict[str, Any]:
    """The op in the newest schema. KeyError when no step leads from its schema."""
    current = dict(op)
    schema = current.get("schema", 1)
    while schema < newest:
        current = steps[schema](current)
        schema += 1
    return {**current, "schema": newest}
