"""Small estates for tests of papers and pages: homes with owners, phones and bills, and a route past their doors."""

from __future__ import annotations

from typing import Any

from server.db import Db, new_id
from server.estate import acts as estate
from server.ledger import acts as ledger
from server.people import acts as people

OWNERS = ("王建国", "李梅", "赵子龙", "欧阳明月", "陈静怡")


def homes(db: Db, community: str, count: int = 3, months: int = 4, **more: Any) -> list[str]:
    """`count` homes in building 3 with one owner and phone each, and bills of the last months of 2026."""
    rows = [
        {"building": "3栋", "unit": "1单元", "room": f"{i // 4 + 1:02d}{i % 4 + 1:02d}", "area": 8950, "kind": "住宅",
         "owners": [{"name": OWNERS[i % 5], "phones": [f"1380013{i:04d}"]}], **more}
        for i in range(count)
    ]
    with db.write(community) as pen:
        ids = list(estate.put_homes(pen, rows)["ids"].values())
    with db.write(community) as pen:
        ledger.add_bills(pen, [bill(home, k) for home in ids for k in range(months)])
    return ids


def bill(home: str, k: int, fen: int = 25508) -> dict[str, Any]:
    """The k-th monthly bill of a home, counted back from October 2026."""
    month = 2026 * 12 + 9 - k
    period = f"{month // 12}-{month % 12 + 1:02d}"
    return {"home": home, "item": "物业服务费", "period": period, "due": f"{period}-25", "fen": fen,
            "basis": "89.50 ㎡ × 2.85 元"}


def route(db: Db, community: str, homes: list[str], on: str = "2026-11-21") -> str:
    """A published route past these doors, in this order."""
    staff = people.add_staff(db, community, f"小闫{new_id()[-4:]}", "collector")
    made = new_id()
    with db.write(community) as pen:
        pen.put("route", [{"community": community, "id": made, "date": on, "staff": staff, "state": "published",
                           "note": "", "made_n": pen.n, "made_at": pen.at, "made_by": ""}])
        pen.put("stop", [{"community": community, "id": new_id(), "route": made, "home": home, "position": i,
                          "why": "", "source": "office", "came_n": pen.n} for i, home in enumerate(homes)])
    return made


def words(db: Db, community: str) -> None:
    """The company's words."""
    with db.write(community) as pen:
        estate.set_settings(pen, {
            "company": "锦绣花园物业服务中心", "phone": "0531-88886666", "office": "1 号楼一层物业前台",
            "hours": "8:30—18:00", "payee": "山东锦绣物业服务有限公司", "bank": "中国建设银行济南历下支行",
            "account": "3705 0161 6208 0000 1234",
        })
