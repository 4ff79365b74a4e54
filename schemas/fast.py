"""Shapes read fast: plainly good values pass a compiled check, anything doubtful is asked of marshmallow itself.

The marshmallow schemas stay the one source of truth (and of openapi.json): `compiled` reads their fields and
validators into closures that accept what is plainly right, and say `Doubt` about everything else. Whoever hears it asks
the schema, so that errors are marshmallow's own, word for word. Why: reading fifty visits through marshmallow was the
largest share of a push (docs/decisions.md). tests/field/test_fast.py holds both to equal answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from marshmallow import Schema, fields, missing, validate

from schemas.base import SURROGATE, Day, Fen, Instant, Text

Check = Callable[[Any], Any]
ABSENT: Any = object()


class Doubt(Exception):
    """Not plainly right: the schema has the word."""


def reader(shape: Schema) -> Callable[[Any], dict[str, Any]]:
    """`shape.load`, fast where the value is plainly right. ValidationError as the schema raises it."""
    fast = compiled(shape)

    def load(value: Any) -> dict[str, Any]:
        try:
            found: dict[str, Any] = fast(value)
        except Doubt:
            found = shape.load(value)
        return found

    return load


def compiled(shape: Schema) -> Check:
    """A check of a whole shape; TypeError when it has a field or validator that is not known here."""
    if shape.unknown != "exclude" or shape.many or any(shape._hooks.values()):
        raise TypeError(f"{type(shape).__name__} cannot be compiled")
    plan = [_entry(name, field) for name, field in shape.load_fields.items()]

    def check(value: Any) -> dict[str, Any]:
        if type(value) is not dict:
            raise Doubt
        out: dict[str, Any] = {}
        for key, name, default, nullable, part in plan:
            found = value.get(key, ABSENT)
            if found is None:
                if not nullable:
                    raise Doubt
                out[name] = None
            elif found is not ABSENT:
                out[name] = part(found)
            elif default is Doubt:
                raise Doubt
            elif default is not missing:
                out[name] = default() if callable(default) else default
        return out

    return check


def _entry(name: str, field: fields.Field[Any]) -> tuple[str, str, Any, bool, Check]:
    """(key, attribute, default or Doubt when it must be there, may it be null, its check)."""
    if field.pre_load or field.post_load:
        raise TypeError("a field with hooks cannot be compiled")
    default = Doubt if field.required else field.load_default
    return field.data_key or name, field.attribute or name, default, bool(field.allow_none), _check(field)


def _check(field: fields.Field[Any]) -> Check:
    kind = type(field)
    # a subclass of a known field that changes how values are read is not known here: its parents' check does not fit
    for known, make in KNOWN.items():
        if kind is known or (issubclass(kind, known) and kind._deserialize is known._deserialize):
            return make(field)
    raise TypeError(f"{kind.__name__} cannot be compiled")


def _validators(field: fields.Field[Any]) -> Sequence[Callable[[Any], bool]]:
    return [_validator(one) for one in field.validators]


def _validator(one: Any) -> Callable[[Any], bool]:
    """True for values it lets pass."""
    if isinstance(one, validate.OneOf):
        words = frozenset(one.choices)
        return words.__contains__
    if isinstance(one, validate.Length) and one.equal is None:
        low, high = one.min or 0, one.max if one.max is not None else float("inf")
        return lambda value: low <= len(value) <= high
    if isinstance(one, validate.Range) and one.min_inclusive and one.max_inclusive:
        least = one.min if one.min is not None else float("-inf")
        most = one.max if one.max is not None else float("inf")
        return lambda value: bool(least <= value <= most)
    if isinstance(one, validate.Regexp):
        match = one.regex.match
        return lambda value: match(value) is not None
    raise TypeError(f"{type(one).__name__} cannot be compiled")


def _exactly(kind: type, field: fields.Field[Any], good: Callable[[Any], bool] | None = None) -> Check:
    """A value of exactly this type that `good` and the field's validators let pass."""
    tests = [*([good] if good else []), *_validators(field)]
    first = tests[0] if len(tests) == 1 else None

    def check(value: Any) -> Any:
        if type(value) is not kind:
            raise Doubt
        if first is not None:
            if not first(value):
                raise Doubt
        elif not all(test(value) for test in tests):
            raise Doubt
        return value

    return check


def _clean(text: str) -> bool:
    return "\x00" not in text and (text.isascii() or SURROGATE.search(text) is None)


DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _day(text: str) -> bool:
    try:
        return DAY.fullmatch(text) is not None and date.fromisoformat(text) is not None
    except ValueError:
        return False


def _instant(text: str) -> bool:
    try:
        return len(text) <= 40 and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


LOWER = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def _uuid(field: fields.Field[Any]) -> Check:
    tests = _validators(field)

    def check(value: Any) -> Any:
        if type(value) is not str or LOWER.fullmatch(value) is None:
            raise Doubt
        made = UUID(value)
        if not all(test(made) for test in tests):
            raise Doubt
        return made

    return check


def _whole(field: fields.Field[Any]) -> Check:
    if not getattr(field, "strict", False):
        raise TypeError("only whole numbers that say `strict` are compiled")
    return _exactly(int, field)


def _mapping(field: fields.Field[Any]) -> Check:
    names = getattr(field, "key_field", None)
    if getattr(field, "value_field", None) is not None or (names is not None and type(names) is not fields.String):
        raise TypeError("a mapping with such keys or values cannot be compiled")
    tests = _validators(field)

    def check(value: Any) -> Any:
        if type(value) is not dict or not all(type(key) is str for key in value):
            raise Doubt
        if not all(test(value) for test in tests):
            raise Doubt
        return dict(value)

    return check


def _list(field: fields.Field[Any]) -> Check:
    inner: fields.Field[Any] = cast("fields.List[Any]", field).inner
    part = _check(inner)
    nullable = bool(inner.allow_none)
    tests = _validators(field)

    def check(value: Any) -> Any:
        if type(value) is not list or not all(test(value) for test in tests):
            raise Doubt
        found = []
        for one in value:
            if one is None and not nullable:
                raise Doubt
            found.append(one if one is None else part(one))
        return found

    return check


def _nested(field: fields.Field[Any]) -> Check:
    nested = cast(fields.Nested, field)
    if nested.validators or nested.many:
        raise TypeError("such a nested shape cannot be compiled")
    return compiled(nested.schema)


def _raw(field: fields.Field[Any]) -> Check:
    if field.validators:
        raise TypeError("a raw field with validators cannot be compiled")
    return lambda value: value


KNOWN: dict[type[fields.Field[Any]], Callable[[fields.Field[Any]], Check]] = {
    Text: lambda field: _exactly(str, field, _clean),
    Day: lambda field: _exactly(str, field, _day),
    Instant: lambda field: _exactly(str, field, _instant),
    fields.UUID: _uuid,
    Fen: lambda field: _exactly(int, field),
    fields.Integer: _whole,
    fields.Boolean: lambda field: _exactly(bool, field),
    fields.Dict: _mapping,
    fields.List: _list,
    fields.Nested: _nested,
    fields.Raw: _raw,
    fields.String: lambda field: _exactly(str, field),
}
