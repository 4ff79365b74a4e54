"""Model phones in somebody's hands, right ones and two that forget wrongly."""

from __future__ import annotations

import http.client
import json
import random
import time
from dataclasses import dataclass, field
from typing import Any

from tests.field.world import Phone

BUSY: list[int] = []
"""Writes that were refused as locked."""
FIVE: list[bytes] = []
"""Answers that should never be."""


class Broken(Exception):
    """The network failed; the phone tries again later."""


@dataclass
class Walker:
    """A model phone in the hands of somebody who records, sends, pulls and resends at random."""

    phone: Phone
    dice: random.Random
    model: str = ""
    outbox: dict[str, dict[str, Any]] = field(default_factory=dict)
    acked: dict[str, tuple[dict[str, Any], tuple[str, str]]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    steps: int = 0

    def step(self) -> None:
        self.steps += 1
        try:
            self.dice.choice([self.record, self.record, self.send, self.send, self.fetch, self.resend])()
        except (Broken, OSError, http.client.HTTPException, ValueError):
            time.sleep(self.dice.random() * 0.05)
        except AssertionError as error:
            self.wrong.append(str(error))

    def doors(self) -> list[tuple[str, str]]:
        return [(name.removeprefix("route:"), body["household"])
                for (name, type_, _), (_, body) in list(self.phone.rows.items())
                if type_ == "stop" and name.startswith("route:")]

    def record(self) -> None:
        doors = self.doors()
        if not doors:
            return
        route, home = self.dice.choice(doors)
        op = self.phone.visit(route, home, self.dice.choice(["refused", "not_home", "hardship"]),
                              note=f"{self.dice.random()}")
        self.outbox[op["op"]] = op
        if self.dice.random() < 0.2:
            op = self.phone.op("visit.correct", route, home, data={"visit": op["op"], "data": {"outcome": "other"}})
            self.outbox[op["op"]] = op

    def send(self) -> None:
        ops = list(self.outbox.values())
        self.dice.shuffle(ops)
        ops = ops[:self.dice.randint(1, 20)]
        if ops and self.dice.random() < 0.2:
            ops.append(self.dice.choice(ops))
        self._push(ops)

    def resend(self) -> None:
        """An answered op gets its answer again."""
        if self.acked:
            self._push([self.dice.choice(list(self.acked.values()))[0]])

    def _push(self, ops: list[dict[str, Any]]) -> None:
        for result, op in zip(self.phone.push(*ops)["results"], ops, strict=True):
            word = (result["status"], result.get("code", ""))
            before = self.acked.get(op["op"])
            if before and before[1] != word:
                self.wrong.append(f"{op['op']} was answered {before[1]}, then {word}")
            if result["status"] != "retry":
                self.acked[op["op"]] = (op, word)
                self.outbox.pop(op["op"], None)

    def fetch(self) -> None:
        before, epoch = dict(self.phone.cursors), self.phone.epoch
        self.phone.page(self.dice.choice([1, 2, 5, 50, 500]))
        if epoch == self.phone.epoch:
            for name, text in self.phone.cursors.items():
                if name in before and place(text) < place(before[name]):
                    self.wrong.append(f"cursor of {name} went back: {before[name]} → {text}")

    def settle(self) -> None:
        """Everything goes up, everything comes down; the network is well again."""
        for _ in range(400):
            try:
                while self.outbox:
                    self._push(list(self.outbox.values())[:50])
                self.phone.pull(self.dice.choice([1, 3, 100]))
                return
            except (Broken, OSError, http.client.HTTPException, ValueError):
                time.sleep(0.05)
        raise AssertionError("a phone cannot settle on a healthy network")


def place(cursor: str) -> tuple[int, bool, str]:
    n, _, rest = cursor.partition(".")[2].partition("~")
    return int(n), not rest, rest


class Forgetful(Phone):
    """A phone that does it wrong: keeps what left its scope (`tombstone`), or removes by id alone (`by_id`)."""

    wrong_way = ""

    def page(self, limit: int) -> dict[str, Any]:
        kept = dict(self.rows)
        answer = super().page(limit)
        if self.wrong_way == "tombstone":
            gone = {key: row for key, row in kept.items() if key[0] not in answer["scope"]}
            self.rows = {**gone, **self.rows}
        return answer

    def _apply(self, name: str, bucket: dict[str, Any]) -> None:
        if self.wrong_way == "by_id":
            removed = {(c["type"], c["id"]) for c in bucket["changes"] if c["op"] == "remove"}
            self.rows = {key: row for key, row in self.rows.items() if key[1:] not in removed}
        super()._apply(name, bucket)


def post_over(port: int) -> Any:
    """`post` over a real connection; a short or failed answer is `Broken`."""

    def post(path: str, body: Any, token: str) -> tuple[int, bytes]:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            link.request("POST", path, json.dumps(body), {
                "Authorization": f"Bearer {token}", "Content-Type": "application/json", "Connection": "close"})
            answer = link.getresponse()
            raw = answer.read()
        finally:
            link.close()
        if answer.status == 503 and b"busy" in raw:
            BUSY.append(1)
        if answer.status >= 500:
            if answer.status == 500:
                FIVE.append(raw[:200])
            raise Broken
        return answer.status, raw

    return post
