"""kill -9 after each statement of taking in money: nothing is lost, nothing is doubled, the books replay."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.money.conftest import House
from tests.patience import SECONDS

ROOT = Path(__file__).parents[2]


def test_a_process_killed_after_any_statement_loses_and_doubles_nothing(house: House, db_url: str) -> None:
    order = house.order()
    words = [db_url, house.c, str(house.cfg.home), order["number"]]
    done = subprocess.run(
        [sys.executable, "-m", "tests.money.killed", *words], cwd=ROOT, capture_output=True, text=True,
        timeout=5 * SECONDS, check=False,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["steps"] > 10
    # one was killed after its commit, and the last was not killed: both are there; every repeat is booked once
    assert said["before"] in (1, 2)
    assert said["after"] == said["steps"]
    assert sum(row["fen"] for row in house.payments()) == 100 * said["steps"]
    house.sound()
