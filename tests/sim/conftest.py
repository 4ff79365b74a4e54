"""A simulator that really listens, and the merchant files it writes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.pay.providers.merchants import Merchant, load
from server.sim import keys
from server.sim.app import Play
from server.sim.commands import start


@pytest.fixture(scope="session")
def ring() -> keys.Ring:
    """Making RSA keys takes longer than the tests: one ring for all."""
    return keys.make()


@pytest.fixture
def play(ring: keys.Ring) -> Iterator[Play]:
    play, server = start("127.0.0.1", 0, ring)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield play
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def merchants(play: Play, tmp_path: Path) -> dict[str, Merchant]:
    keys.write_merchants(play.ring, tmp_path / "merchants", play.base, "C1")
    return load(tmp_path)
