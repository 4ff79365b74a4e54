"""The wire: limits, gzip, junk; whatever comes, the answer is a result or a problem, never a 500."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.field.world import Phone, World

Phones = Callable[[str], Phone]
PUSH, PULL = "/api/v1/sync/push", "/api/v1/sync/pull"
LAX = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30) | st.sampled_from(["\x00", "\ud800"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4), max_leaves=12)


@pytest.fixture
def send(phone: Phones, client: Any) -> Any:
    yan = phone("小闫")

    def post(path: str, data: bytes, **headers: str) -> Any:
        return client.post(path, data=data, headers={"Authorization": f"Bearer {yan.token}", **headers})

    return post


@pytest.mark.parametrize("data", [
    b"", b"{", b"[]", b"7", b"\xff\xfe", b'{"ops": NaN}', b'{"ops": {}}', b'{"ops": null}', b'{"x": 1}', b"[" * 5000,
    b'{"ops": [' + b"9" * 5000 + b"]}", b'{"ops": [], "n_high": -1}', b'{"ops": [], "n_high": 1e400}',
    b'{"ops": [], "n_high": true}', b'{"ops": [], "pending": 99999999999999}', b'{"ops": [], "epoch": 5}',
])
def test_an_envelope_that_cannot_be_read_is_400(send: Any, data: bytes) -> None:
    answer = send(PUSH, data)
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("body", [
    {"limit": 0}, {"limit": 1001}, {"limit": -5}, {"limit": "5"}, {"limit": 10**30}, {"limit": True}, {"buckets": []},
    {"client": 5}, {"client": {"schema": "x"}}, {"buckets": None},
])
def test_a_pull_that_cannot_be_read_is_400(send: Any, body: Any) -> None:
    assert send(PULL, json.dumps(body).encode()).status_code == 400


def test_more_than_a_hundred_ops_or_a_mebibyte_is_413(send: Any) -> None:
    assert send(PUSH, json.dumps({"ops": [1] * 101}).encode()).status_code == 413
    assert send(PUSH, json.dumps({"ops": [1] * 100}).encode()).status_code == 200
    assert send(PUSH, b" " * (1024 * 1024 + 1)).status_code == 413


def test_a_decompression_bomb_stops_at_four_mebibytes(send: Any) -> None:
    bomb = gzip.compress(b" " * (200 * 1024 * 1024))
    assert len(bomb) < 1024 * 1024
    assert send(PUSH, bomb, **{"Content-Encoding": "gzip"}).status_code == 413
    fine = gzip.compress(b'{"ops": []' + b" " * (3 * 1024 * 1024) + b"}")
    assert send(PUSH, fine, **{"Content-Encoding": "gzip"}).status_code == 200


# mtime: with the second of collecting in the bytes, two workers would give one test two names
@pytest.mark.parametrize("data", [
    b"no gzip", gzip.compress(b"{}", mtime=0)[:-3], gzip.compress(b'{"ops":[]}', mtime=0) + b"tail",
    zlib.compress(b"{}"), b"",
])
def test_broken_gzip_is_400(send: Any, data: bytes) -> None:
    assert send(PUSH, data, **{"Content-Encoding": "gzip"}).status_code == 400


def test_an_unknown_encoding_is_415(send: Any) -> None:
    assert send(PUSH, b"{}", **{"Content-Encoding": "br"}).status_code == 415


def test_long_answers_are_packed_when_the_phone_takes_it(world: World, send: Any) -> None:
    world.route("小闫", list(world.homes.values()))
    plain, packed = send(PULL, b"{}"), send(PULL, b"{}", **{"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert set(json.loads(gzip.decompress(packed.data))["buckets"]) == set(plain.json["buckets"])


@LAX
@given(ops=st.lists(junk, max_size=6))
def test_junk_as_ops_is_answered_in_its_place(send: Any, ops: list[Any]) -> None:
    answer = send(PUSH, json.dumps({"ops": ops}).encode())
    assert answer.status_code == 200, answer.data
    assert [r["index"] for r in answer.json["results"]] == list(range(len(ops)))


@LAX
@given(field=st.sampled_from(["n", "kind", "schema", "at", "route", "household", "replaces", "data", "data.outcome",
                              "data.promise", "data.ticket", "data.claim", "data.delivery", "data.photos", "data.note",
                              "data.promise.fen", "data.promise.due", "data.claim.channel"]), value=junk)
def test_junk_in_any_field_is_a_result(world: World, phone: Phones, client: Any, field: str, value: Any) -> None:
    homes = list(world.homes.values())
    yan = phone("小闫") if not hasattr(world, "yan") else world.yan
    world.yan = yan  # type: ignore[attr-defined]
    op: Any = yan.visit(None, homes[0], "promised", promise={"due": "2030-01-01", "fen": 5},
                        claim={"channel": "cash", "fen": 4})
    *path, leaf = field.split(".")
    place = op
    for step in path:
        place = place[step]
    place[leaf] = value
    answer = client.post(PUSH, data=json.dumps({"ops": [op]}), headers={"Authorization": f"Bearer {yan.token}"})
    assert answer.status_code == 200, answer.data
    assert answer.json["results"][0]["status"] in ("applied", "flagged", "rejected", "retry")


@LAX
@given(body=junk)
def test_junk_as_a_pull_is_a_problem_or_an_answer(send: Any, body: Any) -> None:
    assert send(PULL, json.dumps(body).encode()).status_code in (200, 400)


@LAX
@given(cursor=junk)
def test_a_junk_cursor_resets(send: Any, cursor: Any) -> None:
    answer = send(PULL, json.dumps({"buckets": {"org:C1": cursor}}).encode())
    assert answer.status_code == 200
    assert answer.json["buckets"]["org:C1"]["mode"] == "reset"
