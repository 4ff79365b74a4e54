"""CLI: `koumen sim`, the providers to practise with."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

from werkzeug.serving import make_server

from server.sim import keys
from server.sim.app import Play, create_sim


def add(sub: Any) -> None:
    """The verb."""
    parser = sub.verb("sim", sim, "启动微信支付和支付宝的模拟器（不动真钱）", with_db=False)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090, help="0 表示任选一个空闲端口")
    parser.add_argument("--community", default="C1", help="商户属于哪个小区（编号）")
    parser.add_argument("--until-input-ends", action="store_true", help="标准输入关闭时结束，启动它的程序没了也不留下")


def sim(args: argparse.Namespace, db: None, say: Callable[[str], None]) -> dict[str, Any]:
    """Serve until a signal ends it; writes the merchant files into the data folder first."""
    play, server = start(args.host, args.port)
    keys.write_merchants(play.ring, args.settings.home / "merchants", play.base, args.community)
    keys.write_issuer(args.settings.home / "issuers", play.base, args.community)
    if args.json:
        print(json.dumps({"url": play.base}), flush=True)  # noqa: T201 - the answer, before it serves
    say(f"支付模拟器：{play.base}　故障开关 {play.base}/sim/faults　商户设置写在 {args.settings.home / 'merchants'}")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    if args.until_input_ends:
        threading.Thread(target=lambda: (sys.stdin.read(), server.shutdown()), daemon=True).start()
    server.serve_forever()
    return {}


def start(host: str, port: int, ring: keys.Ring | None = None) -> tuple[Play, Any]:
    """(the play, a server that listens already); `ring` gives it keys made before. Refusal port_taken."""
    from server.errors import Refusal

    play = Play("", ring)
    try:
        server = make_server(host, port, create_sim(play), threaded=True)
    except (OSError, SystemExit) as error:
        raise Refusal("port_taken", host=host, port=port) from error
    play.base = f"http://{host}:{server.server_port}"
    return play, server
