"""感谢榜 and 抽奖 on a receipt: the payer himself agrees to each by itself, and takes each back; no script.

Never on the pages behind a code: a door code is opened by whoever knows four digits. What is shown before is what is
kept: the form's signature covers the purpose, the words, their version, the day and the person.
"""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as Plain

from kiosk import acts as kiosk
from schemas.thanks import CONSENT_WORDS, HONOUR_TITLE, WORDING
from server import clock, http
from server.access import caller, may
from server.db import Sql, new_id
from server.errors import refuse
from server.ledger import acts as ledger
from server.owner import posts
from server.owner.pages import bp
from server.pay import acts as pay
from server.thanks import acts as thanks

MONTHS = (3, 6, 12)
SCREENS = 3
"""So many screens are named; more are counted."""
GIVEN = {"honour": "consent", "draw": "entry"}
TAKEN_BACK = {"honour": "withdrawal", "draw": "exit"}
SAID = {"consent": "已记下您的同意。", "withdrawal": "已撤回，感谢榜不再展示您的姓名。",
        "entry": "已记下，您同意参加抽奖。", "exit": "已撤回，您不再参加抽奖。",
        "not_now": "最近没有按时缴清的缴费，没有记下同意。"}


def offers_of(db: Sql, community: str, receipt: dict[str, Any], secret: str) -> dict[str, Any]:
    """What the receipt page offers: {said, title, screens, staff, people, numbers}; one of `people` per purpose and
    owner has either a live consent to take back or, where there is something to thank for, the words to agree to;
    `numbers` are their own in draws."""
    day, home = clock.today(), receipt["home"]
    owners = thanks.payers(db, community, home, receipt["happened_on"])
    given = {(row["purpose"], row["resident"]): row for row in thanks.consents(db, community, home)}
    good = thanks.thankable(db, community, receipt, day)
    people = []
    for purpose in CONSENT_WORDS:
        for person in owners:
            last = given.get((purpose, person["resident"]))
            if last and last["live"]:
                form = http.form_token(_withdrawing(secret, last["id"]))
                people.append({"purpose": purpose, "live": last, "label": last["label"], "form": form})
            elif good:
                people.append({"live": None, "last": last, **person, **_offer(secret, person, purpose, day)})
    theirs = {person["resident"] for person in owners}
    return {
        "said": SAID.get(request.args.get("done", ""), ""), "title": HONOUR_TITLE, "people": people,
        "screens": _screens(db, community) if people else "", "staff": caller().kind == "staff",
        "numbers": [row for row in thanks.numbers(db, community, home, day) if row["resident"] in theirs],
    }


def _offer(secret: str, person: dict[str, str], purpose: str, day: str) -> dict[str, Any]:
    id_ = new_id()
    return {
        "id": id_, "purpose": purpose, "day": day, "words": CONSENT_WORDS[purpose].format(label=person["label"]),
        "ends": [(months, clock.add_months(day, months)) for months in MONTHS],
        "form": http.form_token(_agreeing(secret, person, purpose, day, id_)),
    }


def _screens(db: Sql, community: str) -> str:
    """'大堂、东门', '大堂、东门、西门等 5 块', '' while there is none."""
    rows = [row for row in kiosk.screens(db, community) if not row["revoked_at"]]
    names = "、".join(row["name"] or row["id"] for row in rows[:SCREENS])
    return f"{names}等 {len(rows)} 块" if len(rows) > SCREENS else names


def _agreeing(secret: str, person: dict[str, str], purpose: str, day: str, id_: str) -> str:
    return f"{secret}/agree/{purpose}/{WORDING}/{day}/{person['resident']}/{person['label']}/{id_}"


def _withdrawing(secret: str, id_: str) -> str:
    return f"{secret}/withdraw/{id_}"


@bp.post("/r/<receipt>/<secret>/consents")
@may("anyone")
def consent_give(receipt: str, secret: str) -> Response | Plain:
    """The payer agrees to one purpose, by masked name until a day he chose. The same form twice is one consent."""
    community = pay.receipt_community(http.cfg(), receipt, secret)
    found = ledger.receipt(http.db(), community, receipt)
    id_, day, resident, purpose, token, months = (
        request.form.get(name, "")[:64] for name in ("id", "day", "resident", "purpose", "form", "months")
    )
    owners = thanks.payers(http.db(), community, found["home"], found["happened_on"])
    person = next((row for row in owners if row["resident"] == resident), None)
    if person is None:
        refuse("not_found")
    http.check_form_token(_agreeing(secret, person, purpose, day, id_), token)
    if months not in map(str, MONTHS):
        refuse("consent_end", "/months")
    done = posts.consent(community, receipt, id_, resident, purpose, clock.add_months(day, int(months)))
    return _back(receipt, secret, GIVEN[purpose] if done else "not_now")


@bp.post("/r/<receipt>/<secret>/consents/<id_>/withdrawal")
@may("anyone")
def consent_withdraw(receipt: str, secret: str, id_: str) -> Response | Plain:
    """The payer takes one back, no other; twice is harmless. Never counted: nobody is too often allowed to say no."""
    community = pay.receipt_community(http.cfg(), receipt, secret)
    http.check_form_token(_withdrawing(secret, id_), request.form.get("form", ""))
    found = ledger.receipt(http.db(), community, receipt)
    purpose = posts.withdrawal(community, found, id_)
    return _back(receipt, secret, TAKEN_BACK[purpose])


def _back(receipt: str, secret: str, done: str) -> Plain:
    return redirect(url_for("owner.receipt", receipt=receipt, secret=secret, done=done), 303)
