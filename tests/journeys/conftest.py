"""A whole house for a journey: the command line, real gunicorn with two workers, real Chromium; on both engines."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3

from tests.app.conftest import handset  # noqa: F401 - a fixture
from tests.patience import SECONDS

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "server/demo/sample/jinxiu"
ESTATE = "锦绣花园"


class House:
    """One data folder, its command line and its server."""

    def __init__(self, home: Path, db_url: str) -> None:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("KOUMEN_")}
        self.env = {**kept, "KOUMEN_HOME": str(home), "KOUMEN_DB": db_url, "KOUMEN_SECRET": "journey-" + "s" * 40}
        self.child: subprocess.Popen[str] | None = None
        self.port = 0
        self.url = ""
        self.http = urllib3.PoolManager(retries=False, timeout=2 * SECONDS)

    def koumen(self, *words: str) -> dict[str, Any]:
        """Run a verb with --json; its answer."""
        done = subprocess.run(
            [sys.executable, "-m", "server", *words, "--json"], cwd=ROOT, env=self.env, capture_output=True, text=True,
            timeout=300, check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def start(self) -> None:
        """Serve, on the port it had before when there was one."""
        self.child = subprocess.Popen(
            [sys.executable, "-m", "server", "serve", "--json", "--port", str(self.port)], cwd=ROOT, env=self.env,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
        )
        assert self.child.stdout is not None
        said = json.loads(self.child.stdout.readline())
        self.port, self.url = said["port"], said["url"]

    def kill(self) -> None:
        """kill -9 of master and workers."""
        assert self.child is not None
        os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait(SECONDS)
        self._close()

    def stop(self) -> None:
        if self.child is None:
            return
        self.child.send_signal(signal.SIGTERM)
        self.child.wait(SECONDS)
        self._close()

    def _close(self) -> None:
        if self.child is not None and self.child.stdout is not None:
            self.child.stdout.close()
        self.child = None

    def call(self, method: str, path: str, token: str, **body: Any) -> Any:
        """The JSON API with a bearer token: (status, answer)."""
        answer = self.http.request(
            method, self.url + path, headers={"Authorization": f"Bearer {token}"}, json=body or None,
        )
        return answer.status, answer.json() if answer.data else None


@pytest.fixture
def house(tmp_path: Path, db_url: str) -> Iterator[House]:
    home = tmp_path / "house"
    home.mkdir()
    house = House(home, db_url)
    yield house
    house.stop()
    house.http.clear()


@pytest.fixture(scope="session")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample estate with its dates moved to today, as the demo uses it."""
    from server import clock
    from server.demo import shift

    folder = tmp_path_factory.mktemp("sheets")
    shift.write(folder, clock.today())
    return folder


