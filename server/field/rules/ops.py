"""What an element of a push is: an op, something to send again later, a refusal, or nothing readable."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from marshmallow import ValidationError

from schemas.base import MISSING, SURROGATE
from schemas.fast import reader
from schemas.field import DATA, KINDS, OP_CODES, SCHEMA, OpIn
from server.field.rules import canonical
from server.field.rules.convert import convert

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
NEEDS_HOUSEHOLD = frozenset({"visit.record", "stop.add", "stop.skip", "contact.fix"})
NEEDS_ROUTE = frozenset({"route.start", "route.finish", "stop.add"})
SHAPES = {kind: reader(shape()) for kind, shape in DATA.items()}
ENVELOPE = reader(OpIn())


class Op(NamedTuple):
    """One fact of a phone, in today's schema."""

    op: str
    n: int
    kind: str
    at: str
    route: str | None
    household: str | None
    replaces: str | None
    data: Mapping[str, Any]
    text: str
    """`data` as it is kept."""


class Result(NamedTuple):
    """The answer to one element."""

    op: str | None
    index: int  # type: ignore[assignment]  # tuples have a method of that name, which nobody asks here
    status: str
    code: str = ""
    pointer: str = ""
    message: str = ""
    replayed: bool = False

    def words(self) -> dict[str, Any]:
        """As it goes out."""
        out: dict[str, Any] = {"op": self.op, "status": self.status}
        if self.op is None:
            out["index"] = self.index
        if self.code:
            out["code"] = self.code
        if self.pointer:
            out["pointer"] = self.pointer
        if self.message:
            out["message"] = self.message
        if self.op is not None and self.status != "retry":
            out["replayed"] = self.replayed
        return out

    def again(self, index: int) -> Result:
        return self._replace(index=index, replayed=True)


class Element(NamedTuple):
    """One element as received: `op` None when it is no op; else its hash, and either an Op or a verdict."""

    index: int  # type: ignore[assignment]  # as above
    op: str | None
    n: int = 0
    kind: str = ""
    at: str = ""
    route: str | None = None
    household: str | None = None
    replaces: str | None = None
    hash: str = ""
    body: str = ""
    parsed: Op | None = None
    verdict: Result | None = None


def refusal(op: str | None, index: int, code: str, pointer: str = "", status: str = "rejected") -> Result:
    """A result that says why not."""
    return Result(op, index, status, code, pointer, OP_CODES[code])


def element(index: int, value: Any) -> Element:
    """Read one element of `ops`; never raises."""
    if not isinstance(value, dict) or not isinstance(value.get("op"), str) or not UUID.fullmatch(value["op"]):
        return Element(index, None, verdict=refusal(None, index, "op_unreadable"))
    try:
        body = canonical.write(value)
    except canonical.Unreadable:
        return Element(index, None, verdict=refusal(None, index, "op_unreadable"))
    parsed, verdict = _parse(index, value)
    return Element(
        index, value["op"], _number(value.get("n")), _text(value.get("kind")) or "", _text(value.get("at")) or "",
        _text(value.get("route")), _text(value.get("household")), _text(value.get("replaces")),
        canonical.digest(body), body, parsed, verdict,
    )


def reparsed(body: str) -> Op | None:
    """The op of a kept body."""
    return _parse(0, canonical.read(body.encode("ascii")))[0]


def _number(value: Any) -> int:
    good = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 2**31
    return value if good else 0


def _text(value: Any) -> str | None:
    """A short text that can be kept and asked for; anything else is nobody's."""
    if not isinstance(value, str) or not 0 < len(value) <= 64 or "\x00" in value:
        return None
    return None if not value.isascii() and SURROGATE.search(value) else value


def _parse(index: int, value: dict[str, Any]) -> tuple[Op | None, Result | None]:
    op = value["op"]
    schema = value.get("schema", 1)
    if not isinstance(schema, int) or isinstance(schema, bool):
        return None, refusal(op, index, "field_invalid", "/schema")
    if schema > SCHEMA:
        return None, refusal(op, index, "schema_newer", "/schema", "retry")
    try:
        value = convert(value)
    except KeyError:
        return None, refusal(op, index, "schema_unknown", "/schema")
    kind = value.get("kind")
    if isinstance(kind, str) and 0 < len(kind) <= 40 and kind not in KINDS:
        return None, refusal(op, index, "unknown_kind", "/kind", "retry")
    try:
        words = ENVELOPE(value)
        data = _data(words["kind"], words["data"])
    except ValidationError as error:
        return None, _wrong(op, index, error.messages)
    made = Op(op, words["n"], words["kind"], words["at"], words["route"], words["household"],
              words["replaces"], data, canonical.DATA(data))
    code, pointer = _missing(made)
    return (None, refusal(op, index, code, pointer)) if code else (made, None)


def _data(kind: str, data: Mapping[str, Any] | None) -> Mapping[str, Any]:
    try:
        loaded: Mapping[str, Any] = SHAPES[kind](dict(data or {}))
        return loaded
    except ValidationError as error:
        raise ValidationError({"data": error.messages}) from error


def _missing(op: Op) -> tuple[str, str]:
    """(code, pointer) of the first thing the kind needs and the op lacks."""
    if op.kind in NEEDS_ROUTE and op.route is None:
        return "field_missing", "/route"
    if op.kind in NEEDS_HOUSEHOLD and op.household is None:
        return "field_missing", "/household"
    if op.kind == "visit.record" and op.data["outcome"] == "promised" and op.data["promise"] is None:
        return "promise_missing", "/data/promise"
    if op.kind == "visit.correct":
        inner = op.data["data"]
        if inner["outcome"] == "promised" and inner["promise"] is None:
            return "promise_missing", "/data/data/promise"
    return "", ""


def _wrong(op: str, index: int, messages: Any) -> Result:
    """One result for all field errors: an unknown word wins, since a newer phone may be right about the rest."""
    found = list(_flat(messages, ""))
    for pointer, message in found:
        if message == "unknown_word":
            return refusal(op, index, "unknown_word", pointer, "retry")
    pointer, message = found[0]
    return refusal(op, index, _code(pointer, message), pointer)


def _flat(messages: Any, path: str) -> list[tuple[str, str]]:
    if isinstance(messages, Mapping):
        out: list[tuple[str, str]] = []
        for key, value in messages.items():
            out += _flat(value, path if key == "_schema" else f"{path}/{key}")
        return out
    if isinstance(messages, list):
        return [pair for message in messages for pair in _flat(message, path)]
    return [(path, str(messages))]


def _code(pointer: str, message: str) -> str:
    leaf = pointer.rpartition("/")[2]
    if message == MISSING:
        return "field_missing"
    if leaf == "fen":
        return "amount_invalid"
    if leaf == "due":
        return "day_invalid"
    if leaf in ("note", "text", "reference", "to", "from", "reason", "place"):
        return "text_invalid"
    return "field_invalid"
