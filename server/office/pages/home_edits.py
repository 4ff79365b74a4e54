"""What the office changes about a home: its data, its people, its owner; every change keeps who and when."""

from __future__ import annotations

import re
from typing import Any

from werkzeug.wrappers import Response

from schemas.words import HOME_STATES
from server import http
from server.access import may
from server.estate import acts as estate
from server.office.desk import Form, allow, back, fen_of, home_of
from server.office.pages import bp
from server.pay import acts as pay

KINDS = ("住宅", "商铺", "车位", "办公", "其他")


def _home_path(code: str) -> str:
    return f"/office/homes/{code}"


@bp.post("/homes/<code>/data")
@may("manager", "clerk")
def home_edit(code: str) -> Response:
    community = allow("manager", "clerk")
    home = home_of(code)
    form = Form()
    changes: dict[str, Any] = {
        "kind": form.text("kind", "房屋性质", 20),
        "note": form.text("note", "备注", 500, needed=False),
        "state": form.choice("state", "入住状态", HOME_STATES),
        "area": _area(form),
        "handover": form.day("handover", "交房日期", needed=False) or None,
    }
    form.check()
    with http.writing(community) as pen:
        changed = estate.edit_home(pen, home["id"], changes)
    return back(_home_path(code), "saved" if changed else "same")


def _area(form: Form) -> int:
    """㎡ with up to two decimals as 0.01 ㎡."""
    hundredths = fen_of(form.text("area", "建筑面积", 12))
    if hundredths is None or hundredths > 10_000_000:
        form.wrong("area", "建筑面积要写成数字，例如 89.50")
        return 0
    return hundredths


@bp.post("/homes/<code>/people/<resident>")
@may("manager", "clerk")
def resident_edit(code: str, resident: str) -> Response:
    """Correct the name and the phones of a person who stays the same person."""
    community = allow("manager", "clerk")
    home_of(code)
    form = Form()
    name, phones = form.text("name", "姓名", 40), form.text("phones", "电话", 200, needed=False)
    form.check()
    with http.writing(community) as pen:
        changed = estate.rename(pen, resident, name)
        changed = estate.set_phones(pen, resident, _phones(phones)) or changed
    return back(_home_path(code), "saved" if changed else "same")


@bp.post("/homes/<code>/tenants")
@may("manager", "clerk")
def tenant_in(code: str) -> Response:
    community = allow("manager", "clerk")
    home = home_of(code)
    form = Form()
    name, phones = form.text("name", "租户姓名", 40), form.text("phones", "电话", 200, needed=False)
    since = form.day("on", "迁入日期")
    form.check()
    with http.writing(community) as pen:
        estate.move_in(pen, home["id"], name, _phones(phones), since)
    return back(_home_path(code), "tenant_in")


@bp.post("/homes/<code>/tenants/<resident>/leaving")
@may("manager", "clerk")
def tenant_out(code: str, resident: str) -> Response:
    community = allow("manager", "clerk")
    home_of(code)
    form = Form()
    until = form.day("on", "迁出日期")
    form.check()
    with http.writing(community) as pen:
        estate.move_out(pen, resident, until)
    return back(_home_path(code), "tenant_out")


@bp.post("/homes/<code>/owner")
@may("manager", "clerk")
def owner_change(code: str) -> Response:
    """Old debts stay with the old owner, pay codes die, phones get it at the next pull."""
    community = allow("manager", "clerk")
    home = home_of(code)
    form = Form()
    form.word("过户")
    name, phones = form.text("name", "新业主姓名", 80), form.text("phones", "电话", 200, needed=False)
    on = form.day("on", "过户日期")
    form.check()
    with http.writing(community) as pen:
        estate.change_owner(pen, home["id"], name, _phones(phones), on)
        pay.revoke_codes(pen, home["id"])
    return back(_home_path(code), "owner")


@bp.post("/homes/<code>/codes/revocation")
@may("manager", "clerk")
def codes_revoke(code: str) -> Response:
    """A letter was lost: all pay codes of the home die."""
    community = allow("manager", "clerk")
    home = home_of(code)
    Form().word("作废")
    with http.writing(community, verb="paycode.revoke") as pen:
        pay.revoke_codes(pen, home["id"])
    return back(_home_path(code), "revoked")


def _phones(text: str) -> list[str]:
    return [number for number in re.split(r"[、，,;；/\s]+", text) if number]
