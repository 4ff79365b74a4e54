"""README's first command: it makes its data, prints, serves, everything it names opens, and Ctrl-C ends it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from server import clock
from tests.journeys.conftest import ROOT, House
from tests.patience import SECONDS

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@contextmanager
def running(house: House) -> Iterator[dict[str, Any]]:
    """What the demo says it made, while it serves; ended by Ctrl-C, without a fault and with its simulator."""
    child = subprocess.Popen(
        [sys.executable, "-m", "server", "demo", "--json", "--port", "0"], cwd=ROOT, env=house.env,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )
    try:
        assert child.stdout is not None
        yield json.loads(child.stdout.readline())
        child.send_signal(signal.SIGINT)
        _, said = child.communicate(timeout=SECONDS)  # its simulator holds these pipes too
        assert child.returncode == 0, said
        assert "Traceback" not in said
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.communicate()


def test_the_demo_makes_what_it_shows_and_its_console_prints(house: House) -> None:
    with running(house) as made:
        house.url = made["url"]
        for path in made["files"]:
            assert Path(path).read_bytes()[:5] == b"%PDF-"
        assert len(made["files"]) == 4
        for link in (made["console"], made["phone"], made["screen"], *made["pages"].values()):
            assert house.http.request("GET", link.split("#")[0]).status == 200, link
        assert "￥" in house.http.request("GET", next(iter(made["pages"].values()))).data.decode()
        manager = house.koumen("token", "王经理")["token"]
        _, found = house.call("GET", f"/api/v1/routes?community={made['community']}", manager)
        status, printing = house.call("POST", "/api/v1/printings", manager, community=made["community"], kind="letter",
                                      route=found["routes"][0]["route"], date=clock.today())
        assert status in (200, 201), printing
        assert printing["papers"] > 5


def test_a_second_start_goes_on_with_the_same_data(house: House) -> None:
    with running(house) as first:
        pass
    with running(house) as second:
        assert second["community"] == first["community"]
        assert second["files"] == first["files"]
        assert second["password"] != first["password"]
