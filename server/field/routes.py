"""The JSON door of the field: sync for phones, photos, routes, visits, claims. Views of a few lines."""

from __future__ import annotations

import json
import re
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint

from schemas import field as words
from schemas.base import Words
from schemas.fast import reader
from server import http
from server.access import caller, may
from server.errors import refuse
from server.field import acts, idle, wire
from server.people import acts as people

blp = Blueprint("field", __name__, url_prefix="/api/v1", description="Who knocks: sync, routes, visits")
blp.record_once(lambda state: idle.install(state.app, people.LOOKUPS["device"]))
Body = dict[str, Any]
SHA = re.compile(r"[0-9a-f]{64}")
OPS = 100
PUSH, PULL = reader(words.PushIn()), reader(words.PullIn())


def _described(shape: type[Words]) -> dict[str, Any]:
    """A request body that the view reads itself: its bytes are hashed as they came."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": shape}}}}


@blp.route("/sync/push", methods=["POST"])
@may("device")
@blp.doc(**_described(words.PushIn))
@blp.alt_response(200, schema=words.PushOut)
def push() -> Response:
    """Up to 100 ops; one answer each, after the last commit."""
    said = wire.read(PUSH)
    if len(said["ops"]) > OPS:
        refuse("sync_too_many")
    return wire.answer(json.dumps(acts.push(http.db(), caller(), said), ensure_ascii=False))


@blp.route("/sync/pull", methods=["POST"])
@may("device")
@blp.doc(**_described(words.PullIn))
@blp.alt_response(200, description="buckets, as in docs/sync.md")
def pull() -> Response:
    """What changed in the buckets of this phone's scope."""
    said = wire.read(PULL)
    text = acts.pull(http.db(), http.cfg(), caller().staff, said)
    acts.seen(http.db(), caller())
    return wire.answer(text)


@blp.route("/sync/head")
@may("device")
@blp.alt_response(200, description="epoch and heads under an ETag; 304 while nothing changed")
def head() -> Response:
    """The idle poll."""
    response = Response(json.dumps(acts.head(caller())), content_type="application/json")
    response.set_etag(acts.tag(caller()))
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response


@blp.route("/photos/<sha>", methods=["PUT"])
@may("device")
@blp.doc(requestBody={"required": True, "content": {"image/*": {"schema": {"type": "string", "format": "binary"}}}})
@blp.alt_response(201, description="kept; 200 when it was there")
def put_photo(sha: str) -> Response:
    """A photo under the SHA-256 of its bytes."""
    if not SHA.fullmatch(sha):
        refuse("photo_name_wrong")
    if (request.content_length or 0) > acts.PHOTO_MOST:
        refuse("photo_too_large")
    new = acts.put_photo(http.db(), caller(), sha, request.stream.read(acts.PHOTO_MOST + 1))
    return wire.answer(json.dumps({"sha": sha}), 201 if new else 200)


@blp.route("/photos/<sha>")
@may("device", "staff")
@blp.alt_response(200, description="the picture")
def get_photo(sha: str) -> Response:
    """A photo of a record in the caller's scope."""
    if not SHA.fullmatch(sha):
        refuse("not_found")
    kind, data = acts.get_photo(http.db(), caller(), sha)
    response = Response(data, content_type=kind)
    response.headers["Cache-Control"] = "private, max-age=604800, immutable"
    return response


# --- office ---------------------------------------------------------------------


@blp.route("/routes", methods=["POST"])
@may("manager", "clerk")
@blp.arguments(words.RouteIn)
@blp.response(201, words.RouteMade)
def make_route(body: Body) -> Body:
    """A route of one person on one day; an unknown code is refused by name and nothing is made."""
    c = caller().pick(body["community"])
    with http.writing(c) as pen:
        homes = acts.homes_of_codes(pen, c, body["households"])
        return {"route": acts.make_route(pen, body["date"], body["staff"], homes, body["state"])}


@blp.route("/routes")
@may("manager", "clerk", "collector")
@blp.arguments(words.RoutesQuery, location="query")
@blp.response(200, words.RoutesOut)
def list_routes(query: Body) -> Body:
    """Routes, newest day first; a collector sees the own ones."""
    who = caller()
    c = who.pick(query["community"])
    own = who.staff if who.roles.get(c) == "collector" else None
    return {"routes": acts.routes(http.db(), c, query.get("date"), own)}


@blp.route("/routes/<id_>", methods=["PATCH"])
@may("manager", "clerk")
@blp.arguments(words.RouteChange)
@blp.response(200, words.RouteMade)
def change_route(body: Body, id_: str) -> Body:
    """Another person, or another state; to what it is already nothing changes."""
    who = caller()
    c = who.pick(body["community"]) if body["community"] else acts.community_of_route(http.db(), who, id_)
    if not acts.would_change(http.db(), c, id_, body.get("staff"), body.get("state")):
        return {"route": id_}
    with http.writing(c) as pen:
        acts.change_route(pen, id_, body.get("staff"), body.get("state"))
    return {"route": id_}


@blp.route("/visits")
@may("manager", "clerk")
@blp.arguments(words.VisitsQuery, location="query")
@blp.response(200, words.VisitsOut)
def list_visits(query: Body) -> Body:
    """Visits in the order of their arrival, at most 500; `next` goes on where this page ends."""
    return acts.visits(http.db(), caller().pick(query["community"]), query["since"])


@blp.route("/claims")
@may("manager", "cashier")
@blp.arguments(words.ClaimsQuery, location="query")
@blp.response(200, words.ClaimsOut)
def list_claims(query: Body) -> Body:
    """Money said to have changed hands at the door."""
    return {"claims": acts.claims(http.db(), caller().pick(query["community"]), query["state"] == "open")}


@blp.route("/claims/<id_>/settlement", methods=["POST"])
@may("manager", "cashier")
@blp.arguments(words.SettlementIn)
@blp.response(200, words.SettlementOut)
def settle_claim(body: Body, id_: str) -> Body:
    """Confirm a claim, which books it, or refuse it with a reason."""
    with http.writing(caller().pick(body["community"])) as pen:
        return acts.settle_claim(pen, id_, body["confirm"], body["reason"], body["paid_on"])


@blp.route("/phones")
@may("manager", "clerk")
@blp.arguments(words.PhonesQuery, location="query")
@blp.response(200, words.PhonesOut)
def list_phones(query: Body) -> Body:
    """Per phone what has not arrived."""
    return {"phones": acts.phones(http.db(), caller().pick(query["community"]))}
