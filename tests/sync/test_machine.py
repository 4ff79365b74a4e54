"""Sync against a small reference model: any history of phones, office, lost answers, new epochs ends in one truth."""

from __future__ import annotations

import copy
import itertools
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from server.db import Db
from server.db.migrate import new_epoch
from server.estate import acts as estate
from server.field import acts
from server.field.acts import bodies
from server.field.acts.pull import contents, scope_of
from server.people import acts as people
from tests.field.world import Phone, World, post_by
from tests.sync.walkers import Forgetful, place

pytestmark = pytest.mark.no_watch
NUMBERS = itertools.count(1)
PHONES, ROUTES = st.integers(0, 1), st.integers(0, 1)
FATES = st.sampled_from(["heard", "heard", "lost", "doubled"])
EXAMPLES = int(os.environ.get("KOUMEN_MACHINE_EXAMPLES", "12"))


class Sync(RuleBasedStateMachine):
    """Two people with a phone and a route each; the model is what was said, and what the server answered."""

    def __init__(self, db: Db, client: Any, config: Any, wrong: str = "") -> None:
        super().__init__()
        self.wrong = wrong
        self.db, self.config, self.post = db, config, post_by(client)
        c = estate.make_community(db, f"模型{os.getpid()}-{next(NUMBERS)}")
        self.world = World(db, c if isinstance(c, str) else c["id"])
        self.homes = self.world.add_homes("3", 4)
        self.names = ["小闫", "小马"]
        for name in self.names:
            self.world.add_staff(name)
        self.routes = [self.world.route(name, self.homes[k:k + 3]) for k, name in enumerate(self.names)]
        self.phones = [self._enrolled(name) for name in self.names]
        self.outbox: list[dict[str, Any]] = [{}, {}]
        self.acked: dict[str, tuple[Any, str, str]] = {}

    def _enrolled(self, name: str) -> Phone:
        device, token = self.world.token(name)
        phone = Forgetful(self.post, token, device)
        phone.wrong_way = self.wrong
        return phone

    # --- phones ------------------------------------------------------------------

    @rule(k=PHONES, r=ROUTES, h=st.integers(0, 3), outcome=st.sampled_from(["refused", "not_home"]))
    def record(self, k: int, r: int, h: int, outcome: str) -> None:
        op = self.phones[k].visit(self.routes[r], self.homes[h], outcome)
        self.outbox[k][op["op"]] = op

    @rule(k=PHONES, size=st.integers(1, 5), back=st.booleans(), fate=FATES)
    def send(self, k: int, size: int, back: bool, fate: str) -> None:
        ops = list(self.outbox[k].values())
        self._push(k, (ops[::-1] if back else ops)[:size], fate)

    @precondition(lambda self: self.acked)
    @rule(k=PHONES, data=st.data())
    def resend(self, k: int, data: st.DataObject) -> None:
        op, status, epoch = self.acked[data.draw(st.sampled_from(sorted(self.acked)))]
        [found] = self.phones[k].push(op)["results"]
        if status != "rejected" or epoch == self.phones[k].epoch:
            assert found["status"] == status, "an answer changed"

    def _push(self, k: int, ops: list[Any], fate: str) -> None:
        phone = self.phones[k]
        said = phone.push(*ops, *(ops if fate == "doubled" else ()))
        if fate == "lost":
            phone.push(*ops[1:])  # and it comes again before anybody waits for the answer
            return
        for op, result in zip(ops, said["results"], strict=False):
            self.acked[op["op"]] = (op, result["status"], said["epoch"])
            self.outbox[k].pop(op["op"], None)

    @rule(k=PHONES, limit=st.sampled_from([1, 2, 3, 7, 500]), lost=st.booleans())
    def pull(self, k: int, limit: int, lost: bool) -> None:
        phone = self.phones[k]
        before = copy.deepcopy((phone.rows, phone.cursors, phone.epoch))
        phone.page(limit)
        for name, at in phone.cursors.items():
            if phone.epoch == before[2] and name in before[1]:
                assert place(at) >= place(before[1][name]), "a cursor went back"
        if lost:
            phone.rows, phone.cursors, phone.epoch = before

    @rule(k=PHONES)
    def revoke(self, k: int) -> None:
        """The phone is switched off and enrolled again: it keeps what was not sent."""
        with self.db.write(self.world.c) as pen:
            people.revoke_device(pen, self.phones[k].device)
        status, _ = self.post("/api/v1/sync/pull", {"buckets": {}}, self.phones[k].token)
        assert status == 401
        self.phones[k] = self._enrolled(self.names[k])

    # --- office ------------------------------------------------------------------

    @rule(r=ROUTES, k=PHONES)
    def reassign(self, r: int, k: int) -> None:
        self.world.change(self.routes[r], staff=self.world.staff[self.names[k]])

    @rule(r=ROUTES, h=st.integers(0, 3), again=st.booleans())
    def drop(self, r: int, h: int, again: bool) -> None:
        with self.db.write(self.world.c) as pen:
            acts.drop_stops(pen, self.routes[r], [self.homes[h]])
            if again:
                acts.add_stops(pen, self.routes[r], [self.homes[h]])

    @rule(h=st.integers(0, 3), note=st.text(st.characters(categories=["L"]), max_size=3))
    def edit(self, h: int, note: str) -> None:
        with self.db.write(self.world.c) as pen:
            estate.edit_home(pen, self.homes[h], {"note": note})

    @rule()
    def restore(self) -> None:
        new_epoch(self.db)

    # --- what must hold ------------------------------------------------------------

    def teardown(self) -> None:
        for k, phone in enumerate(self.phones):
            while self.outbox[k]:
                self._push(k, list(self.outbox[k].values())[:3], "heard")
            phone.pull(2)
        c = self.world.c
        visits = {row["id"] for row in self.db.all("select id from visit where community = :c", c=c)}
        said = {op for op, (_, status, _) in self.acked.items() if status in ("applied", "flagged")}
        assert said <= visits, "an acknowledged visit has no effect"
        assert visits <= set(self.acked), "a visit nobody made"
        left = self.db.all("select id from contact where community = :c and kind = 'visit'", c=c)
        assert sorted(row["id"] for row in left) == sorted(visits), "one effect for each visit"
        for k, phone in enumerate(self.phones):
            phone.pull(1)
            assert phone.rows == self._truth(self.world.staff[self.names[k]]), "a phone holds something else"

    def _truth(self, staff: str) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for bucket in scope_of(self.db, staff):
            live: dict[str, dict[str, int]] = {}
            for n, type_, id_, there, _ in self.db.ask(contents(bucket)):
                if there:
                    live.setdefault(type_, {})[id_] = n
            for type_, ids in live.items():
                made = bodies.make(self.db, self.config, bucket.community, type_, list(ids))
                found |= {(bucket.name, type_, id_): (ids[id_], body) for id_, body in made.items()}
        return found


def test_any_history_ends_in_one_truth(db: Db, community: str, client: Any, request: Any) -> None:
    config = request.getfixturevalue("settings")
    run_state_machine_as_test(
        lambda: Sync(db, client, config),  # type: ignore[arg-type]  # a maker serves as well as the class
        settings=_profile(EXAMPLES))


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize("wrong", ["by_id", "tombstone"])
def test_the_machine_goes_red_when_a_phone_forgets_wrongly(
    db: Db, community: str, client: Any, request: Any, wrong: str, engine_name: str
) -> None:
    config = request.getfixturevalue("settings")
    with pytest.raises(AssertionError, match="holds something else"):
        run_state_machine_as_test(
            lambda: Sync(db, client, config, wrong),  # type: ignore[arg-type]  # a maker serves as well as the class
            settings=_profile(600))  # it ends at the first one that is red, about one in thirty


def _profile(examples: int) -> settings:
    """The same on every machine: no deadline, no memory of earlier runs; a failure prints how to repeat it."""
    return settings(
        deadline=None, max_examples=examples, stateful_step_count=25, print_blob=True, database=None,
        derandomize=True, phases=[Phase.generate] if examples > EXAMPLES else list(Phase),
        suppress_health_check=list(HealthCheck))
