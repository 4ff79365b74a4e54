"""Dragging doors on a proposal in a real Chromium: mouse, finger and keys; warnings, sums and order follow."""

import re

import pytest
from playwright.sync_api import expect

from server.field import acts as field
from server.ledger import acts as ledger
from server.people.acts.sessions import _open
from server.people.store import staff as staff_row
from tests.office.conftest import TODAY, ago
from tests.patience import PATIENCE

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)]


@pytest.fixture
def made(db, place):
    """A proposal for 小闫 and 小周 with the three doors all with 小闫."""
    people = [place.staff["collector"], place.staff["clerk"]]
    id_ = field.propose(db, place.c, TODAY, field.Asked(people), "m")
    field.solve(db, place.c, id_, 0)
    for code, home in place.homes.items():
        field.change(db, place.c, id_, "move", "m", home, people[0])
        field.change(db, place.c, id_, "free", "m", home)
        assert code
    return id_


@pytest.fixture
def open_plan(browser, served, db, place, made):
    """`open_plan(width, height)`: the manager's page of the proposal; any error in it fails the test."""
    contexts = []

    def enter(width=1240, height=800, touch=False):
        context = browser.new_context(viewport={"width": width, "height": height}, has_touch=touch)
        contexts.append(context)
        token = _open(db, staff_row(db, place.staff["manager"]), "")["token"]
        context.add_cookies([{"name": "koumen", "value": token, "url": served}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: pytest.fail(f"the page threw: {error}"))
        page.on("console", lambda said: said.type == "error" and "409" not in said.text and pytest.fail(said.text))
        page.goto(f"{served}/office/plan/{made}")
        expect(page.locator("[data-grip]").first).to_be_visible()
        return page

    yield enter
    for context in contexts:
        context.close()


def lane(page, place, role):
    return page.locator(f"[data-lane='{place.staff[role]}']")


def codes(page, place, role):
    return [one.get_attribute("data-code") for one in lane(page, place, role).locator(".stop").all()]


def grip(page, code):
    return page.locator(f".stop[data-code='{code}'] [data-grip]")


def orders(db, place, made):
    found = field.proposal(db, place.c, made)["found"]["routes"]
    return {tour["staff"]: [door["code"] for door in tour["doors"]] for tour in found}


def test_a_door_is_dragged_to_another_person_with_the_mouse(open_plan, db, place, made):
    page = open_plan()
    first = codes(page, place, "collector")[0]
    other = lane(page, place, "clerk")
    expect(other.locator("h2")).to_contain_text("0 户")
    start, goal = grip(page, first).bounding_box(), other.bounding_box()
    page.mouse.move(start["x"] + 10, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(goal["x"] + 60, goal["y"] + 60, steps=8)
    expect(page.locator(".gap")).to_be_visible()
    page.mouse.up()
    expect(other.locator("h2")).to_contain_text("1 户")
    expect(lane(page, place, "collector").locator("h2")).to_contain_text("2 户")
    expect(page.locator("[data-told]")).to_contain_text(f"{first}：小周第 1 户")
    expect(other.locator(".pill")).to_have_text("固定")
    assert orders(db, place, made)[place.staff["clerk"]] == [first]


def test_the_order_within_a_route_is_dragged(open_plan, db, place, made):
    page = open_plan()
    before = codes(page, place, "collector")
    last = page.locator(f".stop[data-code='{before[2]}']")
    top = page.locator(f".stop[data-code='{before[0]}']").bounding_box()
    start = last.locator(".soft").first.bounding_box()  # anywhere on the card, by mouse
    page.mouse.move(start["x"] + 30, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(top["x"] + 60, top["y"] + 3, steps=8)
    page.mouse.up()
    expect(lane(page, place, "collector").locator(".stop").first).to_have_attribute("data-code", before[2])
    assert orders(db, place, made)[place.staff["collector"]] == [before[2], before[0], before[1]]
    assert "固定" not in lane(page, place, "collector").inner_text()


def test_escape_puts_the_door_back(open_plan, db, place, made):
    page = open_plan()
    was = orders(db, place, made)
    start, goal = grip(page, "3-1-1802").bounding_box(), lane(page, place, "clerk").bounding_box()
    page.mouse.move(start["x"] + 10, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(goal["x"] + 60, goal["y"] + 60, steps=8)
    expect(page.locator(".carried")).to_be_visible()
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator(".carried")).to_have_count(0)
    assert orders(db, place, made) == was


def test_dragged_off_it_stays_away_and_dragged_up_again_it_is_added(open_plan, db, place, made):
    page = open_plan()
    out = page.locator("[data-lane='']")
    grip(page, "3-1-1802").drag_to(out.locator("h2"))
    expect(out.locator("h2")).to_contain_text("1 户")
    out.locator("summary").click()
    expect(out.locator(".stop")).to_contain_text("您划掉的")
    out.locator("[data-grip]").drag_to(lane(page, place, "clerk").locator("h2"))
    expect(lane(page, place, "clerk").locator(".stop")).to_have_attribute("data-code", "3-1-1802")
    assert orders(db, place, made)[place.staff["clerk"]] == ["3-1-1802"]


def test_a_finger_drags_by_the_grip_on_a_small_screen(open_plan, db, place, made):
    page = open_plan(412, 915, touch=True)
    first = codes(page, place, "collector")[0]
    line = page.context.new_cdp_session(page)
    grip(page, first).scroll_into_view_if_needed()
    start = grip(page, first).bounding_box()
    x, y = start["x"] + 20, start["y"] + 20

    def touch(kind, *points):
        line.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    touch("touchStart", (x, y))
    touch("touchMove", (x + 2, y + 20))
    expect(page.locator(".carried")).to_be_visible()
    goal = lane(page, place, "clerk")
    touch("touchMove", (x, 900))
    page.wait_for_function(  # held at the edge, the page scrolls by itself until the other person is there
        "lane => document.querySelector(`[data-lane='${lane}'] h2`).getBoundingClientRect().bottom < innerHeight - 40",
        arg=place.staff["clerk"])
    box = goal.locator("h2").bounding_box()
    touch("touchMove", (x, box["y"] + 5))
    touch("touchEnd")
    expect(goal.locator("h2")).to_contain_text("1 户")
    assert orders(db, place, made)[place.staff["clerk"]] == [first]


def test_keys_move_order_people_and_off(open_plan, db, place, made):
    page = open_plan()
    before = codes(page, place, "collector")
    grip(page, before[0]).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-told]")).to_contain_text(f"{before[0]}：小闫第 3 户")
    expect(grip(page, before[0])).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-told]")).to_contain_text(f"{before[0]}：小周第 1 户")
    expect(grip(page, before[0])).to_be_focused()
    page.keyboard.press("Delete")
    expect(page.locator("[data-told]")).to_contain_text("这次不去")
    assert orders(db, place, made) == {place.staff["collector"]: before[1:]}


def test_the_forms_do_the_same_without_a_mouse(open_plan, db, place, made):
    page = open_plan()
    before = codes(page, place, "collector")
    card = page.locator(f".stop[data-code='{before[1]}']")
    card.locator("summary").click()
    card.locator("button[value=up]").click()
    expect(lane(page, place, "collector").locator(".stop").first).to_have_attribute("data-code", before[1])
    expect(card.locator("button[value=up]")).to_be_disabled()
    card.locator("select").select_option(place.staff["clerk"])
    card.locator("button[value=move]").click()
    expect(lane(page, place, "clerk").locator(".stop")).to_have_attribute("data-code", before[1])


def test_a_drop_that_makes_the_evening_too_long_warns_in_words(open_plan, db, place, made):
    """Forty more doors with one person: past eight, and two would have to go."""
    from server.estate import acts as estate

    with db.write(place.c) as pen:
        homes = estate.put_homes(pen, [
            {"building": "9栋", "unit": "1单元", "room": f"{floor}01", "area": 9000, "kind": "住宅", "state": "自住",
             "owners": [{"name": "甲", "phones": []}]} for floor in range(1, 26)])["ids"]
    with db.write(place.c) as pen:
        ledger.add_bills(pen, [{"home": home, "item": "物业服务费", "period": "2026-01", "due": ago(60), "fen": 90000,
                                "basis": "x"} for home in homes.values()])
    for home in homes.values():
        field.change(db, place.c, made, "add", "m", home, place.staff["collector"])
    page = open_plan()
    fault = lane(page, place, "collector").locator("[data-fault]")
    expect(fault).to_contain_text("20:00 以后须两人同行")
    until = re.search(r"(\d\d:\d\d) 才走出", fault.inner_text()).group(1)
    grip(page, "9-1-2501").focus()
    page.keyboard.press("ArrowRight")
    expect(lane(page, place, "clerk").locator("h2")).to_contain_text("1 户")
    expect(fault).not_to_contain_text(f"{until} 才走出")


def test_a_refused_drop_says_why_and_leaves_the_board(open_plan, db, place, made):
    from server.cases import acts as cases

    page = open_plan()
    with db.write(place.c, who="t") as pen:
        cases.open_ticket(pen, id="t1", home=place.homes["3-1-1802"], kind="repair", text="漏水", source="t")
    grip(page, "3-1-1802").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-told]")).to_contain_text("3-1-1802 今晚不能上门")
    assert "3-1-1802" in orders(db, place, made)[place.staff["collector"]]
    expect(lane(page, place, "collector").locator("h2")).to_contain_text("3 户")
