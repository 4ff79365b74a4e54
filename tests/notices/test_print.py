"""Printing a route: what is on the paper is in the database, every code decodes and opens the right page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from flask.testing import FlaskClient

from server import clock
from server.config import Config
from server.db import Db
from server.errors import Refusal
from server.estate import acts as estate
from server.ledger import acts as ledger
from server.notices import acts
from server.pay import acts as pay
from tests.notices import estate_of

ON = "2026-11-21"


@pytest.fixture
def homes(db: Db, community: str) -> list[str]:
    estate_of.words(db, community)
    return estate_of.homes(db, community, 4)


@pytest.fixture
def route(db: Db, community: str, homes: list[str]) -> str:
    return estate_of.route(db, community, homes)


def printed(db: Db, community: str, route: str, kind: str, cfg: Config, on: str = ON) -> acts.Printed:
    return acts.print_route(db, community, route, kind, on, cfg=cfg)


def texts(data: bytes) -> list[str]:
    """The text of each page without spaces."""
    pages = pypdfium2.PdfDocument(data)
    return ["".join(page.get_textpage().get_text_bounded().split()) for page in pages]


def decoded(data: bytes) -> list[list[str]]:
    """The codes on each page, from top to bottom, left to right, read from a picture of the page."""
    found = []
    for page in pypdfium2.PdfDocument(data):
        codes = zxingcpp.read_barcodes(page.render(scale=2).to_pil().convert("L"))
        codes.sort(key=lambda code: (round(code.position.top_left.y / 60), code.position.top_left.x))
        found.append([code.text for code in codes])
    return found


@pytest.mark.parametrize(("kind", "per_page"), [("letter", 1), ("slip", 3), ("sticker", 6)])
def test_every_code_on_every_page_equals_the_database_and_opens_the_right_page(
    db: Db, community: str, homes: list[str], settings: Config, client: FlaskClient, kind: str, per_page: int
) -> None:
    made = acts.print_homes(db, community, homes, kind, ON, cfg=settings)
    pages = decoded(made.pdf)
    assert [len(codes) for codes in pages] == [min(per_page, 4 - i) for i in range(0, 4, per_page)]
    urls = [url for codes in pages for url in codes]
    for url, row, home in zip(urls, made.notices, homes, strict=True):
        code = pay.read_code(db, settings, url.removeprefix("http://localhost/n/"))
        assert (code["home"], code["notice"], code["match"]) == (home, row["id"], row["match"])
        page = client.get(url.removeprefix("http://localhost"))
        assert page.status_code == 200
        assert row["match"] in page.text
        assert row["number"] in page.text


def test_a_letter_says_all_it_must(
    db: Db, community: str, homes: list[str], route: str, settings: Config
) -> None:
    made = printed(db, community, route, "letter", settings)
    assert made.pages == 4
    first, row = texts(made.pdf)[0], made.notices[0]
    for words in (
        "收费通知书", row["number"], "王建国", "1,020.32", "壹仟零贰拾元叁角贰分", "2026年7月", "2026年12月1日",
        "物业服务费", "89.50㎡×2.85元",
        "2026-07-25", "锦绣花园物业服务中心", "0531-88886666", "山东锦绣物业服务有限公司", "370501616208", "盖章",
        row["match"], "localhost", "2026年11月21日",
    ):
        assert words in first
    token = pay.token_of(settings, {"version": 1, "handle": row["code_handle"]})
    assert token in first


def test_slips_say_nothing_of_money_or_names(
    db: Db, community: str, homes: list[str], route: str, settings: Config
) -> None:
    made = printed(db, community, route, "slip", settings)
    assert made.pages == 2
    text = "".join(texts(made.pdf))
    for words in ("1,020", "255.08", "欠", "逾期", "王建国", "李梅", "13800130000", "￥", "元"):
        assert words not in text.replace("单元", "")
    assert text.count("上门留言") == 4


def test_papers_come_in_walking_order(db: Db, community: str, homes: list[str], settings: Config) -> None:
    order = [homes[2], homes[0], homes[3], homes[1]]
    made = printed(db, community, estate_of.route(db, community, order), "letter", settings)
    assert [row["home"] for row in made.notices] == order
    assert [text.index("0103") > 0 for text in texts(made.pdf)[:1]] == [True]


def test_a_stop_taken_off_the_route_gets_no_paper(
    db: Db, community: str, homes: list[str], route: str, settings: Config
) -> None:
    with db.write(community) as pen:
        pen.run("update stop set went_n = :n where community = :c and home = :h", n=pen.n, c=community, h=homes[1])
    assert [row["home"] for row in printed(db, community, route, "letter", settings).notices] == [
        homes[0], homes[2], homes[3],
    ]


def test_printing_again_is_the_same_paper(
    db: Db, community: str, homes: list[str], route: str, settings: Config
) -> None:
    first = printed(db, community, route, "letter", settings)
    again = printed(db, community, route, "letter", settings)
    assert decoded(again.pdf) == decoded(first.pdf)
    for key in ("id", "number", "match", "code_handle"):
        assert [row[key] for row in again.notices] == [row[key] for row in first.notices]
    assert len(acts.notices_of_route(db, community, route)) == 4
    assert len(acts.printings(db, community, route)) == 2


def test_a_payment_makes_a_new_paper_and_the_old_code_still_opens(
    db: Db, community: str, homes: list[str], route: str, settings: Config
) -> None:
    first = printed(db, community, route, "letter", settings)
    with db.write(community) as pen:
        ledger.record_payment(pen, channel="cash", transaction_id="t", home=homes[0], fen=10000, happened_on=ON, who="")
    again = printed(db, community, route, "letter", settings)
    assert again.notices[0]["number"] != first.notices[0]["number"]
    assert again.notices[1]["number"] == first.notices[1]["number"]
    assert again.notices[0]["fen"] == first.notices[0]["fen"] - 10000
    old = pay.token_of(settings, {"version": 1, "handle": first.notices[0]["code_handle"]})
    assert pay.read_code(db, settings, old)["home"] == homes[0]


def test_a_revoked_code_is_not_printed_again(
    db: Db, community: str, homes: list[str], route: str, settings: Config
) -> None:
    first = printed(db, community, route, "slip", settings)
    with db.write(community) as pen:
        pay.revoke_codes(pen, homes[0])
    again = printed(db, community, route, "slip", settings)
    assert again.notices[0]["code_handle"] != first.notices[0]["code_handle"]


def test_a_home_that_owes_nothing_gets_no_paper_and_is_named(
    db: Db, community: str, homes: list[str], route: str, settings: Config
) -> None:
    with db.write(community) as pen:
        ledger.record_payment(
            pen, channel="cash", transaction_id="t", home=homes[0], fen=500000, happened_on=ON, who=""
        )
    made = printed(db, community, route, "letter", settings)
    assert len(made.notices) == 3
    assert made.messages == ["3-1-0101：没有未缴费用，未打印。"]


def test_a_route_where_nobody_owes_prints_nothing(db: Db, community: str, settings: Config) -> None:
    route = estate_of.route(db, community, estate_of.homes(db, community, 1, months=0))
    with pytest.raises(Refusal) as caught:
        printed(db, community, route, "letter", settings)
    assert caught.value.code == "nothing_to_print"
    with pytest.raises(Refusal):
        printed(db, community, "no-such-route", "letter", settings)


def test_an_owner_with_a_rare_character_is_printed_and_named(
    db: Db, community: str, settings: Config
) -> None:
    rows = [
        {"building": "1", "unit": "1", "room": f"10{i}", "area": 8000, "owners": [{"name": name, "phones": ["1"]}]}
        for i, name in enumerate(("王一", "李\U00030EDD", "赵三"))
    ]
    with db.write(community) as pen:
        ids = list(estate.put_homes(pen, rows)["ids"].values())
        ledger.add_bills(pen, [estate_of.bill(home, 0) for home in ids])
    made = acts.print_homes(db, community, ids, "letter", ON, cfg=settings)
    assert made.pages == 3
    assert "李〓" in texts(made.pdf)[1]
    assert [m for m in made.messages if "U+30EDD" in m and "1-1-101" in m]
    assert len(made.messages) == 1


def test_debts_of_the_owner_before_are_not_asked_of_the_next(
    db: Db, community: str, homes: list[str], settings: Config
) -> None:
    with db.write(community) as pen:
        estate.change_owner(pen, homes[0], "新业主", ["13900001111"], clock.today())
    with pytest.raises(Refusal) as caught:
        acts.print_homes(db, community, homes[:1], "letter", ON, cfg=settings)
    assert caught.value.code == "nothing_to_print"


def test_a_long_history_is_summed_up_by_year_and_counts_its_pages(
    db: Db, community: str, settings: Config
) -> None:
    [home] = estate_of.homes(db, community, 1, months=0)
    items = ("物业服务费", "公摊电费", "公摊水费", "停车管理费")
    with db.write(community) as pen:
        ledger.add_bills(pen, [
            {**estate_of.bill(home, k), "item": item} for k in range(60) for item in items
        ])
    made = acts.print_homes(db, community, [home], "letter", ON, cfg=settings)
    pages = texts(made.pdf)
    assert len(pages) == 2
    assert ["第1页，共2页" in pages[0], "第2页，共2页" in pages[1]] == [True, True]
    assert "12期，每期255.08元" in pages[0]
    assert "费用项目" in pages[1] or "合计" in pages[0]
    assert [len(codes) for codes in decoded(made.pdf)] in ([0, 1], [1, 0])
    assert "通过调解、诉讼" not in "".join(pages), "something is past its time: no suit"


def test_an_ordinary_letter_stays_on_one_page_with_twelve_bills(
    db: Db, community: str, settings: Config
) -> None:
    estate_of.words(db, community)
    [home] = estate_of.homes(db, community, 1, months=12)
    assert acts.print_homes(db, community, [home], "letter", ON, cfg=settings).pages == 1


def test_a_home_without_a_phone_gets_a_warning_with_its_slip(
    db: Db, community: str, settings: Config
) -> None:
    with db.write(community) as pen:
        row = {"building": "1", "unit": "1", "room": "101", "area": 1, "owners": [{"name": "王一", "phones": []}]}
        [home] = estate.put_homes(pen, [row])["ids"].values()
        ledger.add_bills(pen, [estate_of.bill(home, 0)])
    made = acts.print_homes(db, community, [home], "slip", ON, cfg=settings)
    assert "没有登记电话" in made.messages[0]


def test_the_file_is_pdf_a(db: Db, community: str, homes: list[str], route: str, settings: Config) -> None:
    data = printed(db, community, route, "letter", settings).pdf
    assert b"<pdfaid:part>2" in data
    assert b"<pdfaid:conformance>U" in data


def test_numbers_are_unique_and_follow_each_other(
    db: Db, community: str, homes: list[str], route: str, settings: Config
) -> None:
    letters = printed(db, community, route, "letter", settings)
    slips = printed(db, community, route, "slip", settings)
    year = clock.today()[:4]
    assert [row["number"] for row in letters.notices + slips.notices] == [
        f"JX-{year}-{i:04d}" for i in range(1, 9)
    ]


def test_a_twin_community_is_not_printed(
    db: Db, community: str, homes: list[str], route: str, settings: Config, twin: Callable[[Db], None]
) -> None:
    before = printed(db, community, route, "letter", settings)
    twin(db)
    after = printed(db, community, route, "letter", settings)
    assert [row["number"] for row in after.notices] == [row["number"] for row in before.notices]
    assert all("1,020.32" in text for text in texts(after.pdf))


def test_pdfs_are_kept_ninety_days(
    db: Db, community: str, homes: list[str], route: str, settings: Config
) -> None:
    made = printed(db, community, route, "letter", settings)
    assert acts.printing_pdf(db, community, made.printing) == made.pdf
    assert acts.run_due(db, community, clock.today()) == {"pdfs": 0}
    assert acts.run_due(db, community, clock.add_days(clock.today(), 92)) == {"pdfs": 1}
    with pytest.raises(Refusal) as caught:
        acts.printing_pdf(db, community, made.printing)
    assert caught.value.code == "printing_unfinished"


def test_the_office_prints_over_the_door_of_programs(
    db: Db, client: FlaskClient, homes: list[str], route: str, staff_token: Callable[[str], str]
) -> None:
    auth = {"Authorization": f"Bearer {staff_token('clerk')}"}
    answer = client.post("/api/v1/printings", json={"kind": "letter", "route": route, "date": ON}, headers=auth)
    assert (answer.status_code, answer.json["pages"], answer.json["papers"]) == (201, 4, 4)
    data = client.get(f"/api/v1/printings/{answer.json['id']}/pdf", headers=auth)
    assert data.data.startswith(b"%PDF-")
    some = {"kind": "sticker", "households": ["3-1-0102"]}
    assert client.post("/api/v1/printings", json=some, headers=auth).json["papers"] == 1
    wrong: dict[str, Any] = {"kind": "slip", "households": ["9-9-999"]}
    assert client.post("/api/v1/printings", json=wrong, headers=auth).status_code in (404, 422)
    assert len(client.get(f"/api/v1/notices?route={route}", headers=auth).json["notices"]) == 4
    assert len(client.get("/api/v1/notices?household=3-1-0102", headers=auth).json["notices"]) == 2
    collector = {"Authorization": f"Bearer {staff_token('collector')}"}
    assert client.post("/api/v1/printings", json=some, headers=collector).status_code == 403
    assert client.get(f"/api/v1/printings/{answer.json['id']}/pdf", headers=collector).status_code == 403
