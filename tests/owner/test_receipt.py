"""Receipts: for whoever holds the link, with number, items, time and channel; on paper too."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pytest
import zxingcpp
from flask.testing import FlaskClient

from server.ledger import acts as ledger
from server.pay import acts as pay
from tests.owner.conftest import Estate


@pytest.fixture
def paid(place: Estate) -> dict[str, Any]:
    with place.db.write(place.community) as pen:
        done = ledger.record_payment(
            pen, channel="cash", transaction_id="t9", home=place.homes[0], fen=110000, happened_on="2026-11-20", who="",
            label="票1234",
        )
    return {**done, "path": pay.receipt_path(place.cfg, "C1", done["receipt"])}


def test_a_receipt_says_number_items_day_and_channel(client: FlaskClient, paid: dict[str, Any]) -> None:
    answer = client.get(paid["path"])
    assert answer.status_code == 200
    for words in (
        paid["receipt"], "￥1,100.00", "2026-11-20", "现金", "物业服务费", "预存", "￥79.68", "3栋1单元**01",
        "票1234",
    ):
        assert words in answer.text
    assert "王" not in answer.text
    assert len(answer.data) <= 8 * 1024


def test_its_pdf_has_capitals_and_a_code_that_leads_back(client: FlaskClient, paid: dict[str, Any]) -> None:
    answer = client.get(paid["path"] + ".pdf")
    assert answer.content_type == "application/pdf"
    [page] = pypdfium2.PdfDocument(answer.data)
    text = "".join(page.get_textpage().get_text_bounded().split())
    for words in ("收据", paid["receipt"], "1,100.00", "壹仟壹佰元整", "现金"):
        assert words in text
    assert "王建国" not in text
    [code] = zxingcpp.read_barcodes(page.render(scale=2).to_pil().convert("L"))
    assert code.text == "http://localhost" + paid["path"]


def test_a_reversed_receipt_says_so(client: FlaskClient, place: Estate, paid: dict[str, Any]) -> None:
    with place.db.write(place.community) as pen:
        ledger.undo_payment(pen, paid["payment"], "登记错户", "2026-11-21")
    answer = client.get(paid["path"])
    assert answer.status_code == 200
    assert "已冲红作废" in answer.text


@pytest.mark.parametrize("change", [
    lambda p: p[:-1], lambda p: p + "0", lambda p: p.replace("/r/", "/r/x"), lambda p: p[:-3] + "❤",
])
def test_a_wrong_link_is_404(client: FlaskClient, paid: dict[str, Any], change: Any) -> None:
    for end in ("", ".pdf"):
        assert client.get(change(paid["path"]) + end).status_code == 404
