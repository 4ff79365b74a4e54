"""The JSON door of people: staff, invitations, enrolments, devices, tokens. Views of a few lines."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask.blueprints import BlueprintSetupState
from flask_smorest import Blueprint

from schemas import people as words
from server import http
from server.access import caller, may
from server.errors import Refusal
from server.people import acts

blp = Blueprint("people", __name__, url_prefix="/api/v1", description="Who works here")
Body = dict[str, Any]


@blp.route("/staff")
@may("manager", "clerk")
@blp.arguments(words.InCommunity, location="query")
@blp.response(200, words.Members)
def list_staff(query: Body) -> Body:
    """People of a community with roles and buildings."""
    return {"staff": acts.members(http.db(), caller().pick(query["community"]))}


@blp.route("/staff", methods=["POST"])
@may("manager")
@blp.arguments(words.StaffNew)
@blp.response(201, words.StaffMade)
def add_staff(body: Body) -> Body:
    """A new person; the same name again without another phone number is the same person."""
    c = caller().pick(body.pop("community"))
    return {"staff": acts.add_staff(http.db(), c, **body, who=caller().staff)}


@blp.route("/memberships", methods=["POST"])
@may("manager")
@blp.arguments(words.MembershipNew)
@blp.response(201, words.StaffMade)
def join(body: Body) -> Body:
    """Someone who works elsewhere already works here too; the home community goes on keeping the keys."""
    c = caller().pick(body["community"])
    acts.add_member(http.db(), c, body["staff"], body["role"], body["buildings"], who=caller().staff)
    return {"staff": body["staff"]}


@blp.route("/staff/<id_>", methods=["PATCH"])
@may("manager")
@blp.arguments(words.StaffEdit)
@blp.response(204)
def edit_staff(body: Body, id_: str) -> None:
    """Name and phone (home community only), role and buildings."""
    c = caller().pick(body["community"])
    now = acts.member(http.db(), c, id_)
    if "name" in body or "phone" in body:
        name, phone = body.get("name", now["name"]), body.get("phone", now["phone"])
        acts.edit_staff(http.db(), c, now["staff"], name, phone)
    role, buildings = body.get("role", now["role"]), body.get("buildings", "、".join(now["buildings"]))
    acts.set_role(http.db(), c, now["staff"], role, buildings, who=caller().staff)


@blp.route("/staff/<id_>", methods=["DELETE"])
@may("manager")
@blp.arguments(words.InCommunity, location="query")
@blp.response(204)
def leave(query: Body, id_: str) -> None:
    """End a person's work here; after the last place also sessions, tokens and phones."""
    acts.leave(http.db(), caller().pick(query["community"]), id_, who=caller().staff)


@blp.route("/staff/<id_>/sessions", methods=["DELETE"])
@may("manager")
@blp.arguments(words.InCommunity, location="query")
@blp.response(204)
def sign_out(query: Body, id_: str) -> None:
    """End all console sessions of a person."""
    acts.logout_everywhere(http.db(), _kept(query["community"], id_), who=caller().staff)


@blp.route("/invitations", methods=["POST"])
@may("manager")
@blp.arguments(words.ForStaff)
@blp.response(201, words.Invitation)
def invite(body: Body) -> Body:
    """A link that sets this person's password once."""
    return dict(acts.invite(http.db(), _kept(body["community"], body["staff"]), http.cfg().url, who=caller().staff))


@blp.route("/enrolments", methods=["POST"])
@may("manager")
@blp.arguments(words.ForStaff)
@blp.response(201, words.Enrolment)
def enrol_code(body: Body) -> Body:
    """A code that enrols one phone within ten minutes."""
    return dict(acts.enrol_code(http.db(), _kept(body["community"], body["staff"]), http.cfg().url, who=caller().staff))


@blp.route("/devices", methods=["POST"])
@may("anyone")
@blp.arguments(words.DeviceNew)
@blp.response(201, words.DeviceMade)
def enrol_device(body: Body) -> Body:
    """Enrol a phone with a one-time code."""
    return acts.enrol_device(http.db(), body["code"], body["name"], body["app"], source=request.remote_addr or "")


@blp.route("/devices")
@may("manager", "clerk")
@blp.arguments(words.InCommunity, location="query")
@blp.response(200, words.Devices)
def list_devices(query: Body) -> Body:
    """Phones of a community's people, with what they have not sent."""
    return {"devices": acts.devices(http.db(), caller().pick(query["community"]))}


@blp.route("/devices/<id_>", methods=["DELETE"])
@may("manager", "clerk")
@blp.arguments(words.DeviceEnd, location="query")
@blp.response(204)
def revoke_device(query: Body, id_: str) -> None:
    """Switch a phone off; `lost=1` also clears what it stores."""
    with http.writing(caller().pick(query["community"])) as pen:
        acts.revoke_device(pen, id_, query["lost"])


@blp.route("/tokens")
@may("manager")
@blp.arguments(words.InCommunity, location="query")
@blp.response(200, words.Tokens)
def list_tokens(query: Body) -> Body:
    """API tokens, without the tokens themselves."""
    return {"tokens": acts.api_tokens(http.db(), caller().pick(query["community"]))}


@blp.route("/tokens", methods=["POST"])
@may("manager")
@blp.arguments(words.TokenNew)
@blp.response(201, words.TokenMade)
def make_token(body: Body) -> Body:
    """A bearer token with this person's roles, shown once."""
    staff = _kept(body["community"], body["staff"])
    return {"token": acts.make_api_token(http.db(), staff, body["label"], who=caller().staff)}


@blp.route("/tokens/<id_>", methods=["DELETE"])
@may("manager")
@blp.arguments(words.InCommunity, location="query")
@blp.response(204)
def revoke_token(query: Body, id_: str) -> None:
    """Switch a token off."""
    acts.revoke_api_token(http.db(), caller().pick(query["community"]), id_, who=caller().staff)


@blp.route("/passwords", methods=["POST"])
@may("staff")
@blp.arguments(words.PasswordChange)
@blp.response(204)
def change_password(body: Body) -> None:
    """The caller's own password; all sessions end."""
    acts.change_password(http.db(), caller().staff, body["old"], body["new"])


def _kept(community: str | None, staff: str) -> str:
    """The id of a person whose keys the caller's community keeps. Refusals: staff_unknown, not_home_community."""
    c = caller().pick(community)
    found = acts.member(http.db(), c, staff)
    if found["home_community"] != c:
        raise Refusal("not_home_community")
    return str(found["staff"])


def _clear_lost(refusal: Refusal, answer: Response) -> Response:
    """A phone reported lost is told to empty itself, whatever page of it calls."""
    if refusal.code == "device-revoked" and refusal.values.get("lost"):
        answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return answer


@blp.record_once
def _hang_in(state: BlueprintSetupState) -> None:
    state.app.extensions["koumen_refused"] = _clear_lost
