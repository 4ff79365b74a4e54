"""Routes: what the planner finds in 5 s against greedy, 30 s of its own, and OR-tools where installed.

python bench/routes.py [--seeds 3] [--seconds 5] [--long 30] [--doors 300] [--staff 4]
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from server.field import planning  # noqa: E402
from server.field.planning import Door, Walker, solver  # noqa: E402
from server.field.planning.rules import forbidden  # noqa: E402
from server.field.planning.times import timetable  # noqa: E402

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
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    def run(doors: list[Door], walkers: list[Walker]) -> int:
        choices = solver._choices(doors)
        best = [max(c.prize for c in choices if c.door == k) for k in range(len(doors))]
        ways = solver._ways(doors)
        manager = pywrapcp.RoutingIndexManager(len(choices) + 1, len(walkers), 0)
        model = pywrapcp.RoutingModel(manager)

        def seconds_to(a: int, b: int) -> int:
            i, j = manager.IndexToNode(a), manager.IndexToNode(b)
            one, other = (choices[i - 1].door + 1 if i else 0), (choices[j - 1].door + 1 if j else 0)
            return int(ways[one, other]) + (doors[one - 1].seconds if one else 0)

        def loss(a: int, b: int) -> int:
            j = manager.IndexToNode(b)
            return best[choices[j - 1].door] - choices[j - 1].prize if j else 0

        model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitCallback(loss))
        model.AddDimension(model.RegisterTransitCallback(seconds_to), 7200, walkers[0].until, False, "time")
        clock = model.GetDimensionOrDie("time")
        clock.SetSpanCostCoefficientForAllVehicles(1)
        for k, walker in enumerate(walkers):
            clock.CumulVar(model.Start(k)).SetRange(walker.opens, walker.until)
        for i, choice in enumerate(choices, 1):
            clock.CumulVar(manager.NodeToIndex(i)).SetRange(choice.opens, min(choice.closes, walkers[0].until))
        for k, prize in enumerate(best):
            nodes = [manager.NodeToIndex(i) for i, choice in enumerate(choices, 1) if choice.door == k]
            model.AddDisjunction(nodes, prize)
        asked = pywrapcp.DefaultRoutingSearchParameters()
        asked.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
        asked.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        asked.time_limit.FromMilliseconds(round(seconds * 1000))
        found = model.SolveWithParameters(asked)
        orders, waits = [], []
        for k in range(len(walkers)):
            at, order, wait = found.Value(model.NextVar(model.Start(k))), [], []
            while not model.IsEnd(at):
                choice = choices[manager.IndexToNode(at) - 1]
                order.append(doors[choice.door])
                wait.append(choice.wait)
                at = found.Value(model.NextVar(at))
            orders.append(order)
            waits.append(wait)
        return worth_of(orders, waits, walkers)

    return run


def main() -> None:
    parser = argparse.ArgumentParser()
    for name, value in (("seeds", 3), ("seconds", 5), ("long", 30), ("doors", 300), ("staff", 4)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--cpu", action="store_true", help="count processor seconds (a busy machine); OR-tools cannot")
    parser.add_argument("--few", action="store_true", help="leave out the run over all doors")
    asked = parser.parse_args()
    if asked.cpu:
        solver.NOW = time.process_time
    solvers = {"greedy": ours(0), f"planner {asked.seconds} s": ours(asked.seconds),
               f"planner {asked.long} s": ours(asked.long), f"pyvrp all doors {asked.long} s": every_door(asked.long)}
    if asked.few:
        solvers.pop(f"pyvrp all doors {asked.long} s")
    if importlib.util.find_spec("ortools"):
        solvers[f"OR-tools {asked.long} s"] = ortools(asked.long)
    print(f"{asked.doors} doors, {asked.staff} staff; expected recovery less time, in yuan")
    for seed in range(1, asked.seeds + 1):
        doors, walkers = estate(seed, asked.doors, asked.staff)
        rows = []
        for name, run in solvers.items():
            began = time.monotonic()
            rows.append((name, run(doors, walkers), time.monotonic() - began))
        top = max(value for _, value, _ in rows)
        for name, value, spent in rows:
            print(f"seed {seed}  {name:<22} {value / 100:>12,.2f} {100 * (value - top) / top:>+7.2f} % {spent:>6.1f} s",
                  flush=True)


if __name__ == "__main__":
    main()
