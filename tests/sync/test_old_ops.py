"""Ops of every schema that was ever released are understood as they were meant, and hashed as they came."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from schemas.field import KINDS, SCHEMA
from server.field.rules import canonical
from server.field.rules.convert import convert
from server.field.rules.ops import element
from tests.sync.make_golden import FOLDER, today


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_an_old_op_means_what_it_meant(path: Path) -> None:
    golden = json.loads(path.read_text("utf-8"))
    assert today(golden["op"]) == golden["means"]


def test_every_kind_of_every_schema_has_a_golden_file() -> None:
    have = {path.stem.partition("-")[::2] for path in FOLDER.glob("*.json")}
    kinds = {(schema, name.partition("-")[0]) for schema, name in have}
    assert {(str(SCHEMA), kind) for kind in KINDS} <= kinds


def test_conversion_goes_step_by_step_and_leaves_the_received_hash_alone() -> None:
    steps = {1: lambda op: {**op, "data": {"result": op["data"]["outcome"]}},
             2: lambda op: {**op, "when": op["at"]}}
    old = {"schema": 1, "at": "t", "data": {"outcome": "other"}}
    before = canonical.write(old)
    assert convert({**old, "data": dict(old["data"])}, 3, steps) == {
        "schema": 3, "at": "t", "when": "t", "data": {"result": "other"}}
    assert canonical.write(old) == before
    with pytest.raises(KeyError):
        convert({"schema": 0}, 3, steps)


def test_the_hash_is_of_what_came_not_of_what_is_understood() -> None:
    op = json.loads((FOLDER / f"{SCHEMA}-stop.skip.json").read_text("utf-8"))["op"]
    assert element(0, op).hash != element(0, {**op, "unknown": 1}).hash
    assert element(0, op).hash == element(5, dict(reversed(list(op.items())))).hash
