"""Sync under fire: model phones, an office, a network and a server that fail. Prints its seed."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from server.db import Db, connect
from server.estate import acts as estate
from server.field import acts
from tests.field.world import World
from tests.sync.network import Proxy, Server
from tests.sync.walkers import BUSY, FIVE, Forgetful, Walker, post_over


class Office(threading.Thread):
    """Reassigns routes, adds and drops doors, edits homes, books payments, through its own connection."""

    def __init__(self, url: str, world: World, routes: list[str], dice: random.Random) -> None:
        super().__init__(daemon=True)
        self.db: Db = connect(url)
        self.world, self.routes, self.dice = world, routes, dice
        self.stop = threading.Event()
        self.done = 0

    def run(self) -> None:
        while not self.stop.is_set():
            self.act()
            self.done += 1
            time.sleep(self.dice.random() * 0.03)
        self.db.close()

    def act(self) -> None:
        route, home = self.dice.choice(self.routes), self.dice.choice(list(self.world.homes.values()))
        with self.db.write("C1", who="office") as pen:
            deed = self.dice.randrange(5)
            if deed == 0:
                acts.change_route(pen, route, staff=self.dice.choice(list(self.world.staff.values())))
            elif deed == 1:
                acts.drop_stops(pen, route, [home])
            elif deed == 2:
                acts.add_stops(pen, route, [home])
            elif deed == 3:
                estate.edit_home(pen, home, {"note": str(self.dice.random())})
            else:
                acts.drop_stops(pen, route, [home])
                acts.add_stops(pen, route, [home])


@dataclass
class Fire:
    """One run: who takes part, how long, what is broken.

    It lasts for `seconds`, and on a slow machine until every phone made `steps` and the office did `deeds`.
    """

    seed: int
    seconds: float = 6.0
    steps: int = 60
    deeds: int = 60
    phones: int = 3
    rate: float = 0.3
    kills: int = 3
    broken: str = ""
    model: str = ""


def burn(fire: Fire, world: World, url: str, env: Mapping[str, str], truth: Any) -> dict[str, Any]:
    """Run, settle, check; what was seen. AssertionError names the seed."""
    print(f"sync harness seed {fire.seed}")
    BUSY.clear()
    FIVE.clear()
    dice = random.Random(fire.seed)
    server = Server(env, fire.broken)
    proxy = Proxy(server.port, random.Random(fire.seed + 1))
    proxy.start()
    homes = list(world.homes.values())
    names = list(world.staff)
    routes = [world.route(names[k % len(names)], homes[k:k + 4]) for k in range(4)]
    walkers = []
    for k in range(fire.phones):
        device, token = world.token(names[k % len(names)])
        phone = Forgetful(post_over(proxy.port), token, device)
        phone.wrong_way = fire.model
        walkers.append((names[k % len(names)], Walker(phone, random.Random(fire.seed * 100 + k))))
    office = Office(url, world, routes, random.Random(fire.seed + 2))
    try:
        _under_fire(fire, dice, server, proxy, [w for _, w in walkers], office)
        return _checked(fire, world, proxy, walkers, truth, office)
    finally:
        office.stop.set()
        proxy.listener.close()
        server.kill_all()


def _under_fire(
    fire: Fire, dice: random.Random, server: Server, proxy: Proxy, walkers: list[Walker], office: Office
) -> None:
    begun = time.monotonic()

    def done() -> float:
        """The share that is over; far beyond its time all of it is, and the checks say what was missing."""
        spent = (time.monotonic() - begun) / fire.seconds
        made = min(*(walker.steps / fire.steps for walker in walkers), office.done / fire.deeds)
        return min(spent, max(made, spent / 20))

    proxy.rate = fire.rate
    threads = [threading.Thread(target=_walk, args=(w, done)) for w in walkers]
    for thread in [*threads, office]:
        thread.start()
    for k in range(fire.kills):
        while done() < (k + 1) / (fire.kills + 1):
            time.sleep(0.02)
        if k % 3 == 2:
            server.kill_all()
            server.start()
        else:
            server.kill_worker(dice)
    for thread in threads:
        thread.join()
    office.stop.set()
    office.join()
    proxy.rate = 0.0
    if fire.broken == "deferred":
        return
    for walker in walkers:
        walker.settle()


def _walk(walker: Walker, done: Callable[[], float]) -> None:
    while done() < 1:
        walker.step()


def _odd(held: dict[Any, Any], true: dict[Any, Any]) -> list[Any]:
    """What a phone holds and should not, lacks, or holds otherwise: (key, held, true)."""
    return [(key, held.get(key), true.get(key)) for key in sorted({*held, *true}) if held.get(key) != true.get(key)]


def _checked(
    fire: Fire, world: World, proxy: Proxy, walkers: list[tuple[str, Walker]], truth: Any, office: Office
) -> dict[str, Any]:
    sign = f"(seed {fire.seed})"
    wrong = [text for _, walker in walkers for text in walker.wrong]
    assert not wrong, f"{wrong[:3]} {sign}"
    assert not BUSY, f"{len(BUSY)} writes were refused as locked {sign}"
    assert not FIVE, f"{FIVE[:2]} {sign}"
    kept = {row["op"]: row for row in world.db.all("select op, status, code, kind from op where community = 'C1'")}
    visits = {row["id"] for row in world.db.all("select id from visit where community = 'C1'")}
    for name, walker in walkers:
        for op, (body, word) in walker.acked.items():
            assert op in kept, f"an acknowledged op of {name} is lost {sign}"
            assert (kept[op]["status"], kept[op]["code"]) == word, sign
            if body["kind"] == "visit.record" and word[0] != "rejected":
                assert op in visits, f"an acknowledged visit has no effect {sign}"
        assert walker.phone.push()["missing_count"] == 0, f"numbers of {name} are missing {sign}"
    for name, walker in walkers:
        walker.phone.pull()
        assert (odd := _odd(walker.phone.rows, truth(world.staff[name]))) == [], (
            f"{name} holds something else {sign}: {odd[:2]}")
    contacts = world.db.one("select count(*) as n from contact where community = 'C1' and kind = 'visit'")
    assert contacts == {"n": len(visits)}, f"effects and visits differ {sign}"
    return {"seed": fire.seed, "ops": len(kept), "visits": len(visits), "office": office.done, "faults": proxy.counts}
