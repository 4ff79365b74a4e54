"""Values that databases and parsers choke on, in every place of every call, on both engines: never an error."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.api.estate import Estate

SPEC = json.loads((Path(__file__).parents[2] / "schemas/openapi.json").read_text("utf-8"))
DEEP: list[Any] = []
for _ in range(200):
    DEEP = [DEEP]
TEXTS = [
    "\x00", "a\x00b", "9" * 5_000, "-1", "1e999", "' or 1=1 --", "%s %(x)s :c {x}", "\U0001f600叩", "../../etc", "",
]
VALUES = [*TEXTS, "\ud800", 2**63, -(2**63) - 1, 10**400, 1.5, 1e308, True, None, DEEP, {"a": DEEP}, []]
CALLS = sorted(
    (verb.upper(), path) for path, calls in SPEC["paths"].items() for verb in calls
    if verb != "parameters" and not path.startswith("/api/v1/notify/")
)


def schema_of(call: dict[str, Any]) -> dict[str, Any]:
    body = call.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    found: dict[str, Any] = SPEC["components"]["schemas"].get(body.get("$ref", "").rpartition("/")[2], {})
    return found


def good(place: Estate, name: str, kind: dict[str, Any]) -> Any:
    """A value that fits, as far as the description tells."""
    if name in place.known:
        value: Any = place.known[name][-1]
        return [value] if kind.get("type") == "array" else value
    if "enum" in kind:
        return kind["enum"][0]
    kinds = {"integer": kind.get("minimum", 1), "array": [], "boolean": False, "object": {}}
    return kinds.get(str(kind.get("type")), "x")


def sent(place: Estate, verb: str, path: str) -> list[tuple[str, Any]]:
    """(address, body) with one hostile value each."""
    call = SPEC["paths"][path][verb.lower()]
    shape = schema_of(call)
    body = {name: good(place, name, kind) for name, kind in shape.get("properties", {}).items()}
    names = re.findall(r"{(\w+)}", path)
    fits = {name: (place.ids_of(path, name) or ["x"])[0] for name in names}
    plain = path.format(**fits)
    out: list[tuple[str, Any]] = [(plain, {**body, name: value}) for name in body for value in VALUES]
    out += [(plain, value) for value in VALUES if shape]
    out += [(path.format(**{**fits, name: quote(text or "%", safe="")}), body) for name in names for text in TEXTS]
    queries = [part["name"] for part in call.get("parameters", []) if part.get("in") == "query"]
    return out + [(f"{plain}?{name}={quote(text, safe='')}", None) for name in queries for text in TEXTS]


def caller_of(verb: str, path: str) -> str:
    words = SPEC["paths"][path][verb.lower()]["x-may"]
    return next((word for word in ("manager", "cashier", "device", "screen") if word in words), "manager")


@pytest.mark.parametrize(("verb", "path"), CALLS, ids=[" ".join(call) for call in CALLS])
def test_hostile_values_are_refused_by_name(place: Estate, verb: str, path: str) -> None:
    headers = place.headers(caller_of(verb, path))
    for address, body in sent(place, verb, path):
        data = None if body is None else json.dumps(body)
        answer = place.client.open(
            address, method=verb, headers=headers, data=data, content_type=None if data is None else "application/json"
        )
        assert answer.status_code < 500, (address, data, answer.text)
        if answer.status_code >= 400:
            assert answer.content_type == "application/problem+json", (address, data)
