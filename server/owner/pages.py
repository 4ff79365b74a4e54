"""The pages behind a printed code: `/n/<token>`, what is sent from it, and receipts at `/r/…`.

No login, no script, one request a page. A dead or wrong code gets a friendly page with an honest status.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from marshmallow import ValidationError

from schemas.base import Text
from schemas.words import TICKET_KINDS
from server import clock, http
from server.access import may
from server.db import new_id
from server.errors import Refusal, refuse
from server.notices import acts as notices
from server.owner import answers, opened, posts, view
from server.owner.answers import page
from server.pay import acts as pay
from server.pay.rules.token import tidy
from server.web import assets

bp = Blueprint("owner", __name__, template_folder="templates")
assets.add("owner", Path(__file__).parent / "static")
QUESTIONS = {kind: TICKET_KINDS[kind] for kind in ("billing", "repair", "complaint", "other")}
WISHES = {"instalment": "想分期缴", "delay": "想缓一缓"}


# --- the code ----------------------------------------------------------------


@bp.get("/")
@bp.get("/n")
@bp.get("/n/")
@may("anyone")
def type_code() -> Response:
    """For those whose camera fails, or who typed only the domain printed beside the code: type the groups under it."""
    typed = request.args.get("code", "")
    if typed:
        return redirect(url_for("owner.show", token=tidy(typed[:60]) or "-"), 303)  # type: ignore[return-value]  # as below
    return page("type", staff=request.path == "/")


@bp.get("/n/<token>")
@may("anyone")
def show(token: str) -> Response:
    """The pay page: at once for a sealed code, after four digits for a door code."""
    code = pay.read_code(http.db(), http.cfg(), token)
    if code["class"] == "lobby":
        seal = view.newest_seal(http.db(), code["community"])
        return page("lobby", code=code, company=view.company(http.db(), code), host=http.cfg().host, seal=seal)
    if not _opened(code):
        return _locked(code)
    if request.args.get("report"):
        return page("report", code=code, company=view.company(http.db(), code), host=http.cfg().host, form=_form(code))
    return _lines(code) if request.args.get("lines") else _bill(code, request.args.get("done", ""))


def _opened(code: dict[str, Any]) -> bool:
    return code["class"] == "sealed" or opened.is_open(http.cfg(), code, request.cookies.get(opened.NAME, ""))


def _bill(code: dict[str, Any], done: str = "") -> Response:
    db, cfg = http.db(), http.cfg()
    bill = view.bill_page(db, cfg, code)
    words = {
        "code": code, "company": view.company(db, code), "number": view.number(db, code), "host": cfg.host,
        "done": done, "at": clock.minute_of(clock.instant()),
        "form": _form(code), "questions": QUESTIONS, "wishes": WISHES, "wallets": wallets.offered(code),
        "part": _form(code),
    }
    for most in view.LINES:
        text = answers.rendered("bill", bill={**bill, "shown": bill["lines"][:most]}, **words)
        if len(text.encode()) <= answers.MOST_BYTES:
            break
    return answers.answer(text)


def _lines(code: dict[str, Any]) -> Response:
    """Every line of the bills, to read or to tick: as long as it is."""
    db, cfg = http.db(), http.cfg()
    return page(
        "lines", code=code, company=view.company(db, code), bill=view.bill_page(db, cfg, code), form=_form(code),
        wallets=wallets.offered(code),
    )


def _locked(code: dict[str, Any], status: int = 200, said: str = "", until: str = "") -> Response:
    db = http.db()
    if not said:
        until = pay.locked_until(db, code["community"], code["handle"], clock.instant()) or ""
        said = "locked" if until else ""
    return page(
        "locked", status, code=code, company=view.company(db, code), number=view.number(db, code), said=said,
        until=_when(until), host=http.cfg().host, form=_form(code),
    )


def _when(until: str) -> str:
    return clock.minute_of(until)[11:] if until and not until.startswith("9999") else ""


def _form(code: dict[str, Any]) -> dict[str, str]:
    """The hidden fields of a form: an id of its own, so that sending twice is harmless, and our signature."""
    id_ = new_id()
    return {"id": id_, "token": http.form_token(f"{code['handle']}/{id_}")}


# --- what is sent from the page ----------------------------------------------


@bp.post("/n/<token>/unlock")
@may("anyone")
def unlock(token: str) -> Response:
    """Four digits of a phone on file open a door code for a quarter of an hour."""
    code = pay.read_code(http.db(), http.cfg(), token)
    _check_form(code)
    digits = request.form.get("last4", "")[:20].strip()
    if code["class"] != "door":
        return _back(code)
    with http.writing(code["community"], "paycode.unlock") as pen:
        said = pay.unlock(pen, code, digits)
    if said == "open":
        return opened.open_up(_back(code), http.cfg(), code)
    until = pay.locked_until(http.db(), code["community"], code["handle"], clock.instant()) or ""
    answer = _locked(code, {"wrong": 403, "locked": 429, "no_phone": 409}[said], "locked" if until else said, until)
    if answer.status_code == 429 and _when(until):
        answer.headers["Retry-After"] = "3600"
    return answer


@bp.post("/n/<token>/tickets")
@may("anyone")
def ticket(token: str) -> Response:
    """我有疑问: a ticket for the office, answered within ten days."""
    code = _open_code(token)
    kind = request.form.get("kind", "other")
    posts.ticket(code, _check_form(code), kind if kind in QUESTIONS else "other", _text("text", 300))
    return _back(code, "ticket")


@bp.post("/n/<token>/requests")
@may("anyone")
def ask(token: str) -> Response:
    """我有困难: instalments or delay are asked for; the office answers."""
    code = _open_code(token)
    kind = request.form.get("kind", "")
    if kind not in WISHES:
        refuse("bad_request")
    posts.request(code, _check_form(code), kind, _text("text", 300, need=False))
    return _back(code, "request")


@bp.post("/n/<token>/report")
@may("anyone")
def report(token: str) -> Response:
    """This code looks forged: the office sends somebody to look. Works for locked and lobby codes too."""
    code = pay.prove_code(http.db(), http.cfg(), token)
    posts.report(code, _check_form(code), _text("place", 200, need=False))
    return page("thanks", code=code, company=view.company(http.db(), code))


def _open_code(token: str) -> dict[str, Any]:
    code = pay.read_code(http.db(), http.cfg(), token)
    if code["class"] == "lobby" or not _opened(code):
        refuse("code_locked")
    return code


def _check_form(code: dict[str, Any]) -> str:
    """The form's id, when we made this form for this code."""
    id_ = request.form.get("id", "")[:64]
    http.check_form_token(f"{code['handle']}/{id_}", request.form.get("form", ""))
    return id_


def _text(name: str, high: int, need: bool = True) -> str:
    try:
        text = str(Text(high).deserialize(request.form.get(name, ""))).strip()
    except ValidationError:
        refuse("words_too_many", high=high)
    if need and not text:
        refuse("words_missing")
    return text


def _back(code: dict[str, Any], done: str = "") -> Response:
    target = url_for("owner.show", token=code["token"], done=done or None)
    return redirect(target, 303)  # type: ignore[return-value]  # werkzeug's response; flask serves it


@bp.get("/r/<receipt>/<secret>")
@may("anyone")
def receipt(receipt: str, secret: str) -> Response:
    """A receipt for whoever holds its link."""
    db = http.db()
    community = pay.receipt_community(http.cfg(), receipt, secret)
    found = view.receipt_page(db, community, receipt)
    invoice = invoices.invoice_of(db, community, found, secret)
    offers = consents.offers_of(db, community, found, secret)
    return page(
        "receipt", receipt=found, path=request.path, company=_company(community), invoice=invoice, offers=offers,
    )


@bp.get("/r/<receipt>/<secret>.pdf")
@may("anyone")
def receipt_pdf(receipt: str, secret: str) -> Response:
    """The same on half a sheet of paper."""
    community = pay.receipt_community(http.cfg(), receipt, secret)
    data = notices.receipt_pdf(http.db(), http.cfg(), community, receipt)
    headers = {"Content-Disposition": f"inline; filename=receipt-{receipt}.pdf", "Cache-Control": "no-store"}
    return Response(data, content_type="application/pdf", headers=headers)


def _company(community: str) -> dict[str, str]:
    from server.estate import acts as estate

    name = estate.community(http.db(), community)["name"]
    return view.company(http.db(), {"community": community, "community_name": name})


@bp.errorhandler(Refusal)
def sorry(refusal: Refusal) -> Response:
    """A page that says what happened, what is safe and what to do; the company's phone where the code is ours."""
    return page("sorry", refusal.status, refusal=refusal, company=_known_company(), host=http.cfg().host)


def _known_company() -> dict[str, str] | None:
    token = (request.view_args or {}).get("token", "")
    try:
        return view.company(http.db(), pay.prove_code(http.db(), http.cfg(), token)) if token else None
    except Refusal:
        return None


# their views hang on bp, so they come after it
from server.owner import consents, invoices, proofs, wallets  # noqa: E402

__all__ = ["bp", "consents", "invoices", "page", "proofs", "wallets"]
