"""Names and numbers: what stands in a cell, what a stranger may see, who is still the same person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.estate import pinyin, rules


@pytest.mark.parametrize(("cell", "names"), [
    ("贾宇子、丁超强", ["贾宇子", "丁超强"]), ("张三/李四", ["张三", "李四"]), ("张三，张三", ["张三"]), ("  ", []),
    ("John  Smith", ["John Smith"]), ("王五;赵六\n孙七", ["王五", "赵六", "孙七"]),
])
def test_a_cell_may_hold_several_names(cell: str, names: list[str]) -> None:
    assert rules.names_of(cell) == names


@pytest.mark.parametrize(("names", "phones", "shared"), [
    (["甲", "乙"], ["1", "2"], [["1"], ["2"]]), (["甲"], ["1", "2"], [["1", "2"]]), (["甲", "乙"], ["1"], [["1"], []]),
    (["甲", "乙"], [], [[], []]),
])
def test_numbers_go_one_each_or_all_to_the_first(
    names: list[str], phones: list[str], shared: list[list[str]]
) -> None:
    assert rules.share_phones(names, phones) == shared


@pytest.mark.parametrize(("old", "new", "old_phones", "new_phones", "same"), [
    ("王小明", "王晓明", [], [], True), ("王小明", "王小朋友", [], [], False), ("王小明", "李四", ["1"], ["1"], True),
    ("王小明", "李小刚", [], [], False), ("王明", "王小明", [], [], True), ("王", "李", [], [], False),
    ("王小明", "王小明", [], [], True),
])
def test_a_correction_is_told_from_another_owner(
    old: str, new: str, old_phones: list[str], new_phones: list[str], same: bool
) -> None:
    assert rules.same_person(old, new, old_phones, new_phones) is same


@pytest.mark.parametrize(("name", "keys"), [
    ("单雄信", ["shanxiongxin", "sxx", "danxiongxin", "dxx"]), ("仇英", ["qiuying", "qy", "chouying"]),
    ("解缙", ["xiejin", "xj", "jiejin"]), ("曾国藩", ["zengguofan", "zgf"]), ("查良镛", ["zhaliangyong", "zly"]),
    ("翟天", ["zhaitian", "zt"]), ("区志", ["ouzhi", "oz", "quzhi"]), ("朴树", ["piaoshu", "ps"]),
    ("覃雪", ["qinxue", "qx", "tanxue"]), ("盖伟", ["gewei", "gw", "gaiwei"]), ("黑子", ["hezi", "hz", "heizi"]),
    ("尉迟恭", ["yuchigong", "ycg"]), ("万俟卨", ["moqi", "mq"]), ("吕布", ["lvbu", "lb", "lubu"]),
    ("乐乐", ["yuele", "lele", "ll"]), ("任华", ["renhua"]), ("欧阳修", ["ouyangxiu", "oyx"]),
])
def test_a_surname_is_read_as_a_surname_and_as_the_library_reads_it(name: str, keys: list[str]) -> None:
    found = pinyin.keys(name)
    for key in keys:
        assert any(word.startswith(key) for word in found), (key, found)


@given(st.text(alphabet="乐长朝重行茜盛晟柏娜单曾", min_size=1, max_size=12))
def test_readings_never_explode(name: str) -> None:
    assert 1 <= len(pinyin.readings(name)) <= pinyin.MOST_READINGS


@pytest.mark.parametrize(("text", "number", "fits"), [
    ("+86 199 0000 7634", "19900007634", True), ("0371-6655 4433", "037166554433", True), ("无", "", False),
    ("１９９００００７６３４", "19900007634", True), ("96110", "96110", True),
    ("12", "12", False), ("1" * 13, "1" * 13, False),
])
def test_a_number_is_kept_as_digits_that_can_be_dialled(text: str, number: str, fits: bool) -> None:
    assert rules.phone_of(text) == number
    assert rules.phone_fits(number) is fits
