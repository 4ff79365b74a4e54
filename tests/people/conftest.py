"""A small team in C1."""

from __future__ import annotations

import pytest

from server.db import Db
from server.people import acts

PASSWORD = "正确的密码-42"


@pytest.fixture
def manager(db: Db, community: str) -> str:
    return str(acts.add_staff(db, community, "王经理", "manager", "19900010004"))


@pytest.fixture
def collector(db: Db, community: str) -> str:
    return str(acts.add_staff(db, community, "小闫", "管家", "19900010000", "1栋、4栋、商铺"))
