"""Communities: numbers, names, and the company's words."""

from __future__ import annotations

import threading

import pytest

from server.access import community_of, prefix_of
from server.db import Db, connect
from server.errors import Refusal
from server.estate import acts


def test_numbers_are_given_in_order_and_the_id_carries_them(db: Db, community: str) -> None:
    assert [(row["id"], row["no"], row["name"]) for row in acts.communities(db)] == [
        ("C1", 1, "锦绣花园"), ("C2", 2, "双子花园"),
    ]
    assert community_of(prefix_of("C2") + "rest") == "C2"


def test_a_community_is_found_by_id_or_name(db: Db, community: str) -> None:
    assert acts.community(db, "C1") == acts.community(db, "锦绣花园")
    with pytest.raises(Refusal, match="community_unknown"):
        acts.community(db, "C3")


@pytest.mark.parametrize(("name", "code"), [
    ("", "name_empty"), ("  ", "name_empty"), ("C7", "community_name_wrong"), ("锦绣花园", "community_name_taken"),
    ("长" * 61, "community_name_wrong"),
])
def test_a_name_that_cannot_be_is_refused(db: Db, community: str, name: str, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        acts.make_community(db, name)
    assert caught.value.code == code


def test_the_same_name_is_found_not_doubled(db: Db, community: str) -> None:
    assert acts.find_or_make(db, "锦绣花园") == "C1"
    assert acts.find_or_make(db, "新城") == "C3"
    with db.write("C3"):
        pass


def test_a_pen_lost_between_two_transactions_is_mended(db: Db, community: str) -> None:
    with db.write() as sql:
        sql.run("delete from pen where community = 'C2'")
        sql.run("delete from audit where community = 'C2'")
    assert acts.find_or_make(db, "双子花园") == "C2"
    with db.write("C2"):
        pass


def test_a_renamed_community_keeps_its_id(db: Db, community: str) -> None:
    acts.rename_community(db, "C1", "锦绣家园")
    assert acts.community(db, "锦绣家园")["id"] == "C1"
    with pytest.raises(Refusal, match="community_name_taken"):
        acts.rename_community(db, "C1", "双子花园")


def test_two_makers_at_once_get_two_numbers(db: Db, db_url: str, community: str) -> None:
    made: list[str] = []

    def make(name: str) -> None:
        own = connect(db_url)
        made.append(acts.make_community(own, name))
        own.close()

    threads = [threading.Thread(target=make, args=(f"小区{i}",)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == ["C3", "C4", "C5", "C6"]


def test_the_only_community_need_not_be_named(db: Db) -> None:
    with pytest.raises(Refusal, match="community_unknown"):
        acts.only_community(db, None)
    acts.make_community(db, "一")
    assert acts.only_community(db, None)["id"] == "C1"
    acts.make_community(db, "二")
    with pytest.raises(Refusal, match="community_choose"):
        acts.only_community(db, "")


def test_the_companys_words_are_kept_per_community(db: Db, community: str) -> None:
    with db.write("C1") as pen:
        assert acts.set_settings(pen, {"company": " 锦绣物业 ", "phone": "0371-1"}) == ["company", "phone"]
        assert acts.set_settings(pen, {"company": "锦绣物业"}) == []
    assert acts.settings(db, "C1")["company"] == "锦绣物业"
    assert acts.settings(db, "C2")["company"] == ""
    assert db.one("select n from touched where community = 'C1' and type = 'setting' and id = 'phone'")
    with db.write("C1") as pen, pytest.raises(Refusal, match="setting_unknown"):
        acts.set_settings(pen, {"colour": "red"})
