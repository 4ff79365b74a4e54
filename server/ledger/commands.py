"""CLI of the ledger: arrears, bills."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from server import clock
from server.db import Db
from server.estate import acts as estate
from server.ledger import acts
from server.ledger.acts.runs import preview_run


def add(sub: Any) -> None:
    """`koumen arrears`, `koumen bills`."""
    parser = sub.verb("arrears", arrears, "列出某天各户的欠费（分）")
    sub.community(parser)
    sub.on(parser)
    parser = sub.verb("bills", bills, "按收费标准生成某月账单，可以中断后再跑")
    sub.community(parser)
    parser.add_argument("--month", metavar="YYYY-MM", default=clock.today()[:7], help="账期（默认本月）")
    parser.add_argument("--preview", action="store_true", help="只看会生成多少，不写入")


def arrears(args: argparse.Namespace, db: Db, say: Callable[[str], None]) -> dict[str, Any]:
    """{code: fen} of every household in arrears on the day."""
    community = _community(db, args.community)
    found = acts.arrears_by_code(db, community, args.on)
    for code, fen in found.items():
        say(f"{code}\t{fen // 100:,}.{fen % 100:02d}")
    say(f"共 {len(found)} 户欠费，合计 {sum(found.values()) // 100:,}.{sum(found.values()) % 100:02d} 元（{args.on}）")
    return dict(found)


def bills(args: argparse.Namespace, db: Db, say: Callable[[str], None]) -> dict[str, Any]:
    """{period, bills, fen, homes, skipped}, or with --preview what would be made."""
    community = _community(db, args.community)
    if args.preview:
        found = preview_run(db, community, args.month)
        say(f"{args.month} 将生成 {found['bills']} 张账单，合计 {_yuan(found['fen'])} 元；已有 {found['standing']} 张")
        return found
    made = acts.generate_bills(db, community, args.month, say=lambda done: say(f"已处理 {done} 户"))
    say(f"{args.month} 生成 {made['bills']} 张账单，合计 {_yuan(made['fen'])} 元；已有的 {made['skipped']} 张没有动")
    return {"period": args.month, **made}


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}"


def _community(db: Db, wanted: str | None) -> str:
    """The community named, or the only one."""
    if wanted is None:
        every = estate.communities(db)
        if len(every) == 1:
            return str(every[0]["id"])
    return str(estate.community(db, wanted or "")["id"])
