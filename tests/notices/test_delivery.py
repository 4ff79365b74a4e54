"""Deliveries: the proof decides whether the limitation clock starts anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from server.cases import acts as cases
from server.config import Config
from server.db import Db
from server.errors import Refusal
from server.notices import acts
from tests.notices import estate_of

AT = "2026-11-21T11:00:00.000000Z"


@pytest.fixture
def notice(db: Db, community: str, settings: Config) -> dict[str, str]:
    homes = estate_of.homes(db, community, 2)
    made = acts.print_homes(db, community, homes, "letter", "2026-11-21", cfg=settings)
    return {"id": made.notices[0]["id"], "home": homes[0], "number": made.notices[0]["number"], "other": homes[1]}


def deliver(db: Db, notice: dict[str, str], proof: str, signer: str | None, id_: str = "d1", at: str = AT) -> bool:
    with db.write("C1", who="") as pen:
        return acts.record_delivery(
            pen, id=id_, notice=notice["id"], home=notice["home"], proof=proof, signer=signer, at=at, source="visit:v1",
        )


@pytest.mark.parametrize(("proof", "signer", "restarts"), [
    ("signed", "owner", True), ("signed", "adult_relative", True), ("signed", "authorised", True),
    ("signed", "other", False), ("signed", None, False), ("refused_witnessed", None, True),
    ("registered_mail", None, True), ("electronic_ack", "owner", True), ("posted", None, False), ("handed", None,
    False),
])
def test_the_clock_restarts_only_when_the_law_says_so(
    db: Db, notice: dict[str, str], proof: str, signer: str | None, restarts: bool
) -> None:
    assert deliver(db, notice, proof, signer) is restarts
    facts = cases.interruptions(db, "C1", notice["home"])
    assert [(fact["day"], fact["ground"]) for fact in facts] == ([("2026-11-21", "delivery")] if restarts else [])
    [contact] = cases.contacts(db, "C1", [notice["home"]])[notice["home"]]
    assert contact["kind"] == "delivery"
    assert notice["number"] in contact["outcome"]


def test_the_same_delivery_twice_is_one(db: Db, notice: dict[str, str]) -> None:
    deliver(db, notice, "signed", "owner")
    deliver(db, notice, "signed", "owner")
    assert len(acts.notice(db, "C1", notice["number"])["deliveries"]) == 1
    assert len(cases.contacts(db, "C1", [notice["home"]])[notice["home"]]) == 1


def test_the_day_is_shanghais(db: Db, notice: dict[str, str]) -> None:
    deliver(db, notice, "signed", "owner", at="2026-11-21T16:30:00.000000Z")
    assert cases.interruptions(db, "C1", notice["home"])[0]["day"] == "2026-11-22"


@pytest.mark.parametrize(("field", "value", "code"), [
    ("home", "other", "notice_unknown"), ("id", "nothing", "notice_unknown"),
])
def test_a_notice_of_another_home_is_refused(
    db: Db, notice: dict[str, str], field: str, value: str, code: str
) -> None:
    wrong = {**notice, field: notice.get(value, value)}
    with pytest.raises(Refusal) as caught:
        deliver(db, wrong, "signed", "owner")
    assert caught.value.code == code


@pytest.mark.parametrize(("proof", "signer"), [("thrown", None), ("signed", "the cat")])
def test_unknown_words_are_refused(db: Db, notice: dict[str, str], proof: str, signer: str | None) -> None:
    with pytest.raises(Refusal):
        deliver(db, notice, proof, signer)


def test_the_office_records_a_registered_letter(
    client: FlaskClient, notice: dict[str, str], staff_token: Callable[[str], str]
) -> None:
    auth = {"Authorization": f"Bearer {staff_token('clerk')}"}
    body = {"id": "d9", "household": "3-1-0101", "proof": "registered_mail", "at": "2026-11-21T19:00:00+08:00"}
    answer = client.post(f"/api/v1/notices/{notice['id']}/deliveries", json=body, headers=auth)
    assert (answer.status_code, answer.json) == (201, {"restarts_clock": True})
    listed = client.get("/api/v1/notices?household=3-1-0101", headers=auth).json["notices"]
    assert listed[0]["deliveries"][0]["proof"] == "registered_mail"
