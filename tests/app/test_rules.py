"""The phone's pure rules, in the browser that runs them: money, days, limitation, quiet hours, codes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from server.cases import rules as cases
from server.pay.rules import token
from server.web import words
from tests.app.standin import Standin
from tests.app.world import street

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(browser: Browser) -> Any:
    standin = Standin(street(1))
    page = browser.new_page()
    page.goto(standin.url)
    page.evaluate("""async () => {
      const base = new URL(`v/${document.documentElement.dataset.version}/`, document.baseURI);
      self.rules = await import(new URL("rules.js", base));
      self.clock = await import(new URL("clock.js", base));
      self.sync = await import(new URL("sync.js", base));
    }""")
    yield page
    page.close()
    standin.close()


def call(page: Page, name: str, *words_: Any) -> Any:
    module, function = name.split(".")
    return page.evaluate(f"words => self.{module}.{function}(...words)", list(words_))


@settings(max_examples=60, deadline=None)
@given(st.integers(-(10**12), 10**12))
def test_amounts_read_as_on_page_and_console(page: Page, fen: int) -> None:
    assert call(page, "rules.yuan", fen) == words.yuan(fen)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1280", 128000),
        ("1,280.5", 128050),
        ("￥ 88.00", 8800),
        ("８８元", 8800),
        ("0.01", 1),
        ("", None),
        ("1.234", None),
        ("-5", None),
        ("一百", None),
        ("1e5", None),
    ],
)
def test_typed_amounts(page: Page, text: str, fen: int | None) -> None:
    assert call(page, "rules.fenOf", text) == fen


@pytest.mark.parametrize(
    ("today", "chips"),
    [
        ("2026-11-21", ["2026-11-21", "2026-11-27", "2026-11-30", "2026-12-10"]),
        ("2026-12-31", ["2026-12-31", "2027-01-01", "2026-12-31", "2027-01-10"]),
        ("2028-02-04", ["2028-02-04", "2028-02-04", "2028-02-29", "2028-02-10"]),
    ],
)
def test_date_chips(page: Page, today: str, chips: list[str]) -> None:
    found = call(page, "rules.dateChips", today)
    assert [name for name, _ in found] == ["今天", "周五", "月底", "发工资日"]
    assert [day for _, day in found] == chips


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["signed", "refused_witnessed", "registered_mail", "electronic_ack", "posted", "handed"]),
    st.sampled_from(["owner", "adult_relative", "authorised", "other", ""]),
)
def test_phone_and_server_agree_on_what_restarts_the_clock(page: Page, proof: str, signer: str) -> None:
    verdict = call(page, "rules.restarts", proof, signer, "2026-11-21")
    assert verdict["yes"] == cases.reaches_debtor(proof, signer)
    assert verdict.get("until") == ("2029-11-21" if verdict["yes"] else None)
    assert verdict["yes"] or verdict["why"]


@settings(max_examples=60, deadline=None)
@given(
    st.dates(
        min_value=__import__("datetime").date(2020, 1, 1), max_value=__import__("datetime").date(2026, 11, 20)
    )
)
def test_limitation_is_the_servers(page: Page, due: Any) -> None:
    home = {"bills": [{"due": due.isoformat(), "outstanding_fen": 1, "period": "x"}], "promises": []}
    assert call(page, "rules.limitation", home, "2026-11-21") == cases.last_safe_day(due.isoformat(), [])


@pytest.mark.parametrize(
    ("days", "at", "said"),
    [
        ([], "10:00", 0),
        ([], "08:59", 1),
        ([], "21:00", 1),
        ([], "20:00", 1),
        (["2026-11-21"], "10:00", 1),
        (["2026-11-20", "2026-11-17"], "10:00", 1),
        (["2026-11-20", "2026-11-14"], "10:00", 0),
    ],
)
def test_when_not_to_knock(page: Page, days: list[str], at: str, said: int) -> None:
    assert len(call(page, "rules.warnings", days, "2026-11-21", minute(at))) == said


def minute(at: str) -> int:
    return int(at[:2]) * 60 + int(at[3:])


@pytest.mark.parametrize(
    ("set_", "days", "at", "said"),
    [
        ({"visit_from": "08:30"}, [], "08:45", ""),
        ({"visit_until": "19:30"}, [], "19:30", "安静时间 19:30—次日 09:00"),
        ({"visits_a_week": "3"}, ["2026-11-20", "2026-11-17"], "10:00", ""),
        ({"visits_a_week": "1"}, ["2026-11-17"], "10:00", "每周最多 1 次"),
        ({"visits_a_day": "2"}, ["2026-11-21"], "10:00", ""),
        ({"company": "x"}, [], "21:00", "安静时间 21:00—次日 09:00"),
    ],
)
def test_the_offices_own_hours_and_caps_hold(page: Page, set_: Any, days: list[str], at: str, said: str) -> None:
    found = call(page, "rules.warnings", days, "2026-11-21", minute(at), set_)
    assert ([] if not said else [True]) == [said in one for one in found]


@pytest.mark.parametrize(
    ("promise", "state"),
    [
        ({"due": "2026-11-21", "fen": 5, "paid_fen": 0}, "open"),
        ({"due": "2026-11-20", "fen": 5, "paid_fen": 4}, "broken"),
        ({"due": "2026-11-20", "fen": 5, "paid_fen": 5}, "kept"),
        ({"due": "2026-11-20", "fen": 0, "paid_fen": 1}, "kept"),
    ],
)
def test_promises_are_kept_or_broken_as_on_the_server(
    page: Page, promise: dict[str, Any], state: str
) -> None:
    assert call(page, "rules.promiseState", promise, "2026-11-21") == state
    assert cases.promise_state(promise["due"], promise["fen"], promise["paid_fen"], "2026-11-21") == state


class Ring:
    def key(self, purpose: str) -> bytes:
        return purpose.encode().ljust(32, b"x")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 17), st.sampled_from(token.ALPHABET))
def test_typed_codes_are_read_as_the_server_reads_them(page: Page, place: int, sign: str) -> None:
    made = token.make(Ring(), 1, token.new_handle("0C1"))
    assert call(page, "rules.codeOf", f" {made[:4]}-{made[4:9]} {made[9:].lower()} ") == made
    wrong = made[:place] + sign + made[place + 1 :]
    assert (call(page, "rules.codeOf", wrong) == wrong) == (wrong == made)


@pytest.mark.parametrize(
    ("name", "shown"),
    [("王建国", "王**"), ("李四", "李*"), ("王建国、陈静", "王**、陈*"), ("", ""), ("甲", "甲*")],
)
def test_masked_names(page: Page, name: str, shown: str) -> None:
    assert call(page, "rules.masked", name) == shown


def test_rooms_are_read_by_stair(page: Page) -> None:
    assert call(page, "rules.split", "3-2-1801") == ["3 栋 2 单元", "1801"]
    assert call(page, "rules.split", "商铺-S01") == ["商铺", "S01"]
    assert call(page, "rules.direction", ["2601", "1802", "0904"]) == "从上往下"


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=40))
def test_the_digests_crc_is_everybodys(page: Page, text: str) -> None:
    import zlib

    clean = text.encode("utf-8", "replace").decode()
    assert call(page, "sync.crc32", clean) == zlib.crc32(clean.encode())


def test_ids_sort_by_time_and_are_version_seven(page: Page) -> None:
    ids = page.evaluate("""async () => {
      const ids = [];
      for (let i = 0; i < 5; i += 1) { ids.push(self.clock.newId()); await new Promise((go) => setTimeout(go, 3)); }
      return ids;
    }""")
    assert ids == sorted(ids)
    assert all(one[14] == "7" and len(one) == 36 for one in ids)
