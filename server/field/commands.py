"""CLI of the field: plan."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from server.db import Db
from server.estate import acts as estate
from server.field import acts

Say = Callable[[str], None]


def add(sub: Any) -> None:
    """`koumen plan`."""
    parser = sub.verb("plan", plan, "安排某天晚上的上门路线")
    sub.waits(parser)
    sub.community(parser)
    sub.on(parser)
    parser.add_argument("--staff", default="", help="员工姓名或编号，逗号分开（默认全部管家和催费专员）")
    parser.add_argument("--draft", action="store_true", help="只做草稿，不下发到手机")
    parser.add_argument("--doors", type=int, default=60, help="每人最多几户")
    parser.add_argument("--seconds", type=float, default=5.0, help="最多算几秒，0 表示不搜索")


def plan(args: argparse.Namespace, db: Db, say: Say) -> tuple[dict[str, Any], int]:
    """{date, routes: [{route, staff, staff_name, minutes, fen, doors}], left_out}; exit 1 without a route."""
    community = _community(db, args.community)
    named = [name for name in args.staff.replace("，", ",").split(",") if name.strip()]
    proposal = acts.plan(db, community, args.on, [name.strip() for name in named] or None, args.doors,
                         seconds=max(0.0, min(600.0, args.seconds)))
    state = "draft" if args.draft else "published"
    made = acts.make_plan(db, community, proposal, state)
    routes = [{"route": route, "state": state, **tour} for route, tour in zip(made, proposal["routes"], strict=True)]
    for route in routes:
        say(f"{route['staff_name']}：{len(route['doors'])} 户，{route['fen'] // 100:,}.{route['fen'] % 100:02d} 元，"
            f"约 {route['minutes']} 分钟，路线 {route['route']}")
        for door in route["doors"]:
            say(f"  {door['at']}　{door['code']}\t{door['why']}")
    say(f"{args.on} 共 {len(routes)} 条路线；另有 {len(proposal['left_out'])} 户这次不去")
    return {"date": args.on, "routes": routes, "left_out": proposal["left_out"]}, 0 if routes else 1


def _community(db: Db, wanted: str | None) -> str:
    """The community named, or the only one."""
    if wanted is None:
        every = estate.communities(db)
        if len(every) == 1:
            return str(every[0]["id"])
    return str(estate.community(db, wanted or "")["id"])
