"""The next step of a home: stops first, then the rung its oldest arrears stand on."""

from dataclasses import replace

import pytest

from server.cases.acts.ladder import words_for
from server.cases.ladder import LADDER, Case, next_step
from server.cases.words import SHIPPED

TODAY = "2026-11-21"
CASE = Case(home="h", arrears_fen=100000, oldest_due="2026-05-01", safe="2029-05-01")


def step(**changes):
    return next_step(replace(CASE, **changes), TODAY)


@pytest.mark.parametrize(
    ("oldest", "label"),
    [
        ("2026-11-01", "电话或短信提醒"), ("2026-08-21", "收费通知书"), ("2026-07-21", "催费通知书"),
        ("2026-05-21", "限期缴费通知书"), ("2025-11-21", "律师函"), ("2025-11-22", "限期缴费通知书"),
    ],
)  # fmt: skip
def test_the_rung_follows_the_age_of_the_oldest_arrears(oldest, label):
    assert step(oldest_due=oldest).label == label


def test_the_end_of_the_limitation_period_goes_before_an_open_ticket():
    found = step(safe="2026-12-25", ticket="repair", ticket_due="2026-12-01")
    assert (found.key, found.state, found.reason) == ("deliver", "urgent", "时效还剩 34 天")


def test_a_debt_past_its_time_is_only_for_a_person_to_look_at():
    found = step(safe="2026-11-20", promise_due=TODAY)
    assert (found.key, found.state) == ("review", "paused")


def test_an_open_repair_stops_the_asking():
    found = step(ticket="repair", ticket_due="2026-11-30")
    assert (found.label, found.reason, found.state) == ("先答复维修", "工单未结，暂停催缴", "paused")


def test_a_ticket_past_its_deadline_is_urgent():
    assert step(ticket="billing", ticket_due="2026-11-20").state == "urgent"


def test_a_request_waits_for_its_answer():
    assert step(request="instalment").label == "答复分期申请"


def test_a_promise_due_today_is_visited_tonight():
    found = step(promise_due=TODAY)
    assert (found.label, found.reason, found.state) == ("今晚上门", "承诺今天到期", "promise")


def test_before_its_day_a_promise_is_left_alone():
    assert step(promise_due="2026-11-30").key == "wait"


def test_a_broken_promise_leads_to_a_visit():
    assert step(broken="2026-11-10").reason == "承诺 2026-11-10 未兑现"


def test_a_plan_on_time_stops_and_a_late_one_is_called_about():
    assert step(plan="open").key == "wait"
    assert step(plan="late").key == "call"


def test_hardship_changes_the_talk():
    assert step(hardship=True).label == "商量分期或缓缴"


def test_an_empty_home_without_a_phone_is_looked_for_first():
    assert step(state="空置", reachable=False).key == "find"
    assert step(state="空置", reachable=True).key == "final"


@pytest.mark.parametrize("changes", [{"visits_week": 2}, {"visits_today": 1, "visits_week": 1}])
def test_a_door_is_knocked_at_once_a_day_and_twice_a_week(changes):
    assert step(**changes).key == "wait"


def test_the_ladder_goes_down_to_zero_months():
    assert [rung[0] for rung in LADDER] == sorted((rung[0] for rung in LADDER), reverse=True)
    assert LADDER[-1][0] == 0


@pytest.mark.parametrize(
    ("facts", "say", "avoid"),
    [
        ({}, "say.ordinary", "avoid.ordinary"),
        ({"ticket": "repair", "hardship": True}, "say.repair", "avoid.repair"),
        ({"ticket": "billing"}, "say.dispute", "avoid.dispute"),
        ({"hardship": True, "broken": 2}, "say.hardship", "avoid.hardship"),
        ({"state": "出租"}, "say.tenant", "avoid.tenant"),
        ({"state": "空置"}, "say.vacant", "avoid.vacant"),
        ({"kind": "商铺"}, "say.shop", "avoid.ordinary"),
        ({"broken": 1}, "say.broken", "avoid.ordinary"),
        ({"expired": True, "broken": 1}, "say.expired", "avoid.expired"),
        ({"first": True}, "say.first", "avoid.ordinary"),
    ],
)
def test_the_words_fit_the_situation(facts, say, avoid):
    assert words_for(facts) == (say, avoid)
    assert say in SHIPPED
    assert avoid in SHIPPED


def test_no_opening_threatens_what_the_law_forbids():
    for key, text in SHIPPED.items():
        if key.startswith("say."):
            assert not any(word in text for word in ("停水", "停电", "征信", "起诉", "律师", "邻居"))
