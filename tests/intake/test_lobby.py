"""While spreadsheets go in, the lobby keeps its figures; when they are in, it moves once."""

from __future__ import annotations

import json

from kiosk import acts as kiosk
from server.db import Db
from server.intake import acts
from server.intake.reading import Source
from tests.intake.sheets import HOMES, bills

MANY = "\n".join(f"1-1-101,物业服务费,20{y:02d}-{m:02d},20{y:02d}-{m:02d}-25,100.00,,,,"
                 for y in range(10, 25) for m in range(1, 13))


def test_the_lobby_keeps_its_figures_until_the_import_is_done(db: Db, community: str) -> None:
    acts.bring(db, community, [Source.of_bytes("h.csv", HOMES.encode())])
    with db.write(community) as pen:
        screen = kiosk.add_screen(pen)["screen"]

    def billed() -> int:
        return int(json.loads(kiosk.snapshot(db, community, screen).body)["progress"]["billed_fen"])

    seen: list[int] = []

    def look(stage: str, done: int, total: int) -> None:
        if stage == "write":
            seen.append(billed())

    acts.bring(db, community, [Source.of_bytes("b.csv", bills(MANY).encode())], progress=look)
    assert seen
    assert set(seen) == {0}
    assert billed() == 180 * 10_000
