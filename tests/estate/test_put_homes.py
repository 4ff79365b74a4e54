"""Writing many homes: new, changed, same; corrections stay the person, others begin a new ownership."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from server import clock
from server.db import Db
from server.errors import Refusal
from server.estate import acts
from tests.estate.conftest import rows


def put(db: Db, *given: dict[str, object]) -> dict[str, object]:
    with db.write("C1", who="S1") as pen:
        found: dict[str, object] = acts.put_homes(pen, given)
    return found


def owners(db: Db, home: str, past: bool = False) -> list[tuple[str, str | None]]:
    people = acts.residents_of(db, "C1", [home], past=past)[home]
    return [(one["name"], one["until"]) for one in people if one["role"] == "owner"]


def test_homes_come_with_people_and_phones_in_walking_order(db: Db, homes: dict[str, str]) -> None:
    found = acts.homes(db, "C1")
    assert [home["code"] for home in found] == ["3-2-302", "3-2-1801", "商铺-S01"]
    assert found[1]["address"] == "3栋2单元1801"
    assert (found[1]["floor"], found[1]["area"], found[1]["rate_fen"]) == (18, 8553, 220)
    people = acts.residents_of(db, "C1", [homes["3-2-1801"]])[homes["3-2-1801"]]
    assert [(one["role"], one["name"], one["phones"]) for one in people] == [
        ("owner", "贾宇子", ["19900009163"]), ("owner", "丁超强", []),
    ]
    assert [row["name"] for row in acts.buildings(db, "C1")] == ["3栋", "商铺"]


def test_the_same_rows_again_change_nothing(db: Db, homes: dict[str, str]) -> None:
    again = put(db, *rows())
    assert (again["new"], again["changed"], again["same"]) == (0, 0, 3)
    assert again["ids"] == homes
    assert not any(acts.changes(db, "C1", home) for home in homes.values())


def test_a_changed_cell_changes_only_what_it_names(db: Db, homes: dict[str, str]) -> None:
    row = rows()[0] | {"area": 8600}
    row.pop("note")
    assert put(db, row)["changed"] == 1
    assert acts.home_by_code(db, "C1", "3-2-1801")["area"] == 8600
    (change,) = acts.changes(db, "C1", homes["3-2-1801"])
    assert (change["field"], change["old"], change["new"], change["who"]) == ("area", "8553", "8600", "S1")


def test_a_corrected_name_stays_the_person(db: Db, homes: dict[str, str]) -> None:
    row = rows()[2] | {"owners": [{"name": "吕芳", "phones": ["19900003281"]}]}
    before = acts.owners_on(db, "C1", [homes["商铺-S01"]], clock.today())
    found = put(db, row)
    assert (found["changed"], found["owners_changed"]) == (1, [])
    assert acts.owners_on(db, "C1", [homes["商铺-S01"]], clock.today()) == before
    assert owners(db, homes["商铺-S01"], past=True) == [("吕芳", None)]


def test_another_name_is_another_owner_from_today(db: Db, homes: dict[str, str]) -> None:
    row = rows()[2] | {"owners": [{"name": "赵大", "phones": ["13511112222"]}]}
    found = put(db, row)
    assert found["owners_changed"] == ["商铺-S01"]
    assert owners(db, homes["商铺-S01"], past=True) == [("吕方", clock.today()), ("赵大", None)]


def test_an_empty_cell_takes_no_owner_and_no_number_away(db: Db, homes: dict[str, str]) -> None:
    assert put(db, rows()[2] | {"owners": []})["same"] == 1
    assert put(db, rows()[2] | {"owners": [{"name": "吕方", "phones": []}]})["same"] == 1
    assert acts.residents_of(db, "C1", [homes["商铺-S01"]])[homes["商铺-S01"]][0]["phones"] == ["19900003281"]


def test_tenants_follow_the_row(db: Db, homes: dict[str, str]) -> None:
    put(db, rows()[1] | {"tenants": []})
    assert [one["role"] for one in acts.residents_of(db, "C1", [homes["3-2-302"]])[homes["3-2-302"]]] == ["owner"]


def test_a_co_owner_may_come_and_go(db: Db, homes: dict[str, str]) -> None:
    put(db, rows()[0] | {"owners": [{"name": "贾宇子", "phones": []}]})
    assert owners(db, homes["3-2-1801"]) == [("贾宇子", None)]
    put(db, rows()[0] | {"owners": [{"name": "贾宇子", "phones": []}, {"name": "丁小强", "phones": []}]})
    assert owners(db, homes["3-2-1801"]) == [("贾宇子", None), ("丁小强", None)]


def test_every_home_written_is_touched(db: Db, homes: dict[str, str]) -> None:
    rows_ = db.all("select id from touched where community = 'C1' and type = 'household'")
    assert {row["id"] for row in rows_} == set(homes.values())


def test_a_home_without_any_code_is_refused(db: Db, community: str) -> None:
    with pytest.raises(Refusal, match="home_code_empty"):
        put(db, {"building": " ", "unit": "", "room": ""})


def test_buildings_without_numbers_stand_behind_and_keep_their_order(db: Db, community: str) -> None:
    given = [{"building": b, "unit": "", "room": "101"} for b in ("商铺", "12栋", "会所", "2栋")]
    put(db, *given)
    assert [row["id"] for row in acts.buildings(db, "C1")] == ["2", "12", "商铺", "会所"]


def test_pages_go_on_where_the_last_ended(db: Db, homes: dict[str, str]) -> None:
    page, more = acts.homes_page(db, "C1", limit=2)
    assert [home["code"] for home in page] == ["3-2-302", "3-2-1801"]
    assert more == "3-2-1801"
    page, more = acts.homes_page(db, "C1", after=more or "", limit=2)
    assert ([home["code"] for home in page], more) == (["商铺-S01"], None)
    assert len(acts.homes_page(db, "C1", building="3")[0]) == 2


def test_a_twin_community_doubles_nothing(db: Db, homes: dict[str, str], twin: Callable[[Db], None]) -> None:
    twin(db)
    assert len(acts.homes(db, "C1")) == 3
    assert len(acts.home_card(db, "C1", homes["3-2-1801"])["residents"]) == 2
    assert len(acts.homes_page(db, "C1")[0]) == 3
    put(db, rows()[0] | {"area": 1})
    assert acts.home_by_code(db, "C2", "3-2-1801")["area"] == 8553
