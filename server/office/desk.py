"""What every console page needs: where we are, forms that collect their errors, paging, messages, the word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import redirect, render_template, request
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from server import clock, http
from server.access import caller
from server.errors import Refusal
from server.estate import acts as estate
from server.office.menu import chapter, entries, said

PAGE = 50
ESTATE_COOKIE = "koumen_estate"
FEN_MAX = 99_999_999_999_99


def here() -> str:
    """The community this page is about: the one picked at the top, else the first in the caller's scope."""
    mine = sorted(caller().roles, key=lambda c: int(c[1:]))
    picked = request.cookies.get(ESTATE_COOKIE, "")
    if picked in mine:
        return picked
    if not mine:
        raise Refusal("forbidden")
    return mine[0]


def role() -> str:
    """The caller's role here."""
    return caller().roles.get(here(), "")


def allow(*roles: str) -> str:
    """The community, when the caller has one of these roles in it (he may have them elsewhere only)."""
    if role() not in roles:
        raise Refusal("forbidden")
    return here()


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A console page: navigation of the role, the community's name, the message of the last act."""
    community = here()
    names = {row["id"]: row["name"] for row in estate.communities(http.db()) if row["id"] in caller().roles}
    body = render_template(
        f"office/{template}.html",
        community=community,
        community_name=names.get(community, community),
        communities=names,
        role=role(),
        menu=entries(role()), chapter=chapter(request.path),
        today=clock.today(),
        base_url=http.cfg().url,
        message=said(request.args.get("done", ""), request.args.get("k", "")),
        **values,
    )
    return Response(body, status, content_type="text/html; charset=utf-8")


def back(path: str, done: str = "", k: int | str = "", **query: str) -> Response:
    """After a form: on to a page (303) that says what was done. Nothing personal goes into the address."""
    asked = {key: value for key, value in {"done": done, "k": str(k), **query}.items() if value}
    return redirect(path + (f"?{urlencode(asked)}" if asked else ""), 303)


@dataclass(frozen=True)
class Paging:
    """One page of a list: `number` from 1, `total` rows."""

    number: int
    total: int
    size: int = PAGE

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def start(self) -> int:
        return (self.number - 1) * self.size

    def cut(self, rows: list[Any]) -> list[Any]:
        return rows[self.start : self.start + self.size]

    def at(self, number: int) -> str:
        """The address of another page of the same list."""
        return "?" + urlencode({**request.args, "p": str(number)})


def paging(total: int, size: int = PAGE) -> Paging:
    """The page asked for, kept inside the list."""
    asked = request.args.get("p", "1")
    number = int(asked) if asked.isdecimal() and len(asked) < 7 else 1
    return Paging(max(1, min(number, -(-total // size) or 1)), total, size)


def wants_sheet() -> bool:
    """True when the table is asked for as a spreadsheet."""
    return request.args.get("as") == "xlsx"


class Form:
    """The fields of a posted form; errors are collected and refused together by `check`."""

    def __init__(self) -> None:
        self.errors: list[dict[str, str]] = []

    def text(self, name: str, label: str, high: int = 200, needed: bool = True) -> str:
        value = request.form.get(name, "").strip()
        if "\x00" in value or any("\ud800" <= char <= "\udfff" for char in value):
            self.wrong(name, f"{label}含有无法保存的字符")
            return ""
        if needed and not value:
            self.wrong(name, f"请填写{label}")
        if len(value) > high:
            self.wrong(name, f"{label}最多 {high} 个字")
        return value

    def day(self, name: str, label: str, needed: bool = True) -> str:
        value = request.form.get(name, "").strip()
        if value and not clock.is_day(value):
            self.wrong(name, f"{label}不是存在的日期，例如 2026-11-21")
            return ""
        if needed and not value:
            self.wrong(name, f"请填写{label}")
        return value

    def fen(self, name: str, label: str, needed: bool = True) -> int:
        """An amount typed in yuan ('1,234.50', '￥88', full width) as fen; 0 when it may be left out."""
        value = request.form.get(name, "").strip()
        if not value and not needed:
            return 0
        amount = fen_of(value)
        if amount is None or not 0 < amount <= FEN_MAX:
            self.wrong(name, f"{label}要写成大于 0 的金额，例如 1234.50")
            return 0
        return amount

    def number(self, name: str, label: str, low: int, high: int) -> int:
        value = request.form.get(name, "").strip()
        if not value.isdecimal() or len(value) > 9 or not low <= int(value) <= high:
            self.wrong(name, f"{label}应为 {low} 到 {high} 之间的整数")
            return low
        return int(value)

    def choice(self, name: str, label: str, words: Any) -> str:
        value = request.form.get(name, "")
        if value not in words:
            self.wrong(name, f"请选择{label}")
        return value

    def many(self, name: str) -> list[str]:
        return list(dict.fromkeys(value for value in request.form.getlist(name) if 0 < len(value) <= 80))

    def word(self, word: str) -> None:
        """The word that guards a destructive act."""
        if request.form.get("word", "").strip() != word:
            raise Refusal("word_needed", word=word)

    def files(self, name: str) -> list[FileStorage]:
        return [file for file in request.files.getlist(name) if file.filename]

    def wrong(self, name: str, reason: str) -> None:
        self.errors.append({"pointer": f"/{name}", "reason": reason})

    def check(self) -> None:
        """Refuse with all that is wrong, or go on."""
        if self.errors:
            raise Refusal("invalid", fields=self.errors)


def fen_of(text: str) -> int | None:
    """'1,234.5', '￥1234.50', '１２３４元' → fen; None when it is no amount of money, or commas stand where none do."""
    plain = text.translate(str.maketrans("０１２３４５６７８９．，", "0123456789.,"))
    plain = plain.removesuffix("元").strip().removeprefix("￥").removeprefix("¥").strip()
    if "," in plain and not re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?", plain):
        return None
    plain = plain.replace(",", "")
    whole, dot, rest = plain.partition(".")
    if not (whole.isdecimal() and whole.isascii()) or len(whole) > 12 or len(rest) > 2:
        return None
    if dot and not (rest.isdecimal() and rest.isascii()):
        return None
    return int(whole) * 100 + int((rest + "00")[:2])


def home_of(code: str) -> dict[str, Any]:
    """A home by the room code of an address, here; Refusal not_found."""
    return estate.home_by_code(http.db(), here(), code)
