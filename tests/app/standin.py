"""A small server that speaks sync.md for tests of the app alone: enrolment, push, pull, head, photos, and faults.

The journeys use the real server; this one can be told exactly what to answer, which the real one cannot.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import socket
import threading
import time
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.serving import WSGIRequestHandler, make_server

from server.access import Caller
from server.errors import Refusal
from server.field.app.pages import bp

EPOCH = "e1"


@dataclass
class World:
    """What the server holds, and how it misbehaves: `faults` answers (status, problem) once per entry and path."""

    buckets: dict[str, dict[tuple[str, str], tuple[int, dict[str, Any] | None]]] = field(default_factory=dict)
    ops: dict[str, dict[str, Any]] = field(default_factory=dict)
    arrivals: list[str] = field(default_factory=list)
    photos: dict[str, bytes] = field(default_factory=dict)
    results: dict[str, dict[str, Any]] = field(default_factory=dict)
    pushes: list[dict[str, Any]] = field(default_factory=list)
    n: int = 1
    epoch: str = EPOCH
    staff: str = "S1"
    lease_hours: float = 24
    down: bool = False
    drop_answers: int = 0
    refuse_token: str = ""
    digest_wrong: int = 0
    hostile: random.Random | None = None
    """When set: a third of what was done is never answered, and one request in seven fails."""
    requests: list[str] = field(default_factory=list)

    def put(self, bucket: str, type_: str, id_: str, data: dict[str, Any]) -> None:
        self.n += 1
        self.buckets.setdefault(bucket, {})[(type_, id_)] = (self.n, data)

    def remove(self, bucket: str, type_: str, id_: str) -> None:
        self.n += 1
        self.buckets[bucket][(type_, id_)] = (self.n, None)


class Quiet(WSGIRequestHandler):
    """Keeps connections open as a real server does, and logs nothing."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *_: object) -> None:
        pass


class Standin:
    """The server in a thread of the test; `url` is where a phone finds it."""

    def __init__(self, world: World, port: int = 0) -> None:
        self.world = world
        self.server = make_server("127.0.0.1", port, _app(world), threaded=True, request_handler=Quiet)
        self.url = f"http://localhost:{self.server.server_port}/m/"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def _app(world: World) -> Flask:
    app = Flask("standin", static_folder=None)
    app.register_blueprint(bp)
    app.register_error_handler(Refusal, lambda refusal: Response(refusal.code, refusal.status))

    @app.before_request
    def _meanwhile() -> Response | None:
        g.caller = Caller()
        world.requests.append(f"{request.method} {request.path}")
        if world.down:
            return _problem(503, "busy", "系统正忙，稍后再试")
        if request.path.startswith("/api/") and world.hostile and world.hostile.random() < 0.15:
            return _problem(world.hostile.choice([500, 503]), "busy", "系统正忙，稍后再试")
        if request.path.startswith("/api/") and world.refuse_token and request.path != "/api/v1/devices":
            return _problem(401, world.refuse_token, "登录凭证无效")
        return None

    @app.after_request
    def _cut(answer: Response) -> Response:
        if world.hostile and request.path.startswith("/api/") and world.hostile.random() < 0.35:
            request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return answer

    app.add_url_rule("/api/v1/devices", view_func=lambda: _enrol(world), methods=["POST"], endpoint="enrol")
    app.add_url_rule("/api/v1/sync/push", view_func=lambda: _push(world), methods=["POST"], endpoint="push")
    app.add_url_rule("/api/v1/sync/pull", view_func=lambda: _pull(world), methods=["POST"], endpoint="pull")
    app.add_url_rule("/api/v1/sync/head", view_func=lambda: _head(world), endpoint="head")
    app.add_url_rule(
        "/api/v1/photos/<sha>", view_func=lambda sha: _photo(world, sha), methods=["PUT"], endpoint="photo"
    )
    return app


def _body() -> dict[str, Any]:
    raw = request.get_data()
    if request.headers.get("Content-Encoding") == "gzip":
        raw = gzip.decompress(raw)
    parsed: dict[str, Any] = json.loads(raw)
    return parsed


def _problem(status: int, code: str, detail: str) -> Response:
    body = json.dumps(
        {"type": f"/problems/{code}", "title": detail, "status": status, "code": code, "detail": detail}
    )
    return Response(body, status, content_type="application/problem+json")


def _json(body: dict[str, Any], status: int = 200) -> Response:
    raw = gzip.compress(json.dumps(body, ensure_ascii=False).encode())
    return Response(raw, status, headers={"Content-Encoding": "gzip"}, content_type="application/json")


def _enrol(world: World) -> Response:
    if _body()["code"] != "ABCDE12345":
        return _problem(404, "enrol_code", "登记码无效、用过或已过期，请要一个新的。")
    world.refuse_token = ""
    return _json(
        {
            "device": "D1",
            "token": "C1d-token",
            "staff": world.staff,
            "lease_hours": world.lease_hours,
            "communities": [{"id": "C1", "name": "锦绣花园"}],
        }
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _push(world: World) -> Response:
    body = _body()
    world.pushes.append(body)
    results = [_one(world, op) for op in body["ops"]]
    if world.drop_answers:
        world.drop_answers -= 1
        return _problem(503, "unknown_outcome", "没有收到保存结果")
    return _json(
        {
            "epoch": world.epoch,
            "server_time": _now().isoformat(),
            "missing_n": [],
            "missing_count": 0,
            "replay_ops": body.get("epoch") not in (None, world.epoch),
            "results": results,
        }
    )


def _one(world: World, op: dict[str, Any]) -> dict[str, Any]:
    known = world.ops.get(op["op"])
    world.ops[op["op"]] = op
    if known is None:
        world.arrivals.append(op["op"])
    elif known != op:
        return {
            "op": op["op"],
            "status": "rejected",
            "code": "op_id_reuse",
            "message": "同一编号已用于另一条记录。",
        }
    said = world.results.get(op["household"] or op["kind"], {"status": "applied"})
    return {"op": op["op"], "replayed": known is not None, **said}


def _pull(world: World) -> Response:
    body = _body()
    now = _now()
    lease = now + timedelta(hours=world.lease_hours)
    parts = {}
    for bucket, rows in world.buckets.items():
        if part := _part(world, rows, body["buckets"].get(bucket)):
            parts[bucket] = part
    return _json(
        {
            "epoch": world.epoch,
            "server_time": now.isoformat(),
            "lease_until": lease.isoformat(),
            "complete": True,
            "replay_ops": body.get("epoch") not in (None, world.epoch),
            "scope": list(world.buckets),
            "buckets": parts,
        }
    )


def _part(
    world: World, rows: dict[tuple[str, str], tuple[int, dict[str, Any] | None]], cursor: str | None
) -> dict[str, Any] | None:
    epoch, _, at = (cursor or "").partition(".")
    reset = epoch != world.epoch
    since = -1 if reset else int(at)
    changes = []
    for (type_, id_), (n, data) in rows.items():
        if n > since and data is not None:
            changes.append({"op": "put", "type": type_, "id": id_, "n": n, "data": data})
        elif n > since and not reset:
            changes.append({"op": "remove", "type": type_, "id": id_, "n": n})
    if not changes and not reset:
        return None
    live = [(type_, id_, n) for (type_, id_), (n, data) in rows.items() if data is not None]
    total = sum(zlib.crc32(f"{type_}:{id_}:{n}".encode()) for type_, id_, n in live) % 2**32
    if world.digest_wrong:
        world.digest_wrong -= 1
        total ^= 1
    return {
        "mode": "reset" if reset else "delta",
        "cursor": f"{world.epoch}.{world.n}",
        "more": False,
        "changes": changes,
        "digest": {"count": len(live), "sum": f"{total:08x}"},
    }


def _head(world: World) -> Response:
    etag = f'"{world.epoch}.{world.n}.{len(world.buckets)}.{world.digest_wrong}"'
    if request.headers.get("If-None-Match") == etag:
        answer = Response(status=304)
    else:
        answer = _json({})
    answer.headers["ETag"] = etag
    answer.headers["Date"] = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime())
    return answer


def _photo(world: World, sha: str) -> Response:
    raw = request.get_data()
    if hashlib.sha256(raw).hexdigest() != sha:
        return _problem(422, "photo_sha", "照片内容与编号不符。")
    world.photos[sha] = raw
    return Response(status=204)
