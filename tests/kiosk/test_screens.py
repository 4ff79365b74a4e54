"""Screens over HTTP: tokens, pairing, beats, health, and the chain of what was shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from kiosk import acts
from server import clock
from server.db import Db
from server.errors import Refusal

REPORT: dict[str, Any] = {
    "rev": "", "slide": "clock#0", "frames": 5, "heap": 1000, "clock": 1, "errors": [], "run": "r1", "shown": {},
}


def bearer(screen: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {screen['token']}"}


@pytest.fixture
def beat(client: FlaskClient, screen: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    def go(**more: Any) -> dict[str, Any]:
        answer = client.post("/k/v1/beat", json={**REPORT, **more}, headers=bearer(screen))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.get_json()
        return found

    return go


def health(db: Db, community: str) -> str:
    return str(acts.screens(db, community)[0]["health"])


@pytest.mark.parametrize("path", ["/k/v1/snapshot", "/k/v1/beat", "/k/v1/session"])
def test_without_a_token_nothing_is_told(client: FlaskClient, path: str) -> None:
    call = client.get if path.endswith("snapshot") else client.post
    assert call(path, **({} if path.endswith("snapshot") else {"json": {}})).status_code == 401
    assert call(path, headers={"Authorization": "Bearer 001kwrong"}).status_code == 401


def test_a_screens_token_opens_nothing_else(client: FlaskClient, screen: dict[str, Any]) -> None:
    for path in ("/api/v1/announcements", "/api/v1/screens", "/api/v1/disclosures"):
        assert client.get(path, headers=bearer(screen)).status_code == 403


def test_the_snapshot_has_a_strong_etag(
    client: FlaskClient, screen: dict[str, Any], publish: Callable[..., str]
) -> None:
    first = client.get("/k/v1/snapshot", headers=bearer(screen))
    rev = first.get_json()["rev"]
    assert first.headers["ETag"] == f'"{rev}"'
    same = client.get("/k/v1/snapshot", headers={**bearer(screen), "If-None-Match": f'"{rev}"'})
    assert (same.status_code, same.data) == (304, b"")
    publish()
    other = client.get("/k/v1/snapshot", headers={**bearer(screen), "If-None-Match": f'"{rev}"'})
    assert other.status_code == 200
    assert other.get_json()["rev"] != rev


def test_a_token_becomes_an_httponly_cookie(client: FlaskClient, screen: dict[str, Any]) -> None:
    answer = client.post("/k/v1/session", json={}, headers=bearer(screen))
    assert answer.status_code == 204
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "Path=/k/" in cookie
    assert "SameSite=Strict" in cookie
    assert client.get("/k/v1/snapshot").status_code == 200


def test_a_rotated_or_revoked_token_opens_nothing(
    client: FlaskClient, db: Db, community: str, screen: dict[str, Any]
) -> None:
    with db.write(community) as pen:
        fresh = acts.rotate_screen(pen, screen["screen"])
    assert client.get("/k/v1/snapshot", headers=bearer(screen)).status_code == 401
    assert client.get("/k/v1/snapshot", headers=bearer(fresh)).status_code == 200
    with db.write(community) as pen:
        acts.revoke_screen(pen, screen["screen"])
    assert client.get("/k/v1/snapshot", headers=bearer(fresh)).status_code == 401
    assert health(db, community) == "停用"


def test_tokens_are_stored_hashed(db: Db, screen: dict[str, Any]) -> None:
    assert screen["token"] not in json.dumps(db.all("select * from screen"))


def test_an_old_token_is_renewed_and_the_old_one_works_until_the_new_is_used(
    client: FlaskClient, beat: Callable[..., dict[str, Any]], screen: dict[str, Any]
) -> None:
    client.post("/k/v1/session", json={}, headers=bearer(screen))
    with time_machine.travel(clock.now() + timedelta(days=91), tick=False):
        answer = client.post("/k/v1/beat", json=REPORT)
        assert "koumen_screen" in answer.headers["Set-Cookie"]
        assert client.get("/k/v1/snapshot", headers=bearer(screen)).status_code == 200
        assert client.get("/k/v1/snapshot").status_code == 200  # the new cookie, used for the first time
        assert client.get("/k/v1/snapshot", headers=bearer(screen)).status_code == 401


def test_a_beat_says_which_revision_to_have(
    beat: Callable[..., dict[str, Any]], publish: Callable[..., str], client: FlaskClient, screen: dict[str, Any]
) -> None:
    first = beat()
    assert first["next_s"] == 5
    assert first["rev"] == client.get("/k/v1/snapshot", headers=bearer(screen)).get_json()["rev"]
    publish()
    assert beat(rev=first["rev"])["rev"] != first["rev"]


def test_beats_do_not_move_the_pen(beat: Callable[..., dict[str, Any]], db: Db, community: str) -> None:
    before = db.one("select n from pen where community = :c", c=community)
    beat()
    beat(run="r2")
    assert db.one("select n from pen where community = :c", c=community) == before


def test_health_goes_from_not_on_to_normal_to_offline(
    beat: Callable[..., dict[str, Any]], db: Db, community: str, screen: dict[str, Any]
) -> None:
    assert health(db, community) == "未开机"
    beat(rev=beat()["rev"])
    assert health(db, community) == "正常"
    with time_machine.travel(clock.now() + timedelta(seconds=91), tick=False):
        assert health(db, community) == "离线"


def test_a_frozen_screen_is_noticed_within_ninety_seconds(
    beat: Callable[..., dict[str, Any]], db: Db, community: str
) -> None:
    rev = beat()["rev"]
    start = clock.now()
    beat(rev=rev)
    noticed = None
    for second in range(5, 120, 5):
        with time_machine.travel(start + timedelta(seconds=second), tick=False):
            beat(rev=rev, frames=0)
            if health(db, community) == "冻结":
                noticed = second
                break
    assert noticed is not None
    assert noticed <= 90


def test_a_screen_that_does_not_take_the_new_revision_lags(
    beat: Callable[..., dict[str, Any]], db: Db, community: str, publish: Callable[..., str]
) -> None:
    rev, start = beat()["rev"], clock.now()
    beat(rev=rev)
    publish()
    for second in (5, 30, 70):
        with time_machine.travel(start + timedelta(seconds=second), tick=False):
            beat(rev=rev)
            if second == 70:
                assert health(db, community) == "落后"


def test_a_wish_is_told_once(
    beat: Callable[..., dict[str, Any]], db: Db, community: str, screen: dict[str, Any]
) -> None:
    with pytest.raises(Refusal, match="screen_not_on"):
        acts.wish(db, community, screen["screen"], "identify")
    beat()
    acts.wish(db, community, screen["screen"], "identify")
    assert [beat()["commands"], beat()["commands"]] == [["identify"], []]


def test_pairing_gives_the_token_once(client: FlaskClient, staff_token: Callable[[str], str]) -> None:
    asked = client.post("/k/v1/pair", json={}).get_json()
    assert len(asked["code"]) == 8
    assert not set(asked["code"]) & set("AEIOUY")
    assert client.post("/k/v1/pair", json={"poll": asked["poll"]}).get_json() == {"state": "waiting"}
    office = {"Authorization": f"Bearer {staff_token('clerk')}"}
    made = client.post("/api/v1/screens", json={"name": "东门", "code": asked["code"]}, headers=office)
    assert made.status_code == 201
    assert made.get_json()["token"] is None
    paired = client.post("/k/v1/pair", json={"poll": asked["poll"]})
    assert paired.get_json()["screen"] == made.get_json()["screen"]
    assert client.get("/k/v1/snapshot", headers=bearer(paired.get_json())).get_json()["screen"]["name"] == "东门"
    assert client.get("/k/v1/snapshot").status_code == 200
    assert client.post("/k/v1/pair", json={"poll": asked["poll"]}).status_code == 410
    again = client.post("/api/v1/screens", json={"name": "东门", "code": asked["code"]}, headers=office)
    assert again.status_code == 404


def test_a_pairing_code_dies_after_ten_minutes(db: Db, community: str) -> None:
    asked = acts.ask_pairing(db)
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        with pytest.raises(Refusal, match="pairing_expired"):
            acts.confirm_pairing(db, community, "S1", asked["code"])
        with pytest.raises(Refusal, match="pairing_expired"):
            acts.fetch_pairing(db, asked["poll"])


def test_one_address_asks_for_so_many_codes_and_leaves_room_for_others(client: FlaskClient, db: Db) -> None:
    def ask(address: str) -> int:
        return client.post("/k/v1/pair", json={}, environ_base={"REMOTE_ADDR": address}).status_code

    assert [ask("192.0.2.7") for _ in range(21)] == [200] * 20 + [429]
    assert ask("192.0.2.8") == 200
    assert "192.0.2" not in str(db.all("select * from pairing"))
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        assert ask("192.0.2.7") == 200


def test_a_panel_too_small_for_its_distance_is_refused(db: Db, community: str) -> None:
    with db.write(community) as pen, pytest.raises(Refusal, match="screen_too_small"):
        acts.add_screen(pen, inches=24, distance_cm=600)


def test_what_was_shown_is_chained_and_exported(
    beat: Callable[..., dict[str, Any]], db: Db, community: str, publish: Callable[..., str], client: FlaskClient,
    staff_token: Callable[[str], str],
) -> None:
    id_, start = publish(), clock.now()
    for run in ("r1", "r2", "r3"):
        beat(run=run, shown={})
        start += timedelta(seconds=40)
        with time_machine.travel(start, tick=False):
            beat(run=run, shown={f"a:{id_}:1": 25, "a:other:1": 9})
    office = {"Authorization": f"Bearer {staff_token('clerk')}"}
    found = client.get(f"/api/v1/proof/a:{id_}", headers=office).get_json()
    assert (found["seconds"], found["intact"]) == (50, True)  # the third run is still open
    intervals = found["screens"][0]["intervals"]
    assert [row["seq"] for row in intervals] == [1, 2]
    assert intervals[1]["prev_hash"] == intervals[0]["hash"]


def test_a_changed_interval_is_seen(
    beat: Callable[..., dict[str, Any]], db: Db, community: str
) -> None:
    for run in ("r1", "r2", "r3"):
        beat(run=run, shown={"d:x": 100})
    with db.write() as sql:
        sql.run("update display set shown = '{\"d:x\":900}' where community = :c and seq = 1", c=community)
    assert acts.proof(db, community, "d:x")["intact"] is False


def test_a_report_is_taken_however_a_screen_writes_it(client: FlaskClient, screen: dict[str, Any]) -> None:
    for more in (
        {"clock": "2026-11-21T09:00:00Z", "errors": 0, "heap": None}, {"errors": "画面停住", "frames": 99_999},
        {"clock": 1_795_000_000_000, "errors": ["a"], "frames": 300, "heap": 5},
        {"slide": 3, "shown_since": 1_795_000_000_000},
    ):
        answer = client.post("/k/v1/beat", json={"rev": "", "slide": "clock", **more}, headers=bearer(screen))
        assert answer.status_code == 200, answer.text
        assert {"rev", "next_s", "commands"} <= set(answer.get_json())
    assert client.post("/k/v1/beat", json={"clock": "soon"}, headers=bearer(screen)).status_code == 422
