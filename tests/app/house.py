"""A real house with the real server for the app's journeys: homes, bills, letters, one collector, served over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from werkzeug.serving import make_server

from server import clock, create_app
from server.config import Config
from server.db import connect
from server.estate import acts as estate
from server.field import acts as field
from server.ledger import acts as ledger
from server.pay import acts as pay
from server.people import acts as people
from tests.app.standin import Quiet


@dataclass
class House:
    """What was made, and how to reach it. `db` is the test's own connection."""

    config: Config
    db: Any
    community: str
    staff: str
    homes: list[str]
    route: str

    def code(self) -> str:
        """A fresh enrolment code of the collector."""
        return people.enrol_code(self.db, self.staff)["code"]

    def visits(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = field.visits(self.db, self.community)["visits"]
        return found


def rows_of(doors: int) -> list[dict[str, Any]]:
    """A tower of so many homes, from the top, each with an owner."""
    return [
        {
            "building": "3栋",
            "unit": f"{1 + i // 40}单元",
            "room": f"{26 - i % 26:02d}{1 + i // 26:02d}",
            "area": 8950,
            "state": "自住",
            "owners": [{"name": f"王建国{'甲乙丙丁戊己庚辛'[i % 8]}", "phones": [f"1380000{i:04d}"]}],
        }
        for i in range(doors)
    ]


def owed(homes: list[str], today: str) -> list[dict[str, Any]]:
    """Bills of the last three months, none paid."""
    return [
        {
            "home": one,
            "item": "物业服务费",
            "period": clock.add_months(today, -k)[:7],
            "due": clock.add_months(today, -k),
            "fen": 25507,
            "basis": "89.50 ㎡ × 2.85 元",
        }
        for one in homes
        for k in range(1, 4)
    ]


def furnish(home: Path, url: str, doors: int = 5) -> House:
    """One community with `doors` homes in arrears on one person's route tonight, each with a pay code."""
    config = Config(home, url, "http://localhost", b"tests-only-" + b"0123456789abcdef" * 2)
    db = connect(url)
    c = estate.make_community(db, "锦绣花园")
    staff = people.add_staff(db, c, "小闫", "collector")
    with db.write(c) as pen:
        ids = list(estate.put_homes(pen, rows_of(doors))["ids"].values())
    today = clock.today()
    with db.write(c) as pen:
        ledger.add_bills(pen, owed(ids, today))
    with db.write(c) as pen:
        pay.issue_codes(pen, [{"home": one, "class": "sealed"} for one in ids], cfg=config)
    with db.write(c) as pen:
        route = field.make_route(pen, today, staff, ids)
    return House(config, db, c, staff, ids, route)


@contextmanager
def served(house: House, port: int = 0) -> Iterator[tuple[str, int]]:
    """The real application on a port; gone when the block ends, as in a basement."""
    app = create_app(house.config)
    app.config.update(RAISE=True)

    class Closing(Quiet):
        """A connection of the phone has a thread of its own, and that a database connection: both end together."""

        def handle(self) -> None:
            try:
                super().handle()
            finally:
                if db := getattr(app.extensions["koumen"]._local, "db", None):
                    db.close()

    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Closing)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}/m/", server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
