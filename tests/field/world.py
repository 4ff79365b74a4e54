"""A small estate with people and phones, and a model phone that follows the protocol as a client must."""

from __future__ import annotations

import gzip
import itertools
import json
import zlib
from dataclasses import dataclass, field
from typing import Any

from server import clock
from server.db import Db, new_id
from server.estate import acts as estate
from server.field import acts as field_acts
from server.ledger import acts as ledger
from server.people import acts as people


def number(mark: str, k: int) -> str:
    """A phone number that is this mark's alone."""
    return f"139{zlib.crc32(mark.encode()) % 10000:04d}{k:04d}"


def said_at(hour: str, back: int = 1) -> str:
    """What a phone writes at that hour of Shanghai, `back` days ago: no fixed day, as old ones are not believed."""
    return f"{clock.add_days(clock.today(), -back)}T{hour}:00+08:00"


@dataclass
class World:
    """An estate: homes by code, staff by name. Every private string of a home begins with its mark."""

    db: Db
    c: str = "C1"
    homes: dict[str, str] = field(default_factory=dict)
    staff: dict[str, str] = field(default_factory=dict)

    def add_homes(self, building: str, count: int, mark: str = "住户", owe: bool = True) -> list[str]:
        """Homes with one owner, one phone and one bill; their ids."""
        rows = [
            {"building": building, "unit": "1", "room": f"{floor}01", "area": 9000, "kind": "住宅", "state": "自住",
             "note": f"{mark}备注{building}-{floor}",
             "owners": [{"name": f"{mark}{building}甲{floor}", "phones": [number(mark, floor)]}]}
            for floor in range(1, count + 1)
        ]
        with self.db.write(self.c) as pen:
            ids = estate.put_homes(pen, rows)["ids"]
        self.homes.update(ids)
        if owe:
            with self.db.write(self.c) as pen:
                ledger.add_bills(pen, [
                    {"home": home, "item": "物业费", "period": "2026-09", "due": "2026-09-30", "fen": 10000 + k,
                     "basis": f"{mark}算法"} for k, home in enumerate(ids.values())])
        return list(ids.values())

    def add_staff(self, name: str, role: str = "collector") -> str:
        self.staff[name] = people.add_staff(self.db, self.c, name, role)
        return self.staff[name]

    def route(self, name: str, homes: list[str], date: str | None = None, state: str = "published") -> str:
        with self.db.write(self.c) as pen:
            return field_acts.make_route(pen, date or clock.today(), self.staff[name], homes, state)

    def change(self, route: str, **what: str) -> None:
        with self.db.write(self.c) as pen:
            field_acts.change_route(pen, route, **what)

    def pay(self, home: str, fen: int) -> None:
        with self.db.write(self.c) as pen:
            ledger.record_payment(
                pen, channel="cash", transaction_id=new_id(), home=home, fen=fen, happened_on=clock.today(), who="t")

    def token(self, name: str) -> tuple[str, str]:
        """(device, token) of a freshly enrolled phone."""
        code = people.enrol_code(self.db, self.staff[name])["code"]
        made = people.enrol_device(self.db, code, "测试机", "1.0")
        return made["device"], made["token"]


class Phone:
    """A model phone: outbox numbers, buckets by name, cursors. Talks through any `post(path, body)`."""

    def __init__(self, post: Any, token: str, device: str = "") -> None:
        self.post, self.token, self.device = post, token, device
        self.epoch: str | None = None
        self.cursors: dict[str, str] = {}
        self.rows: dict[tuple[str, str, str], tuple[int, Any]] = {}
        self.numbers = itertools.count(1)
        self.made = 0
        self.heard: list[bytes] = []

    def op(self, kind: str, route: str | None = None, household: str | None = None, at: str | None = None,
           data: Any = None, **more: Any) -> dict[str, Any]:
        self.made = next(self.numbers)
        return {"op": new_id(), "n": self.made, "kind": kind, "schema": 1, "at": at or said_at("10:00"),
                "route": route, "household": household, "data": data, **more}

    def visit(self, route: str | None, household: str, outcome: str = "refused", at: str | None = None,
              **data: Any) -> dict[str, Any]:
        return self.op("visit.record", route, household, at, {"outcome": outcome, **data})

    def push(self, *ops: Any, **more: Any) -> dict[str, Any]:
        body = {"client": {"app": "1.0", "schema": 1}, "epoch": self.epoch, "n_high": self.made, "pending": len(ops),
                "ops": list(ops), **more}
        return self._send("/api/v1/sync/push", body)

    def results(self, *ops: Any) -> list[str]:
        """status or status:code of each."""
        found = self.push(*ops)["results"]
        return [r["status"] + (f":{r['code']}" if "code" in r else "") for r in found]

    def pull(self, limit: int = 500, pages: int = 10_000) -> int:
        """Pull until complete; how many pages it took."""
        for page in range(1, pages + 1):
            answer = self.page(limit)
            if answer["complete"]:
                return page
        raise AssertionError("a pull never came to its end")

    def page(self, limit: int) -> dict[str, Any]:
        """One pull, applied as one transaction."""
        answer = self._send("/api/v1/sync/pull", {
            "client": {"schema": 1}, "epoch": self.epoch, "limit": limit, "buckets": self.cursors})
        scope = set(answer["scope"])
        self.cursors = {name: cursor for name, cursor in self.cursors.items() if name in scope}
        self.rows = {key: row for key, row in self.rows.items() if key[0] in scope}
        for name, bucket in answer["buckets"].items():
            self._apply(name, bucket)
        self.epoch = answer["epoch"]
        return answer

    def _apply(self, name: str, bucket: dict[str, Any]) -> None:
        if bucket["mode"] == "reset":
            self.rows = {key: row for key, row in self.rows.items() if key[0] != name}
        for change in bucket["changes"]:
            key = (name, change["type"], change["id"])
            if change["op"] == "put":
                self.rows[key] = (change["n"], change["data"])
            else:
                self.rows.pop(key, None)
        self.cursors[name] = bucket["cursor"]
        if "digest" in bucket:
            assert bucket["digest"] == self.digest(name), f"{name}: the phone holds something else"

    def digest(self, name: str) -> dict[str, Any]:
        held = [(t, i, n) for (bucket, t, i), (n, _) in self.rows.items() if bucket == name]
        total = sum(zlib.crc32(f"{t}:{i}:{n}".encode()) for t, i, n in held) % 2**32
        return {"count": len(held), "sum": f"{total:08x}"}

    def held(self, type_: str) -> dict[str, Any]:
        """{id: body} of one type, over all buckets."""
        return {i: body for (_, t, i), (_, body) in self.rows.items() if t == type_}

    def _send(self, path: str, body: Any) -> dict[str, Any]:
        status, raw = self.post(path, body, self.token)
        self.heard.append(raw)
        assert status == 200, (status, raw[:300])
        found: dict[str, Any] = json.loads(raw)
        return found


def post_by(client: Any) -> Any:
    """`post` over a Flask test client, packed both ways."""

    def post(path: str, body: Any, token: str) -> tuple[int, bytes]:
        answer = client.post(
            path, data=gzip.compress(json.dumps(body).encode()),
            headers={"Authorization": f"Bearer {token}", "Content-Encoding": "gzip", "Accept-Encoding": "gzip",
                     "Content-Type": "application/json"})
        raw = answer.data
        return answer.status_code, gzip.decompress(raw) if answer.headers.get("Content-Encoding") == "gzip" else raw

    return post
