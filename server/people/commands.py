"""Command line of people: staff add, passwd, enrol, token."""

from __future__ import annotations

import argparse
import getpass
import io
import sys
from collections.abc import Callable
from typing import Any

import qrcode

from schemas.words import ROLES
from server.db import Db
from server.errors import Refusal
from server.estate import acts as estate
from server.people import acts, passwords

Say = Callable[[str], None]


def add(sub: Any) -> None:
    """Hang the verbs of this room in."""
    p = sub.verb("staff add", staff_add, "登记一位员工")
    p.add_argument("name", metavar="姓名")
    p.add_argument("--role", required=True, help=f"岗位：{'、'.join(ROLES)}，或管家、客服、财务等")
    p.add_argument("--phone", default="", help="手机号")
    p.add_argument("--buildings", default="", help="负责楼栋，例如 1栋、4栋")
    sub.community(p)
    p = sub.verb("staff join", staff_join, "让已登记的员工也在另一个小区工作")
    p.add_argument("staff", metavar="员工", help="员工编号；姓名没有重名时也可用姓名")
    p.add_argument("--role", required=True, help="在那个小区的岗位")
    p.add_argument("--buildings", default="", help="负责楼栋，例如 1栋、4栋")
    sub.community(p, required=True)
    for name, run, text in (
        ("passwd", passwd, "设置员工登录密码"), ("enrol", enrol, "生成手机登记码"), ("token", token, "生成接口令牌"),
    ):
        p = sub.verb(name, run, text)
        p.add_argument("staff", metavar="员工", help="员工编号；姓名没有重名时也可用姓名")


def staff_add(args: argparse.Namespace, db: Db, say: Say) -> dict[str, Any]:
    """A person at work in a community."""
    community = estate.only_community(db, args.community)
    id_ = acts.add_staff(db, community["id"], args.name, args.role, args.phone, args.buildings)
    role = ROLES[acts.member(db, community["id"], id_)["role"]]
    say(f"{args.name}（{role}）已登记在{community['name']}，编号 {id_}。设置密码：koumen passwd {id_}")
    return {"staff": id_}


def staff_join(args: argparse.Namespace, db: Db, say: Say) -> dict[str, Any]:
    """A person of one community works in another one too."""
    person, community = acts.staff(db, args.staff), estate.community(db, args.community)
    acts.add_member(db, community["id"], person["id"], args.role, args.buildings)
    say(f"{person['name']} 现在也在{community['name']}工作。密码和手机仍由原小区管理。")
    return {"staff": person["id"]}


def passwd(args: argparse.Namespace, db: Db, say: Say) -> dict[str, Any]:
    """Set a password; asked twice at a terminal, else read from standard input."""
    person = acts.staff(db, args.staff)
    acts.set_password(db, person["id"], _asked())
    say(f"{person['name']} 的密码已设置，原有登录全部退出。")
    return {"staff": person["id"]}


def _asked() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("新密码：")
    passwords.check(first)
    if getpass.getpass("再输一次：") != first:
        raise Refusal("password_differs")
    return first


def enrol(args: argparse.Namespace, db: Db, say: Say) -> dict[str, Any]:
    """A code and its link for one phone."""
    person = acts.staff(db, args.staff)
    made = acts.enrol_code(db, person["id"], args.settings.url)
    say(f"{person['name']} 的手机登记码：{made['code']}（10 分钟内有效，只能用一次）")
    say(f"在手机上打开，或扫下面的码：{made['url']}")
    if not args.json:
        say(_picture(made["url"]))
    return dict(made)


def _picture(url: str) -> str:
    """The link as a QR code of half blocks, for a phone held to the terminal."""
    code, out = qrcode.QRCode(border=2), io.StringIO()
    code.add_data(url)
    code.print_ascii(out=out, invert=True)
    return out.getvalue()


def token(args: argparse.Namespace, db: Db, say: Say) -> dict[str, Any]:
    """A bearer token of the office API."""
    person = acts.staff(db, args.staff)
    made = acts.make_api_token(db, person["id"], label="命令行")
    say(f"{person['name']} 的接口令牌（只显示这一次）：{made}")
    return {"token": made}
