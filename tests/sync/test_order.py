"""Facts arrive in any order, doubled, split, raced; the state is the same, on both engines."""

from __future__ import annotations

import itertools
import random
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from server.access import Caller
from server.db import Db, connect, new_id
from server.field.acts import bodies, push
from server.field.rules.fold import stop_id
from tests.field.world import World, said_at

pytestmark = pytest.mark.no_watch
COUNTER = itertools.count()


def history(dice: random.Random, route: str, homes: list[str], extra: str) -> list[dict[str, Any]]:
    """Ops of one evening with everything in it. Ids are drawn from the seed, so that every run has the same."""

    def made(kind: str, home: str | None, data: Any) -> dict[str, Any]:
        number = next(numbers)
        text = f"{dice.getrandbits(128):032x}"
        op = f"{text[:8]}-{text[8:12]}-7{text[13:16]}-8{text[17:20]}-{text[20:]}"
        at = said_at(f"1{number % 8}:00", 2 - number % 2)
        return {"op": op, "n": number, "kind": kind, "schema": 1, "at": at, "route": route,
                "household": home, "data": data}

    def words(home: str) -> dict[str, Any]:
        outcome = dice.choice(["refused", "promised", "not_home", "hardship", "paid_now"])
        return {
            "outcome": outcome, "note": f"记{dice.randrange(99)}",
            "promise": {"due": "2031-01-01", "fen": dice.randint(1, 99)} if outcome == "promised" else None,
            "ticket": {"kind": "repair", "text": "漏水"} if dice.random() < 0.4 else None,
            "claim": {"channel": "cash", "fen": 5} if dice.random() < 0.3 else None,
        }

    numbers = itertools.count(1)
    ops = [made("route.start", None, {}), made("stop.add", extra, {}), made("visit.record", extra, words(extra))]
    for home in homes:
        visit = made("visit.record", home, words(home))
        ops.append(visit)
        for _ in range(dice.randrange(3)):
            ops.append(made("visit.correct", home, {"visit": visit["op"], "data": words(home)}))
        if dice.random() < 0.3:
            ops.append(made("stop.skip", home, {}))
    return [*ops, made("route.finish", None, {})]


def pushes(dice: random.Random, ops: list[dict[str, Any]], wild: bool) -> Iterator[list[dict[str, Any]]]:
    """The ops in one push, or shuffled, split and doubled."""
    if not wild:
        yield ops
        return
    line = [*ops, *dice.sample(ops, len(ops) // 2)]
    dice.shuffle(line)
    while line:
        size = dice.randint(1, 4)
        yield line[:size]
        line = line[size:]


def said(ops: list[Any]) -> dict[str, Any]:
    return {"client": {"app": "1", "schema": 1}, "epoch": None, "n_high": 0, "pending": 0, "ops": ops}


def state(db: Db, settings: Any, c: str, route: str, homes: list[str]) -> list[Any]:
    """What everybody sees in the end, without times of receipt."""
    households = bodies.make(db, settings, c, "household", homes)
    stops = bodies.make(db, settings, c, "stop", [stop_id(route, home) for home in homes])
    visits = db.all("select id, home, outcome, reason, note, held, data, day from visit where community = :c"
                    " order by id", c=c)
    claims = db.all(
        "select k.visit, k.fen from claim k left join claim_end x on x.community = k.community and x.claim = k.id"
        " where k.community = :c and x.how is null order by k.visit", c=c)
    return [
        [{k: households[h][k] for k in ("contacts", "promises", "tickets", "say", "outstanding_fen")} for h in homes],
        [{k: stops[stop_id(route, h)][k] for k in ("state", "household")} for h in homes], visits, claims]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_order_leads_to_the_same_state(world: World, settings: Any, seed: int, monkeypatch: Any) -> None:
    """The second evening runs in a community of its own, under the same ids."""
    dice = random.Random(seed)
    homes = list(world.homes.values())
    route = world.route("小闫", homes[:4])
    ops = history(dice, route, homes[:4], homes[4])
    who = Caller("device", world.staff["小闫"], "", "C1", {"C1": "collector"}, device="d")
    start = world.db.all("select 1 as one from pen")
    assert start
    states = []
    for wild in (False, True):
        with _rolled_back(world.db, monkeypatch) as db:
            for batch in pushes(dice, ops, wild):
                push(db, who, said(batch))
            states.append(state(db, settings, "C1", route, homes[:5]))
    assert states[0] == states[1], f"seed {seed}"


class _rolled_back:  # noqa: N801  # used like a function
    """A scratch copy of the community: everything done inside is undone, so that two runs begin alike."""

    def __init__(self, db: Db, monkeypatch: Any) -> None:
        self.db = db

    def __enter__(self) -> Db:
        self.tables = {}
        for table in TABLES:
            self.tables[table] = self.db.all(f"select * from {table} where community = 'C1'")
        return self.db

    def __exit__(self, *_: Any) -> None:
        with self.db.write() as sql:
            for table in TABLES:
                sql.run(f"delete from {table} where community = 'C1'")
            for table in reversed(TABLES):
                sql.put(table, self.tables[table])


TABLES = (
    "claim_end", "claim", "photo", "correction", "mark", "visit", "op", "arrival", "stop", "body", "promise_end",
    "promise", "ticket_closing", "ticket", "request_answer", "request", "interruption", "contact", "touched",
)


@pytest.mark.parametrize("racers", [6])
def test_a_raced_op_has_one_effect(world: World, db_url: str, racers: int) -> None:
    homes = list(world.homes.values())
    route = world.route("小闫", homes)
    who = Caller("device", world.staff["小闫"], "", "C1", {"C1": "collector"}, device="d")
    ops = [{"op": new_id(), "n": n, "kind": "visit.record", "schema": 1, "at": said_at("10:00"),
            "route": route, "household": home, "data": {"outcome": "promised", "claim": {"channel": "cash", "fen": 5},
                                                        "promise": {"due": "2031-01-01", "fen": 5}}}
           for n, home in enumerate(homes, 1)]
    found: list[list[dict[str, Any]]] = []
    gate = threading.Barrier(racers)

    def run(k: int) -> None:
        db = connect(db_url)
        mine = ops[k % len(ops):] + ops[:k % len(ops)]
        gate.wait()
        found.append(push(db, who, said(mine))["results"])
        db.close()

    threads = [threading.Thread(target=run, args=(k,)) for k in range(racers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == racers
    results = [r for rs in found for r in rs]
    assert sum(not r["replayed"] for r in results) == len(ops)
    for table in ("visit", "promise", "claim", "op"):
        row = world.db.one(f"select count(*) as n from {table} where community = 'C1'")
        assert row == {"n": len(ops)}, table


def test_the_same_history_gives_equal_states_on_both_engines(
    tmp_path: Any, postgres_template: str, postgres_server: str, settings: Any
) -> None:
    from server.db.migrate import migrate
    from tests.postgres import create, drop

    name = f"same{next(COUNTER)}"
    urls = [f"sqlite:///{tmp_path / 'same.db'}", create(postgres_server, name, template="koumen_template")]
    states = []
    for url in urls:
        db = connect(url)
        migrate(db)
        states.append(_run_alike(db, settings))
        db.close()
    drop(postgres_server, name)
    assert states[0] == states[1]


def _run_alike(db: Db, settings: Any) -> Any:
    from server.estate import acts as estate

    estate.make_community(db, "锦绣花园")
    world = World(db)
    world.add_homes("3", 6)
    world.add_staff("小闫")
    homes = list(world.homes.values())
    route = world.route("小闫", homes[:4])
    who = Caller("device", world.staff["小闫"], "", "C1", {"C1": "collector"}, device="d")
    dice = random.Random(11)
    for batch in pushes(dice, history(dice, route, homes[:4], homes[4]), wild=True):
        push(db, who, said(batch))
    names = {home: f"h{k}" for k, home in enumerate(homes)} | {world.staff["小闫"]: "s", route: "r"}
    text = repr(state(db, settings, "C1", route, homes[:5]))
    for id_, plain in names.items():
        text = text.replace(id_, plain)
    return text



