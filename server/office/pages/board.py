"""公告与大屏: announcements with their second click, screens with pairing, health and revoking."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from kiosk import acts as kiosk
from schemas.words import ANNOUNCEMENT_KINDS
from server import clock, http
from server.access import caller, may
from server.errors import Refusal
from server.estate import acts as estate
from server.office.desk import Form, allow, back, page, wants_sheet
from server.office.pages import bp
from server.office.people import names
from server.web.sheet import Column, download

COLUMNS = (
    Column("标题", "title", width=30),
    Column("正文", "text", width=60),
    Column("类别", "kind"),
    Column("开始", "from"),
    Column("结束", "to"),
    Column("状态", "state_name"),
    Column("版本", "version", "int"),
)
STATES = {
    "showing": ("显示中", ""),
    "coming": ("未开始", "wait"),
    "ended": ("已结束", "plain"),
    "withdrawn": ("已撤回", "plain"),
    "waiting": ("待核对", "bad"),
}
HEALTH = {"正常": "", "落后": "wait", "冻结": "bad", "离线": "bad", "停用": "plain", "未开机": "wait"}


@bp.get("/board")
@may("manager", "clerk")
def board() -> Response:
    community = allow("manager", "clerk")
    rows = kiosk.announcements(http.db(), community)
    if wants_sheet():
        return download("公告", COLUMNS, [{**row, "state_name": STATES[row["state"]][0]} for row in rows])
    return page(
        "board",
        rows=rows,
        states=STATES,
        screens=kiosk.screens(http.db(), community),
        health=HEALTH,
        buildings={"": "全小区"} | {row["id"]: row["name"] for row in estate.buildings(http.db(), community)},
    )


@bp.get("/board/new")
@may("manager", "clerk")
def announcement_new() -> Response:
    community = allow("manager", "clerk")
    blank = {"kind": "通知", "from_day": clock.today(), "to_day": clock.add_days(clock.today(), 7)}
    return _form(community, "", blank)


@bp.post("/board/new")
@may("manager", "clerk")
def announcement_publish() -> Response:
    community = allow("manager", "clerk")
    given, sure = _given()
    try:
        with http.writing(community) as pen:
            kiosk.announce(pen, **given, sure=sure)
    except Refusal as refusal:
        return _again(community, "", given, refusal)
    return back("/office/board", "announced")


@bp.get("/board/<id_>")
@may("manager", "clerk")
def announcement(id_: str) -> Response:
    community = allow("manager", "clerk")
    row = kiosk.announcement(http.db(), community, id_)
    return _form(community, id_, {**row, "from_day": row["from"], "to_day": row["to"]}, row=row)


@bp.post("/board/<id_>")
@may("manager", "clerk")
def announcement_edit(id_: str) -> Response:
    community = allow("manager", "clerk")
    given, sure = _given()
    try:
        with http.writing(community) as pen:
            kiosk.edit_announcement(pen, id_, given, sure=sure)
    except Refusal as refusal:
        return _again(community, id_, given, refusal)
    return back("/office/board", "changed")


@bp.post("/board/<id_>/approval")
@may("manager", "clerk")
def announcement_approve(id_: str) -> Response:
    community = allow("manager", "clerk")
    form = Form()
    if kiosk.announcement(http.db(), community, id_)["kind"] == "紧急":
        form.word("紧急")
    with http.writing(community) as pen:
        kiosk.approve(pen, id_)
    return back("/office/board", "announced")


@bp.post("/board/<id_>/withdrawal")
@may("manager", "clerk")
def announcement_withdraw(id_: str) -> Response:
    community = allow("manager", "clerk")
    Form().word("撤回")
    with http.writing(community) as pen:
        kiosk.withdraw(pen, id_)
    return back("/office/board", "withdrawn")


@bp.post("/screens")
@may("manager")
def screen_add() -> Response:
    """Add a screen: by the eight letters it shows, or (left empty) with a link that carries its token once."""
    community = allow("manager")
    form = Form()
    name, building = form.text("name", "名称", 40, False), form.text("building", "楼栋", 40, False)
    code = form.text("code", "配对码", 12, False)
    inches, distance = form.number("inches", "屏幕尺寸", 10, 200), form.number("distance", "观看距离", 50, 2000)
    form.check()
    about: dict[str, Any] = {"name": name, "building": building, "inches": inches, "distance_cm": distance}
    if code:
        kiosk.confirm_pairing(http.db(), community, caller().staff, code, **about)
        return back("/office/board", "screen")
    with http.writing(community) as pen:
        made = kiosk.add_screen(pen, **about)
    return page("screen_token", token=made["token"], url=http.cfg().url)


@bp.post("/screens/<id_>/revocation")
@may("manager")
def screen_revoke(id_: str) -> Response:
    community = allow("manager")
    Form().word("停用")
    with http.writing(community) as pen:
        kiosk.revoke_screen(pen, id_)
    return back("/office/board", "revoked")


def _given() -> tuple[dict[str, Any], bool]:
    """The fields of an announcement as typed, and whether the second click was made."""
    form = Form()
    given: dict[str, Any] = {
        "title": form.text("title", "标题", 60),
        "text": form.text("text", "正文", 3000),
        "kind": form.choice("kind", "类别", ANNOUNCEMENT_KINDS),
        "from_day": form.day("from_day", "开始日期"),
        "to_day": form.day("to_day", "结束日期"),
        "pinned": request.form.get("pinned") == "1",
        "buildings": form.many("buildings"),
    }
    form.check()
    return given, request.form.get("sure") == "1"


def _again(community: str, id_: str, given: dict[str, Any], refusal: Refusal) -> Response:
    """The form with what was typed and what stops it; a personal text may be published by a second click."""
    return _form(community, id_, given, refusal=refusal, status=refusal.status)


def _form(
    community: str,
    id_: str,
    given: dict[str, Any],
    row: dict[str, Any] | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> Response:
    versions = kiosk.versions(http.db(), community, id_) if id_ else []
    reach = kiosk.reach(http.db(), community, id_) if id_ else []
    return page(
        "announcement",
        status=status,
        id_=id_,
        given=given,
        row=row,
        refusal=refusal,
        versions=versions,
        reach=reach,
        kinds=ANNOUNCEMENT_KINDS,
        states=STATES,
        who=names(versions),
        buildings={b["id"]: b["name"] for b in estate.buildings(http.db(), community)},
    )
