"""`koumen print`: the letters or slips of a route as one PDF."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from server.db import Db
from server.errors import refuse
from server.estate import acts as estate
from server.notices import acts, store
from server.notices.rules.amount import figures
from server.pay import acts as pay

Say = Callable[[str], None]


def add(sub: Any) -> None:
    """`koumen print`."""
    p = sub.verb("print", run, "打印一条路线的信件或门上留言（PDF）")
    sub.waits(p)
    p.add_argument("--route", required=True, help="路线编号")
    p.add_argument("--kind", required=True, choices=("letter", "slip"), help="letter 信件，slip 门上留言")
    p.add_argument("--out", type=Path, default=None, metavar="FILE", help="PDF 存到哪里（默认数据目录的 print 文件夹）")
    sub.on(p)


def run(args: argparse.Namespace, db: Db, say: Say) -> dict[str, Any]:
    """Print, say what was left out or could not be drawn, and where the file is."""
    community = _community(db, args.route)
    made = acts.print_route(db, community, args.route, args.kind, args.on, cfg=args.settings)
    out = args.out or args.settings.home / "print" / f"{args.kind}-{args.on}-{made.printing[:8]}.pdf"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(made.pdf)
    for message in made.messages:
        say(message)
    total = sum(row["fen"] for row in made.notices)
    say(f"已打印 {len(made.notices)} 份、{made.pages} 页，应缴合计 {figures(total)} 元：{out}")
    codes = {home["id"]: home["code"] for home in estate.homes(db, community)}
    return {
        "printing": made.printing, "route": args.route, "kind": args.kind, "pages": made.pages, "out": str(out),
        "notices": [
            {"notice": row["id"], "number": row["number"], "household": codes[row["home"]],
             "household_id": row["home"], "fen": row["fen"], "match": row["match"], "handle": row["code_handle"],
             "url": pay.url_of(args.settings, pay.token_of(args.settings, {**row, "handle": row["code_handle"]}))}
            for row in made.notices
        ],
        "messages": made.messages,
    }


def _community(db: Db, route: str) -> str:
    """The community that has this route. Refusal not_found."""
    for community in estate.communities(db):
        if store.route_of(db, community["id"], route):
            return str(community["id"])
    refuse("not_found")
