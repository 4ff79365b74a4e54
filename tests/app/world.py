"""A street of doors for the app's tests: invented people, so that every part of the door card has something."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import qrcode

from tests.app.standin import World

NAMES = "王建国 李秀英 赵磊 周洁 吴桂兰 郑强 孙丽 钱伟 冯军 陈静".split()
TOKEN = "0C1AB12CD34EF56GH"


def today(shift: int = 0) -> str:
    """Shanghai's day."""
    return (datetime.now(UTC) + timedelta(hours=8, days=shift)).date().isoformat()


def check_sign(text: str) -> str:
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    total = 0
    for i, sign in enumerate(reversed(text)):
        high, low = divmod(letters.index(sign) * (2 if i % 2 == 0 else 1), 32)
        total += high + low
    return letters[-total % 32]


def token(i: int) -> str:
    """A sticker's code with a right check character."""
    body = f"{TOKEN[:-2]}{i:02d}"
    return body + check_sign(body)


def bitmap(text: str) -> dict[str, Any]:
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, border=0)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    flat = [cell for row in rows for cell in row]
    raw = bytes(
        sum(128 >> k for k, cell in enumerate(flat[i : i + 8]) if cell) for i in range(0, len(flat), 8)
    )
    return {"side": len(rows), "bits": base64.b64encode(raw).decode()}


def owed(i: int, months: int) -> list[dict[str, Any]]:
    """A home's open bills, the newest first."""
    return [
        {
            "bill": f"B{i}-{k}",
            "item": "物业服务费",
            "period": today(-30 * (k + 1))[:7],
            "due": today(-30 * (k + 1)),
            "outstanding_fen": 25507,
        }
        for k in range(months)
    ]


def called() -> dict[str, Any]:
    return {
        "day": today(-13),
        "at": f"{today(-13)}T11:20:00Z",
        "kind": "call",
        "staff": "S1",
        "outcome": "promised",
        "note": "发工资后交",
    }


def promise(i: int) -> dict[str, Any]:
    """Due tonight at the first door, broken at the others, kept at the third."""
    return {
        "due": today() if i == 0 else today(-3),
        "fen": 50000,
        "made_on": today(-13),
        "paid_fen": 50000 if i == 2 else 0,
    }


def repair() -> dict[str, Any]:
    return {"kind": "repair", "text": "卫生间渗水未修好", "opened_on": today(-8), "due_on": today(2)}


def home(i: int) -> dict[str, Any]:
    """The body of a door: promises at the first three, a ticket at the second."""
    floor = 26 - i % 24
    months = 1 + i * 4 % 9
    return {
        "code": f"3-{1 + i // 3 % 2}-{floor:02d}0{1 + i % 4}",
        "address": f"3 栋 {1 + i // 3 % 2} 单元",
        "owner": NAMES[i % len(NAMES)],
        "phones": [{"number": f"1380000{i:04d}", "name": NAMES[i % len(NAMES)], "role": "owner"}],
        "kind": "住宅",
        "state": "自住",
        "note": "",
        "outstanding_fen": 25507 * months,
        "prepaid_fen": 0,
        "paid_today_fen": 0,
        "paid_day": today(),
        "bills": owed(i, months),
        "contacts": [called()],
        "promises": [promise(i)] if i < 3 else [],
        "tickets": [repair()] if i == 1 else [],
        "notices": [{"notice": f"N{i}", "number": f"JX-2026-{i:04d}", "kind": "letter", "match": "4816"}],
        "code_bitmap": bitmap(f"https://pay.example.cn/n/{token(i)}"),
        "codes": [hashlib.sha256(token(i).encode()).digest()[:8].hex()],
        "say": "say.broken",
        "avoid": "avoid.ordinary",
    }


def street(doors: int = 5) -> World:
    """One community, one person, one route of `doors` doors tonight."""
    world = World()
    world.put(
        "org:C1",
        "script",
        "say.broken",
        {"key": "say.broken", "text": "您好，上次您说的电梯异响，周三已换了轴承，这两天还响吗？"},
    )
    world.put(
        "org:C1",
        "script",
        "avoid.ordinary",
        {"key": "avoid.ordinary", "text": "不说：停水停电、上征信、告诉邻居"},
    )
    world.put(
        "org:C1",
        "setting",
        "rooms:3",
        {"key": "rooms:3", "rooms": [[f"H{i}", home(i)["code"]] for i in range(doors + 3)]},
    )
    world.buckets["user:C1:S1"] = {}
    for i in range(doors):
        world.put("route:R1", "household", f"H{i}", home(i))
        world.put(
            "route:R1",
            "stop",
            f"T{i}",
            {
                "household": f"H{i}",
                "position": i + 1,
                "state": "planned",
                "window": {"day": today()},
                "why": "",
            },
        )
    return world
