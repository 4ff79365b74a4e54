"""The JSON door of estate: communities, homes, their people and history. Views of a few lines.

What a home owes is the ledger's: `/households/{code}` with sums is served by a room further right.
"""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from schemas import estate as words
from schemas.people import InCommunity
from server import http
from server.access import caller, may
from server.db import Pen
from server.errors import Refusal
from server.estate import acts, rules

blp = Blueprint("estate", __name__, url_prefix="/api/v1", description="Who lives there")
Body = dict[str, Any]


@blp.route("/communities")
@may("staff")
@blp.response(200, words.Communities)
def list_communities() -> Body:
    """The communities in the caller's scope."""
    return {"communities": [row for row in acts.communities(http.db()) if row["id"] in caller().roles]}


@blp.route("/homes")
@may("manager", "clerk", "cashier")
@blp.arguments(words.HomeQuery, location="query")
@blp.response(200, words.Homes)
def list_homes(query: Body) -> Body:
    """Search by room, name, phone or pinyin; without `q` a page in walking order."""
    c = caller().pick(query["community"])
    if query["q"].strip():
        return {"homes": acts.search(http.db(), c, query["q"], query["limit"]), "next": None}
    page, more = acts.homes_page(http.db(), c, rules.building_of(query["building"]), query["after"], query["limit"])
    return {"homes": page, "next": more}


@blp.route("/homes", methods=["POST"])
@may("manager", "clerk")
@blp.arguments(words.HomeNew)
@blp.response(201, words.HomeMade)
def add_home(body: Body) -> Body:
    """A new home; a known code is refused."""
    c = caller().pick(body.pop("community"))
    code = rules.code_of(body["building"], body["unit"], body["room"])
    names = rules.names_of(body.pop("owner"))
    phones = rules.share_phones(names, body.pop("phones")) if names else []
    body["owners"] = [{"name": name, "phones": own} for name, own in zip(names, phones, strict=True)]
    with http.writing(c) as pen:
        if acts.homes_by_code(pen, c, [code]):
            raise Refusal("home_code_taken", home=code)
        return {"household": code, "household_id": acts.put_homes(pen, [body])["ids"][code]}


@blp.route("/homes/<code>")
@may("manager", "clerk", "cashier")
@blp.arguments(InCommunity, location="query")
@blp.response(200, words.Home)
def read_home(query: Body, code: str) -> Body:
    """One home with its residents and who lived there before; the look is recorded."""
    c = caller().pick(query["community"])
    home = acts.home_by_code(http.db(), c, code)
    acts.looked(http.db(), c, home["id"], caller().staff)
    return acts.home_card(http.db(), c, home["id"])


@blp.route("/homes/<code>", methods=["PATCH"])
@may("manager", "clerk")
@blp.arguments(words.HomeFields)
@blp.response(204)
def edit_home(body: Body, code: str) -> None:
    """Change a home's data; the history keeps old and new."""
    with http.writing(caller().pick(body["community"])) as pen:
        acts.edit_home(pen, _id(pen, code), body)


@blp.route("/homes/<code>/owners", methods=["POST"])
@may("manager", "clerk")
@blp.arguments(words.PersonNew)
@blp.response(201, words.Residents)
def change_owner(body: Body, code: str) -> Body:
    """Another owner from a day: old debts stay with the old one, pay codes die."""
    with http.writing(caller().pick(body["community"])) as pen:
        return {"residents": acts.change_owner(pen, _id(pen, code), body["name"], body["phones"], body["on"])}


@blp.route("/homes/<code>/tenants", methods=["POST"])
@may("manager", "clerk")
@blp.arguments(words.PersonNew)
@blp.response(201, words.Residents)
def move_in(body: Body, code: str) -> Body:
    """A tenant moves in."""
    with http.writing(caller().pick(body["community"])) as pen:
        return {"residents": [acts.move_in(pen, _id(pen, code), body["name"], body["phones"], body["on"])]}


@blp.route("/homes/<code>/departures", methods=["POST"])
@may("manager", "clerk")
@blp.arguments(words.TenantDeparture)
@blp.response(204)
def move_out(body: Body, code: str) -> None:
    """A tenant moves out."""
    with http.writing(caller().pick(body["community"])) as pen:
        if acts.person(pen, pen.community, body["resident"])["home"] != _id(pen, code):
            raise Refusal("resident_unknown")
        acts.move_out(pen, body["resident"], body["on"])


@blp.route("/homes/<code>/changes")
@may("manager", "clerk", "cashier")
@blp.arguments(InCommunity, location="query")
@blp.response(200, words.HomeChanges)
def list_changes(query: Body, code: str) -> Body:
    """What was changed about a home, newest first."""
    c = caller().pick(query["community"])
    return {"changes": acts.changes(http.db(), c, acts.home_by_code(http.db(), c, code)["id"])}


@blp.route("/homes/<code>/looks")
@may("manager")
@blp.arguments(InCommunity, location="query")
@blp.response(200, words.HomeLooks)
def list_looks(query: Body, code: str) -> Body:
    """Who looked at a home, newest first."""
    c = caller().pick(query["community"])
    return {"looks": acts.looks(http.db(), c, acts.home_by_code(http.db(), c, code)["id"])}


@blp.route("/residents/<id_>", methods=["PATCH"])
@may("manager", "clerk")
@blp.arguments(words.PersonEdit)
@blp.response(204)
def edit_person(body: Body, id_: str) -> None:
    """A corrected name or other numbers of the same person."""
    with http.writing(caller().pick(body["community"])) as pen:
        acts.person(pen, pen.community, id_)
        if "name" in body:
            acts.rename(pen, id_, body["name"])
        if "phones" in body:
            acts.set_phones(pen, id_, body["phones"])


@blp.route("/residents/<id_>/export")
@may("manager")
@blp.arguments(InCommunity, location="query")
@blp.response(200, words.PersonExport)
def export_person(query: Body, id_: str) -> Body:
    """Everything the estate keeps of one person, for the person."""
    return acts.export_person(http.db(), caller().pick(query["community"]), id_)


@blp.route("/settings")
@may("manager", "clerk", "cashier")
@blp.arguments(InCommunity, location="query")
@blp.response(200, words.SettingsAnswer)
def read_settings(query: Body) -> Body:
    """The company's words on letters, pages and screens."""
    return dict(acts.settings(http.db(), caller().pick(query["community"])))


@blp.route("/settings", methods=["PATCH"])
@may("manager")
@blp.arguments(words.SettingsEdit)
@blp.response(204)
def edit_settings(body: Body) -> None:
    """Change some of them."""
    with http.writing(caller().pick(body.pop("community"))) as pen:
        acts.set_settings(pen, body)


def _id(pen: Pen, code: str) -> str:
    return str(acts.home_by_code(pen, pen.community, code)["id"])
