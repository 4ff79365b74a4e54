"""Shapes read fast: plainly good values pass a compiled check, anything doubtful is asked of marshmallow itself.

The marshmallow schemas stay the one source of truth (and of openapi.json): `compiled` reads their fields and
validators into one function of plain Python that accepts what is plainly right, and says `Doubt` about everything else.
Whoever hears it asks the schema, so that errors are marshmallow's own, word for word. Why: reading fifty visits through
marshmallow was the largest share of a push, through a closure for each field a seventh (docs/decisions.md).
tests/field/test_fast.py holds both to equal answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
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


class Source:
    """Python that is being written, and the values its names stand for."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {"Doubt": Doubt, "ABSENT": ABSENT}

    def name(self, value: Any) -> str:
        """A name for a value."""
        name = f"n{len(self.names)}"
        self.names[name] = value
        return name

    def made(self, lines: Sequence[str]) -> Any:
        """The function `check` of these lines."""
        exec("\n".join(lines), self.names)  # text of ours: names of fields go in by repr, values by name
        return self.names["check"]


def compiled(shape: Schema) -> Check:
    """A check of a whole shape; TypeError when it has a field or validator that is not known here."""
    if shape.unknown != "exclude" or shape.many or any(shape._hooks.values()):
        raise TypeError(f"{type(shape).__name__} cannot be compiled")
    source = Source()
    lines = ["def check(value):", "    if type(value) is not dict: raise Doubt", "    get, out = value.get, {}"]
    for name, field in shape.load_fields.items():
        lines += [f"    {line}" for line in _lines(source, name, field)]
    return cast(Check, source.made([*lines, "    return out"]))


def _lines(source: Source, name: str, field: fields.Field[Any]) -> list[str]:
    """What reads one field of `value` into `out`."""
    if field.pre_load or field.post_load:
        raise TypeError("a field with hooks cannot be compiled")
    out = f"out[{field.attribute or name!r}]"
    test = _test(source, field)
    if test:
        good = ["    if not (" + test + "): raise Doubt", f"    {out} = v"]
    else:
        good = [f"    {out} = {source.name(_check(field))}(v)"]
    lines = [
        f"v = get({field.data_key or name!r}, ABSENT)",
        "if v is None:", f"    {out} = None" if field.allow_none else "    raise Doubt",
        "elif v is not ABSENT:", *good]
    if field.required:
        lines += ["else: raise Doubt"]
    elif field.load_default is not missing:
        default = source.name(field.load_default)
        lines += [f"else: {out} = {default}{'()' if callable(field.load_default) else ''}"]
    return lines


def _known(field: fields.Field[Any], kinds: Mapping[type[fields.Field[Any]], Any]) -> Any:
    """What these kinds say of the field's."""
    kind = type(field)
    # a subclass of a known field that changes how values are read is not known here: its parents' check does not fit
    for known, found in kinds.items():
        if kind is known or (issubclass(kind, known) and kind._deserialize is known._deserialize):
            return found
    return None


def _test(source: Source, field: fields.Field[Any]) -> str:
    """What is true of a `v` that may stay as it is; empty for fields that make something of it."""
    found = _known(field, LEAVES)
    if found is None:
        return ""
    if isinstance(field, fields.Integer) and not field.strict:
        raise TypeError("only whole numbers that say `strict` are compiled")
    kind, good = found
    tests = [f"type(v) is {kind}", *([f"{source.name(good)}(v)"] if good else []), *_validators(source, field)]
    return " and ".join(tests)


def _validators(source: Source, field: fields.Field[Any]) -> list[str]:
    return [_validator(source, one) for one in field.validators]


def _validator(source: Source, one: Any) -> str:
    """What is true of values it lets pass."""
    if isinstance(one, validate.OneOf):
        return f"v in {source.name(frozenset(one.choices))}"
    if isinstance(one, validate.Length) and one.equal is None:
        return f"{one.min or 0} <= len(v)" + ("" if one.max is None else f" <= {one.max}")
    if isinstance(one, validate.Range) and one.min_inclusive and one.max_inclusive:
        least, most = (source.name(bound) for bound in (one.min, one.max))
        return " and ".join([f"{least} <= v"] * (one.min is not None) + [f"v <= {most}"] * (one.max is not None)) or "1"
    if isinstance(one, validate.Regexp):
        return f"{source.name(one.regex.match)}(v) is not None"
    raise TypeError(f"{type(one).__name__} cannot be compiled")


def _valid(field: fields.Field[Any]) -> Callable[[Any], bool]:
    """Whether a field's validators all let a value pass."""
    source = Source()
    tests = " and ".join(_validators(source, field)) or "True"
    return cast(Callable[[Any], bool], source.made(["def check(v):", f"    return {tests}"]))


def _check(field: fields.Field[Any]) -> Check:
    """The check of one value."""
    source = Source()
    if test := _test(source, field):
        lines = ["def check(v):", f"    if not ({test}): raise Doubt", "    return v"]
        return cast(Check, source.made(lines))
    make = _known(field, MAKERS)
    if make is None:
        raise TypeError(f"{type(field).__name__} cannot be compiled")
    return cast(Check, make(field))


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
    valid = _valid(field)

    def check(value: Any) -> Any:
        if type(value) is not str or LOWER.fullmatch(value) is None:
            raise Doubt
        made = UUID(value)
        if not valid(made):
            raise Doubt
        return made

    return check


def _mapping(field: fields.Field[Any]) -> Check:
    names = getattr(field, "key_field", None)
    if getattr(field, "value_field", None) is not None or (names is not None and type(names) is not fields.String):
        raise TypeError("a mapping with such keys or values cannot be compiled")
    valid = _valid(field)

    def check(value: Any) -> Any:
        if type(value) is not dict or set(map(type, value)) - {str} or not valid(value):
            raise Doubt
        return dict(value)

    return check


def _list(field: fields.Field[Any]) -> Check:
    inner: fields.Field[Any] = cast("fields.List[Any]", field).inner
    part = _check(inner)
    nullable = bool(inner.allow_none)
    valid = _valid(field)

    def check(value: Any) -> Any:
        if type(value) is not list or not valid(value):
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


LEAVES: dict[type[fields.Field[Any]], tuple[str, Callable[[Any], bool] | None]] = {
    Text: ("str", _clean), Day: ("str", _day), Instant: ("str", _instant), Fen: ("int", None),
    fields.Integer: ("int", None), fields.Boolean: ("bool", None), fields.String: ("str", None),
}
"""Kinds whose values stay as they are: their type, and what else must be true of them."""
MAKERS: dict[type[fields.Field[Any]], Callable[[fields.Field[Any]], Check]] = {
    fields.UUID: _uuid, fields.Dict: _mapping, fields.List: _list, fields.Nested: _nested, fields.Raw: _raw,
}
