"""What is on screen when: levels, shares, windows, dwell, a clock that is wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kiosk import rules
from kiosk.rules import Item, Slide, dwell, live, moment, playlist

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)  # Saturday, 12:00 in Shanghai
AT = moment(NOON, "2026-11-21")


def item(key: str, level: int, *chars: int, **more: str) -> Item:
    return Item(key, level, chars or (45,), **more)


def keys(slides: list[Slide]) -> list[str]:
    return [slide.key for slide in slides]


def share(slides: list[Slide]) -> float:
    return sum(s.seconds for s in slides if s.level == 2) / sum(s.seconds for s in slides)


def test_nothing_to_show_is_the_clock_and_never_blank() -> None:
    assert keys(playlist([], AT)) == ["clock#0"]


def test_an_emergency_is_alone() -> None:
    assert keys(playlist([item("x", 3), item("e", 0), item("p", 1)], AT)) == ["e#0"]


def test_an_urgent_pin_is_every_second_slide() -> None:
    shown = keys(playlist([item("p", 1), item("a", 3), item("b", 3), item("c", 4)], AT))
    assert shown == ["p#0", "a#0", "p#0", "b#0", "p#0", "c#0"]


def test_beside_a_pin_the_figures_come_within_90_seconds_and_a_disclosure_keeps_its_quarter() -> None:
    figures = [item(key, 3) for key in ("progress", "yuan", "f:物业费", "f:公共收益")]
    notices = [item(f"a:{n}:1", 3, 90) for n in range(3)]
    shown = playlist([item("a:p:1", 1, 36), item("d", 2), *figures, *notices], AT)
    begins = {slide.key: sum(s.seconds for s in shown[:i]) for i, slide in reversed(list(enumerate(shown)))}
    assert begins["progress#0"] < begins["yuan#0"] < begins["f:物业费#0"] <= 90
    assert keys(shown)[::2] == ["a:p:1#0"] * (len(shown) // 2)
    assert share(shown) >= 0.25


def test_figures_and_notices_take_turns_and_pages_stay_together() -> None:
    notices = [item("a:x:1", 3, 9, 9), item("a:y:1", 3), item("a:z:1", 3)]
    shown = playlist([*notices, item("progress", 3), item("yuan", 3)], AT)
    assert keys(shown) == ["progress#0", "a:x:1#0", "a:x:1#1", "yuan#0", "a:y:1#0", "a:z:1#0"]


def test_more_pins_than_notices_still_all_come_round() -> None:
    shown = keys(playlist([item("p", 1), item("q", 1), item("r", 1), item("a", 3)], AT))
    assert set(shown) == {"p#0", "q#0", "r#0", "a#0"}
    assert shown[1::2] == ["a#0"] * 3


def test_a_disclosure_has_a_quarter_of_the_time_even_beside_long_notices() -> None:
    shown = playlist([item("d", 2, 10), *(item(f"n{i}", 3, 200) for i in range(9))], AT)
    assert share(shown) >= 0.25


def test_a_disclosure_has_a_quarter_of_the_time_even_beside_a_pin() -> None:
    assert share(playlist([item("p", 1, 300), item("d", 2, 10), item("n", 3, 300)], AT)) >= 0.25


def test_dwell_grows_with_the_text_within_bounds() -> None:
    assert [dwell(n) for n in (0, 18, 19, 60, 168, 169, 1000)] == [10, 10, 11, 24, 60, 60, 60]


def test_days_are_inclusive_and_shanghais() -> None:
    one = item("a", 3, from_day="2026-11-21", to_day="2026-11-22")
    late = moment(datetime(2026, 11, 22, 15, 59, tzinfo=UTC), "2026-11-21")
    over = moment(datetime(2026, 11, 22, 16, 0, tzinfo=UTC), "2026-11-21")
    early = moment(datetime(2026, 11, 20, 15, 59, tzinfo=UTC), "2026-11-20")
    assert (live(one, AT), live(one, late), live(one, over), live(one, early)) == (True, True, False, False)


def test_weekdays_and_hours_narrow_a_window() -> None:
    assert live(item("a", 3, weekdays="67"), AT)
    assert not live(item("a", 3, weekdays="12345"), AT)
    assert live(item("a", 3, hours="08:00-20:00"), AT)
    assert not live(item("a", 3, hours="18:00-20:00"), AT)
    assert not live(item("a", 3, hours="20:00-06:00"), AT)
    assert live(item("a", 3, hours="20:00-12:30"), AT)


def test_an_emergency_ends_by_itself() -> None:
    assert live(item("e", 0, until="2026-11-21T04:00:01Z"), AT)
    assert not live(item("e", 0, until="2026-11-21T04:00:00Z"), AT)


def test_a_clock_reset_to_1970_hides_nothing_but_names() -> None:
    at = moment(datetime(1970, 1, 1, tzinfo=UTC), "2026-11-21")
    assert not at.trusted
    assert live(item("a", 3, from_day="2026-11-01", to_day="2026-11-21", hours="23:00-23:30", weekdays="1"), at)
    assert not live(item("t", 4, not_after="2026-11-21T16:00:00Z"), at)


def test_a_clock_years_ahead_hides_nothing() -> None:
    at = moment(datetime(2036, 1, 1, tzinfo=UTC), "2026-11-21")
    assert (at.trusted, at.day) == (False, "2026-11-21")
    assert not rules.quiet(at)


def test_weeks_without_server_are_believed() -> None:
    at = moment(datetime(2027, 1, 5, 4, tzinfo=UTC), "2026-11-21")
    assert at.trusted
    assert not live(item("a", 3, to_day="2026-12-31"), at)


def test_nights_are_quiet() -> None:
    hours = {h: rules.quiet(moment(datetime(2026, 11, 21, (h - 8) % 24, tzinfo=UTC), "2026-11-21")) for h in range(24)}
    assert [h for h, q in hours.items() if q] == [0, 1, 2, 3, 4, 5, 22, 23]


LEVELS = st.lists(
    st.tuples(st.integers(1, 4), st.lists(st.integers(0, 220), min_size=1, max_size=4)), min_size=0, max_size=14
)


@given(LEVELS)
def test_everything_comes_round_and_nothing_twice_in_a_row(spec: list[tuple[int, list[int]]]) -> None:
    everything = [item(f"i{n}", level, *chars) for n, (level, chars) in enumerate(spec)]
    shown = playlist(everything, AT)
    wanted = {f"{one.key}#{page}" for one in everything for page in range(len(one.chars))} or {"clock#0"}
    assert set(keys(shown)) == wanted
    assert all(10 <= slide.seconds <= 60 for slide in shown)
    round_ = [*keys(shown), keys(shown)[0]]
    assert len(wanted) == 1 or all(a != b for a, b in pairwise(round_))
    if any(level == 2 for level, _ in spec):
        assert share(shown) >= 0.25
