"""排路线 in the console: proposed, moved, fixed, dropped, added, searched again, published once."""

import pytest

from server import clock
from server.cases import acts as cases
from server.field import acts as field
from tests.office.conftest import TODAY, text_of


@pytest.fixture
def two(db, place):
    """小闫 and the clerk go tonight."""
    return [place.staff["collector"], place.staff["clerk"]]


def proposed(browser, staff, **more):
    """The address of a fresh proposal."""
    answer = browser.post("/office/plan", {"on": TODAY, "staff": staff, **more})
    return answer.request.path


def doors_of(db, place, path):
    found = field.proposal(db, place.c, path.rpartition("/")[2])["found"]
    return {tour["staff"]: [door["code"] for door in tour["doors"]] for tour in found["routes"]}


def test_a_proposal_shows_count_sum_times_and_the_formula_and_makes_no_route(manager, place, db):
    path = proposed(manager, place.staff["collector"])
    said = text_of(manager.get(path))
    assert "派给小闫 3 户 ￥12,199" in said
    assert "预计收回 = 欠费 × 机会" in said
    assert "收回机会约" in said
    assert field.routes(db, place.c) == []
    assert path in manager.get("/office/routes").text


def test_a_door_goes_to_another_person_and_stays_there(manager, place, db, two):
    path = proposed(manager, two)
    manager.post(path + "/change", {"act": "move", "code": "3-1-1802", "staff": two[1]})
    assert "3-1-1802" in doors_of(db, place, path)[two[1]]
    manager.post(path + "/again", {})
    assert "3-1-1802" in doors_of(db, place, path)[two[1]]
    assert "固定" in manager.get(path).text


def test_a_dropped_door_stays_away_and_says_so_until_it_is_added(manager, place, db):
    path = proposed(manager, place.staff["collector"])
    manager.post(path + "/change", {"act": "drop", "code": "3-1-1802"})
    manager.post(path + "/again", {})
    assert "3-1-1802" not in doors_of(db, place, path)[place.staff["collector"]]
    assert "您划掉的" in manager.get(path).text
    manager.post(path + "/change", {"act": "add", "code": "3-1-1802"})
    assert "3-1-1802" in doors_of(db, place, path)[place.staff["collector"]]


def test_what_the_rules_forbid_cannot_be_added(app, manager, place, db):
    for k in range(2):
        with db.write(place.c, who="t") as pen:
            at = f"{clock.add_days(TODAY, -1 - k)}T11:00:00Z"
            cases.record_contact(pen, id=f"v{k}", home=place.homes["3-1-1802"], at=at, kind="visit", staff="",
                                 outcome="refused")
    path = proposed(manager, place.staff["collector"])
    assert "本周已上门两次" in manager.get(path).text
    app.config["RAISE"] = False
    answer = manager.post(path + "/change", {"act": "add", "code": "3-1-1802"})
    assert answer.status_code == 409
    assert "本周已上门两次" in answer.text
    assert "3-1-1802" not in doors_of(db, place, path)[place.staff["collector"]]


def test_a_draft_is_published_from_its_page(manager, place, db):
    path = proposed(manager, place.staff["collector"])
    manager.post(path + "/publish", {"state": "draft"})
    (made,) = field.routes(db, place.c)
    assert (made["state"], made["stops"]) == ("draft", 3)
    manager.post(f"/office/routes/{made['route']}/state", {"state": "published"})
    assert field.route(db, place.c, made["route"])["state"] == "published"


def test_a_proposal_is_published_once(app, manager, place, db):
    path = proposed(manager, place.staff["collector"])
    answer = manager.post(path + "/publish", {"state": "published"})
    assert "已生成 1 条路线" in answer.text
    app.config["RAISE"] = False
    assert manager.post(path + "/publish", {"state": "published"}).status_code == 409
    assert len(field.routes(db, place.c)) == 1


def test_what_became_forbidden_meanwhile_is_not_published(app, manager, place, db):
    path = proposed(manager, place.staff["collector"])
    with db.write(place.c, who="t") as pen:
        cases.open_ticket(pen, id="t1", home=place.homes["3-1-1802"], kind="repair", text="漏水", source="t")
    app.config["RAISE"] = False
    answer = manager.post(path + "/publish", {"state": "published"})
    assert answer.status_code == 409
    assert "3-1-1802" in answer.text
    assert field.routes(db, place.c) == []


def test_two_who_go_together_have_one_route(manager, place, db, two):
    path = proposed(manager, two, one=two[0], other=two[1])
    assert list(doors_of(db, place, path)) == [two[0]]
    assert "同行" in manager.get(path).text


def test_a_search_whose_server_died_can_be_started_again(manager, place, db):
    made = field.propose(db, place.c, TODAY, field.Asked([place.staff["collector"]]), "x")
    assert "正在排路线" in manager.get(f"/office/plan/{made}").text
    with db.write(place.c) as pen:
        pen.run("update proposal set beat_at = '2020-01-01T00:00:00.000000Z' where community = :c", c=place.c)
    assert "再排一次" in manager.get(f"/office/plan/{made}").text
    manager.post(f"/office/plan/{made}/again", {})
    assert "派给小闫" in manager.get(f"/office/plan/{made}").text


def test_plan_and_actual_stand_side_by_side(manager, place, db):
    path = proposed(manager, place.staff["collector"])
    manager.post(path + "/publish", {"state": "published"})
    (made,) = field.routes(db, place.c)
    said = text_of(manager.get(f"/office/routes/{made['route']}"))
    assert "计划 3 户" in said
    assert "18:3" in said


def test_many_homes_are_planned_in_the_background(manager, place, db, monkeypatch):
    from server.office.pages import plan

    asked = []
    monkeypatch.setattr(plan, "FEW", 0)
    monkeypatch.setattr(plan, "_solve", lambda *found: asked.append(found))
    path = proposed(manager, place.staff["collector"])
    assert "正在排路线" in manager.get(path).text
    assert asked[0][1:] == (place.c, path.rpartition("/")[2])
