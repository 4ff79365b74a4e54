"""The API described as it answers: refusals are problems, and every call says whose token it wants."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, json
from flask_smorest import Api
from marshmallow import Schema, fields

from server.access import ROLES, words_of

METHODS = ("get", "post", "put", "patch", "delete")
BEARER = {"type": "http", "scheme": "bearer", "description": "令牌，由 koumen token、手机登记或大屏配对得到"}


class FieldReason(Schema):
    """What is wrong with one field."""

    pointer = fields.String(required=True, metadata={"description": "JSON pointer"})
    reason = fields.String(required=True)


class Problem(Schema):
    """A refusal (RFC 9457): `code` of the catalogue and its Chinese sentence."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    code = fields.String(required=True)
    pointer = fields.String()
    errors = fields.List(fields.Nested(FieldReason))


class DescribedApi(Api):  # type: ignore[misc]  # flask-smorest carries no types
    """flask-smorest's API whose description says what this house answers."""

    ERROR_SCHEMA = Problem

    def _openapi_json(self) -> Response:
        text = json.dumps(described(self.spec.to_dict()), indent=2, sort_keys=False)
        return Response(text, mimetype="application/json")


def described(spec: dict[str, Any]) -> dict[str, Any]:
    """`spec` with refusals under their media type, and the roles and tokens that open each call."""
    parts = spec["components"]
    parts["securitySchemes"] = {"bearer": BEARER}
    for answer in parts["responses"].values():
        content = answer.get("content", {})
        if "application/json" in content:
            content["application/problem+json"] = content.pop("application/json")
    opened = _words_by_path()
    for path, calls in spec["paths"].items():
        for method in set(calls) & set(METHODS):
            words = opened.get((path, method), ())
            calls[method]["security"] = [] if "anyone" in words else [{"bearer": []}]
            calls[method]["x-may"] = sorted(words, key=lambda word: (word not in ROLES, word))
    return spec


def _words_by_path() -> dict[tuple[str, str], tuple[str, ...]]:
    import re

    return {
        (re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"{\1}", str(rule)), method.lower()):
            words_of(current_app._get_current_object(), rule.endpoint, method)  # type: ignore[attr-defined]  # noqa: SLF001
        for rule in current_app.url_map.iter_rules() for method in rule.methods or ()
    }
