"""One person's data: a copy on request, deletion when it is no longer needed."""

from __future__ import annotations

import pytest

from server import clock
from server.db import Db
from server.errors import Refusal
from server.estate import acts


@pytest.fixture
def former(db: Db, homes: dict[str, str]) -> str:
    """The owner of 3-2-302 who left today."""
    home = homes["3-2-302"]
    owner = str(acts.residents_of(db, "C1", [home])[home][0]["id"])
    with db.write("C1", who="S1") as pen:
        acts.set_phones(pen, owner, ["13800001234", "13800005555"])
        acts.rename(pen, owner, "单雄心")
        acts.change_owner(pen, home, "赵云", ["13700000001"], pen.day)
    return owner


def forget(db: Db, resident: str, owed: int = 0) -> None:
    with db.write("C1", who="S1") as pen:
        acts.forget_person(pen, resident, owed)


def test_a_person_gets_a_copy_of_everything(db: Db, former: str, homes: dict[str, str]) -> None:
    acts.looked(db, "C1", homes["3-2-302"], "S7")
    copy = acts.export_person(db, "C1", former)
    assert (copy["home"], copy["name"], copy["role"], copy["until"]) == ("3-2-302", "单雄心", "owner", clock.today())
    assert sorted(copy["phones"]) == ["13800001234", "13800005555"]
    assert {row["field"] for row in copy["changes"]} == {"phone", "name", "owner"}
    assert [row["who"] for row in copy["looks"]] == ["S7"]
    assert "赵云" not in str(copy), "other people's data is not theirs"


def test_a_forgotten_person_leaves_no_trace_in_the_estate(db: Db, former: str, homes: dict[str, str]) -> None:
    forget(db, former)
    for table in ("resident", "phone", "home_change", "home_word"):
        text = str(db.all(f"select * from {table} where community = 'C1'"))
        for private in ("单雄", "13800001234", "13800005555", "shanxiong"):
            assert private not in text, (table, private)
    assert acts.home_card(db, "C1", homes["3-2-302"])["past"][0]["name"] == "已删除"
    assert acts.search(db, "C1", "单雄") == []
    assert "赵云" in str(acts.changes(db, "C1", homes["3-2-302"])), "the new owner's history stays"


def test_nobody_is_forgotten_while_money_is_owed(db: Db, former: str) -> None:
    with pytest.raises(Refusal) as caught:
        forget(db, former, owed=1)
    assert caught.value.code == "person_owes"
    assert acts.person(db, "C1", former)["name"] == "单雄心"


def test_nobody_is_forgotten_who_still_lives_there(db: Db, homes: dict[str, str]) -> None:
    owner = str(acts.residents_of(db, "C1", [homes["商铺-S01"]])[homes["商铺-S01"]][0]["id"])
    with pytest.raises(Refusal) as caught:
        forget(db, owner)
    assert caught.value.code == "person_current"


def test_forgetting_twice_is_refused(db: Db, former: str) -> None:
    forget(db, former)
    with pytest.raises(Refusal) as caught:
        forget(db, former)
    assert caught.value.code == "resident_unknown"


def test_the_retention_job_sees_who_left_long_ago(db: Db, former: str) -> None:
    assert acts.forgettable(db, "C1", clock.today()) == []
    tomorrow = clock.add_days(clock.today(), 1)
    assert [row["id"] for row in acts.forgettable(db, "C1", tomorrow)] == [former]
    forget(db, former)
    assert acts.forgettable(db, "C1", tomorrow) == []
