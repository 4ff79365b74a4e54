"""Strangers' requests at every JSON door: never an error of ours, never an answer the description does not promise."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.openapi import from_wsgi
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from schemas.problems import PROBLEMS
from tests.api.estate import CALLERS, Estate

# by hand, for a night: KOUMEN_TEST_EXAMPLES=300 pytest tests/api
EXAMPLES = int(os.environ.get("KOUMEN_TEST_EXAMPLES", "6"))
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
CALLS = schemathesis.openapi.from_path(Path(__file__).parents[2] / "schemas/openapi.json").raw_schema["paths"]
OPERATIONS = sorted(f"{verb.upper()} {path}" for path, calls in CALLS.items() for verb in calls if verb != "parameters")
VENDORS = "/api/v1/notify/"  # these refuse in the words of WeChat and Alipay


@pytest.fixture(scope="module")
def described(built: tuple[Estate, str]) -> Any:
    return from_wsgi("/api/v1/openapi.json", built[0].app)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_any_request_gets_an_answer_that_the_description_promises(
    described: Any, place: Estate, operation: str
) -> None:
    method, path = operation.split(" ")
    call = described[path][method]
    for mode in GenerationMode.POSITIVE, GenerationMode.NEGATIVE:
        try:
            _fuzz(place, call, mode)
        except Unsatisfiable:  # a call without any input has no wrong input
            assert mode is GenerationMode.NEGATIVE


def _fuzz(place: Estate, call: Any, mode: GenerationMode) -> None:
    own = call.definition.raw["x-may"]
    likely = [word for word in CALLERS if word in own or "staff" in own] or list(CALLERS)

    @settings(
        max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=call.as_strategy(generation_mode=mode), caller=st.sampled_from([*likely * 3, *CALLERS]), data=st.data())
    def check(case: Case, caller: str, data: st.DataObject) -> None:
        ground(case, place, data)
        answer = case.call(headers={**place.headers(caller), "Accept-Encoding": "identity"})
        if answer.status_code < 400:
            assert str(answer.status_code) in call.definition.raw["responses"], answer.status_code
        elif not case.path.startswith(VENDORS):
            problem = answer.json()
            assert PROBLEMS[problem["code"]][0] == answer.status_code == problem["status"]
        case.validate_response(answer, checks=CHECKS)

    check()


def ground(case: Case, place: Estate, data: st.DataObject) -> None:
    """Mostly names that exist where a name is asked for, so that requests get past the first look-up."""
    if data.draw(st.integers(0, 4)) == 0:
        return
    for name in case.path_parameters or {}:
        if ids := place.ids_of(case.path, name):
            case.path_parameters[name] = data.draw(st.sampled_from(ids))
    for part in case.query, case.body:
        if isinstance(part, dict):
            for name in sorted(set(part) & set(place.known)):
                value = data.draw(st.sampled_from(place.known[name]))
                part[name] = [value] if isinstance(part[name], list) else value
