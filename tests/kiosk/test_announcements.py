"""Publish, edit, confirm, withdraw; what must be looked at twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kiosk import acts
from server import clock
from server.db import Db
from server.errors import Refusal

Shown = Callable[[], dict[str, Any]]
Publish = Callable[..., str]


def titles(snap: dict[str, Any]) -> list[str]:
    return [row["title"] for row in snap["announcements"]]


def test_what_is_published_is_in_the_snapshot_with_the_names_others_rely_on(publish: Publish, shown: Shown) -> None:
    id_ = publish(pinned=True)
    (row,) = shown()["announcements"]
    assert row == {
        "id": id_, "title": "停水通知", "text": "明天上午停水，请提前储水。", "kind": "通知", "from": clock.today(),
        "to": clock.add_days(clock.today(), 3), "pinned": True, "version": 1, "weekdays": "", "hours": "",
        "until": None,
    }


def test_another_community_sees_nothing_of_it(
    publish: Publish, db: Db, community: str, twin: Callable[[Db], None], shown: Shown
) -> None:
    publish()
    shown()
    twin(db)
    assert len(shown()["announcements"]) == 1
    assert len(acts.announcements(db, community)) == 1


def test_what_is_over_is_gone_and_what_comes_soon_is_there_already(publish: Publish, shown: Shown) -> None:
    publish(title="过去", from_day="2020-01-01", to_day="2020-01-02")
    publish(title="下周", from_day=clock.add_days(clock.today(), 7), to_day=clock.add_days(clock.today(), 8))
    publish(title="明年", from_day=clock.add_days(clock.today(), 300), to_day=clock.add_days(clock.today(), 301))
    assert titles(shown()) == ["下周"]


def test_an_edit_is_a_new_version_and_the_old_words_are_kept(
    publish: Publish, shown: Shown, db: Db, community: str
) -> None:
    id_ = publish()
    with db.write(community, who="S2") as pen:
        acts.edit_announcement(pen, id_, {"text": "改到后天停水。"})
    with db.write(community, who="S2") as pen:
        same = acts.edit_announcement(pen, id_, {"text": "改到后天停水。"})
    assert same["version"] == 2
    assert shown()["announcements"][0]["text"] == "改到后天停水。"
    assert [(v["text"], v["who"]) for v in acts.versions(db, community, id_)] == [
        ("明天上午停水，请提前储水。", "S1"), ("改到后天停水。", "S2"),
    ]


def test_withdrawn_is_gone_at_once_and_cannot_be_edited(
    publish: Publish, shown: Shown, db: Db, community: str
) -> None:
    id_ = publish()
    for _ in range(2):
        with db.write(community) as pen:
            acts.withdraw(pen, id_)
    assert shown()["announcements"] == []
    with db.write(community) as pen, pytest.raises(Refusal, match="announcement_withdrawn"):
        acts.edit_announcement(pen, id_, {"title": "又来"})


def test_a_name_a_phone_or_a_room_needs_a_second_click(publish: Publish, shown: Shown, homes: list[Any]) -> None:
    name = "赵子" + chr(0x4E10)
    for text in (f"感谢{name}拾金不昧", "电话13812345678", "3-2-1801漏水"):
        with pytest.raises(Refusal, match="text_personal"):
            publish(text=text)
    publish(text="物业电话0571-88886666")
    publish(text="3-2-1801漏水已修好", sure=True)
    assert len(shown()["announcements"]) == 2


def test_an_imported_text_that_looks_personal_waits_for_a_look(
    publish: Publish, shown: Shown, db: Db, community: str
) -> None:
    id_ = publish(text="联系13812345678", source="import")
    assert shown()["announcements"] == []
    assert acts.announcement(db, community, id_)["state"] == "waiting"
    with db.write(community) as pen:
        acts.approve(pen, id_)
    assert len(shown()["announcements"]) == 1


def test_an_emergency_stands_alone_only_after_the_second_confirmation(
    publish: Publish, shown: Shown, db: Db, community: str
) -> None:
    id_ = publish(kind="紧急")
    assert shown()["announcements"][0]["until"] is None
    with db.write(community, who="S2") as pen:
        made = acts.approve(pen, id_, hours=100)
    until = shown()["announcements"][0]["until"]
    assert until == made["until"]
    left = clock.parse(until) - clock.now()
    assert 23.9 * 3600 < left.total_seconds() <= 24 * 3600


def test_an_edit_takes_the_second_confirmation_away(publish: Publish, db: Db, community: str) -> None:
    id_ = publish(kind="紧急")
    with db.write(community) as pen:
        acts.approve(pen, id_)
        assert acts.edit_announcement(pen, id_, {"text": "别的话"})["until"] is None


@pytest.mark.parametrize(("more", "code"), [
    ({"title": "长" * 25}, "title_too_long"), ({"text": "长" * 1001}, "text_too_long"),
    ({"to_day": "2020-01-01"}, "days_reversed"), ({"kind": "广告"}, "kind_unknown"),
])
def test_what_cannot_be_read_or_shown_is_refused(publish: Publish, more: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal, match=code):
        publish(**more)


def test_an_imported_long_title_goes_in(publish: Publish, shown: Shown) -> None:
    publish(title="长" * 30, source="import:1")
    assert len(shown()["announcements"]) == 1


def test_a_building_sees_its_own(db: Db, community: str, publish: Publish) -> None:
    publish(title="全部")
    publish(title="一栋", buildings=["1"])
    publish(title="二栋", buildings=["2"])
    import json

    with db.write(community) as pen:
        here = acts.add_screen(pen, building="1")["screen"]
    assert set(titles(json.loads(acts.snapshot(db, community, here).body))) == {"全部", "一栋"}
