"""The linter: what may never stand on a paper, at saving and at printing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.db import Db
from server.errors import Refusal
from server.notices import acts
from server.notices.rules import papers, wording
from server.notices.words import WORDS, Words

PLAIN: Words = {"title": "收费通知书", "opening": "{home} 您好，请核对。", "closing": "请在 {last_day} 前缴纳。"}


@pytest.mark.parametrize("text", [
    "逾期将停水停电", "将对您家停止供水", "断电处理", "切断您家的电源", "我们会停 水、停 电", "停-水", "限电",
    "停止供暖",
    "燃气将被切断", "关停您的水表", "停用门禁", "锁车位", "取消您的门禁", "列入黑名单", "纳入征信", "影响个人征信记录",
    "失信人", "告知邻居", "通知您的单位", "在业主群公布", "公布欠费名单", "曝光", "张榜公示", "上墙",
    "一切后果自负", "别怪我们不客气",
    "斷電", "停熱", "停　水",
])
def test_threats_are_found(text: str) -> None:
    assert wording.faults(text)


@pytest.mark.parametrize("text", [
    "物业的电梯、保洁靠这笔费用维持", "请拨打有关电话", "如有疑问请致电服务热线", "公摊电费", "水费和电费明细",
    "请在限期内缴纳",
    "公共区域照明用电", "感谢您的热心", "请通知我们", "电话 0531", "暂停电话服务", "天气转冷请注意关窗",
])
def test_ordinary_words_pass(text: str) -> None:
    assert wording.faults(text) == []


@pytest.mark.parametrize("text", [
    "提起诉讼", "申请仲裁", "向法院申请支付令", "律师函", "通过法律途径", "依法处理", "强制执行",
])
def test_expired_debts_never_threaten_suit(text: str) -> None:
    assert wording.faults(text, expired=True)
    assert wording.faults(text, expired=False) == []


@pytest.mark.parametrize("key", WORDS)
def test_our_own_words_pass(key: tuple[str, str]) -> None:
    assert wording.faults(wording.joined(WORDS[key]), key[1] == "expired") == []
    assert wording.unknown_slots(wording.joined(WORDS[key])) == []


def test_a_value_is_not_looked_at_for_braces_again() -> None:
    assert wording.fill("{home}", {"home": "{name}", "name": "王"}) == "{name}"


def save(db: Db, community: str, **changes: Any) -> None:
    words = {"step": "reminder", "variant": "plain", **PLAIN, **changes}
    with db.write(community) as pen:
        acts.save_wording(pen, **words)


def test_saved_words_are_used(db: Db, community: str) -> None:
    save(db, community)
    save(db, community, title="缴费提醒")
    [row] = [row for row in acts.wordings(db, community) if row["own"]]
    assert (row["title"], row["step"]) == ("缴费提醒", "reminder")
    with db.write(community) as pen:
        acts.reset_wording(pen, "reminder", "plain")
    assert not [row for row in acts.wordings(db, community) if row["own"]]


@pytest.mark.parametrize(("changes", "reason"), [
    ({"closing": "逾期停水"}, "停水"), ({"opening": "{nmae} 您好"}, "{nmae}"),
    ({"variant": "expired", "closing": "将提起诉讼"}, "时效"), ({"step": "court"}, "没有这一种"),
])
def test_wrong_words_are_refused_with_the_reason(
    db: Db, community: str, changes: dict[str, str], reason: str
) -> None:
    with pytest.raises(Refusal) as caught:
        save(db, community, **changes)
    assert caught.value.code == "wording_wrong"
    assert reason in caught.value.sentence


def test_words_that_became_wrong_are_replaced_when_printed() -> None:
    """Saved before a rule was known, or by hand in the database: the paper gets ours, and the office a message."""
    facts = papers.Facts(
        home="h", code="3-1-101", address="3栋1单元101", names="王", phones=1, safe_days={"b": "2029-01-01"},
        bills=[{"bill": "b", "item": "物业服务费", "period": "2026-09", "due": "2026-09-25", "open_fen": 1}],
    )
    company = {"company": "公司", "phone": "1"}
    own = {("reminder", "plain"): Words(title="x", opening="停水", closing="y")}
    made = papers.draft("letter", facts, "2026-11-21", company, own)
    assert isinstance(made, papers.Draft)
    assert made.content["title"] == "收费通知书"
    assert "未采用" in made.messages[0]


def test_only_the_manager_changes_words(client: FlaskClient, community: str, staff_token: Callable[[str], str]) -> None:
    def post(role: str, **changes: str) -> Any:
        token = {"Authorization": f"Bearer {staff_token(role)}"}
        return client.post("/api/v1/wordings", json={"step": "reminder", **PLAIN, **changes}, headers=token)

    assert post("manager").status_code == 200
    assert post("clerk").status_code == 403
    refused = post("manager", closing="列入黑名单")
    assert (refused.status_code, refused.json["code"]) == (422, "wording_wrong")
