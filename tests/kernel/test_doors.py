"""Doors: nobody may by default, problems are problems, hosts and forms are checked, headers are strict."""

from __future__ import annotations

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from server import access, create_app, http
from server.access import WORDS, Caller, may, words_of
from server.config import Config
from server.db import Db
from server.errors import Refusal


def routes(app: Flask) -> list[tuple[str, str, str]]:
    return [
        (str(rule), method, rule.endpoint) for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"} if rule.endpoint not in access_open()
    ]


def access_open() -> tuple[str, ...]:
    from server import OPEN

    return OPEN


def test_every_route_says_who_may_call_it(app: Flask) -> None:
    silent = [f"{method} {rule}" for rule, method, endpoint in routes(app) if not words_of(app, endpoint, method)]
    assert not silent
    assert len(routes(app)) > 30


def test_a_view_that_says_nothing_is_closed(settings: Config, db: Db) -> None:
    app = create_app(settings, db=db)
    app.add_url_rule("/api/v1/silent", "silent", lambda: "open")
    answer = app.test_client().get("/api/v1/silent")
    assert answer.status_code == 401
    assert answer.get_json()["code"] == "login_required"


@pytest.mark.parametrize("role", ["manager", "clerk", "cashier", "collector"])
def test_a_role_opens_its_own_doors_only(role: str) -> None:
    who = Caller(kind="staff", staff="s1", roles={"C1": role})
    with Flask("t").app_context():
        access.check(who, (role,))
        others = tuple(word for word in WORDS if word not in (role, "anyone", "staff"))
        with pytest.raises(Refusal) as refusal:
            access.check(who, others)
    assert refusal.value.code == "forbidden"


def test_may_refuses_words_it_does_not_know() -> None:
    with pytest.raises(ValueError, match="director"):
        may("director")


def test_without_a_login_nothing_in_the_api_answers(app: Flask, client: FlaskClient) -> None:
    opened = []
    for rule, method, endpoint in routes(app):
        if not rule.startswith("/api/") or "anyone" in words_of(app, endpoint, method):
            continue
        path = "".join("x" if part.startswith("<") else part for part in _parts(rule))
        answer = client.open(path, method=method, json={})
        if answer.status_code != 401:
            opened.append(f"{method} {rule} {answer.status_code}")
    assert not opened


def _parts(rule: str) -> list[str]:
    import re

    return re.split(r"(<[^>]+>)", rule)


def test_a_wrong_bearer_token_is_an_error_even_where_a_cookie_would_do(client: FlaskClient) -> None:
    answer = client.get("/api/v1/staff", headers={"Authorization": "Bearer 001aWRONG"})
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["status"] == 401


def test_a_body_that_is_no_json_is_a_problem_never_an_error(client: FlaskClient) -> None:
    for body in (b"{bad", b"\xff\xfe", b'{"a":' + b"[" * 20_000 + b"]" * 20_000 + b"}"):
        answer = client.post("/api/v1/devices", data=body, content_type="application/json")
        assert answer.status_code == 400
        assert answer.get_json()["code"] == "unreadable_body"


def test_reasons_of_fields_are_chinese_sentences(client: FlaskClient) -> None:
    for body in ({}, {"code": None}, {"code": [1]}, [], {"code": "x", "name": 5, "app": {}}):
        answer = client.post("/api/v1/devices", json=body)
        assert answer.status_code == 422
        reasons = [error["reason"] for error in answer.get_json()["errors"]]
        assert reasons
        assert all("\u4e00" <= reason[0] <= "\u9fff" for reason in reasons), reasons


def test_an_unknown_path_is_a_problem_for_programs_and_a_page_for_people(client: FlaskClient) -> None:
    program = client.get("/api/v1/nothing-here")
    assert program.status_code == 404
    assert program.content_type == "application/problem+json"
    person = client.get("/nothing-here")
    assert person.status_code == 404
    assert person.mimetype == "text/html"
    assert "没有找到" in person.text


def test_another_host_is_refused_once_the_url_is_set(db: Db, home_dir) -> None:  # type: ignore[no-untyped-def]
    settings = Config(home_dir, "", "https://km.example.com", b"x" * 32, pinned=True)
    client = create_app(settings, db=db).test_client()
    assert client.get("/office/login", headers={"Host": "evil.example.net"}).status_code == 421
    assert client.get("/office/login", headers={"Host": "km.example.com"}).status_code == 200
    assert client.get("/office/login", headers={"Host": "127.0.0.1:8123"}).status_code == 200


def test_every_answer_carries_the_strict_headers(client: FlaskClient) -> None:
    for path in ("/office/login", "/api/v1/openapi.json", "/nothing", "/m/", "/k/"):
        headers = client.get(path).headers
        assert "unsafe" not in headers["Content-Security-Policy"], path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_surfaces_answer_without_credentials(client: FlaskClient) -> None:
    assert client.get("/office/", follow_redirects=True).status_code == 200
    assert client.get("/m/").status_code == 200
    assert client.get("/k/").status_code == 200


def test_a_form_token_is_bound_to_its_subject_and_its_hours(app: Flask) -> None:
    import time_machine

    with app.test_request_context():
        with time_machine.travel("2026-11-20T01:00:00Z", tick=False):
            token = http.form_token("code-1")
            http.check_form_token("code-1", token)
            with pytest.raises(Refusal):
                http.check_form_token("code-2", token)
        with time_machine.travel("2026-11-21T01:00:00Z", tick=False), pytest.raises(Refusal):
            http.check_form_token("code-1", token)


@pytest.mark.parametrize("garbage", ["", ".", "x.y", "1e9.", "-1.aa", "99999999999999999999.x", "叩.门"])
def test_a_garbled_form_token_is_refused_not_an_error(app: Flask, garbage: str) -> None:
    with app.test_request_context(), pytest.raises(Refusal):
        http.check_form_token("code-1", garbage)


def test_a_request_from_another_site_is_refused(client: FlaskClient) -> None:
    answer = client.post("/office/login", data={}, headers={"Origin": "https://evil.example.net"})
    assert answer.status_code == 403


def test_tokens_begin_with_their_community_and_are_never_equal() -> None:
    token, kept = access.make_token("C33", "api")
    assert access.community_of(token) == "C33"
    assert token[3] == "a"
    assert kept == access.hash_token(token) != token
    assert access.make_token("C33", "api")[0] != token


@pytest.mark.parametrize("text", ["", "0", "00", "000x", "叩门门", "!!!"])
def test_a_prefix_that_is_no_number_belongs_nowhere(text: str) -> None:
    assert access.community_of(text) == ""


@pytest.mark.parametrize(("peer", "seen"), [("127.0.0.1", "203.0.113.9"), ("198.51.100.7", "198.51.100.7")])
def test_only_a_proxy_on_this_machine_may_say_who_calls(app: Flask, peer: str, seen: str) -> None:
    app.add_url_rule("/api/v1/who", "who", may("anyone")(lambda: {"addr": request.remote_addr}))
    answer = app.test_client().get(
        "/api/v1/who", headers={"X-Forwarded-For": "203.0.113.9"}, environ_base={"REMOTE_ADDR": peer}
    )
    assert answer.get_json() == {"addr": seen}
