"""Print: draft every home's paper, give it number and code under the pen, set it, keep the PDF.

What is printed twice unchanged is the same paper: same number, same code, same match code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.cases import acts as cases
from server.config import Config
from server.db import Db, Row, Sql, new_id
from server.errors import refuse
from server.estate import acts as estate
from server.ledger import acts as ledger
from server.notices import store
from server.notices.acts.numbering import numbered
from server.notices.acts.wordings import own_words
from server.notices.press import fonts, printed
from server.notices.press.pdf import pages as count_pages
from server.notices.rules import amount, papers
from server.notices.rules.papers import Draft, Facts
from server.pay import acts as pay

AT_ONCE = 500  # homes read in one go


@dataclass(frozen=True)
class Printed:
    """A printing: its PDF, its notices in the order of the pages, and what a person should know."""

    printing: str
    pdf: bytes
    pages: int
    notices: list[Row]
    messages: list[str]


def print_route(
    db: Db, community: str, route: str, kind: str, on: str, *, cfg: Config, who: str = ""
) -> Printed:
    """Letters or slips for all live stops of a route, in walking order.

    Refusals: not_found (no such route here), nothing_to_print.
    """
    if store.route_of(db, community, route) is None:
        refuse("not_found")
    homes = store.route_homes(db, community, route)
    return print_homes(db, community, homes, kind, on, cfg=cfg, who=who, route=route)


def print_homes(
    db: Db, community: str, homes: Sequence[str], kind: str, on: str, *, cfg: Config, who: str = "",
    route: str | None = None,
) -> Printed:
    """One paper of `kind` (letter, slip, sticker) a home, in the order given; homes that owe nothing get none.

    Refusal nothing_to_print. Runs its own transactions: reads first, then numbers and codes in one short write,
    sets the pages without holding the pen, and keeps the PDF.
    """
    company = _company(db, community)
    drafts, messages = _drafts(db, community, homes, kind, on, company)
    if not drafts:
        refuse("nothing_to_print")
    printing = new_id()
    with db.write(community, who=who, verb="notice.print") as pen:
        store.add_printing(pen, {
            "community": community, "id": printing, "route": route, "kind": kind, "printed_on": on,
            "papers": len(drafts), "at": pen.at, "who": who, "messages": "[]",
        })
        notices = numbered(pen, cfg, drafts, kind, route, printing)
    pdf, more = _set(cfg, kind, drafts, notices, company)
    messages += more
    pages = _keep(db, community, who, printing, pdf, messages)
    return Printed(printing, pdf, pages, notices, messages)


# --- draft -----------------------------------------------------------------


def _company(db: Sql, community: str) -> dict[str, str]:
    words = estate.settings(db, community)
    name = estate.community(db, community)["name"]
    words["company"] = words["company"] or f"{name}物业服务中心"
    words["payee"] = words["payee"] or words["company"]
    words["office"] = words["office"] or f"{name}物业服务中心"
    words |= _sealed(db, community)
    return words


def _sealed(db: Sql, community: str) -> dict[str, str]:
    """The newest signed total in a line, so that paper and screen can be held side by side; '' before the first.

    `mark` is for doors, where no sum of money stands.
    """
    for seal in ledger.day_seals(db, community, 1):
        day, mark = seal["day"], seal["fingerprint"]
        return {"sealed": f"{day} 封存收款合计 {amount.figures(seal['total_fen'])} 元，指纹 {mark}",
                "mark": f"{day} 收款合计的指纹 {mark}，可与大厅屏核对"}
    return {"sealed": "", "mark": ""}


def _drafts(
    db: Sql, community: str, homes: Sequence[str], kind: str, on: str, company: Mapping[str, str]
) -> tuple[list[Draft], list[str]]:
    own = own_words(db, community)
    drafts: list[Draft] = []
    messages: list[str] = []
    for start in range(0, len(homes), AT_ONCE):
        for facts in _facts(db, community, homes[start:start + AT_ONCE], kind):
            made = papers.draft(kind, facts, on, company, own)
            if isinstance(made, str):
                messages.append(made)
            else:
                drafts.append(made)
                messages += made.messages
    return drafts, messages


def _facts(db: Sql, community: str, homes: Sequence[str], kind: str) -> list[Facts]:
    known = {home["id"]: home for home in estate.homes(db, community, homes)}
    people = estate.residents_of(db, community, homes)
    bills = ledger.open_bills(db, community, homes) if kind != "sticker" else {}
    safe = cases.clocks(db, community, list(homes)) if kind != "sticker" else {}
    return [
        Facts(
            home=home, code=known[home]["code"], address=known[home]["address"] or known[home]["code"],
            names="、".join(p["name"] for p in people[home] if p["role"] == "owner") or "业主",
            phones=sum(len(p["phones"]) for p in people[home]), bills=bills.get(home, []),
            safe_days=safe.get(home, {}),
        )
        for home in homes if home in known
    ]


# --- set and keep ------------------------------------------------------------


def _set(
    cfg: Config, kind: str, drafts: Sequence[Draft], notices: Sequence[Row], company: Mapping[str, str]
) -> tuple[bytes, list[str]]:
    """The PDF, and a message for every character that no font has and every paper that could not be set."""
    messages: dict[str, None] = {}
    sheets = []
    for draft, row in zip(drafts, notices, strict=True):
        token = pay.token_of(cfg, {"version": row["version"], "handle": row["code_handle"]})
        sheet = papers.dressed(
            draft.content, names=draft.facts.names, number=row["number"], match=row["match"],
            groups=pay.groups(token), svg="", domain=cfg.host, company=company,
        )
        drawn, missing = _drawable(sheet)
        for sign in missing:
            messages[f"{draft.facts.code}：字库没有「{sign}」（U+{ord(sign):04X}），纸上以〓代替，请手写补上。"] = None
        drawn["svg"] = pay.svg(pay.url_of(cfg, token))
        sheets.append(drawn)
    pdf, bad = printed(kind, sheets)
    for i in bad:
        messages[f"{drafts[i].facts.code}：排版失败，未打印，请把这一户报告给技术人员。"] = None
    return pdf, list(messages)


def _drawable(value: Any) -> tuple[Any, list[str]]:
    """The same words with 〓 for what the fonts lack, through lists and mappings; and what they lack."""
    if isinstance(value, str):
        return fonts.presentable(value)
    if isinstance(value, dict):
        pairs = {key: _drawable(item) for key, item in value.items()}
        return {key: pair[0] for key, pair in pairs.items()}, [s for pair in pairs.values() for s in pair[1]]
    if isinstance(value, list):
        items = [_drawable(item) for item in value]
        return [item[0] for item in items], [s for item in items for s in item[1]]
    return value, []


def _keep(db: Db, community: str, who: str, printing: str, pdf: bytes, messages: list[str]) -> int:
    count = count_pages(pdf)
    sha = hashlib.sha256(pdf).hexdigest()
    with db.write(community, who=who, verb="notice.printed") as pen:
        store.keep_pdf(pen, community, sha, pdf, pen.at)
        store.finish_printing(pen, community, printing, sha, count, json.dumps(messages, ensure_ascii=False))
    return count
