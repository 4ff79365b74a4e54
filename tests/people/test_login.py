"""Console sessions: argon2 passwords, twelve hours, throttled in the database, no telling who exists."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from server import clock
from server.access import community_of
from server.db import Db, connect
from server.errors import Refusal
from server.people import acts, passwords
from server.people.acts import sessions
from tests.people.conftest import PASSWORD


@pytest.fixture
def known(db: Db, manager: str) -> str:
    acts.set_password(db, manager, PASSWORD)
    return manager


def code_of(db: Db, who: str, password: str, source: str = "") -> str:
    with pytest.raises(Refusal) as caught:
        acts.login(db, who, password, source)
    return caught.value.code


def test_a_person_logs_in_by_phone_name_or_id(db: Db, known: str) -> None:
    for who in ("19900010004", "199 0001 0004", "王经理", known, " 王经理 "):
        opened = acts.login(db, who, PASSWORD)
        caller = acts.lookup_session(db, opened["token"])
        assert (caller.kind, caller.staff, caller.name, caller.community) == ("staff", known, "王经理", "C1")
        assert dict(caller.roles) == {"C1": "manager"}
        assert community_of(opened["token"]) == "C1"


def test_only_hashes_are_kept(db: Db, known: str) -> None:
    token = acts.login(db, known, PASSWORD)["token"]
    for table in ("session", "credential", "token", "device", "invite", "enrol_code"):
        assert token not in str(db.all(f"select * from {table}"))
    assert str(db.all("select hash from credential")).count("$argon2id$") == 1


def test_whatever_is_wrong_the_answer_is_the_same(db: Db, known: str) -> None:
    for who, password in (("王经理", "不对的密码-42"), ("没有的人", PASSWORD), ("王经理", ""), ("王经理", "x" * 500)):
        assert code_of(db, who, password) == "login_failed"


def test_an_unknown_name_costs_as_much_work_as_a_known_one(
    db: Db, known: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    real = passwords._hasher.verify
    monkeypatch.setattr(passwords, "_hasher", type("H", (), {
        "verify": staticmethod(lambda stored, text: seen.append(stored) or real(stored, text)),
        "hash": staticmethod(passwords._hasher.hash), "check_needs_rehash": staticmethod(lambda stored: False),
    }))
    code_of(db, "没有的人", "whatever-42")
    code_of(db, "王经理", "whatever-42")
    assert len(seen) == 2
    assert [stored.split("$")[3] for stored in seen][0] == [stored.split("$")[3] for stored in seen][1]


def test_a_name_two_people_bear_needs_the_phone_number(db: Db, known: str, community: str) -> None:
    acts.add_staff(db, community, "王经理", "manager", "13800000009")
    assert code_of(db, "王经理", PASSWORD) == "login_failed"
    assert acts.login(db, "19900010004", PASSWORD)["staff"] == known


def test_who_has_no_password_or_works_nowhere_does_not_get_in(db: Db, known: str, collector: str) -> None:
    assert code_of(db, "小闫", PASSWORD) == "login_failed"
    acts.add_staff(db, "C1", "李经理", "manager")
    acts.leave(db, "C1", known)
    assert code_of(db, "19900010004", PASSWORD) == "login_failed"


def test_tries_are_counted_in_the_database_for_known_and_unknown_names_alike(
    db: Db, db_url: str, known: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "LOGIN_TRIES", 3)
    monkeypatch.setattr(passwords, "fits", lambda stored, password: bool(stored) and password == PASSWORD)
    other = connect(db_url)  # another worker
    with time_machine.travel("2026-11-21T02:00:00Z", tick=False):
        for who in ("王经理", "没有的人"):
            codes = [code_of(one, who, "wrong-password") for one in (db, other, db, other, db)]
            assert codes == ["login_failed"] * 3 + ["login_locked"] * 2
        assert code_of(db, "王经理", PASSWORD) == "login_locked", "the right password does not open a locked name"
        rows = db.all("select n, what from throttle where community in ('C1', 'C2') order by n")
        assert sorted(row["n"] for row in rows) == [5, 6]
    with time_machine.travel("2026-11-21T02:15:00Z", tick=False):
        assert acts.login(other, "王经理", PASSWORD)["staff"] == known
    other.close()


@pytest.mark.usefixtures("still")
def test_a_right_password_forgives_the_wrong_ones_before(
    db: Db, known: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "LOGIN_TRIES", 2)
    for _ in range(3):
        assert code_of(db, "王经理", "wrong-password") == "login_failed"
        acts.login(db, "王经理", PASSWORD)


@pytest.mark.usefixtures("still")
def test_one_address_cannot_try_many_names(db: Db, known: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "SOURCE_TRIES", 3)
    monkeypatch.setattr(sessions, "_somewhere", lambda db, given: "C1")
    codes = [code_of(db, f"人{i}", "x", source="10.0.0.1") for i in range(5)]
    assert codes == ["login_failed"] * 3 + ["login_locked"] * 2
    assert code_of(db, "另一个", "x", source="10.0.0.2") == "login_failed"
    for _ in range(5):
        assert acts.login(db, known, PASSWORD, source="10.0.0.2")["staff"] == known, "right ones are not counted"


def test_a_session_ends_after_twelve_hours(db: Db, known: str) -> None:
    start = clock.now()
    token = acts.login(db, known, PASSWORD)["token"]
    with time_machine.travel(start + timedelta(hours=11, minutes=59), tick=False):
        assert acts.lookup_session(db, token).staff == known
    with time_machine.travel(start + timedelta(hours=12, seconds=30), tick=False), pytest.raises(
        Refusal, match="token_unknown"
    ):
        acts.lookup_session(db, token)


def test_logging_out_ends_this_session_and_everywhere_ends_all(db: Db, known: str) -> None:
    first, second, third = (acts.login(db, known, PASSWORD)["token"] for _ in range(3))
    acts.logout(db, acts.lookup_session(db, first))
    with pytest.raises(Refusal, match="token_unknown"):
        acts.lookup_session(db, first)
    assert acts.lookup_session(db, second).staff == known
    assert acts.logout_everywhere(db, known) == 2
    for token in (second, third):
        with pytest.raises(Refusal, match="token_unknown"):
            acts.lookup_session(db, token)


def test_a_changed_password_ends_all_sessions(db: Db, known: str) -> None:
    token = acts.login(db, known, PASSWORD)["token"]
    with pytest.raises(Refusal, match="login_failed"):
        acts.change_password(db, known, "wrong-password", "new-password-1")
    acts.change_password(db, known, PASSWORD, "new-password-1")
    with pytest.raises(Refusal, match="token_unknown"):
        acts.lookup_session(db, token)
    assert acts.login(db, known, "new-password-1")["staff"] == known


def test_a_password_is_the_same_from_every_keyboard(db: Db, known: str) -> None:
    acts.set_password(db, known, "ｐａｓｓｗｏｒｄ１")
    assert acts.login(db, known, "password1")["staff"] == known


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize("password", ["short", "x" * 129, "", "nul-\x00-nul"])
def test_a_weak_or_endless_password_is_refused_before_hashing(
    db: Db, known: str, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_hasher", None)
    with pytest.raises(Refusal, match="password_weak"):
        acts.set_password(db, known, password)


def test_hashing_waits_its_turn_and_then_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "WAIT_S", 0.01)
    for _ in range(passwords.AT_ONCE):
        passwords._free.acquire()
    try:
        with pytest.raises(Refusal, match="hashing_busy"):
            passwords.hashed("long-enough-1")
    finally:
        for _ in range(passwords.AT_ONCE):
            passwords._free.release()


def test_junk_tokens_are_unknown(db: Db, known: str) -> None:
    for token in ("", "001", "001s", "ZZZs" + "x" * 43, "001s" + "x" * 43):
        for lookup in (acts.lookup_session, acts.lookup_api):
            with pytest.raises(Refusal, match="token_unknown"):
                lookup(db, token)
        with pytest.raises(Refusal, match="device-unknown"):
            acts.lookup_device(db, token)
