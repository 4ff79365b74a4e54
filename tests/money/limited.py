"""A server of its own that a test can take the disk away from: `python -m tests.money.limited URL HOME_DIR`.

Prints its port when it listens. The kernel refuses every write to a file while the soft limit of its size is 0.
"""

from __future__ import annotations

import signal
import sys
from dataclasses import replace
from pathlib import Path

from werkzeug.serving import make_server

from server import create_app
from server.config import Config
from tests.money.conftest import SECRET


def main(url: str, home: str) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # as on a full disk: the write fails, the process lives
    settings = Config(Path(home), url, "http://localhost", SECRET)
    app = create_app(settings)
    server = make_server("127.0.0.1", 0, app)
    app.extensions["koumen"].config = replace(settings, url=f"http://127.0.0.1:{server.server_port}")
    print(server.server_port, flush=True)  # noqa: T201 - the test waits for it
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
