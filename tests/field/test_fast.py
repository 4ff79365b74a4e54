"""The compiled reading of a shape and marshmallow's own give equal answers and equal errors."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError, fields, validate

from schemas import fast
from schemas.field import DATA, OpIn, PullIn, PushIn

SHAPES: dict[str, type[Schema]] = {**DATA, "op": OpIn, "push": PushIn, "pull": PullIn}
WORDS = ["refused", "promised", "forgot", "cash", "pos", "repair", "door", "signed", "owner", "phone", "nonsense"]
TEXTS = st.one_of(
    st.sampled_from([*WORDS, "", "在家", "a\x00b", "\ud800", "é" * 63, "长" * 4001, "x" * 64, "x" * 65, "a" * 64,
                     "f" * 64, "2026-11-30", "2026-02-30", "20261130", "2026-W48-1", "2026-11-21T09:41:02+08:00",
                     "2026-11-21T09:41:02", "2026-11-21T09:41:02Z", "2026-11-21",
                     "0193a1c2-7b1e-7c11-9d53-0a2b3c4d5e6f", "0193A1C2-7B1E-7C11-9D53-0A2B3C4D5E6F",
                     "0193a1c27b1e7c119d530a2b3c4d5e6f", "a" * 64 + "\n"]),
    st.text(max_size=5))
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), TEXTS,
    st.sampled_from([2**31, 2**31 + 1, 10**13, 10**15, 1.0, 1.5, 10**6 + 1]))
ANY = st.recursive(LEAVES, lambda inner: st.one_of(
    st.lists(inner, max_size=3),
    st.dictionaries(st.sampled_from(["fen", "due", "kind", "x"]), inner, max_size=3)), max_leaves=6)


def plausible(field: fields.Field[Any]) -> st.SearchStrategy[Any]:
    """Values near what the field wants, so that most of them get far."""
    if isinstance(field, fields.Nested):
        return st.one_of(shaped(field.schema), shaped(field.schema), ANY)
    if isinstance(field, fields.List):
        return st.one_of(st.lists(plausible(field.inner), max_size=3), st.just(["a" * 64] * 21), ANY)
    if isinstance(field, fields.Integer):
        return st.one_of(st.integers(1, 1000), LEAVES)
    if isinstance(field, fields.Dict):
        return st.one_of(st.dictionaries(st.text(max_size=3), LEAVES, max_size=2), ANY)
    found = next((one.choices for one in field.validators if isinstance(one, validate.OneOf)), None)
    if found:
        return st.one_of(st.sampled_from(list(found)), TEXTS)
    return st.one_of(TEXTS, LEAVES)


def shaped(shape: Schema) -> st.SearchStrategy[dict[str, Any]]:
    keys = {(field.data_key or name): plausible(field) for name, field in shape.load_fields.items()}
    return st.fixed_dictionaries({}, optional={**keys, "unknown": LEAVES})


def heard(load: Any, value: Any) -> tuple[str, Any]:
    try:
        return "read", load(value)
    except ValidationError as error:
        return "refused", error.messages


@pytest.mark.parametrize("name", list(SHAPES))
def test_both_give_equal_answers_and_equal_errors(name: str) -> None:
    shape = SHAPES[name]()
    read = fast.reader(shape)

    @settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(st.one_of(shaped(shape), ANY))
    def holds(value: Any) -> None:
        assert heard(read, value) == heard(shape.load, value)

    holds()


def test_what_is_plainly_right_never_asks_marshmallow(monkeypatch: pytest.MonkeyPatch) -> None:
    shape = DATA["visit.record"]()
    read = fast.reader(shape)
    monkeypatch.setattr(Schema, "load", None)
    promise = {"due": "2030-01-31", "fen": 1}
    data = read({"outcome": "promised", "promise": promise, "note": "在家", "photos": ["a" * 64]})
    assert data["promise"] == promise
    assert data["claim"] is None


@pytest.mark.parametrize("field", [
    fields.Integer(), fields.Float(), fields.Str(validate=lambda text: True), fields.Str(validate=validate.Email()),
    fields.Nested(DATA["visit.record"](many=True)), fields.Str(pre_load=[str.strip]),
    fields.Dict(values=fields.Str()),
])
def test_a_field_it_does_not_know_is_an_error_when_it_is_compiled(field: fields.Field[Any]) -> None:
    shape = Schema.from_dict({"x": field})(unknown="exclude")
    with pytest.raises(TypeError):
        fast.compiled(shape)
