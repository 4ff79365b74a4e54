"""CLI of the house itself: serve, migrate, backup, restore, verify, doctor, openapi, reference, run-due."""

from __future__ import annotations

import argparse
import fcntl
import inspect
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from server import clock, create_app
from server.db import Db
from server.db.migrate import epoch, new_epoch
from server.errors import Refusal
from server.estate import acts as estate
from server.keep import backup as keeping
from server.keep import doctor as examination
from server.keep import lan as networking
from server.keep import reference
from server.keep import secret as rotating
from server.keep import serve as serving
from server.ledger.verify import replay

Say = Callable[[str], None]
DUE_WORDS = {"looks": "清理过期的查看记录", "pdfs": "清理过期的通知文件", "codes_expired": "到期的二维码",
             "orders": "查询未付订单", "refunds": "查询退款"}


def add(sub: Any) -> None:
    """The verbs."""
    parser = sub.verb("serve", serve, "启动服务")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080, help="0 表示任选一个空闲端口")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--lan", action="store_true", help="同一网络的手机可用：自带证书的 https 和信任页")
    sub.verb("migrate", migrated, "建立或升级数据库")
    sub.verb("backup", backup, "备份成一个文件（可在运行中进行）").add_argument("file", nargs="?", type=Path)
    parser = sub.verb("restore", restore, "从备份恢复", with_db=False)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--new-epoch", action="store_true", help="已用其他办法恢复数据，只更换纪元")
    sub.community(sub.verb("verify", verify, "重放全部账目并核对"))
    sub.verb("doctor", doctor, "检查磁盘、时钟、网址、密钥、数据库")
    rotating.add(sub)
    sub.verb("openapi", openapi, "输出接口说明（OpenAPI 3）").add_argument("--out", type=Path)
    sub.verb("reference", told, "输出命令、接口与错误代码一览").add_argument("--out", type=Path)
    parser = sub.verb("run-due", run_due, "执行到期的事项（由定时器调用）")
    sub.on(parser)
    sub.community(parser)


@contextmanager
def running_mark(home: Path) -> Iterator[None]:
    """Hold `serve.lock` while serving, so that `restore` does not pull the floor away."""
    with open(home / "serve.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


def serve(args: argparse.Namespace, db: Db, say: Say) -> dict[str, Any]:
    db.close()  # the workers open their own
    if args.lan:
        return _serve_lan(args, say)
    listener = serving.listen(args.host, args.port)
    url, port = serving.base_url(listener, args.host), listener.getsockname()[1]
    settings = serving.with_url(args.settings, url)

    def ready() -> None:
        if args.json:
            print(json.dumps({"url": url, "port": port}), flush=True)  # noqa: T201 - the answer
        say(f"叩门已启动：{url}　管理台 {settings.url}/office/　手机 {settings.url}/m/　大屏 {settings.url}/k/")

    with running_mark(settings.home):
        serving.run(settings, listener, args.workers, ready)
    return {}


def _serve_lan(args: argparse.Namespace, say: Say) -> dict[str, Any]:
    """The same over https for the local network, with the trust page beside it."""
    listener = serving.listen(networking.EVERYWHERE, args.port)
    port = listener.getsockname()[1]
    with networking.opened(args.settings, args.host, port) as (settings, lan):

        def ready() -> None:
            if args.json:
                found = {"url": lan.url, "port": port, "trust": lan.trust, "ca": str(lan.papers.authority)}
                print(json.dumps(found), flush=True)  # noqa: T201 - the answer
            say(f"叩门已启动：{lan.url}　管理台 {lan.url}/office/　手机 {lan.url}/m/　大屏 {lan.url}/k/")
            networking.show(lan, say)

        with running_mark(settings.home):
            serving.run(settings, listener, args.workers, ready, lan.papers)
    return {}


def migrated(args: argparse.Namespace, db: Db, say: Say) -> dict[str, Any]:
    say(f"数据库已是最新（{db.engine.name}，纪元 {epoch(db)}）。")
    return {"engine": db.engine.name, "epoch": epoch(db)}


def backup(args: argparse.Namespace, db: Db, say: Say) -> dict[str, Any]:
    stamp = clock.instant().replace("-", "").replace(":", "")[:15]
    target = args.file or args.settings.home / "backups" / f"koumen-{stamp}.zip"
    answer = keeping.backup(db, args.settings, target, lambda text: None)
    size = f"{answer['rows']} 行，{answer['bytes'] / 2**20:.1f} MB"
    say(f"已备份到 {answer['file']}（{size}）。文件含有密钥，请像现金一样保管。")
    return answer


def restore(args: argparse.Namespace, db: None, say: Say) -> dict[str, Any]:
    if args.new_epoch and args.file is None:
        from server.db import connect

        own = connect(args.settings.db)
        mark = new_epoch(own)
        own.close()
        say(f"已更换纪元为 {mark}，手机下次联网会补传近 14 天的记录。")
        return {"epoch": mark}
    if args.file is None:
        raise Refusal("restore_what")
    with rotating.stopped(args.settings.home, "restore_running"):
        answer = keeping.restore(args.settings, args.file, lambda text: None)
    say(f"已恢复 {answer['rows']} 行，新纪元 {answer['epoch']}；手机下次联网会补传近 14 天的记录。")
    if answer["kept"]:
        say(f"原来的数据库保留在 {answer['kept']}。")
    return answer


def verify(args: argparse.Namespace, db: Db, say: Say) -> tuple[dict[str, Any], int]:
    """Replay every community; exit code 1 when anything does not fit."""
    wrong = list(db.engine.integrity())
    reports = []
    for community in _communities(db, args.community):
        report = replay(db, community["id"])
        reports.append({"community": community["id"], "name": community["name"], **report})
        wrong += [f"{community['name']}：{line}" for line in report["wrong"]]
    for line in wrong:
        say(f"不符　{line}")
    say("账目核对无误。" if not wrong else f"发现 {len(wrong)} 处不符。")
    return {"ok": not wrong, "wrong": wrong, "communities": reports}, 1 if wrong else 0


def _communities(db: Db, wanted: str | None) -> list[dict[str, Any]]:
    return [estate.community(db, wanted)] if wanted else estate.communities(db)


def doctor(args: argparse.Namespace, db: Db, say: Say) -> tuple[dict[str, Any], int]:
    checks = examination.examine(db, args.settings)
    signs = {"ok": "✓", "warn": "！", "bad": "✗"}
    for check in checks:
        say(f"{signs[check.state]} {check.name}　{check.text}")
    bad = any(check.state == "bad" for check in checks)
    return {"ok": not bad, "checks": [check._asdict() for check in checks]}, 1 if bad else 0


def openapi(args: argparse.Namespace, db: Db, say: Say) -> dict[str, Any]:
    with create_app(args.settings, db=db).test_client() as client:
        spec: dict[str, Any] = client.get("/api/v1/openapi.json").get_json()
    if args.out:
        args.out.write_text(openapi_text(spec), "utf-8")
        say(f"已写入 {args.out}")
        return {"file": str(args.out)}
    if not args.json:
        sys.stdout.write(openapi_text(spec))
    return spec


def told(args: argparse.Namespace, db: Db, say: Say) -> dict[str, Any]:
    text = reference.write(args.parser, create_app(args.settings, db=db), args.out)
    if args.out:
        say(f"已写入 {args.out}")
        return {"file": str(args.out)}
    if not args.json:
        sys.stdout.write(text)
    return {"reference": text}


def openapi_text(spec: dict[str, Any]) -> str:
    """The form in which `schemas/openapi.json` is committed: sorted, indented, without this machine's address."""
    kept = {name: part for name, part in spec.items() if name != "servers"}
    return json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _wanted(job: Callable[..., Any], settings: Any) -> dict[str, Any]:
    """The settings, for jobs that ask for them (those that talk to providers)."""
    return {"settings": settings} if "settings" in inspect.signature(job).parameters else {}


def _told(answers: dict[str, Any]) -> str:
    """What was done, for people: only what was not nothing."""
    counts = {
        name: found.get("asked", 0) if isinstance(found, dict) else found
        for answer in answers.values() if "error" not in answer for name, found in answer.items()
    }
    done = [f"{DUE_WORDS.get(name, name)} {count}" for name, count in counts.items() if count]
    failed = [str(answer["message"]) for answer in answers.values() if "error" in answer]
    return "，".join([*done, *failed]) or "没有到期事项"


def run_due(args: argparse.Namespace, db: Db, say: Say) -> tuple[dict[str, Any], int]:
    """What is due, community by community; one that fails does not hold up the others."""
    from server import due_jobs

    done: dict[str, Any] = {}
    failed = 0
    for community in _communities(db, args.community):
        answers: dict[str, Any] = {}
        for name, job in due_jobs():
            try:
                answers[name] = job(db, community["id"], args.on, **_wanted(job, args.settings))
            except Refusal as refusal:
                failed += 1
                answers[name] = {"error": refusal.code, "message": refusal.sentence}
        done[community["id"]] = answers
        say(f"{community['name']}：{_told(answers)}")
    return {"communities": done}, 1 if failed else 0
