"""CLI: `koumen demo`."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import qrcode

from server import config
from server.db import connect
from server.db.migrate import migrate
from server.demo import build
from server.keep import lan
from server.keep import serve as serving

Say = Callable[[str], None]


def add(sub: Any) -> None:
    """The verb."""
    parser = sub.verb("demo", demo, "用示例小区把全部工作演示一遍：表格、路线、手机、通知、缴费、大屏", with_db=False)
    parser.set_defaults(own_home="koumen-demo")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080, help="0 表示任选一个空闲端口")
    parser.add_argument("--lan", action="store_true", help="同一网络的真手机也能用：自带证书的 https 和信任页")


def demo(args: argparse.Namespace, db: None, say: Say) -> dict[str, Any]:
    """Make what is missing, start simulator and server, print where to click; Ctrl-C ends both."""
    host = lan.EVERYWHERE if args.lan else args.host
    listener = serving.listen(host, args.port)  # a taken port is said before any work
    if args.lan:
        with lan.opened(args.settings, args.host, listener.getsockname()[1]) as (settings, phones):
            return _run(args, listener, settings, say, phones)
    return _run(args, listener, serving.with_url(args.settings, serving.base_url(listener, args.host)), say)


def _run(
    args: argparse.Namespace, listener: socket.socket, settings: config.Config, say: Say,
    phones: lan.Lan | None = None,
) -> dict[str, Any]:
    own = connect(settings.db)
    migrate(own)
    papers = phones.papers if phones else None
    with simulator(settings, say, papers.authority if papers else None):
        made = build.build(own, settings, say)
        own.close()
        serving.run(settings, listener, 2, lambda: _show(made, settings, args, say, phones), papers)
    say("演示已结束，数据保留在 " + str(settings.home))
    return {}


@contextmanager
def simulator(settings: config.Config, say: Say, authority: Path | None = None) -> Iterator[None]:
    """The payment simulator in a process of its own, ended by its pid, or by itself when we are killed. It believes
    our own `authority`, if any."""
    child = subprocess.Popen(
        [sys.executable, "-m", "server", "sim", "--port", "0", "--json", "--home", str(settings.home),
         "--until-input-ends"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
        env={**os.environ, **({"SSL_CERT_FILE": str(authority)} if authority else {})},
    )
    try:
        line = child.stdout.readline() if child.stdout else ""
        if line:
            say(f"支付模拟器（不动真钱）：{json.loads(line)['url']}")
        yield
    finally:
        child.terminate()
        child.wait(10)


def _show(made: build.Made, settings: config.Config, args: argparse.Namespace, say: Say,
          phones: lan.Lan | None = None) -> None:
    if args.json:
        more = {"trust": phones.trust, "ca": str(phones.papers.authority)} if phones else {}
        print(json.dumps(_links(made, settings) | more, ensure_ascii=False), flush=True)  # noqa: T201 - the answer
        return
    say("")
    say("叩门演示已启动，点开看看（Ctrl-C 结束）：")
    say(f"　管理台　{settings.url}/office/　用户 王经理（经理）、小林（客服）、陈会计（收银）　密码 {made.password}")
    say(f"　手机端　{made.phone}　（小闫，十分钟内有效；之后在管理台“人员与设备”再生成）")
    for word, url in made.pages.items():
        say(f"　缴费页　{url}　{word}")
    say(f"　大厅屏　{made.screen}")
    for path in made.files:
        say(f"　通知单　{path}")
    if phones:
        lan.show(phones, say, made.phone)
        return
    say("")
    say("手机端二维码：")
    code = qrcode.QRCode(border=2)
    code.add_data(made.phone)
    code.print_ascii(out=sys.stdout, invert=True)
    sys.stdout.flush()


def _links(made: build.Made, settings: config.Config) -> dict[str, Any]:
    return {
        "url": settings.url, "home": str(settings.home), "console": f"{settings.url}/office/",
        **{k: v for k, v in dataclasses.asdict(made).items() if k != "files"},
        "files": [str(path) for path in map(Path, made.files)],
    }
