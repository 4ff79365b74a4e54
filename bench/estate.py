"""The estate that sync is measured on: what its people hold, and visits they have not sent yet."""

from __future__ import annotations

from typing import Any

from server import clock
from server.db import connect, new_id
from server.db.migrate import migrate
from server.estate import acts as estate
from tests.field.world import World

DOORS = 100
PEOPLE = 16
DAYS = 390


class Estate:
    """Sixteen people with a route of a hundred doors each, one with a thousand; their phones' tokens."""

    def __init__(self, url: str) -> None:
        db = connect(url)
        migrate(db)
        estate.make_community(db, "测试")
        world = World(db)
        for building in range(1, PEOPLE + 1):
            world.add_homes(str(building), DOORS)
        homes = list(world.homes.values())
        self.homes = [homes[k * DOORS:(k + 1) * DOORS] for k in range(PEOPLE)]
        self.routes, self.tokens = [], []
        for k in range(PEOPLE):
            world.add_staff(f"员工{k}")
            self.routes.append(world.route(f"员工{k}", self.homes[k]))
            self.tokens.append(world.token(f"员工{k}")[1])
        world.add_staff("大户")
        self.turns = [0] * PEOPLE
        self.large_route = world.route("大户", homes[:1000])
        self.large = world.token("大户")[1]
        db.grown()  # what an import ends with, and PostgreSQL does by itself within a minute
        db.close()

    def fresh(self, k: int) -> int:
        """This person, or the next who has not used up the days: one client alone is quick."""
        return next((p % PEOPLE for p in range(k, k + PEOPLE) if self.turns[p % PEOPLE] < 2 * DAYS - 1), k)

    def ops(self, k: int, turns: list[int] | None = None) -> list[dict[str, Any]]:
        """Fifty visits nobody has sent yet, to half of the doors; a day further back each time, below every cap.

        That is enough for 779 pushes of one person; see `fresh`. `turns` counts those of another server."""
        turns = self.turns if turns is None else turns
        turns[k] += 1
        homes = self.homes[k][turns[k] % 2::2]
        at = clock.add_days(clock.today(), -(turns[k] // 2 % DAYS)) + "T10:00:00+08:00"
        return [
            {"op": new_id(), "n": turns[k] * 50 + j, "kind": "visit.record", "schema": 1, "at": at,
             "route": self.routes[k], "household": home, "data": {"outcome": "refused", "note": "在家，不愿意缴"}}
            for j, home in enumerate(homes, 1)]
