"""Who works where as what: one person, several communities, history, leaving."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from server.db import Db
from server.errors import Refusal
from server.people import acts


def test_a_person_of_the_trade_gets_a_role_and_buildings(db: Db, community: str, collector: str) -> None:
    (row,) = acts.members(db, community)
    assert (row["staff"], row["name"], row["role"], row["phone"]) == (collector, "小闫", "collector", "19900010000")
    assert row["buildings"] == ["1", "4", "商铺"]
    assert row["home_community"] == community


def test_the_same_name_again_is_the_same_person(db: Db, community: str, collector: str) -> None:
    assert acts.add_staff(db, community, "小闫", "collector") == collector
    assert acts.add_staff(db, community, " 小闫 ", "管家", "199 0001 0000") == collector
    assert len(acts.members(db, community)) == 1


def test_another_phone_is_another_person_and_the_name_then_asks_for_an_id(
    db: Db, community: str, collector: str
) -> None:
    other = acts.add_staff(db, community, "小闫", "collector", "13800000000")
    assert other != collector
    with pytest.raises(Refusal) as caught:
        acts.staff(db, "小闫")
    assert (caught.value.code, caught.value.values["count"]) == ("staff_ambiguous", 2)
    assert acts.staff(db, other)["phone"] == "13800000000"


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize(("name", "role", "phone", "code"), [
    ("", "clerk", "", "name_empty"), ("小王", "保安", "", "role_unknown"), ("小王", "clerk", "12", "phone_invalid"),
    ("小闫", "clerk", "", "staff_exists"),
])
def test_what_cannot_be_is_refused_by_name(
    db: Db, community: str, collector: str, name: str, role: str, phone: str, code: str
) -> None:
    with pytest.raises(Refusal) as caught:
        acts.add_staff(db, community, name, role, phone)
    assert caught.value.code == code


def test_an_unknown_community_gets_nobody(db: Db, community: str) -> None:
    with pytest.raises(Exception, match=r"community_unknown|foreign"):
        acts.add_staff(db, "C9", "小王", "clerk")


def test_one_person_works_in_several_communities(db: Db, community: str, collector: str) -> None:
    acts.add_member(db, "C2", collector, "clerk")
    assert acts.works_in(db, collector) == {"C1": "collector", "C2": "clerk"}
    assert [row["home_community"] for row in acts.members(db, "C2")] == ["C1"]
    assert acts.names(db, [collector, "nobody", ""]) == {collector: "小闫"}


def test_a_role_changes_from_now_on_and_the_past_stays(db: Db, community: str, collector: str) -> None:
    acts.set_role(db, community, "小闫", "clerk", "2栋")
    acts.set_role(db, community, collector, "clerk", "2栋")
    rows = db.all(
        "select role, until from member where community = :c and staff = :s order by since", c=community, s=collector
    )
    assert [(row["role"], row["until"] is None) for row in rows] == [("collector", False), ("clerk", True)]


def test_the_last_manager_stays(db: Db, community: str, manager: str) -> None:
    for act in (
        lambda: acts.leave(db, community, manager), lambda: acts.set_role(db, community, manager, "clerk", ""),
    ):
        with pytest.raises(Refusal) as caught:
            act()
        assert caught.value.code == "last_manager"
    acts.add_staff(db, community, "李经理", "manager")
    acts.leave(db, community, manager)
    assert [row["name"] for row in acts.members(db, community)] == ["李经理"]


def test_leaving_the_last_place_closes_every_door(db: Db, community: str, collector: str) -> None:
    token = acts.make_api_token(db, collector)
    phone = acts.enrol_device(db, acts.enrol_code(db, collector)["code"], "手机", "1")
    code = acts.enrol_code(db, collector)["code"]
    link = acts.invite(db, collector, "")["token"]
    acts.leave(db, community, collector)
    for act, wanted in (
        (lambda: acts.lookup_api(db, token), "token_unknown"),
        (lambda: acts.lookup_device(db, phone["token"]), "device-revoked"),
        (lambda: acts.enrol_device(db, code, "x", "1"), "enrol_code_wrong"),
        (lambda: acts.invited(db, link), "invite_wrong"),
        (lambda: acts.staff(db, collector), "staff_unknown"),
        (lambda: acts.enrol_code(db, collector), "staff_unknown"),
    ):
        with pytest.raises(Refusal) as caught:
            act()
        assert caught.value.code == wanted


def test_leaving_one_of_two_places_only_narrows_the_scope(db: Db, community: str, collector: str) -> None:
    acts.add_member(db, "C2", collector, "collector")
    token = acts.make_api_token(db, collector)
    acts.leave(db, "C1", collector)
    assert dict(acts.lookup_api(db, token).roles) == {"C2": "collector"}


def test_name_and_phone_are_the_home_communitys(db: Db, community: str, collector: str) -> None:
    acts.add_member(db, "C2", collector, "collector")
    acts.edit_staff(db, "C1", collector, "闫二", "13900000000")
    assert acts.staff(db, "闫二")["phone"] == "13900000000"
    with pytest.raises(Refusal) as caught:
        acts.edit_staff(db, "C2", collector, "x", "")
    assert caught.value.code == "not_home_community"


def test_a_twin_doubles_nobody(db: Db, community: str, collector: str, twin: Callable[[Db], None]) -> None:
    token = acts.make_api_token(db, collector)
    phone = acts.enrol_device(db, acts.enrol_code(db, collector)["code"], "手机", "1")
    twin(db)
    assert len(acts.members(db, "C1")) == 1
    assert dict(acts.lookup_api(db, token).roles) == {"C1": "collector"}
    assert len(acts.devices(db, "C1")) == len(acts.api_tokens(db, "C1")) == 1
    with db.write("C2") as pen:
        acts.revoke_device(pen, phone["device"])
    assert acts.lookup_device(db, phone["token"]).device == phone["device"]
