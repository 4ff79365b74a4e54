"""Phones: one code makes one device, even raced; revoked, lost and unknown are told apart."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import timedelta

import pytest
import time_machine

from server import clock
from server.access import community_of
from server.db import Db, connect
from server.errors import Refusal
from server.people import acts
from server.people.acts import phones

RACE = """
import sys
from server.db import connect
from server.errors import Refusal
from server.people import acts
db = connect(sys.argv[1])
print('ready', flush=True)
sys.stdin.readline()
try:
    acts.enrol_device(db, sys.argv[2], 'p', '1')
    print('won')
except Refusal as refusal:
    print(refusal.code)
"""


def enrol(db: Db, staff: str) -> dict[str, object]:
    return dict(acts.enrol_device(db, acts.enrol_code(db, staff)["code"], "小闫的手机", "1.4.0"))


def test_a_code_stands_in_the_fragment_and_enrols_a_phone(db: Db, collector: str) -> None:
    made = acts.enrol_code(db, collector, "https://km.example.com", who="S1")
    assert made["url"] == f"https://km.example.com/m/#enrol={made['code']}"
    assert len(made["code"]) == 10
    assert community_of(made["code"]) == "C1"
    acts.add_member(db, "C2", collector, "clerk")
    phone = acts.enrol_device(db, made["code"].lower(), "手机", "1.4.0")
    assert phone["communities"] == [{"id": "C1", "name": "锦绣花园"}, {"id": "C2", "name": "双子花园"}]
    assert (phone["staff"], phone["name"]) == (collector, "小闫")
    assert phone["lease_hours"] in (24, 72)
    caller = acts.lookup_device(db, phone["token"])
    assert (caller.kind, caller.device, caller.staff, caller.community) == ("device", phone["device"], collector, "C1")
    assert dict(caller.roles) == {"C1": "collector", "C2": "clerk"}
    assert made["code"] not in str(db.all("select * from enrol_code"))
    assert phone["token"] not in str(db.all("select * from device"))


def test_a_code_is_used_once(db: Db, collector: str) -> None:
    code = acts.enrol_code(db, collector)["code"]
    acts.enrol_device(db, code, "", "")
    with pytest.raises(Refusal, match="enrol_code_wrong"):
        acts.enrol_device(db, code, "", "")
    assert len(acts.devices(db, "C1")) == 1


def test_a_code_lives_ten_minutes(db: Db, collector: str) -> None:
    first, second = acts.enrol_code(db, collector)["code"], acts.enrol_code(db, collector)["code"]
    now = clock.now()
    with time_machine.travel(now + timedelta(minutes=9, seconds=50), tick=False):
        acts.enrol_device(db, first, "", "")
    with time_machine.travel(now + timedelta(minutes=10, seconds=5), tick=False), pytest.raises(
        Refusal, match="enrol_code_wrong"
    ):
        acts.enrol_device(db, second, "", "")


def test_threads_that_race_for_one_code_make_one_device(db: Db, db_url: str, collector: str) -> None:
    code = acts.enrol_code(db, collector)["code"]
    start = threading.Barrier(6)
    answers: list[str] = []

    def race() -> None:
        own = connect(db_url)
        start.wait()
        try:
            acts.enrol_device(own, code, "p", "1")
            answers.append("won")
        except Refusal as refusal:
            answers.append(refusal.code)
        finally:
            own.close()

    threads = [threading.Thread(target=race) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["enrol_code_wrong"] * 5 + ["won"]
    assert len(acts.devices(db, "C1")) == 1


def test_processes_that_race_for_one_code_make_one_device(db: Db, db_url: str, collector: str) -> None:
    code = acts.enrol_code(db, collector)["code"]
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", RACE, db_url, code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    answers = sorted(worker.communicate()[0].strip() for worker in workers)
    assert answers == ["enrol_code_wrong", "enrol_code_wrong", "won"]
    assert len(acts.devices(db, "C1")) == 1


@pytest.mark.usefixtures("still")
def test_wrong_codes_are_counted_in_the_database(
    db: Db, db_url: str, collector: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phones, "SOURCE_TRIES", 3)
    good = acts.enrol_code(db, collector)["code"]
    other = connect(db_url)
    codes = []
    for one in (db, other, db, other):
        with pytest.raises(Refusal) as caught:
            acts.enrol_device(one, "001AAAAAAA", "", "", source="10.0.0.1")
        codes.append(caught.value.code)
    other.close()
    assert codes == ["enrol_code_wrong"] * 3 + ["enrol_locked"]
    with pytest.raises(Refusal, match="enrol_locked"):
        acts.enrol_device(db, good, "", "", source="10.0.0.1")
    assert acts.enrol_device(db, good, "", "", source="10.0.0.2")["staff"] == collector


@pytest.mark.usefixtures("still")
def test_a_flood_from_everywhere_is_bounded_per_community(
    db: Db, collector: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phones, "CODE_TRIES", 5)
    codes = []
    for i in range(7):
        with pytest.raises(Refusal) as caught:
            acts.enrol_device(db, "001AAAAAAA", "", "", source=f"10.0.0.{i}")
        codes.append(caught.value.code)
    assert codes == ["enrol_code_wrong"] * 5 + ["enrol_locked"] * 2
    with time_machine.travel(clock.now() + timedelta(minutes=10)):
        code = acts.enrol_code(db, collector)["code"]
        assert acts.enrol_device(db, code, "", "", source="10.0.0.9")["staff"] == collector


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize("code", [
    "", "x", "0000000000", "ZZZAAAAAAA", "001' or 1=1", "木" * 10, "9" * 40, "003AAAAAAA",
])
def test_junk_is_no_code(db: Db, collector: str, code: str) -> None:
    with pytest.raises(Refusal, match="enrol_code_wrong"):
        acts.enrol_device(db, code, "", "")


def test_a_revoked_phone_and_a_lost_one_are_told_apart(db: Db, collector: str) -> None:
    phone = enrol(db, collector)
    for lost in (False, True):
        with db.write("C1", who="S1") as pen:
            acts.revoke_device(pen, str(phone["device"]), lost)
        with pytest.raises(Refusal) as caught:
            acts.lookup_device(db, str(phone["token"]))
        assert (caught.value.code, caught.value.values["lost"]) == ("device-revoked", lost)
    with db.write("C1") as pen:
        acts.revoke_device(pen, str(phone["device"]))
    with pytest.raises(Refusal) as caught:
        acts.lookup_device(db, str(phone["token"]))
    assert caught.value.values["lost"], "lost stays lost"
    assert [row["verb"] for row in db.all("select verb from audit where who = 'S1' order by n")] == [
        "device.revoke", "device.lost",
    ]


def test_an_unknown_phone_is_not_revoked(db: Db, collector: str) -> None:
    with db.write("C1") as pen, pytest.raises(Refusal, match="not_found"):
        acts.revoke_device(pen, "nothing")
    phone = enrol(db, collector)
    with db.write("C2") as pen, pytest.raises(Refusal, match="not_found"):
        acts.revoke_device(pen, str(phone["device"]))


def test_the_office_sees_what_a_phone_has_not_sent(db: Db, collector: str) -> None:
    phone = str(enrol(db, collector)["device"])
    n = db.one("select n from pen where community = 'C1'")
    acts.device_seen(db, "C1", phone, "1.5.0", 7, 418)
    acts.device_seen(db, "C1", phone, "1.5.0", 3, 400)
    (row,) = acts.devices(db, "C1")
    assert (row["app"], row["pending"], row["n_high"], row["staff_name"]) == ("1.5.0", 3, 418, "小闫")
    assert row["seen_at"]
    assert db.one("select n from pen where community = 'C1'") == n, "an idle phone moves no cursor"
