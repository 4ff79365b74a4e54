"""Homes to work with: three in C1, with owners, a tenant and phones."""

from __future__ import annotations

from typing import Any

import pytest

from server.db import Db
from server.estate import acts

ROWS: list[dict[str, Any]] = [
    {"building": "3栋", "unit": "2单元", "room": "1801", "area": 8553, "kind": "住宅", "state": "自住", "rate_fen": 220,
     "handover": "2018-04-26", "note": "", "owners": [{"name": "贾宇子", "phones": ["19900009163"]},
                                                      {"name": "丁超强", "phones": []}], "tenants": []},
    {"building": "3栋", "unit": "2单元", "room": "302", "area": 7082, "kind": "住宅", "state": "出租", "rate_fen": 220,
     "owners": [{"name": "单雄信", "phones": ["13800001234"]}],
     "tenants": [{"name": "蔡子诺", "phones": ["13900005678"]}]},
    {"building": "商铺", "unit": "", "room": "S01", "area": 14108, "kind": "商铺", "state": "自住", "rate_fen": 450,
     "owners": [{"name": "吕方", "phones": ["19900003281"]}]},
]


def rows() -> list[dict[str, Any]]:
    return [dict(row) for row in ROWS]


@pytest.fixture
def homes(db: Db, community: str) -> dict[str, str]:
    """{code: id} of the three homes."""
    with db.write(community, who="S1") as pen:
        found: dict[str, str] = acts.put_homes(pen, rows())["ids"]
    return found
