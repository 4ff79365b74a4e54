"""CLI of kiosk: `screen add`, `screen list`, `screen revoke`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from kiosk import acts
from server.db import Db
from server.estate import acts as estate

Say = Callable[[str], None]


def add(sub: Any) -> None:
    """The verbs."""
    parser = sub.verb("screen add", screen_add, "登记一块大厅屏，给出它的令牌")
    sub.community(parser)
    parser.add_argument("--name", default="", help="屏幕名称，例如 3 栋大厅")
    parser.add_argument("--building", default="", help="只看某一栋的公告时写楼栋")
    parser.add_argument("--inches", type=int, default=55, help="屏幕对角线（英寸）")
    parser.add_argument("--distance", type=int, default=300, help="观看距离（厘米）")
    sub.community(sub.verb("screen list", screen_list, "列出大厅屏和状态"))
    parser = sub.verb("screen revoke", screen_revoke, "停用一块大厅屏")
    sub.community(parser)
    parser.add_argument("screen", help="屏幕编号")


def screen_add(args: argparse.Namespace, db: Db, say: Say) -> dict[str, Any]:
    with db.write(_community(args, db)) as pen:
        made = acts.add_screen(
            pen, name=args.name, building=args.building, inches=args.inches, distance_cm=args.distance
        )
    url = f"{args.settings.url}/k/#token={made['token']}"
    say(f"已登记大厅屏。请在屏幕的浏览器里打开（只显示这一次）：\n{url}")
    return {**made, "url": url}


def screen_list(args: argparse.Namespace, db: Db, say: Say) -> dict[str, Any]:
    found = acts.screens(db, _community(args, db))
    for row in found:
        say(f"{row['id']}  {row['name']}  {row['health']}  {row['seen_at'] or '未开机'}")
    if not found:
        say("还没有大厅屏，用 koumen screen add 登记。")
    return {"screens": found}


def screen_revoke(args: argparse.Namespace, db: Db, say: Say) -> dict[str, Any]:
    with db.write(_community(args, db)) as pen:
        acts.revoke_screen(pen, args.screen)
    say("已停用，这块屏的令牌不再有效。")
    return {"screen": args.screen}


def _community(args: argparse.Namespace, db: Db) -> str:
    return str(estate.only_community(db, args.community)["id"])
