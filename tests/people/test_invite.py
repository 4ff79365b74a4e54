"""The one-time link that sets the first password."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine

from server import clock
from server.db import Db, connect
from server.errors import Refusal
from server.people import acts
from tests.people.conftest import PASSWORD


def test_a_link_sets_the_password_once_and_logs_in(db: Db, collector: str) -> None:
    made = acts.invite(db, collector, "https://km.example.com", who="S1")
    assert made["url"] == f"https://km.example.com/office/invite/{made['token']}"
    assert acts.invited(db, made["token"])["name"] == "小闫"
    opened = acts.accept_invite(db, made["token"], PASSWORD)
    assert acts.lookup_session(db, opened["token"]).staff == collector
    assert acts.login(db, "小闫", PASSWORD)["staff"] == collector
    with pytest.raises(Refusal, match="invite_wrong"):
        acts.accept_invite(db, made["token"], "another-password")
    with pytest.raises(Refusal, match="invite_wrong"):
        acts.invited(db, made["token"])


def test_a_weak_password_does_not_use_the_link_up(db: Db, collector: str) -> None:
    token = acts.invite(db, collector, "")["token"]
    with pytest.raises(Refusal, match="password_weak"):
        acts.accept_invite(db, token, "short")
    assert acts.accept_invite(db, token, PASSWORD)["staff"] == collector


def test_a_newer_link_replaces_the_older(db: Db, collector: str) -> None:
    old, new = acts.invite(db, collector, "")["token"], acts.invite(db, collector, "")["token"]
    with pytest.raises(Refusal, match="invite_wrong"):
        acts.accept_invite(db, old, PASSWORD)
    assert acts.accept_invite(db, new, PASSWORD)["staff"] == collector


def test_a_link_dies_after_three_days(db: Db, collector: str) -> None:
    token = acts.invite(db, collector, "")["token"]
    with time_machine.travel(clock.now() + timedelta(hours=72, minutes=1), tick=False), pytest.raises(
        Refusal, match="invite_wrong"
    ):
        acts.accept_invite(db, token, PASSWORD)


@pytest.mark.parametrize("token", ["", "001i", "001ixxxx", "木木木", "ZZZi" + "x" * 43])
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_junk_is_no_link(db: Db, community: str, token: str) -> None:
    with pytest.raises(Refusal, match="invite_wrong"):
        acts.invited(db, token)


def test_two_who_use_one_link_at_once_set_one_password(db: Db, db_url: str, collector: str) -> None:
    token = acts.invite(db, collector, "")["token"]
    won: list[str] = []

    def use(password: str) -> None:
        own = connect(db_url)
        with suppress(Refusal):
            acts.accept_invite(own, token, password)
            won.append(password)
        own.close()

    threads = [threading.Thread(target=use, args=(f"password-{i}",)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert acts.login(db, "小闫", won[0])["staff"] == collector
