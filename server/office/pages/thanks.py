"""致谢与抽奖: who agreed to be shown, and prize draws that anybody can check. Staff neither give nor take consents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from schemas.thanks import CONSENT_PURPOSES
from server import clock, http
from server.access import may
from server.errors import Refusal
from server.office.desk import Form, allow, back, page, paging, wants_sheet
from server.office.pages import bp
from server.thanks import acts as thanks
from server.web.sheet import Column, download

COLUMNS = (
    Column("房号", "code"), Column("显示为", "label"), Column("用途", "purpose_name", width=30),
    Column("同意日期", "given_day"), Column("到期", "end_day"), Column("撤回时间（UTC）", "withdrawn_at", width=22),
    Column("状态", "state"), Column("看到的文字", "words", width=60),
    Column("文字版本", "version"), Column("同意时用的收据", "receipt", width=22),
)


@bp.get("/thanks")
@may("manager", "clerk")
def thanked() -> Response:
    """Consents as evidence, newest first, and the draws."""
    community = allow("manager", "clerk")
    if wants_sheet():
        return download("同意公开的记录", COLUMNS, _consents(community))
    return _page(community, {"places": "3", "draw_day": clock.add_days(clock.today(), 7)})


@bp.post("/draws")
@may("manager")
def draw_make() -> Response:
    """Open a draw: entries and the commitment to the seed are public from now on. Refused, the form stays as typed."""
    community = allow("manager")
    form = Form()
    given: dict[str, Any] = {
        "title": form.text("title", "名称", 40), "prize": form.text("prize", "奖品", 60),
        "places": form.number("places", "名额", 1, 100), "draw_day": form.day("draw_day", "开奖日"),
    }
    try:
        form.check()
        with http.writing(community) as pen:
            thanks.make_draw(pen, **given)
    except Refusal as refusal:
        return _page(community, request.form, refusal)
    return back("/office/thanks", "draw")


@bp.post("/draws/<id_>/reveal")
@may("manager")
def draw_reveal(id_: str) -> Response:
    """Show the seed and with it the winners; nobody can choose them."""
    community = allow("manager")
    Form().word("开奖")
    with http.writing(community) as pen:
        thanks.reveal_draw(pen, id_)
    return back("/office/thanks", "drawn")


def _page(community: str, typed: Mapping[str, str], refusal: Refusal | None = None) -> Response:
    rows = _consents(community)
    at = paging(len(rows))
    return page(
        "thanks", status=refusal.status if refusal else 200, rows=at.cut(rows), paging=at,
        live=sum(row["live"] for row in rows), draws=thanks.draws(http.db(), community), typed=typed, refusal=refusal,
    )


def _consents(community: str) -> list[dict[str, Any]]:
    return [_told(row) for row in thanks.consents_given(http.db(), community)]


def _told(row: dict[str, Any]) -> dict[str, Any]:
    if row["live"]:
        state = "有效"
    else:
        state = "已撤回" if row["withdrawn_at"] else "已迁出" if row["left_on"] else "已到期"
    receipt = row["source"].removeprefix("receipt:") if row["source"].startswith("receipt:") else ""
    purpose = CONSENT_PURPOSES.get(row["purpose"], row["purpose"])
    return {**row, "purpose_name": purpose, "state": state, "receipt": receipt}
