"""Search by room, name, phone, pinyin and initials, from an index read by prefix."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from server.db import Db
from server.estate import acts, store


def codes(db: Db, text: str) -> list[str]:
    return [home["code"] for home in acts.search(db, "C1", text)]


ONE_HOME = (
    "3-2-1801", "3栋2单元1801", "3栋2单元1801室", "3号楼1801", "1801", "３－２－１８０１", "321801",
    "贾宇子", "宇子", "jiayuzi", "JYZ", "丁超强", "dcq", "19900009163", "199-0000-9163", "9163",
    "+8619900009163", "3栋 贾", "jia 1801", "第3栋 jyz",
)
FOUND = {
    "3栋": ["3-2-302", "3-2-1801"], "3-2": ["3-2-302", "3-2-1801"], "商铺": ["商铺-S01"], "s01": ["商铺-S01"],
    "商铺S01": ["商铺-S01"], "shan": ["3-2-302", "商铺-S01"], "sxx": ["3-2-302"], "dan": ["3-2-302"],
    "lvfang": ["商铺-S01"], "lüf": ["商铺-S01"], "lufang": ["商铺-S01"], "蔡": ["3-2-302"], "czn": ["3-2-302"],
    "": [], "   ": [], "不存在": [], "%": [], "_": [], "'": [], "3栋 吕": [], "\x00": [],
    "1801 1801 3栋 jyz dcq 9": ["3-2-1801"],
}


@pytest.mark.usefixtures("homes")
def test_a_home_is_found_however_it_is_asked_for(db: Db) -> None:
    assert {text: codes(db, text) for text in ONE_HOME} == dict.fromkeys(ONE_HOME, ["3-2-1801"])


@pytest.mark.usefixtures("homes")
def test_a_question_finds_all_homes_it_leads_to_in_walking_order(db: Db) -> None:
    assert {text: codes(db, text) for text in FOUND} == FOUND


def test_a_whole_match_comes_first(db: Db, community: str) -> None:
    with db.write(community) as pen:
        acts.put_homes(pen, [
            {"building": "1栋", "unit": "1单元", "room": room, "area": 1, "owners": [{"name": name, "phones": []}]}
            for room, name in (("101", "张伟明"), ("1011", "李四"), ("201", "张伟"))
        ])
    assert codes(db, "张伟") == ["1-1-201", "1-1-101"]
    assert codes(db, "101")[0] == "1-1-101"


def test_another_community_is_never_searched(db: Db, homes: dict[str, str], twin: Callable[[Db], None]) -> None:
    twin(db)
    assert codes(db, "jyz") == ["3-2-1801"]
    assert len(acts.search(db, "C2", "jyz")) == 1
    assert len(acts.search(db, "C1", "jyz")[0]["residents"]) == 2
    with db.write("C1") as pen:
        acts.rename(pen, acts.search(pen, "C1", "jyz")[0]["residents"][0]["id"], "贾玉")
    assert len(acts.search(db, "C2", "jyz")) == 1, "the twin kept its own words"


def test_the_index_follows_every_change(db: Db, homes: dict[str, str]) -> None:
    home = homes["3-2-302"]
    with db.write("C1") as pen:
        acts.change_owner(pen, home, "诸葛亮", ["13712345678"], pen.day)
    assert codes(db, "zgl") == ["3-2-302"]
    assert codes(db, "13800001234") == [], "the old owner's number leads nowhere"
    assert [home["found"] for home in acts.search(db, "C1", "单雄信")] == ["past"]


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_the_search_reads_the_index_by_prefix(db: Db, homes: dict[str, str]) -> None:
    params = {"c": "C1", "w0": "zw", "z0": "zx", "w1": "3-", "z1": "3.", "most": 50}
    plan = [row["detail"] for row in db.all(f"explain query plan {store.search_sql(2)}", **params)]
    ranges = [line for line in plan if "home_word" in line]
    assert len(ranges) == 2
    assert all("PRIMARY KEY (community=? AND word>? AND word<?)" in line for line in ranges), plan
    assert not [line for line in plan if line.startswith("SCAN h")], plan


def test_a_search_in_five_thousand_homes_goes_by_its_words(db: Db, community: str) -> None:
    pick = random.Random(7)
    surnames, given = "王李张刘陈杨黄赵周吴徐孙朱马胡郭何高林罗单仇解曾", "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚"
    many = [
        {"building": f"{b}栋", "unit": f"{u}单元", "room": f"{f}{d:02d}", "area": 8000, "owners": [
            {"name": pick.choice(surnames) + pick.choice(given) + pick.choice(given),
             "phones": [f"199{pick.randrange(10**8):08d}"]}]}
        for b in range(1, 26) for u in (1, 2) for f in range(1, 26) for d in range(1, 5)
    ]
    for i in range(0, len(many), 1000):
        with db.write(community) as pen:
            acts.put_homes(pen, many[i:i + 1000])
    sqlite = db.engine.name == "sqlite"
    if not sqlite:
        db.run("analyze home_word")
    params = {"c": "C1", "w0": "zw", "z0": "zw\U0010ffff", "most": 50}
    plan = " ".join(str(row) for row in db.all(f"explain {'query plan ' * sqlite}{store.search_sql(1)}", **params))
    assert ("USING PRIMARY KEY (community=? AND word>? AND word<?)" if sqlite else "home_word_pkey") in plan, plan
    for text in ("3栋2单元1801", "zw", "张伟", "1801", "19912", "3栋 zh"):
        assert acts.search(db, "C1", text), text
