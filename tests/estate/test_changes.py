"""Changing one home: owners on a day, tenants, phones, data; every change keeps who, when, old and new."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from server import clock
from server.db import Db
from server.errors import Refusal
from server.estate import acts


@pytest.fixture
def home(homes: dict[str, str]) -> str:
    return homes["3-2-302"]


def touched(db: Db, home: str) -> int:
    row = db.one("select n from touched where community = 'C1' and type = 'household' and id = :h", h=home)
    return int(row["n"]) if row else 0


def history(db: Db, home: str) -> list[tuple[str, str, str]]:
    return [(row["field"], row["old"], row["new"]) for row in reversed(acts.changes(db, "C1", home))]


def resident(db: Db, home: str, role: str) -> dict[str, object]:
    return next(one for one in acts.residents_of(db, "C1", [home])[home] if one["role"] == role)


def test_data_of_a_home_is_changed_and_the_change_kept(db: Db, home: str) -> None:
    before = touched(db, home)
    with db.write("C1", who="S9") as pen:
        changed = acts.edit_home(pen, home, {"kind": "车库", "note": "狗", "area": 7082, "code": "x", "rate_fen": None})
    assert changed == ["kind", "rate_fen", "note"]
    assert history(db, home) == [("kind", "住宅", "车库"), ("rate_fen", "220", ""), ("note", "", "狗")]
    assert {row["who"] for row in acts.changes(db, "C1", home)} == {"S9"}
    assert touched(db, home) > before


def test_an_edit_that_changes_nothing_touches_nothing(db: Db, home: str) -> None:
    before = touched(db, home)
    with db.write("C1") as pen:
        assert acts.edit_home(pen, home, {"kind": "住宅"}) == []
    assert touched(db, home) == before


def test_an_unknown_state_is_refused(db: Db, home: str) -> None:
    with db.write("C1") as pen, pytest.raises(Refusal) as caught:
        acts.edit_home(pen, home, {"state": "闲置"})
    assert caught.value.code == "state_unknown"


def test_a_change_of_owner_ends_the_old_one_on_the_day(db: Db, home: str) -> None:
    old = resident(db, home, "owner")
    yesterday = clock.add_days(clock.today(), -1)
    with db.write("C1", who="S9") as pen:
        (new,) = acts.change_owner(pen, home, "赵云", ["13700000001"], yesterday)
    card = acts.home_card(db, "C1", home)
    assert [(one["name"], one["until"]) for one in card["past"]] == [("单雄信", yesterday)]
    assert card["past"][0]["phones"] == ["13800001234"], "who owes must be reachable after leaving"
    assert [one["name"] for one in card["residents"]] == ["赵云", "蔡子诺"]
    assert acts.owners_on(db, "C1", [home], yesterday) == {home: new}
    assert acts.owners_on(db, "C1", [home], clock.add_days(yesterday, -1)) == {home: old["id"]}
    assert history(db, home) == [("owner", "单雄信", ""), ("owner", "", "赵云")]
    assert acts.person(db, "C1", str(old["id"]))["until"] == yesterday


def test_several_owners_may_follow(db: Db, home: str) -> None:
    with db.write("C1") as pen:
        new = acts.change_owner(pen, home, "赵云、马超", ["13700000001", "13700000002"], pen.day)
    people = acts.residents_of(db, "C1", [home])[home]
    assert [(one["id"], one["phones"]) for one in people if one["role"] == "owner"] == [
        (new[0], ["13700000001"]), (new[1], ["13700000002"]),
    ]


@pytest.mark.parametrize(("name", "phones", "shift", "code"), [
    ("赵云", [], 1, "day_in_future"), ("", [], 0, "name_empty"), ("赵云", ["12"], 0, "phone_invalid"),
    ("赵云", ["没有"], 0, "phone_invalid"), ("单雄信", [], 0, "owner_same"),
])
def test_a_change_of_owner_that_cannot_be_is_refused_by_name(
    db: Db, home: str, name: str, phones: list[str], shift: int, code: str
) -> None:
    with pytest.raises(Refusal) as caught, db.write("C1") as pen:
        acts.change_owner(pen, home, name, phones, clock.add_days(pen.day, shift))
    assert caught.value.code == code
    assert history(db, home) == []


def test_an_owner_does_not_leave_before_he_came(db: Db, home: str) -> None:
    today = clock.today()
    with db.write("C1") as pen:
        acts.change_owner(pen, home, "赵云", [], today)
    with pytest.raises(Refusal) as caught, db.write("C1") as pen:
        acts.change_owner(pen, home, "马超", [], clock.add_days(today, -3))
    assert (caught.value.code, caught.value.values["since"]) == ("day_before_move_in", today)


def test_a_tenant_moves_in_and_out(db: Db, homes: dict[str, str]) -> None:
    home = homes["3-2-1801"]
    today = clock.today()
    with db.write("C1") as pen:
        tenant = acts.move_in(pen, home, "钟莲云", ["199 0000 5924"], today)
    assert acts.home(db, "C1", home)["state"] == "出租"
    assert resident(db, home, "tenant")["phones"] == ["19900005924"]
    with db.write("C1") as pen:
        acts.move_out(pen, tenant, today)
    assert acts.home(db, "C1", home)["state"] == "空置"
    assert [one["role"] for one in acts.residents_of(db, "C1", [home])[home]] == ["owner", "owner"]
    assert history(db, home) == [
        ("tenant", "", "钟莲云"), ("state", "自住", "出租"), ("tenant", "钟莲云", ""), ("state", "出租", "空置"),
    ]


def test_an_owner_does_not_move_out_as_a_tenant(db: Db, home: str) -> None:
    with db.write("C1") as pen, pytest.raises(Refusal) as caught:
        acts.move_out(pen, str(resident(db, home, "owner")["id"]), pen.day)
    assert caught.value.code == "resident_unknown"


def test_numbers_are_replaced_and_the_old_ones_kept_in_the_history(db: Db, home: str) -> None:
    owner = str(resident(db, home, "owner")["id"])
    with db.write("C1") as pen:
        assert acts.set_phones(pen, owner, ["13800001234", "13800009999", "13800009999"])
    with db.write("C1") as pen:
        assert acts.set_phones(pen, owner, ["13800009999"])
        assert not acts.set_phones(pen, owner, ["138 0000 9999"])
    assert resident(db, home, "owner")["phones"] == ["13800009999"]
    assert acts.home_card(db, "C1", home)["residents"][0]["phones"] == ["13800009999"]
    assert history(db, home) == [
        ("phone", "13800001234", "13800001234、13800009999"), ("phone", "13800001234、13800009999", "13800009999"),
    ]


def test_a_number_may_come_back(db: Db, home: str) -> None:
    owner = str(resident(db, home, "owner")["id"])
    for numbers in ([], ["13800001234"]):
        with db.write("C1") as pen:
            acts.set_phones(pen, owner, numbers)
    assert resident(db, home, "owner")["phones"] == ["13800001234"]


def test_a_name_is_corrected_for_the_same_person(db: Db, home: str) -> None:
    owner = resident(db, home, "owner")
    with db.write("C1") as pen:
        assert acts.rename(pen, str(owner["id"]), " 单雄心 ")
        assert not acts.rename(pen, str(owner["id"]), "单雄心")
    assert resident(db, home, "owner")["id"] == owner["id"]
    assert history(db, home) == [("name", "单雄信", "单雄心")]


@pytest.mark.usefixtures("still")
def test_who_looked_is_kept_once_a_minute(db: Db, home: str) -> None:
    n = db.one("select n from pen where community = 'C1'")
    for _ in range(3):
        acts.looked(db, "C1", home, "S7")
    assert len(acts.looks(db, "C1", home)) == 1
    assert acts.looks(db, "C1", home)[0]["who"] == "S7"
    assert db.one("select n from pen where community = 'C1'") == n, "looking moves no cursor"
    assert acts.thin_looks(db, "C1", "9999") == 1
    assert acts.looks(db, "C1", home) == []


def test_a_home_of_another_community_is_unknown(db: Db, home: str, twin: Callable[[Db], None]) -> None:
    with db.write("C2") as pen, pytest.raises(Refusal) as caught:
        acts.edit_home(pen, home, {"kind": "x"})
    assert caught.value.code == "not_found"
    twin(db)
    with db.write("C1") as pen:
        acts.change_owner(pen, home, "赵云", [], pen.day)
    assert [one["name"] for one in acts.home_card(db, "C2", home)["past"]] == []
    assert acts.changes(db, "C2", home) == []
