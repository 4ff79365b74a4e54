"""感谢榜: the payer agrees on his receipt and takes it back there; the lobby follows with its next snapshot."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from schemas.thanks import CONSENT_WORDS, WORDING
from server import clock
from server.config import Config
from server.db import Db
from server.estate import acts as estate
from server.ledger import acts as ledger
from server.pay import acts as pay
from server.thanks import acts as thanks
from tests.kiosk.conftest import forgotten, homes, ledgered, screen  # noqa: F401  (fixtures)

AGREE, BACK = "我是业主本人，我同意", "撤回同意"


@pytest.fixture
def receipts(db: Db, community: str, settings: Config, ledgered: list[dict[str, Any]]) -> list[str]:  # noqa: F811
    """The receipt links of the newest payment of the first ten homes; all paid by their day."""
    rows = [ledger.receipts(db, community, home["id"])[0]["receipt"] for home in ledgered[:10]]
    return [pay.receipt_path(settings, community, row) for row in rows]


@pytest.fixture
def late(db: Db, community: str, settings: Config, ledgered: list[dict[str, Any]]) -> str:  # noqa: F811
    """The receipt of a home that pays the bill of two months ago today."""
    with db.write(community) as pen:
        done = ledger.record_payment(
            pen, channel="cash", transaction_id="late", home=ledgered[99]["id"], fen=125_050,
            happened_on=clock.today(), who="",
        )
    return pay.receipt_path(settings, community, done["receipt"])


def form_of(text: str, action: str) -> tuple[str, dict[str, str]]:
    """(address, hidden fields) of the page's form whose address ends so."""
    found = re.search(rf'<form[^>]*action="([^"]*{action})"[^>]*>(.*?)</form>', text)
    assert found, action
    return found[1], dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', found[2]))


def agree(client: FlaskClient, path: str, months: str = "3", **more: str) -> Any:
    to, hidden = form_of(client.get(path).text, "/consents")
    return client.post(to, data={**hidden, "months": months, **more})


def withdraw(client: FlaskClient, path: str) -> Any:
    to, hidden = form_of(client.get(path).text, "/withdrawal")
    return client.post(to, data=hidden)


def names(client: FlaskClient, screen: dict[str, Any]) -> list[str]:  # noqa: F811
    found = client.get("/k/v1/snapshot", headers={"Authorization": f"Bearer {screen['token']}"}).json
    return [name for row in found["thanks"] for name in row["names"]]


def test_the_lobby_thanks_after_consent_and_forgets_after_withdrawal(
    client: FlaskClient, receipts: list[str], screen: dict[str, Any]  # noqa: F811
) -> None:
    for path in receipts[:5]:
        assert agree(client, path).status_code == 303
    assert names(client, screen) == []
    answer = client.get(agree(client, receipts[5]).location)
    assert "已记下您的同意" in answer.text
    assert names(client, screen) == ["赵**"] * 3
    answer = client.get(withdraw(client, receipts[5]).location)
    assert "已撤回" in answer.text
    assert AGREE in answer.text
    assert names(client, screen) == []


def test_the_page_says_what_where_why_and_until_when_before_anybody_agrees(
    client: FlaskClient, receipts: list[str], screen: dict[str, Any]  # noqa: F811
) -> None:
    text = client.get(receipts[0]).text
    ends = [clock.add_months(clock.today(), months) for months in (3, 6, 12)]
    for words in (
        "感谢按时缴费的邻居", "<b>赵**</b>", "一号楼大厅", "不写房号、电话、金额", "自愿", "随时可以在本页撤回",
        CONSENT_WORDS["honour"].format(label="赵**"), *ends,
    ):
        assert words in text, words
    assert "赵子" not in text
    assert "<script" not in text
    assert len(text.encode()) <= 10 * 1024


def test_what_was_agreed_to_is_kept_as_evidence(
    client: FlaskClient, receipts: list[str], db: Db, community: str, ledgered: list[dict[str, Any]]  # noqa: F811
) -> None:
    agree(client, receipts[0], "6")
    (row,) = thanks.consents(db, community, ledgered[0]["id"])
    assert (row["purpose"], row["version"], row["label"]) == ("honour", WORDING, "赵**")
    assert row["words"] == CONSENT_WORDS["honour"].format(label="赵**")
    assert row["end_day"] == clock.add_months(clock.today(), 6)
    assert row["source"] == f"receipt:{receipts[0].split('/')[2]}"
    page = client.get(receipts[0]).text
    assert row["end_day"] in page
    assert BACK in page
    assert AGREE not in page


def test_the_same_form_twice_and_another_receipt_of_the_home_make_one_consent(
    client: FlaskClient, receipts: list[str], db: Db, community: str, settings: Config,
    ledgered: list[dict[str, Any]],  # noqa: F811
) -> None:
    home = ledgered[0]["id"]
    older = pay.receipt_path(settings, community, ledger.receipts(db, community, home)[1]["receipt"])
    to, hidden = form_of(client.get(receipts[0]).text, "/consents")
    second, other = form_of(client.get(older).text, "/consents")
    for address, fields in ((to, hidden), (to, hidden), (second, other)):
        assert client.post(address, data={**fields, "months": "3"}).status_code == 303
    assert len(thanks.consents(db, community, home)) == 1
    withdraw(client, older)
    assert AGREE in client.get(receipts[0]).text


def test_a_form_of_one_receipt_opens_nothing_on_another(
    client: FlaskClient, app: Any, receipts: list[str], db: Db, community: str,
    ledgered: list[dict[str, Any]],  # noqa: F811
) -> None:
    _, hidden = form_of(client.get(receipts[0]).text, "/consents")
    _, theirs = form_of(client.get(receipts[1]).text, "/consents")
    mixed = {**hidden, "resident": theirs["resident"], "months": "3"}
    assert client.post(f"{receipts[1]}/consents", data=mixed).status_code == 403
    assert client.post(f"{receipts[1]}/consents", data={**hidden, "months": "3"}).status_code == 404
    agree(client, receipts[0])
    to, back = form_of(client.get(receipts[0]).text, "/withdrawal")
    assert client.post(to.replace(receipts[0], receipts[1]), data=back).status_code == 403
    number, secret = receipts[0].split("/")[2:]
    for wrong in (f"/r/{number}/{receipts[1].split('/')[3]}", f"/r/{number}/{secret[:-1]}"):
        assert client.post(f"{wrong}/consents", data={**hidden, "months": "3"}).status_code == 404
        assert client.post(to.replace(receipts[0], wrong), data=back).status_code == 404
    assert [row["live"] for row in thanks.consents(db, community, ledgered[0]["id"])] == [True]
    assert thanks.consents(db, community, ledgered[1]["id"]) == []


@pytest.mark.parametrize(("change", "status"), [
    ({"months": "13"}, 422), ({"months": ""}, 422), ({"form": "x"}, 403), ({"day": "2020-01-01"}, 403),
    ({"resident": "x"}, 404), ({"id": "other"}, 403),
])
def test_what_the_page_did_not_offer_is_refused(
    client: FlaskClient, receipts: list[str], change: dict[str, str], status: int
) -> None:
    assert agree(client, receipts[0], **change).status_code == status


def test_a_form_is_good_for_half_a_day(client: FlaskClient, receipts: list[str]) -> None:
    to, hidden = form_of(client.get(receipts[0]).text, "/consents")
    with time_machine.travel(clock.now().timestamp() + 14 * 3600, tick=False):
        assert client.post(to, data={**hidden, "months": "3"}).status_code == 403


def test_who_paid_late_is_asked_nothing(client: FlaskClient, late: str) -> None:
    assert "感谢榜" not in client.get(late).text


def test_a_payment_taken_back_gives_none_and_what_was_agreed_can_still_be_withdrawn(
    client: FlaskClient, receipts: list[str], db: Db, community: str, screen: dict[str, Any]  # noqa: F811
) -> None:
    stale = form_of(client.get(receipts[1]).text, "/consents")
    agree(client, receipts[0])
    with db.write(community) as pen:
        for path in receipts[:2]:
            ledger.undo_payment(pen, ledger.receipt(pen, community, path.split("/")[2])["payment"], "错", clock.today())
    assert "感谢榜" not in client.get(receipts[1]).text
    answer = client.get(client.post(stale[0], data={**stale[1], "months": "3"}).location)
    assert "没有记下同意" in answer.text
    assert BACK in client.get(receipts[0]).text
    assert withdraw(client, receipts[0]).status_code == 303
    assert "感谢榜" not in client.get(receipts[0]).text


def test_after_a_change_of_owner_the_old_receipt_speaks_for_nobody(
    client: FlaskClient, receipts: list[str], db: Db, community: str, ledgered: list[dict[str, Any]]  # noqa: F811
) -> None:
    with db.write(community) as pen:
        estate.change_owner(pen, ledgered[0]["id"], "钱新", [], clock.today())
    page = client.get(receipts[0]).text
    assert "感谢榜" not in page
    assert "钱" not in page.replace("这笔钱", "")


def test_a_corrected_name_is_not_the_text_that_was_agreed_to(
    client: FlaskClient, receipts: list[str], db: Db, community: str, screen: dict[str, Any],  # noqa: F811
    ledgered: list[dict[str, Any]],  # noqa: F811
) -> None:
    for path in receipts[:6]:
        agree(client, path)
    assert len(names(client, screen)) == 3
    with db.write(community) as pen:
        person = estate.residents_of(pen, community, [ledgered[0]["id"]])[ledgered[0]["id"]][0]
        pen.run("update resident set name = '肖子' where community = :c and id = :id", c=community, id=person["id"])
        pen.touch("home", ledgered[0]["id"])
    assert names(client, screen) == []
    assert BACK in client.get(receipts[0]).text


def test_each_owner_speaks_for_himself(
    client: FlaskClient, receipts: list[str], db: Db, community: str, ledgered: list[dict[str, Any]]  # noqa: F811
) -> None:
    home = ledgered[0]["id"]
    with db.write(community) as pen:
        first = estate.residents_of(pen, community, [home])[home][0]
        pen.put("resident", [{**{key: first[key] for key in ("home", "role", "since", "until", "forgotten_at")},
                              "community": community, "id": "second", "name": "李四", "position": 1}])
    assert client.get(receipts[0]).text.count(AGREE) == 2
    agree(client, receipts[0])
    page = client.get(receipts[0]).text
    assert (page.count(AGREE), page.count(BACK)) == (1, 1)
    assert "<b>李**</b>" in page


@pytest.mark.usefixtures("still")
def test_so_many_consents_a_day_but_any_number_of_withdrawals(client: FlaskClient, receipts: list[str]) -> None:
    for _ in range(20):
        assert agree(client, receipts[0]).status_code == 303
        assert withdraw(client, receipts[0]).status_code == 303
    assert agree(client, receipts[0]).status_code == 429


def test_staff_agree_for_nobody(
    client: FlaskClient, receipts: list[str], db: Db, community: str, ledgered: list[dict[str, Any]],  # noqa: F811
    staff_token: Any,
) -> None:
    to, hidden = form_of(client.get(receipts[0]).text, "/consents")
    staff = {"Authorization": f"Bearer {staff_token('clerk')}"}
    page = client.get(receipts[0], headers=staff).text
    assert "员工不能代办" in page
    assert AGREE not in page
    assert client.post(to, data={**hidden, "months": "3"}, headers=staff).status_code == 403
    assert thanks.consents(db, community, ledgered[0]["id"]) == []


def test_the_console_shows_it_as_evidence(
    client: FlaskClient, receipts: list[str], staff_token: Any
) -> None:
    agree(client, receipts[0], "12")
    page = client.get("/office/thanks", headers={"Authorization": f"Bearer {staff_token('clerk')}"}).text
    for words in (
        "赵**", clock.add_months(clock.today(), 12), f"文字第 {WORDING} 版",
        f"在收据 {receipts[0].split('/')[2]} 的页面上同意",
        CONSENT_WORDS["honour"].format(label="赵**"),
    ):
        assert words in page, words
    assert "赵子" not in page
