"""通知: what was printed, whom to write to by the ladder, and proof of delivery noted at the desk."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from schemas.words import PROOFS, SIGNERS
from server import clock, http
from server.access import caller, may
from server.cases import acts as cases
from server.db import new_id
from server.estate import acts as estate
from server.notices import acts as notices
from server.office.desk import Form, allow, back, page, paging, wants_sheet
from server.office.pages import bp
from server.office.pages.routes import PAPERS, waiting
from server.office.people import names
from server.web.sheet import Column, attachment, download

LETTERS = {
    "first": "收费通知书",
    "second": "催费通知书",
    "final": "限期缴费通知书",
    "lawyer": "律师函",
    "deliver": "送达签收",
}
SIZE = 100  # printed together at a time
COLUMNS = (
    Column("房号", "code"),
    Column("业主", "names", width=20),
    Column("欠费（元）", "arrears_fen", "fen"),
    Column("最早应缴日", "oldest_due"),
    Column("下一步", "label"),
    Column("时效至", "safe"),
)


@bp.get("/notices")
@may("manager", "clerk")
def notices_page() -> Response:
    """Homes whose next step is a letter (?step=second), to be printed together."""
    community = allow("manager", "clerk")
    step = request.args.get("step", "")
    due = [row for row in cases.next_steps(http.db(), community, clock.today()) if row["key"] in LETTERS]
    rows = [row for row in due if not step or row["key"] == step]
    if wants_sheet():
        return download("待发通知", COLUMNS, _named(community, rows))
    pages = paging(len(rows), SIZE)
    rows = _named(community, pages.cut(rows))
    printings = notices.printings(http.db(), community)
    counts = {key: sum(1 for row in due if row["key"] == key) for key in LETTERS}
    return page(
        "notices",
        rows=rows,
        counts=counts,
        letters=LETTERS,
        step=step,
        printings=printings,
        papers=PAPERS,
        who=names(printings),
        proofs=PROOFS,
        signers=SIGNERS,
        paging=pages,
    )


def _named(community: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    people = estate.residents_of(http.db(), community, [row["home"] for row in rows])
    return [{**row, "names": "、".join(p["name"] for p in people[row["home"]] if p["role"] == "owner")} for row in rows]


@bp.post("/notices/print")
@may("manager", "clerk")
def notices_print() -> Response:
    """Letters for the homes that were ticked, in walking order."""
    community = allow("manager", "clerk")
    form = Form()
    chosen = set(form.many("home"))
    kind = form.choice("kind", "种类", PAPERS)
    if not chosen:
        form.wrong("home", "请至少勾一户")
    form.check()
    waiting(community)
    homes = [row["id"] for row in estate.homes(http.db(), community, chosen)]
    made = notices.print_homes(http.db(), community, homes, kind, clock.today(), cfg=http.cfg(), who=caller().staff)
    return attachment(made.pdf, f"{PAPERS[kind]} {clock.today()}.pdf", "application/pdf")


@bp.get("/printings/<printing>")
@may("manager", "clerk")
def printing(printing: str) -> Response:
    community = allow("manager", "clerk")
    pdf = notices.printing_pdf(http.db(), community, printing)
    return attachment(pdf, f"通知 {clock.today()}.pdf", "application/pdf")


@bp.post("/notices/delivery")
@may("manager", "clerk")
def delivery() -> Response:
    """A notice came back signed, or the post office proves it: the clock restarts where the proof carries it."""
    community = allow("manager", "clerk")
    form = Form()
    number = form.text("number", "通知编号", 40)
    proof, signer = form.choice("proof", "怎么送达", PROOFS), form.choice("signer", "谁签收", {"", *SIGNERS})
    if proof == "signed" and not signer:
        form.wrong("signer", "签收要写明是谁签的")
    form.check()
    found = notices.notice(http.db(), community, number)
    with http.writing(community, verb="delivery.record") as pen:
        notices.record_delivery(
            pen,
            id=new_id(),
            notice=found["id"],
            home=found["home"],
            proof=proof,
            signer=signer or None,
            at=pen.at,
            source="office",
            staff=pen.who,
        )
    return back("/office/notices", "saved")
