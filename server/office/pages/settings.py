"""设置: the company's words on paper, page and screen; the wording of letters; what staff say and avoid at the door."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from schemas.words import SETTINGS, VISITING
from server import http
from server.access import may
from server.cases import acts as cases
from server.cases import visiting as bounds
from server.errors import Refusal
from server.estate import acts as estate
from server.notices import acts as notices
from server.notices.rules import wording
from server.office.desk import Form, allow, back, page
from server.office.pages import bp

STEPS = {"reminder": "收费通知书", "second": "催费通知书", "final": "限期缴费通知书", "none": "门上通知与贴纸"}
VARIANTS = {"plain": "", "expired": "（时效已过）"}
SCRIPTS = {
    "ordinary": "一般住户",
    "first": "第一次上门",
    "repair": "报修未完",
    "dispute": "有疑问",
    "hardship": "有困难",
    "broken": "承诺未兑现",
    "promised": "已有承诺",
    "vacant": "空置",
    "tenant": "租户",
    "shop": "商铺",
    "expired": "时效已过",
    "moved": "已搬走",
}


def _half_hours(first: str, last: str) -> list[str]:
    every = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(0, 24 * 60, 30)]
    return [one for one in every if first <= one <= last]


CHOICES = {
    "visit_from": _half_hours(bounds.EARLIEST, bounds.NOON),
    "visit_until": _half_hours(bounds.EVENING, bounds.LATEST),
    "visits_a_day": [str(k) for k in range(1, bounds.A_DAY + 1)],
    "visits_a_week": [str(k) for k in range(1, bounds.A_WEEK + 1)],
}


@bp.get("/settings")
@may("manager")
def settings() -> Response:
    community = allow("manager")
    rule = cases.visiting(http.db(), community).texts()
    return page(
        "settings",
        labels=SETTINGS,
        values=estate.settings(http.db(), community),
        wordings=notices.wordings(http.db(), community),
        steps=STEPS,
        variants=VARIANTS,
        scripts=cases.scripts(http.db(), community),
        situations=SCRIPTS,
        visiting=VISITING,
        rule=rule,
        choices={key: sorted({*offered, rule[key]}) for key, offered in CHOICES.items()},
    )


@bp.post("/settings")
@may("manager")
def settings_save() -> Response:
    community = allow("manager")
    form = Form()
    words = {key: form.text(key, label, 120, needed=False) for key, label in SETTINGS.items()}
    form.check()
    with http.writing(community) as pen:
        changed = estate.set_settings(pen, words)
    return back("/office/settings", "saved" if changed else "same")


@bp.post("/settings/visiting")
@may("manager")
def visiting_save() -> Response:
    """When and how often homes are visited; beyond the law's bounds is refused."""
    community = allow("manager")
    with http.writing(community) as pen:
        changed = cases.set_visiting(pen, {key: request.form.get(key, "").strip()[:20] for key in VISITING})
    return back("/office/settings", "saved" if changed else "same")


@bp.post("/settings/wording")
@may("manager")
def wording_save() -> Response:
    """The linter refuses words the law forbids, here and again when a letter is printed."""
    community = allow("manager")
    form = Form()
    step, variant = form.choice("step", "种类", STEPS), form.choice("variant", "种类", VARIANTS)
    title, opening = form.text("title", "标题", 60), form.text("opening", "开头", 1000)
    closing = form.text("closing", "结尾", 1000, needed=False)
    form.check()
    with http.writing(community, verb="wording.save") as pen:
        notices.save_wording(pen, step=step, variant=variant, title=title, opening=opening, closing=closing)
    return back("/office/settings", "saved")


@bp.post("/settings/scripts")
@may("manager")
def script_save() -> Response:
    """What staff say passes the same linter; what they avoid may of course name it."""
    community = allow("manager")
    form = Form()
    key, text = form.choice("key", "话术", cases.scripts(http.db(), community)), form.text("text", "内容", 500)
    form.check()
    wrong = wording.faults(text, key == "say.expired") if key.startswith("say.") else []
    if wrong:
        raise Refusal("wording_wrong", pointer="/text", reason="；".join(wrong))
    with http.writing(community, verb="script.save") as pen:
        cases.put_script(pen, key, text)
    return back("/office/settings", "saved")
