"""New connections are shared evenly between workers."""

from __future__ import annotations

import errno
import os
import socket
from typing import Any

import pytest

from server.keep.crowd import SLOTS, Crowd, Polite, polite


class Listener:
    """A listening socket on which so many connections wait."""

    def __init__(self, waiting: int) -> None:
        self.waiting = waiting

    def accept(self) -> tuple[socket.socket, str]:
        if not self.waiting:
            raise BlockingIOError(errno.EAGAIN, "taken")
        self.waiting -= 1
        return socket.socket(), ""

    def getsockname(self) -> str:
        return ""


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Workers of one crowd, without threads, sockets or a master."""
    crowd = Crowd()

    def worker(age: int, connections: int) -> Polite:
        one = polite(crowd).__new__(polite(crowd))
        one.age, one.nr_conns, one.cfg = age, connections, None
        monkeypatch.setattr(one, "enqueue_req", lambda conn: conn.sock.close(), raising=False)
        crowd.say(age, connections)
        return one
    return worker


def test_the_worker_with_the_fewest_takes_a_connection_at_once(make: Any) -> None:
    make(1, 3)
    worker = make(2, 2)
    worker.sleep = pytest.fail
    worker.accept(Listener(1))
    assert worker.nr_conns == 3


def test_a_busier_worker_lets_the_other_go_first(make: Any) -> None:
    calm, busy, listener = make(1, 0), make(2, 4), Listener(1)
    busy.sleep = lambda seconds: calm.accept(listener)
    busy.accept(listener)
    assert (calm.nr_conns, busy.nr_conns) == (1, 4)


def test_a_busier_worker_takes_what_nobody_took(make: Any) -> None:
    make(1, 0)
    busy, slept = make(2, 4), []
    busy.sleep = slept.append
    busy.accept(Listener(1))
    assert busy.nr_conns == 5
    assert len(slept) == 1


def test_workers_that_are_gone_are_not_waited_for(make: Any) -> None:
    make(1, 0)
    worker = make(2, 4)
    worker.crowd.forget(1)
    worker.sleep = pytest.fail
    worker.accept(Listener(1))
    assert worker.nr_conns == 5


def test_a_worker_sees_what_another_process_says() -> None:
    crowd = Crowd()
    crowd.say(1, 9)
    child = os.fork()
    if not child:
        crowd.say(SLOTS + 2, 3)  # places are used again
        os._exit(0)
    os.waitpid(child, 0)
    assert crowd.least() == 3
