"""Text on a screen: pages of about a hundred characters, and what must be looked at twice before it is published."""

from __future__ import annotations

import re
from collections.abc import Iterable

STRONG, WEAK = "。！？；!?;\n", "，、：,: "
NEVER_FIRST = "。，、；：！？）》”’」』】%,.;:!?)"
PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)|(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)")
ROOM = re.compile(
    r"(?<!\d)\d{1,3}\s*[-－—]\s*\d{1,2}\s*[-－—]\s*\d{3,4}(?!\d)"
    r"|\d{1,3}\s*(?:栋|幢|号楼|座)[^。；，,\n]{0,6}?\d{3,4}(?!\d|\s*[元年平度人次])\s*(?:室|号|户|房)?"
    r"|(?<!\d)\d{3,4}\s*(?:室|户|房)(?!间)"
)
DEBT = re.compile(r"欠费(?:名单|户|业主|公示|榜)|拖欠|老赖|失信|未缴(?:名单|户)|黑名单")


def clean(text: str) -> str:
    """One space for blanks, one line break for many, none at the ends."""
    text = re.sub(r"[ \t\u3000]+", " ", text.replace("\r\n", "\n").replace("\r", "\n"))
    return re.sub(r" ?\n[ \n]*", "\n", text).strip()


def pages(text: str, size: int = 100) -> list[str]:
    """Pages of at most `size` characters, cut after a sentence where one ends in the second half, else after a comma;
    never before a closing mark. At least one page."""
    rest = list(clean(text))
    out: list[str] = []
    while len(rest) > size:
        at = _cut(rest, size)
        out.append("".join(rest[:at]).strip())
        rest = rest[at:]
    last = "".join(rest).strip()
    return out + [last] if last or not out else out


def _cut(chars: list[str], size: int) -> int:
    for marks in (STRONG, WEAK):
        for at in range(size, size // 2, -1):
            if chars[at - 1] in marks and chars[at] not in NEVER_FIRST:
                return at
    at = size
    while at > size // 2 and chars[at] in NEVER_FIRST:
        at -= 1
    return at


def suspects(text: str, names: Iterable[str] = (), own_phones: Iterable[str] = ()) -> list[str]:
    """Sentences about what in a typed text looks personal: phones (not the company's own), rooms, owners' names, and
    words that shame debtors. Empty when nothing does."""
    found = []
    own = {digits(phone) for phone in own_phones}
    for match in PHONE.finditer(text):
        if digits(match.group()) not in own:
            found.append(f"电话号码 {match.group()}")
    found += [f"房号 {match.group().strip()}" for match in ROOM.finditer(text)]
    found += [f"业主姓名 {name}" for name in sorted({n for n in names if len(n) >= 2 and n in text})]
    found += [f"“{match.group()}”：大厅屏不展示欠费信息" for match in DEBT.finditer(text)]
    return found


def digits(phone: str) -> str:
    """A phone number's digits without the country."""
    return re.sub(r"\D", "", phone).removeprefix("86")

