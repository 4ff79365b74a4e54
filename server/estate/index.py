"""Search without a search engine: which words lead to a home, and which words a question asks for. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from server.estate import pinyin
from server.estate.rules import FORGOTTEN

MARKS = re.compile(r"(?:号楼|栋楼?|幢楼?|#楼?|单元)")
LAST = chr(0x10FFFF)  # sorts after every continuation of a prefix, in byte order too
MOST_TOKENS = 4
LONGEST_WORD = 40


def fold(text: str) -> str:
    """The form in which words are stored and asked for: half-width, lower case, trimmed."""
    return unicodedata.normalize("NFKC", text).replace("\x00", "").casefold().strip()


def words_of(home: Mapping[str, Any], residents: Sequence[Mapping[str, Any]]) -> set[tuple[str, str]]:
    """(word, kind) of a home. `residents` carry name, until and phones (numbers); kind is room name past phone."""
    found = {(word, "room") for word in _room_words(home)}
    for person in residents:
        if person["name"] == FORGOTTEN:
            continue
        kind = "name" if person["until"] is None else "past"
        found |= {(word, kind) for word in _name_words(fold(person["name"]))}
        if person["until"] is None:
            found |= {(word, "phone") for number in person["phones"] for word in (number, number[-4:])}
    return {(word[:LONGEST_WORD], kind) for word, kind in found if word}


def _room_words(home: Mapping[str, Any]) -> set[str]:
    code, building, room = fold(home["code"]), fold(home["building"]), fold(home["room"])
    words = {code, room, fold(home["address"]), f"{building}-{room}", code.replace("-", "")}
    if not code.isascii():
        words |= set(pinyin.keys(code.replace("-", "")))
    return words


def _name_words(name: str) -> set[str]:
    """The name, what follows the surname, its pinyin; of a company also what each later character begins."""
    if len(name) <= 4:
        tails = {name[1:]} if len(name) > 2 else set()
    else:
        tails = {name[i:] for i in range(1, min(len(name) - 1, 12))}
    return {name, *tails, *pinyin.keys(name)}


def tokens_of(text: str) -> list[str]:
    """A question as prefixes that must all lead to the home: `3栋1801` → `3-1801`, `3栋 张` → `3-`, `张`."""
    tokens = (_token(part) for part in fold(text).split())
    return list(dict.fromkeys(token for token in tokens if token))[:MOST_TOKENS]


def _token(part: str) -> str:
    marked = MARKS.sub("-", part.removeprefix("第"))
    marked = re.sub(r"[-－—–_]+", "-", marked)
    marked = re.sub(r"(?<=\d)(?:室|号房)$", "", marked)
    if re.fullmatch(r"1[0-9]{2}-[0-9]{4}-[0-9]{4}|\+?861[0-9]{10}", marked):
        marked = re.sub(r"[^0-9]", "", marked)[-11:]
    if part.isascii() and "ü" not in part:
        return marked[:LONGEST_WORD]
    return marked.replace("ü", "v")[:LONGEST_WORD]


def span(token: str) -> tuple[str, str]:
    """The half-open range of words that begin with a token."""
    return token, token + LAST
