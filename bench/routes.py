"""Routes: what the planner finds in 5 s against the first guess, 30 s of pyvrp in two ways, and OR-tools.

python -m bench.routes [--first 1] [--seeds 3] [--seconds 5] [--long 30] [--doors 300] [--staff 4]
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import time
from collections.abc import Callable, Sequence
from typing import Any

from server.field import planning
from server.field.planning import Door, Walker, solver
from server.field.planning.guess import greedy
from server.field.planning.rules import forbidden
from server.field.planning.times import timetable

EVENING = planning.START


def estate(seed: int, doors: int, staff: int) -> tuple[list[Door], list[Walker]]:
    """Twenty buildings, half without lift; arrears spread like money does; one door in five has known hours."""
    dice = random.Random(seed)
    tops = {b: dice.choice([6, 6, 11, 18, 26]) for b in range(1, 21)}
    found: dict[str, Door] = {}
    while len(found) < doors:
        b, u = dice.randint(1, 20), dice.randint(1, 3)
        floor = dice.randint(1, tops[b])
        code = f"{b}-{u}-{floor}0{dice.randint(1, 4)}"
        begin = EVENING + dice.randrange(0, 5400, 900)
        state = dice.choices(["step", "promise", "urgent"], [92, 3, 5])[0]
        found[code] = Door(
            code, code, str(b), str(u), floor, int(dice.lognormvariate(12, 0.9)), dice.randint(0, 40), state, "first",
            "最早一期已欠", b, lift=tops[b] > 7, last=dice.choice(["", "", "not_home", "promised", "refused"]),
            window=(begin, begin + dice.choice([1800, 3600])) if dice.random() < 0.2 else None)
    return list(found.values()), [Walker(str(k), f"第{k + 1}人") for k in range(staff)]


def worth_of(orders: Sequence[Sequence[Door]], waits: Sequence[Sequence[bool]], walkers: Sequence[Walker]) -> int:
    times = [timetable(*row) for row in zip(walkers, orders, waits, strict=True)]
    assert not any(one.late for one in times), "an infeasible plan"
    return sum(one.value for one in times)


def ours(seconds: float) -> Callable[[list[Door], list[Walker]], int]:
    return lambda doors, walkers: planning.plan(doors, walkers, seconds=seconds).value


def wide(seconds: float) -> Callable[[list[Door], list[Walker]], int]:
    """One search with another seed over twice as many doors, to the end of its time: what 5 s may have missed."""

    def run(doors: list[Door], walkers: list[Walker]) -> int:
        good = planning.candidates([door for door in doors if not forbidden(door)], 2 * len(walkers))
        orders, waits = solver.search(good, walkers, 60, greedy(good, walkers, 60), seconds, seed=7, still=10**9)
        return worth_of(orders, waits, walkers)

    return run


def every_door(seconds: float) -> Callable[[list[Door], list[Walker]], int]:
    """pyvrp over all doors, not only the most valuable, with another seed."""

    def run(doors: list[Door], walkers: list[Walker]) -> int:
        good = [door for door in doors if not forbidden(door)]
        empty: list[list[Door]] = [[] for _ in walkers]
        orders, waits = solver.search(good, walkers, 60, empty, seconds, seed=7, still=10**9)
        return worth_of(orders, waits, walkers)

    return run


def ortools(seconds: float) -> Callable[[list[Door], list[Walker]], int]:
    """The same model in OR-tools: guided local search, alternatives as disjunctions, span cost."""

    def run(doors: list[Door], walkers: list[Walker]) -> int:
        return _Ortools(doors, walkers).best(seconds)

    return run


class _Ortools:
    """One problem in the words of OR-tools: node 0 is the office, node i the i-th choice."""

    def __init__(self, doors: list[Door], walkers: list[Walker]) -> None:
        from ortools.constraint_solver import pywrapcp

        self.doors, self.walkers = doors, walkers
        self.choices, self.ways = solver._choices(doors), solver._ways(doors)
        self.most = [max(c.prize for c in self.choices if c.door == k) for k in range(len(doors))]
        self.manager = pywrapcp.RoutingIndexManager(len(self.choices) + 1, len(walkers), 0)
        self.model = pywrapcp.RoutingModel(self.manager)
        self._costs()
        self._hours()
        for k, prize in enumerate(self.most):
            nodes = [self.manager.NodeToIndex(i) for i, c in enumerate(self.choices, 1) if c.door == k]
            self.model.AddDisjunction(nodes, prize)

    def _costs(self) -> None:
        """What is lost by choosing the lesser hour, and the seconds from knock to knock."""

        def seconds_to(a: int, b: int) -> int:
            i, j = self.manager.IndexToNode(a), self.manager.IndexToNode(b)
            one, other = (self.choices[i - 1].door + 1 if i else 0), (self.choices[j - 1].door + 1 if j else 0)
            return int(self.ways[one, other]) + (self.doors[one - 1].seconds if one else 0)

        def loss(a: int, b: int) -> int:
            j = self.manager.IndexToNode(b)
            return self.most[self.choices[j - 1].door] - self.choices[j - 1].prize if j else 0

        self.model.SetArcCostEvaluatorOfAllVehicles(self.model.RegisterTransitCallback(loss))
        until = self.walkers[0].until
        self.model.AddDimension(self.model.RegisterTransitCallback(seconds_to), 7200, until, False, "time")

    def _hours(self) -> None:
        clock = self.model.GetDimensionOrDie("time")
        clock.SetSpanCostCoefficientForAllVehicles(1)
        for k, walker in enumerate(self.walkers):
            clock.CumulVar(self.model.Start(k)).SetRange(walker.opens, walker.until)
        for i, choice in enumerate(self.choices, 1):
            last = min(choice.closes, self.walkers[0].until)
            clock.CumulVar(self.manager.NodeToIndex(i)).SetRange(choice.opens, last)

    def best(self, seconds: float) -> int:
        """What the plan found in so many seconds is worth, by our own timetable."""
        from ortools.constraint_solver import (
            pywrapcp,
            routing_enums_pb2,
        )

        asked = pywrapcp.DefaultRoutingSearchParameters()
        asked.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
        asked.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        asked.time_limit.FromMilliseconds(round(seconds * 1000))
        found = self.model.SolveWithParameters(asked)
        tours = [self._tour(found, k) for k in range(len(self.walkers))]
        return worth_of([[self.doors[c.door] for c in tour] for tour in tours],
                        [[c.wait for c in tour] for tour in tours], self.walkers)

    def _tour(self, found: Any, k: int) -> list[solver.Choice]:
        tour, at = [], found.Value(self.model.NextVar(self.model.Start(k)))
        while not self.model.IsEnd(at):
            tour.append(self.choices[self.manager.IndexToNode(at) - 1])
            at = found.Value(self.model.NextVar(at))
        return tour


def main() -> None:
    asked = arguments()
    if asked.cpu:
        solver.NOW = time.process_time
    print(f"{asked.doors} doors, {asked.staff} staff; expected recovery less time, in yuan", flush=True)
    print(f"a loop of ten million turns: {loop():.2f} s", flush=True)
    for seed in range(asked.first, asked.first + asked.seeds):
        doors, walkers = estate(seed, asked.doors, asked.staff)
        rows = []
        for name, run in solvers(asked).items():
            began = time.monotonic()
            rows.append((name, run(doors, walkers), time.monotonic() - began))
        top = max(value for _, value, _ in rows)
        for name, value, spent in rows:
            print(f"seed {seed}  {name:<22} {value / 100:>12,.2f} {100 * (value - top) / top:>+7.2f} % {spent:>6.1f} s",
                  flush=True)
    print(f"the loop again: {loop():.2f} s", flush=True)


def loop() -> float:
    """Seconds of wall clock: whether the machine is held back or busy (about 0.3 when it is not)."""
    began, turns = time.monotonic(), 0
    while turns < 10**7:
        turns += 1
    return time.monotonic() - began


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    for name, value in (("first", 1), ("seeds", 3), ("seconds", 5), ("long", 30), ("doors", 300), ("staff", 4)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--cpu", action="store_true",
                        help="count processor seconds, each search its own (a busy machine); OR-tools cannot")
    parser.add_argument("--few", action="store_true", help="leave out the run over all doors")
    return parser.parse_args()


def solvers(asked: argparse.Namespace) -> dict[str, Callable[[list[Door], list[Walker]], int]]:
    """{name: runs it}, ours first."""
    found = {"greedy": ours(0), f"planner {asked.seconds} s": ours(asked.seconds),
             f"planner wider {asked.long} s": wide(asked.long)}
    if not asked.few:
        found[f"pyvrp all doors {asked.long} s"] = every_door(asked.long)
    if importlib.util.find_spec("ortools"):
        found[f"OR-tools {asked.long} s"] = ortools(asked.long)
    return found


if __name__ == "__main__":
    main()
