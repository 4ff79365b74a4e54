"""Bands, streaks, samples and draws."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from schemas.thanks import BANDS
from server.thanks import rules


def test_bands_are_top_coded_at_95_percent() -> None:
    shown = [BANDS[rules.band(1000, collected)] for collected in (1000, 950, 949, 900, 800, 700, 699, 0)]
    assert shown == [
        "95% 以上", "95% 以上", "90%–95%", "90%–95%", "80%–90%", "70%–80%", "70% 以下", "70% 以下",
    ]


def test_nothing_billed_is_the_last_band() -> None:
    assert rules.band(0, 0) == len(BANDS) - 1


def test_a_fall_is_not_said() -> None:
    assert [rules.change(now, before) for now, before in ((0, 1), (1, 1), (2, 1), (1, None))] == [
        "up", "same", "first", "first",
    ]


def test_only_who_did_well_is_praised() -> None:
    last = len(BANDS) - 1
    assert rules.praised(0, "same")
    assert not rules.praised(last, "same")


def bill(period: str, due: str, paid_on: str | None, open_fen: int = 0) -> dict[str, object]:
    return {"period": period, "due": due, "fen": 100, "open_fen": open_fen, "waived_fen": 0, "paid_on": paid_on}


def test_a_streak_ends_at_the_first_late_bill() -> None:
    bills = [
        bill("2026-08", "2026-08-25", "2026-08-20"), bill("2026-09", "2026-09-25", "2026-09-30"),
        bill("2026-10", "2026-10-25", "2026-10-25"), bill("2026-11", "2026-11-25", None, 100),
    ]
    assert rules.streak(rules.periods_on_time(bills, "2026-11-21")) == 1
    assert rules.streak(rules.periods_on_time(bills, "2026-11-26")) == 0


def test_one_late_bill_of_several_makes_the_period_late() -> None:
    bills = [bill("2026-10", "2026-10-25", "2026-10-20"), bill("2026-10", "2026-10-25", "2026-10-26")]
    assert rules.periods_on_time(bills, "2026-11-21") == [False]


@given(st.integers(0, 60), st.dates())
def test_a_sample_never_shows_more_than_half(n: int, day: object) -> None:
    ids = [f"r{i}" for i in range(n)]
    shown = rules.sample(ids, str(day))
    assert len(shown) <= min(12, n // 2)
    assert set(shown) <= set(ids)
    assert shown == rules.sample(reversed(ids), str(day))
    assert n >= 6 or not shown


def test_another_day_shows_others() -> None:
    ids = [f"r{i}" for i in range(40)]
    assert rules.sample(ids, "2026-11-21") != rules.sample(ids, "2026-11-22")


def test_a_mask_hides_the_length_too() -> None:
    assert [rules.masked(name) for name in ("张三", "欧阳修远", "")] == ["张**", "欧**", "**"]


@given(st.text(min_size=1, max_size=20), st.integers(2, 50), st.integers(1, 5))
def test_anybody_can_redo_a_draw(seed: str, entries: int, places: int) -> None:
    won = rules.winners(seed, entries, places)
    assert won == rules.winners(seed, entries, places)
    assert len(set(won)) == len(won) == min(places, entries)
    assert all(1 <= n <= entries for n in won)


@given(st.text(min_size=1, max_size=20), st.integers(2, 50), st.integers(1, 5), st.sets(st.integers(1, 50)))
def test_who_is_out_is_passed_over_and_the_others_keep_their_order(
    seed: str, entries: int, places: int, out: set[int]
) -> None:
    left = [n for n in rules.winners(seed, entries, entries) if n not in out]
    assert rules.winners(seed, entries, places, out) == left[:places]


def test_the_commitment_and_the_entries_are_plain_sha256() -> None:
    import hashlib

    assert rules.commitment("abc") == hashlib.sha256(b"abc").hexdigest()
    assert rules.entries_hash(["张**", "李**"]) == hashlib.sha256("1 张**\n2 李**".encode()).hexdigest()
