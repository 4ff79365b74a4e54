"""Pure decisions of estate: room codes, addresses, names and phone numbers as people write them, who is who."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

# The words around a number that do not belong to the code: 3栋, 3幢, 3号楼, 第3栋, 3#, 2单元, 1801室.
BUILDING_TAIL = re.compile(r"(?:栋楼?|幢楼?|号楼|#楼?)$")
UNIT_TAIL = re.compile(r"(?:单元|#)$")
ROOM_TAIL = re.compile(r"(?:号房|室)$")
LIST_MARKS = re.compile(r"[、，,;；/|\n]+")
FORGOTTEN = "已删除"

COMPOUND = (
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 "
    "濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 "
    "公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 "
    "微生 公户 公玉 梁丘 左丘 东门 西门 单于 淳于 第五 纳兰 "
)
COMPOUND_SURNAMES = frozenset(COMPOUND.split())


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """Full-width to half-width, no blanks at all: how codes and numbers are compared."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def building_of(text: str) -> str:
    """The building's part of the code: `3栋`, `第3幢`, `3号楼`, `3#` → `3`; `商铺` → `商铺`."""
    return _bare(plain(text).removeprefix("第"), BUILDING_TAIL)


def unit_of(text: str) -> str:
    """The unit's part of the code: `2单元` → `2`; empty stays empty."""
    return _bare(plain(text).removeprefix("第"), UNIT_TAIL)


def room_of(text: str) -> str:
    """The room's part of the code: `1801室` → `1801`."""
    return _bare(plain(text), ROOM_TAIL)


def _bare(text: str, tail: re.Pattern[str]) -> str:
    return tail.sub("", text) or text


def code_of(building: str, unit: str, room: str) -> str:
    """The home's code, `3-2-1801`; empty parts are left out, `商铺-S01`."""
    return "-".join(part for part in (building_of(building), unit_of(unit), room_of(room)) if part)


def address_of(building: str, unit: str, room: str) -> str:
    """The home as people say it: `3栋2单元1801`, `商铺S01`. Written words are kept (`3幢`), bare numbers get 栋."""
    return building_name(building) + unit_name(unit) + room_of(room)


def building_name(building: str) -> str:
    """`3` → `3栋`; `3幢`, `商铺` stay."""
    bare = plain(building)
    return f"{bare}栋" if re.fullmatch(r"[0-9]+|[A-Za-z][0-9]?", bare) else bare


def unit_name(unit: str) -> str:
    """`2` → `2单元`; `2单元`, `东` stay."""
    bare = plain(unit)
    return f"{bare}单元" if re.fullmatch(r"[0-9]+|[A-Za-z]", bare) else bare


def position_of(building: int, unit: str, room: str) -> int:
    """Where a home stands in walking order: building's position, then unit, then room; numbers by value."""
    return (building * 1000 + min(_rank(unit_of(unit)), 999)) * 10_000_000 + min(_rank(room_of(room)), 9_999_999)


def _rank(part: str) -> int:
    """A number by its value, below 90,000; letters after all numbers: S01 → after 9999."""
    match = re.fullmatch(r"([A-Za-z]?)-?([0-9]{0,5})", part)
    if match is None:
        return 9_000_000
    letter = ord(match[1].upper()) - 64 if match[1] else 0
    return letter * 100_000 + int(match[2] or 0)


def floor_of(room: str) -> int | None:
    """The storey a room number tells: 1801 → 18, 302 → 3; None when it tells nothing."""
    bare = room_of(room)
    return int(bare[:-2]) if re.fullmatch(r"[0-9]{3,4}", bare) and int(bare[:-2]) > 0 else None


def names_of(cell: str) -> list[str]:
    """The names in one cell: `贾宇子、丁超强` → two; doubles once, in order."""
    return list(dict.fromkeys(name for part in LIST_MARKS.split(cell) if (name := name_of(part))))


def name_of(text: str) -> str:
    """One name as it is kept: half-width, single blanks."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()


def phone_of(text: str) -> str:
    """A number as it is kept: digits only, without +86; empty when there are none."""
    digits = re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", text))
    return digits[2:] if len(digits) == 13 and digits.startswith("861") else digits


def phone_fits(number: str) -> bool:
    """True for something that can be dialled in China: 5 (hot lines) to 12 digits (area code and landline)."""
    return re.fullmatch(r"[0-9]{5,12}", number) is not None


def surname_of(name: str) -> str:
    """The family name: two characters where the first two are one (欧阳), else the first."""
    return name[:2] if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else name[:1]


def same_person(old: str, new: str, old_phones: Iterable[str], new_phones: Iterable[str]) -> bool:
    """True when a changed name is a corrected one, not another person: a shared phone, or one character off.

    A corrected register keeps debts and codes with the person; another owner begins a new ownership.
    """
    if old == new or set(old_phones) & set(new_phones):
        return True
    if len(old) == len(new):
        return len(old) > 1 and sum(a != b for a, b in zip(old, new, strict=True)) == 1
    short, long = sorted((old, new), key=len)
    return len(short) > 1 and len(long) == len(short) + 1 and any(
        long[:i] + long[i + 1:] == short for i in range(len(long))
    )


def share_phones(names: Sequence[str], phones: Sequence[str]) -> list[list[str]]:
    """Whose number is whose when both stand in one cell: one each where they match, else all with the first."""
    if len(names) == len(phones):
        return [[phone] for phone in phones]
    return [list(phones)] + [[] for _ in names[1:]]
