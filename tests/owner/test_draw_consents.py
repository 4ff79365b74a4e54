"""抽奖 on the receipt: agreed to and taken back by itself, beside 感谢榜; and the whole way of a draw."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from schemas.thanks import CONSENT_PURPOSES, CONSENT_WORDS, WORDING
from server import clock
from server.db import Db
from server.ledger import acts as ledger
from server.thanks import acts as thanks
from tests.kiosk.conftest import forgotten, homes, ledgered, screen  # noqa: F401  (fixtures)
from tests.owner.test_consents import late, receipts  # noqa: F401  (fixtures)

JOIN, LEAVE = "我是业主本人，同意参加抽奖", "撤回，退出抽奖"


def form(client: FlaskClient, path: str, button: str) -> tuple[str, dict[str, str]]:
    """(address, hidden fields) of the form with a button."""
    for to, inside in re.findall(r'<form[^>]*action="([^"]*)"[^>]*>(.*?)</form>', client.get(path).text):
        if f">{button}</button>" in inside:
            return to, dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', inside))
    raise AssertionError(button)


def press(client: FlaskClient, path: str, button: str, **more: str) -> str:
    """Send that form; the page after it."""
    to, hidden = form(client, path, button)
    answer = client.post(to, data={"months": "6", **hidden, **more})
    assert answer.status_code == 303
    return client.get(answer.location).text


def live(db: Db, community: str, home: dict[str, Any]) -> list[str]:
    return [row["purpose"] for row in thanks.consents(db, community, home["id"]) if row["live"]]


def test_the_page_says_for_what_how_and_until_when_before_anybody_joins(
    client: FlaskClient, receipts: list[str]  # noqa: F811
) -> None:
    text = client.get(receipts[0]).text
    offer = text.partition("<summary>抽奖（自愿）</summary>")[2]
    ends = [clock.add_months(clock.today(), months) for months in (3, 6, 12)]
    for words in (
        "<b>赵**</b>", "只为抽奖", "各自同意、各自撤回", "不写房号、电话、金额", "第 7 天", "自愿",
        "随时可以在本页撤回", CONSENT_WORDS["draw"].format(label="赵**"), JOIN, *ends,
    ):
        assert words in offer, words
    assert text.index("感谢榜（自愿）") < text.index("抽奖（自愿）")
    assert "赵子" not in text


def test_each_purpose_is_agreed_to_and_taken_back_by_itself(
    client: FlaskClient, receipts: list[str], db: Db, community: str, ledgered: list[dict[str, Any]]  # noqa: F811
) -> None:
    home, path = ledgered[0], receipts[0]
    assert "同意参加抽奖" in press(client, path, JOIN)
    (row,) = thanks.consents(db, community, home["id"])
    assert (row["purpose"], row["version"], row["label"]) == ("draw", WORDING, "赵**")
    assert row["words"] == CONSENT_WORDS["draw"].format(label="赵**")
    assert row["end_day"] == clock.add_months(clock.today(), 6)
    assert row["source"] == f"receipt:{path.split('/')[2]}"
    press(client, path, "我是业主本人，我同意")
    assert live(db, community, home) == ["draw", "honour"]
    assert "不再参加抽奖" in press(client, path, LEAVE)
    assert live(db, community, home) == ["honour"]
    assert "上次的同意已于" in client.get(path).text
    press(client, path, JOIN)
    press(client, path, "撤回同意")
    assert live(db, community, home) == ["draw"]


def test_the_same_form_twice_and_a_second_form_are_one_consent(
    client: FlaskClient, receipts: list[str], db: Db, community: str, ledgered: list[dict[str, Any]]  # noqa: F811
) -> None:
    first, second = form(client, receipts[0], JOIN), form(client, receipts[0], JOIN)
    for to, hidden in (first, first, second):
        assert client.post(to, data={**hidden, "months": "3"}).status_code == 303
    assert len(thanks.consents(db, community, ledgered[0]["id"])) == 1


@pytest.mark.parametrize(("button", "instead"), [
    (JOIN, "honour"), ("我是业主本人，我同意", "draw"), (JOIN, "ads"), (JOIN, ""),
])
def test_a_form_for_one_purpose_is_none_for_another(
    client: FlaskClient, receipts: list[str], db: Db, community: str, button: str, instead: str,  # noqa: F811
    ledgered: list[dict[str, Any]],  # noqa: F811
) -> None:
    to, hidden = form(client, receipts[0], button)
    assert client.post(to, data={**hidden, "purpose": instead, "months": "3"}).status_code == 403
    assert thanks.consents(db, community, ledgered[0]["id"]) == []


def test_who_paid_late_and_staff_are_offered_no_draw(
    client: FlaskClient, late: str, receipts: list[str], staff_token: Any  # noqa: F811
) -> None:
    assert "抽奖" not in client.get(late).text
    to, hidden = form(client, receipts[0], JOIN)
    staff = {"Authorization": f"Bearer {staff_token('manager')}"}
    assert JOIN not in client.get(receipts[0], headers=staff).text
    assert client.post(to, data={**hidden, "months": "3"}, headers=staff).status_code == 403


def test_who_joined_leaves_also_when_the_payment_was_taken_back(
    client: FlaskClient, receipts: list[str], db: Db, community: str, ledgered: list[dict[str, Any]]  # noqa: F811
) -> None:
    press(client, receipts[0], JOIN)
    stale = form(client, receipts[1], JOIN)
    with db.write(community) as pen:
        for path in receipts[:2]:
            ledger.undo_payment(pen, ledger.receipt(pen, community, path.split("/")[2])["payment"], "错", clock.today())
    answer = client.get(client.post(stale[0], data={**stale[1], "months": "3"}).location)
    assert "没有记下同意" in answer.text
    press(client, receipts[0], LEAVE)
    assert live(db, community, ledgered[0]) == []


class Manager:
    """The console with a manager's token, and the lobby's snapshot."""

    def __init__(self, client: FlaskClient, token: str, screen: dict[str, Any]) -> None:  # noqa: F811
        self.client, self.screen = client, {"Authorization": f"Bearer {screen['token']}"}
        self.headers = {"Authorization": f"Bearer {token}"}

    def says(self) -> str:
        return re.sub(r"<[^>]+>", "", self.client.get("/office/thanks", headers=self.headers).text)

    def send(self, path: str, **data: str) -> int:
        return self.client.post(path, data=data, headers=self.headers).status_code

    def lobby(self) -> dict[str, Any]:
        (draw,) = self.client.get("/k/v1/snapshot", headers=self.screen).json["draws"]
        return dict(draw)


def test_from_the_receipt_to_the_prize(
    client: FlaskClient, receipts: list[str], db: Db, community: str, screen: dict[str, Any],  # noqa: F811
    staff_token: Any,
) -> None:
    manager = Manager(client, staff_token("manager"), screen)
    for path in receipts[:4]:
        press(client, path, JOIN)
    assert CONSENT_PURPOSES["draw"] in manager.says()
    day = clock.add_days(clock.today(), 7)
    typed = {"title": "冬日抽奖", "prize": "洗衣液", "places": "3", "draw_day": day}
    assert manager.send("/office/draws", **typed) == 303
    assert "名单：1 赵**、2 赵**、3 赵**、4 赵**" in manager.says()
    assert (manager.lobby()["entries"], manager.lobby()["won"], manager.lobby()["not_after"]) == (4, [], "")
    pages = [client.get(path).text for path in receipts[:5]]
    numbers = [re.findall(r"冬日抽奖：您是 <b>(\d) 号</b>，(\S+) 开奖", page) for page in pages]
    assert sorted(found[0][0] for found in numbers[:4]) == ["1", "2", "3", "4"]
    assert {found[0][1] for found in numbers[:4]} == {day}
    assert numbers[4] == []
    gone = numbers[0][0][0]
    assert "冬日抽奖" not in press(client, receipts[0], LEAVE)
    assert f"{gone} （已撤回）" in manager.says()

    (draw,) = thanks.draws(db, community)
    with time_machine.travel(f"{day}T04:00:00Z", tick=False):
        assert manager.send(f"/office/draws/{draw['id']}/reveal", word="开奖") == 303
        lobby = manager.lobby()
        kept = {found[0][0] for found in numbers[1:4]}
        assert set(lobby["won"]) == {f"{n} 号 赵**" for n in kept}
        assert lobby["not_after"] == f"{day}T16:00:00Z"
        assert "冬日抽奖" not in client.get(receipts[0]).text
        assert "中了洗衣液" in client.get(receipts[1]).text
        # a winner's name goes, his prize stays
        assert "中了洗衣液" in press(client, receipts[1], LEAVE)
        assert f"{numbers[1][0][0]} 号 （已撤回）" in manager.lobby()["won"]
    with time_machine.travel(f"{clock.add_months(day, 2)}T04:00:00Z", tick=False):
        assert "冬日抽奖" not in client.get(receipts[1]).text
