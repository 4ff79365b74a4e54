"""Fee rules to bills to late fees through the JSON door and the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from server import clock
from server.__main__ import main
from server.ledger import acts
from server.ledger.acts import runs
from tests.ledger.conftest import ITEM, Books

MONTH = clock.today()[:7]
RULE = {"item": ITEM, "method": "area", "price": 20000, "since": "2020-01-01"}


class Door:
    """Requests with a role's token."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client, self.head = client, {"Authorization": f"Bearer {token}"}

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1{path}", headers=self.head)

    def post(self, path: str, **words: Any) -> Any:
        return self.client.post(f"/api/v1{path}", json=words, headers=self.head)


@pytest.fixture
def door(client: FlaskClient, books: Books, staff_token: Callable[[str], str]) -> Door:
    return Door(client, staff_token("manager"))


def test_a_rule_is_entered_listed_and_ended(door: Door) -> None:
    rule = door.post("/fee-rules", **RULE).json["rule"]
    [found] = door.get("/fee-rules").json["rules"]
    assert (found["id"], found["item"], found["price"], found["until"]) == (rule, ITEM, 20000, None)
    assert door.post(f"/fee-rules/{rule}/ending", until="2026-07-01").status_code == 201
    assert door.get("/fee-rules?on=2026-08-01").json["rules"] == []


def test_a_rule_that_cannot_be_is_refused(door: Door) -> None:
    assert door.post("/fee-rules", **{**RULE, "method": "magic"}).status_code == 422
    answer = door.post("/fee-rules", **{**RULE, "method": "formula", "formula": "__import__('os')"})
    assert (answer.status_code, answer.json["code"]) == (422, "fee_rule_invalid")


def test_a_run_is_previewed_made_and_made_once(door: Door, books: Books) -> None:
    door.post("/fee-rules", **RULE)
    before = door.get(f"/bill-runs/{MONTH}").json
    assert (before["homes"], before["bills"], before["fen"], before["standing"]) == (4, 4, 4 * 20000, 0)
    made = door.post("/bill-runs", period=MONTH).json
    assert (made["bills"], made["fen"], made["skipped"]) == (4, 4 * 20000, 0)
    after = door.get(f"/bill-runs/{MONTH}").json
    assert (after["bills"], after["standing"]) == (0, 4)
    assert door.post("/bill-runs", period=MONTH).json["bills"] == 0
    assert books.wrong() == []


def test_a_month_that_does_not_exist_is_refused(door: Door) -> None:
    assert door.get("/bill-runs/2026-13").status_code == 422
    assert door.post("/bill-runs", period="2026-1").status_code == 422


def test_readings_are_kept_or_all_refused_with_each_reason(door: Door) -> None:
    good = {"household": "1-1-101", "before": 100, "after": 350}
    wrong = [good, {"household": "9-9-999", "before": 0, "after": 1}, {"household": "1-1-201", "before": 9, "after": 8}]
    answer = door.post("/readings", item="水费", period=MONTH, readings=wrong)
    assert answer.status_code == 422
    assert [e["pointer"] for e in answer.json["errors"]] == ["/readings/1/household", "/readings/2/after"]
    door.post("/fee-rules", item="水费", method="meter", price=30000, since="2020-01-01")
    assert door.post("/readings", item="水费", period=MONTH, readings=[good]).json == {"count": 1}
    assert door.get(f"/bill-runs/{MONTH}").json["items"] == [{"item": "水费", "bills": 1, "fen": 750}]


def test_a_pool_of_a_rule_that_is_not_there_or_shares_nothing_says_so(door: Door) -> None:
    by_area = door.post("/fee-rules", **RULE).json["rule"]
    for rule in ("f99999999", by_area):
        answer = door.post("/pools", rule=rule, period=MONTH, fen=1001)
        assert (answer.status_code, answer.json["code"], answer.json["pointer"]) == (404, "fee_rule_unknown", "/rule")
        assert "收费标准" in answer.json["detail"]


def test_a_pool_is_shared_to_the_last_fen(door: Door) -> None:
    rule = door.post("/fee-rules", item="电梯公摊", method="share", share_by="home", since="2020-01-01").json["rule"]
    assert door.post("/pools", rule=rule, period=MONTH, fen=1001).status_code == 201
    assert door.get(f"/bill-runs/{MONTH}").json["fen"] == 1001


def test_late_fees_are_quoted_and_posted_once(door: Door, books: Books) -> None:
    books.bill(0, clock.add_days(clock.today(), -120)[:7], 100_000)
    assert door.get("/late-fees").json["rows"] == []
    clause = {"item": ITEM, "rate": 50, "cap_permille": 100, "clause": "合同第七条", "since": "2020-01-01"}
    assert door.post("/late-clauses", **clause).status_code == 201
    [row] = door.get("/late-fees").json["rows"]
    assert row["household"] == "1-1-101"
    assert 0 < row["fen"] <= 10_000
    assert door.post("/late-fees", households=["1-1-101"]).json == {"homes": 1, "bills": 1}
    assert door.post("/late-fees", households=["1-1-101"]).json == {"homes": 1, "bills": 0}
    assert books.wrong() == []


def test_a_clause_beyond_the_limit_is_refused(door: Door) -> None:
    assert door.post("/late-clauses", item=ITEM, rate=301, clause="x", since="2020-01-01").status_code == 422


def test_the_books_are_read_by_account(door: Door, books: Books) -> None:
    books.bill()
    books.pay()
    span = "first=2020-01-01&last=2030-01-01"
    rows = door.get(f"/trial-balance?{span}").json
    assert sum(row["closing"] for row in rows) == 0
    sheet = door.get(f"/accounts/1122?{span}").json
    assert [line["balance"] for line in sheet["rows"]][-1] == sheet["closing"] == 0
    assert sheet["rows"][0]["household"] == "1-1-101"


@pytest.mark.parametrize(("role", "path", "status"), [
    ("collector", "/fee-rules", 403), ("clerk", "/late-fees", 403), ("clerk", "/fee-rules", 200),
    ("cashier", "/trial-balance?first=2026-01-01&last=2026-01-31", 200),
])
def test_who_may_read(
    client: FlaskClient, books: Books, staff_token: Callable[[str], str], role: str, path: str, status: int
) -> None:
    assert Door(client, staff_token(role)).get(path).status_code == status


@pytest.mark.parametrize("path", ["/fee-rules", "/bill-runs", "/late-clauses", "/late-fees"])
def test_only_a_manager_changes_what_is_asked(
    client: FlaskClient, books: Books, staff_token: Callable[[str], str], path: str
) -> None:
    words = {**RULE, "period": MONTH, "rate": 1, "clause": "x", "households": ["1-1-101"]}
    assert Door(client, staff_token("cashier")).post(path, **words).status_code == 403


def test_a_run_that_was_cut_off_goes_on_and_counts_all(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    books.act(acts.add_rule, {**RULE})
    monkeypatch.setattr("server.ledger.acts.fees.CHUNK", 2)

    def cut(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        acts.generate_bills(books.db, books.c, MONTH, say=cut)
    state = runs.run_state(books.db, books.c, MONTH)
    assert state is not None
    assert (state["homes_done"], state["homes"], state["bills"], state["ended_at"]) == (2, 4, 2, None)
    acts.generate_bills(books.db, books.c, MONTH)
    state = runs.run_state(books.db, books.c, MONTH)
    assert state is not None
    assert (state["homes_done"], state["bills"], state["fen"]) == (4, 4, 4 * 20000)
    assert state["ended_at"]


def test_koumen_bills_makes_a_month(
    books: Books, db_url: str, home_dir: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    books.act(acts.add_rule, {**RULE})
    monkeypatch.setenv("KOUMEN_DB", db_url)
    monkeypatch.setenv("KOUMEN_SECRET", "tests-only-0123456789abcdef0123456789abcdef")
    words = ["bills", "--community", "C1", "--month", MONTH, "--home", str(home_dir)]
    assert main([*words, "--preview"]) == 0
    assert "将生成 4 张账单，合计 800.00 元" in capsys.readouterr().out
    assert main(words) == 0
    assert "生成 4 张账单，合计 800.00 元" in capsys.readouterr().out
