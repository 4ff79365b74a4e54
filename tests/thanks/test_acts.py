"""Consent by the payer only, gone when withdrawn; a sample; a draw that can be checked."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from kiosk import acts as kiosk
from server import clock
from server.db import Db
from server.errors import Refusal
from server.estate import acts as estate
from server.thanks import acts, rules
from tests.kiosk.conftest import homes, ledgered, screen, shown  # noqa: F401  (fixtures)


@pytest.fixture
def agree(db: Db, community: str, ledgered: list[dict[str, Any]]) -> Callable[..., list[str]]:  # noqa: F811
    """Consents of the owners of the first n homes; their ids."""

    def go(n: int, purpose: str = "honour", **more: Any) -> list[str]:
        ids = [home["id"] for home in ledgered]
        people = estate.residents_of(db, community, ids)
        with db.write(community) as pen:
            return [
                acts.give_consent(
                    pen, home=home, resident=people[home][0]["id"], purpose=purpose, source="page", **more
                )
                for home in ids[:n]
            ]

    return go


def names(found: dict[str, Any]) -> list[str]:
    return [name for row in found["thanks"] for name in row["names"]]


def test_masked_names_of_half_of_those_who_agreed(agree: Callable[..., list[str]], shown: Any) -> None:  # noqa: F811
    agree(10)
    found = shown()
    assert names(found) == ["赵**"] * 5
    assert found["thanks"][0]["not_after"] == f"{found['as_of']}T16:00:00Z"


def test_fewer_than_six_show_nobody(agree: Callable[..., list[str]], shown: Any) -> None:  # noqa: F811
    agree(5)
    assert names(shown()) == []


def test_who_was_late_is_not_thanked_and_not_missed(
    agree: Callable[..., list[str]], db: Db, community: str, ledgered: list[dict[str, Any]]  # noqa: F811
) -> None:
    late = [home["id"] for home in ledgered[96:]]
    assert set(acts.streaks(db, community, late, clock.today()).values()) == {0}


def test_a_withdrawal_empties_the_board_at_once(
    agree: Callable[..., list[str]], db: Db, community: str, shown: Any, ledgered: list[dict[str, Any]]  # noqa: F811
) -> None:
    made = agree(6)
    assert len(names(shown())) == 3
    with db.write(community) as pen:
        acts.withdraw_consent(pen, made[0], ledgered[0]["id"], "page")
        acts.withdraw_consent(pen, made[0], ledgered[0]["id"], "page")
    assert names(shown()) == []
    assert [row["live"] for row in acts.consents(db, community, ledgered[0]["id"])] == [False]


def test_nobody_withdraws_for_another_home(
    agree: Callable[..., list[str]], db: Db, community: str, ledgered: list[dict[str, Any]]  # noqa: F811
) -> None:
    made = agree(2)
    with db.write(community) as pen, pytest.raises(Refusal, match="not_found"):
        acts.withdraw_consent(pen, made[0], ledgered[1]["id"], "page")


def test_a_consent_ends_by_itself(agree: Callable[..., list[str]], db: Db, community: str) -> None:
    agree(6)
    day = clock.add_days(clock.add_months(clock.today(), 12), 1)
    assert acts.honour(db, community, "S", day) == []


def test_a_change_of_owner_ends_it(
    agree: Callable[..., list[str]], db: Db, community: str, ledgered: list[dict[str, Any]], shown: Any  # noqa: F811
) -> None:
    agree(6)
    with db.write(community) as pen:
        estate.change_owner(pen, ledgered[0]["id"], "新业主", [], clock.today())
    assert names(shown()) == []


def test_staff_cannot_consent_for_a_payer(db: Db, community: str, ledgered: list[dict[str, Any]]) -> None:  # noqa: F811
    home = ledgered[0]["id"]
    person = estate.residents_of(db, community, [home])[home][0]["id"]
    with db.write(community, who="S1") as pen, pytest.raises(Refusal, match="consent_by_staff"):
        acts.give_consent(pen, home=home, resident=person, purpose="honour", source="office")


@pytest.mark.parametrize(("more", "code"), [
    ({"purpose": "ads"}, "consent_purpose"), ({"months": 13}, "consent_end"), ({"months": -1}, "consent_end"),
    ({"resident": "nobody"}, "resident_unknown"),
])
def test_a_consent_names_purpose_person_and_an_end_within_a_year(
    db: Db, community: str, ledgered: list[dict[str, Any]], more: dict[str, Any], code: str  # noqa: F811
) -> None:
    home = ledgered[0]["id"]
    person = estate.residents_of(db, community, [home])[home][0]["id"]
    end = clock.add_months(clock.today(), more.get("months", 12))
    with db.write(community) as pen, pytest.raises(Refusal, match=code):
        acts.give_consent(
            pen, **{"home": home, "resident": person, "purpose": "honour", "source": "page", "end_day": end,
                   **{key: value for key, value in more.items() if key != "months"}}
        )


def test_only_the_screens_that_were_named_show_it(
    agree: Callable[..., list[str]], db: Db, community: str, screen: dict[str, Any], shown: Any  # noqa: F811
) -> None:
    agree(8, screens=[screen["screen"]])
    with db.write(community) as pen:
        other = kiosk.add_screen(pen)["screen"]
    assert len(names(shown())) == 4
    assert names(json.loads(kiosk.snapshot(db, community, other).body)) == []


def test_a_draw_commits_before_and_reveals_after(
    agree: Callable[..., list[str]], db: Db, community: str, shown: Any  # noqa: F811
) -> None:
    made = agree(8, purpose="draw")
    day = clock.add_days(clock.today(), 7)
    with db.write(community) as pen:
        id_ = acts.make_draw(pen, title="按时缴费抽奖", prize="洗衣液", places=2, draw_day=day)
    (before,) = shown()["draws"]
    assert (before["seed"], before["entries"], before["won"]) == (None, 8, [])
    with db.write(community) as pen, pytest.raises(Refusal, match="draw_too_early"):
        acts.reveal_draw(pen, id_)
    with time_machine.travel(f"{day}T04:00:00Z", tick=False):
        with db.write(community) as pen:
            won = acts.reveal_draw(pen, id_)
            assert acts.reveal_draw(pen, id_) == won
        (after,) = shown()["draws"]
    assert rules.commitment(after["seed"]) == before["commitment"]
    assert rules.winners(after["seed"], 8, 2) == won
    assert after["won"] == [f"{n} 号 赵**" for n in won]
    assert len(made) == 8


def drawn(db: Db, community: str, places: int) -> str:
    """A draw in a week; its id."""
    with db.write(community) as pen:
        return acts.make_draw(
            pen, title="按时缴费抽奖", prize="洗衣液", places=places, draw_day=clock.add_days(clock.today(), 7)
        )


def labels(db: Db, community: str) -> list[str]:
    (draw,) = acts.draws(db, community)
    return [row["label"] for row in draw["list"]]


def test_who_took_it_back_or_left_before_the_draw_wins_nothing(
    agree: Callable[..., list[str]], db: Db, community: str, ledgered: list[dict[str, Any]]  # noqa: F811
) -> None:
    made = agree(4, purpose="draw")
    id_ = drawn(db, community, 3)
    with db.write(community) as pen:
        assert acts.withdraw_consent(pen, made[0], ledgered[0]["id"], "page") == "draw"
        estate.change_owner(pen, ledgered[1]["id"], "新业主", [], clock.today())
    assert sorted(labels(db, community)) == ["赵**", "赵**", "（失效）", "（已撤回）"]
    with time_machine.travel(f"{clock.add_days(clock.today(), 7)}T04:00:00Z", tick=False):
        with db.write(community) as pen:
            won = acts.reveal_draw(pen, id_)
        (draw,) = acts.draws(db, community)
        assert {row["seq"] for row in draw["list"] if row["label"] == "赵**"} == set(won)
        with db.write(community) as pen:
            acts.withdraw_consent(pen, made[2], ledgered[2]["id"], "page")
            assert acts.reveal_draw(pen, id_) == won


def test_a_winner_is_named_until_the_day_he_chose(
    agree: Callable[..., list[str]], db: Db, community: str
) -> None:
    day = clock.add_days(clock.today(), 8)
    agree(2, purpose="draw", end_day=day)
    drawn(db, community, 1)
    for later, said in ((0, "赵**"), (1, "（失效）")):
        with time_machine.travel(f"{clock.add_days(day, later)}T04:00:00Z", tick=False):
            assert labels(db, community) == [said] * 2


def test_a_corrected_name_is_in_no_draw(
    agree: Callable[..., list[str]], db: Db, community: str, ledgered: list[dict[str, Any]]  # noqa: F811
) -> None:
    agree(3, purpose="draw")
    with db.write(community) as pen:
        pen.run(
            "update resident set name = '肖子' where community = :c and home = :h", c=community, h=ledgered[0]["id"]
        )
    drawn(db, community, 1)
    assert labels(db, community) == ["赵**"] * 2


def test_a_draw_with_as_many_prizes_as_entries_is_none(
    agree: Callable[..., list[str]], db: Db, community: str
) -> None:
    agree(2, purpose="draw")
    with db.write(community) as pen, pytest.raises(Refusal, match="draw_too_few"):
        acts.make_draw(pen, title="t", prize="p", places=2, draw_day=clock.today())
