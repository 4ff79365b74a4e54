"""The search: prizes, hours, people and ways given to pyvrp, and its answer read back."""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyvrp import (
    Client,
    ClientGroup,
    Depot,
    Location,
    ProblemData,
    Route,
    Solution,
    SolveParams,
    VehicleType,
    solve,
)
from pyvrp.exceptions import PenaltyBoundWarning
from pyvrp.IteratedLocalSearch import IteratedLocalSearchParams
from pyvrp.search import NeighbourhoodParams, PerturbationParams

from server.field.planning import way, worth
from server.field.planning.facts import SEED, Door, Progress, Walker
from server.field.planning.guess import Orders
from server.field.planning.rules import may_go
from server.field.planning.times import DAY, inside, timetable

NEVER = 10 * DAY
Waits = Sequence[Sequence[bool]]
NOW = time.monotonic
"""The clock of the search; on a busy machine bench/routes.py counts processor time instead."""
PARAMS = SolveParams(
    ils=IteratedLocalSearchParams(num_iters_no_improvement=2000, history_length=50),
    perturbation=PerturbationParams(1, 8),
    neighbourhood=NeighbourhoodParams(num_neighbours=15),
)
"""Few doors of many are visited: short steps, near neighbours and early restarts found 5 to 9 % more
in 4 s than the defaults."""


@dataclass(frozen=True)
class Choice:
    """One way to visit a door: at any time, or while its owner is at home."""

    door: int
    prize: int
    opens: int
    closes: int
    wait: bool


@dataclass
class Watch:
    """Stops by the clock or when nothing gets better, and says how far it is: (share of the time, value in fen)."""

    seconds: float
    still: int
    offset: int
    above: int
    progress: Progress | None
    began: float
    said: float = 0.0
    best: float = float("inf")
    since: int = 0

    def __call__(self, best_cost: int) -> bool:
        now = NOW()
        self.since = 0 if best_cost < self.best else self.since + 1
        self.best = min(self.best, best_cost)
        if self.progress and now - self.said >= 0.5:
            self.said = now
            self.progress(min(1.0, (now - self.began) / self.seconds), round(self.offset - self.best) % self.above)
        return now - self.began > self.seconds or self.since > self.still


def search(
    doors: Sequence[Door], walkers: Sequence[Walker], most: int, first: Orders, seconds: float = 5.0,
    progress: Progress | None = None, seed: int = SEED, still: int | None = None, waits: Waits = (),
) -> tuple[Orders, list[list[bool]]]:
    """Orders and, door by door, whether to wait for its owner. Never less than `first` (with its `waits`) is worth."""
    began, choices = NOW(), _choices(doors)
    data = _data(doors, walkers, choices, most)
    total = sum(max(c.prize for c in choices if c.door == k) for k in range(len(doors)))
    still = still or 1_000 + 150 * len(doors) + 4 * len(doors) ** 2
    watch = Watch(seconds, still, total, _above(doors), progress, began)
    begin = _solution(data, doors, choices, walkers, first, waits)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PenaltyBoundWarning)  # a tight evening: the answer is feasible
        found = solve(data, watch, seed=seed, collect_stats=False, display=False, params=PARAMS,
                      initial_solution=begin).best
    if not found.is_feasible() or _value(found) < _value(begin):
        found = begin
    orders: Orders = [[] for _ in walkers]
    held: list[list[bool]] = [[] for _ in walkers]
    for route in found.routes():
        mine = [choices[stop.idx] for stop in route if stop.is_client()]
        orders[route.vehicle_type()] = [doors[choice.door] for choice in mine]
        held[route.vehicle_type()] = [choice.wait for choice in mine]
    return orders, held


def _value(found: Solution) -> int:
    return int(found.prizes() - found.duration_cost())


def _choices(doors: Sequence[Door]) -> list[Choice]:
    """A promise is worth more than all others together: it is left out only when it cannot be kept."""
    above = _above(doors)
    found = []
    for k, door in enumerate(doors):
        extra = above if door.first else 0
        opens, closes = door.slot or (0, DAY)
        home, away = door.prizes
        found.append(Choice(k, away + extra, opens, closes, False))
        if door.window and max(opens, door.window[0]) <= min(closes, door.window[1]):
            found.append(Choice(k, home + extra, max(opens, door.window[0]), min(closes, door.window[1]), True))
    return found


def _above(doors: Sequence[Door]) -> int:
    return sum(max(door.prizes) for door in doors) + worth.FEN_A_SECOND * DAY


def _data(doors: Sequence[Door], walkers: Sequence[Walker], choices: Sequence[Choice], most: int) -> ProblemData:
    groups = [[i for i, choice in enumerate(choices) if choice.door == k] for k, door in enumerate(doors)
              if door.window]
    groups = [group for group in groups if len(group) > 1]
    of = {client: g for g, group in enumerate(groups) for client in group}
    clients = [
        Client(choice.door + 1, delivery=[1], service_duration=doors[choice.door].seconds, tw_early=choice.opens,
               tw_late=choice.closes, prize=choice.prize, required=False, group=of.get(i))
        for i, choice in enumerate(choices)
    ]
    base = _ways(doors)
    profiles: dict[tuple[bool, ...], int] = {}
    matrices: list[Any] = []
    vehicles = []
    for walker in walkers:
        able = tuple(may_go(door, walker, walkers) for door in doors)
        if able not in profiles:
            profiles[able] = len(matrices)
            closed = base.copy()
            for k, fine in enumerate(able, 1):
                if not fine:
                    closed[:, k] = NEVER
                    closed[k, k] = 0
            matrices.append(closed)
        vehicles.append(VehicleType(
            capacity=[most], tw_early=walker.opens, tw_late=walker.until, unit_distance_cost=0,
            unit_duration_cost=worth.FEN_A_SECOND, profile=profiles[able]))
    return ProblemData(
        [Location(0, 0)] + [Location(10 * door.place + 1, door.floor) for door in doors], clients, [Depot(0)],
        vehicles, matrices, matrices, [ClientGroup(group, required=False) for group in groups])


def _ways(doors: Sequence[Door]) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    found = np.zeros((len(doors) + 1, len(doors) + 1), dtype=np.int64)
    for i, door in enumerate(doors, 1):
        found[0, i], found[i, 0] = way.start(door), way.out(door)
        for j, other in enumerate(doors, 1):
            if i != j:
                found[i, j] = way.between(door, other)
    return found


def _solution(
    data: ProblemData, doors: Sequence[Door], choices: Sequence[Choice], walkers: Sequence[Walker], orders: Orders,
    waits: Waits,
) -> Solution:
    """The first guess in the words of the search."""
    place = {door.home: k for k, door in enumerate(doors)}
    by = {(choice.door, choice.wait): i for i, choice in enumerate(choices)}
    routes = []
    for k, order in enumerate(orders):
        if not order:
            continue
        knocks = timetable(walkers[k], order, waits[k] if waits else ()).at
        visits = [by.get((place[door.home], inside(door, at)), by[place[door.home], False])
                  for door, at in zip(order, knocks, strict=True)]
        routes.append(Route(data, visits, k))
    return Solution(data, routes)
