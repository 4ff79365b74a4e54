"""Live figures rounded so that nobody reads a neighbour's amount; heads that add up; equal facts, equal revision."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import board, legible, proof


def row(billed: int, collected: int) -> dict[str, Any]:
    return {"period": "2026-11", "billed_fen": billed, "collected_fen": collected, "waived_fen": 0}


def test_progress_is_rounded_down_to_a_thousand_yuan_and_a_tenth_of_a_percent() -> None:
    shown = board.progress(row(52_345_678, 48_799_999))
    assert shown == {"period": "2026-11", "billed_fen": 52_345_678, "collected_fen": 48_700_000, "permille": 930}


def test_all_paid_is_a_hundred_percent_and_nothing_billed_is_none() -> None:
    assert board.progress(row(52_345_678, 52_345_678))["permille"] == 1000
    assert board.progress(row(0, 0))["permille"] == 0


@given(st.integers(1, 10**10), st.integers(0, 10**10), st.integers(1, 99_999))
def test_two_payments_within_a_step_look_alike(billed: int, collected: int, fen: int) -> None:
    base = collected // 100_000 * 100_000
    if base + fen < billed:
        assert board.progress(row(billed, base)) == board.progress(row(billed, base + fen))


def test_fee_income_of_the_unfinished_month_is_rounded_and_finished_months_are_exact() -> None:
    rows = [
        {"fund": "物业服务费", "period": month, "out": [{"head": "电梯", "fen": 5}],
         "in": [{"head": "物业服务费收入", "fen": 12_345_678, "voucher_fen": 12_345_000, "difference_fen": -678}]}
        for month in ("2026-10", "2026-11")
    ]
    october, november = board.funds(rows, "2026-11")
    assert october["in"] == [{"head": "物业服务费收入", "fen": 12_345_678}]
    assert november["in"] == [{"head": "物业服务费收入", "fen": 12_300_000}]


def fund(name: str, months: list[str], **heads: int) -> list[dict[str, Any]]:
    return [
        {"fund": name, "period": month, "in": [], "out": [{"head": head, "fen": fen} for head, fen in heads.items()]}
        for month in months
    ]


def test_the_last_whole_quarter_is_shown_or_the_last_whole_month() -> None:
    months = ["2026-07", "2026-08", "2026-09", "2026-10", "2026-11"]
    quarter = board.statements(fund("物业服务费", months, a=1), "2026-11")
    month = board.statements(fund("物业服务费", months[1:], a=1), "2026-11")
    assert (quarter[0]["period"], quarter[0]["out_fen"]) == ("2026Q3", 3)
    assert (month[0]["period"], month[0]["out_fen"]) == ("2026-10", 1)


def test_the_three_ledgers_stay_apart() -> None:
    rows = fund("物业服务费", ["2026-10"], a=5) + fund("公共收益", ["2026-10"], **{"公共收益-维护": 7})
    assert [(r["fund"], r["out"]) for r in board.statements(rows, "2026-11")] == [
        ("物业服务费", [{"head": "a", "fen": 5}]), ("公共收益", [{"head": "维护", "fen": 7}]),
    ]


def test_at_most_six_heads_and_the_rest() -> None:
    heads = {f"h{i}": i * 10 for i in range(1, 10)} | {"其他": 500}
    shown = board.top(heads)
    assert len(shown) == 7
    assert shown[-1] == {"head": "其他", "fen": 500 + 10 + 20 + 30}
    assert sum(line["fen"] for line in shown) == sum(heads.values())


@given(st.dictionaries(st.text("天地玄黄", min_size=1, max_size=3), st.integers(1, 10**9), min_size=1, max_size=7))
def test_the_parts_of_one_yuan_add_up(heads: dict[str, int]) -> None:
    lines = [{"head": head, "fen": fen} for head, fen in heads.items()]
    shown = board.each_yuan({"fund": "f", "period": "p", "in_fen": 0, "out_fen": sum(heads.values()), "out": lines})
    assert shown is not None
    assert sum(line["fen"] for line in shown["heads"]) == 100


def test_nothing_spent_has_no_parts() -> None:
    assert board.each_yuan({"fund": "f", "period": "p", "in_fen": 5, "out_fen": 0, "out": []}) is None
    assert board.each_yuan(None) is None


def test_the_revision_is_over_everything_else() -> None:
    rev, text = board.seal({"b": 1, "a": "楼"})
    assert json.loads(text) == {"a": "楼", "b": 1, "rev": rev}
    assert board.seal({"a": "楼", "b": 1}) == (rev, text)
    assert board.seal({"a": "楼", "b": 2})[0] != rev


def test_a_panel_is_judged_from_where_people_stand() -> None:
    assert legible.sizes(55, 300).readable
    assert not legible.sizes(32, 500).readable
    far = legible.furthest_cm(43)
    assert legible.sizes(43, far).readable
    assert not legible.sizes(43, far + 20).readable


@pytest.mark.parametrize(("inches", "cm"), [(43, 300), (55, 300), (75, 500), (32, 200)])
def test_body_title_and_floor_keep_their_arc_minutes(inches: int, cm: int) -> None:
    found = legible.sizes(inches, cm)
    mm = inches * 25.4 / (1920**2 + 1080**2) ** 0.5
    assert found.body * mm >= 35 * cm / 300 - 0.01
    assert found.title * mm >= 48 * cm / 300
    assert found.floor * mm >= 22 * cm / 300 - 0.01


def chain(n: int) -> list[dict[str, Any]]:
    rows, before = [], proof.FIRST
    for seq in range(1, n + 1):
        one: dict[str, Any] = {
            "screen": "S", "seq": seq, "from_at": f"a{seq}", "to_at": f"b{seq}", "rev": "r", "shown": "{}",
            "prev_hash": before,
        }
        one["hash"] = before = proof.interval_hash(one)
        rows.append(one)
    return rows


def test_a_changed_or_missing_interval_is_named() -> None:
    assert proof.broken(chain(4)) is None
    changed = chain(4)
    changed[2]["to_at"] = "later"
    assert proof.broken(changed) == "S/3"
    missing = chain(4)
    del missing[1]
    assert proof.broken(missing) == "S/3"
