"""The JSON doors of kiosk: `/k/v1` for screens, `/api/v1` for the office."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request
from flask_smorest import Blueprint

from kiosk import acts
from schemas import kiosk as words
from schemas import screens as screen_words
from server import http
from server.access import SCREEN_COOKIE, caller, may

blp = Blueprint("kiosk", __name__, description="announcements, disclosures, screens; what the lobby sees")
Data = dict[str, Any]
COOKIE_DAYS = 400


# --- screens ---------------------------------------------------------------


@blp.route("/k/v1/pair", methods=["POST"])
@may("anyone")
@blp.arguments(screen_words.PairIn)
@blp.response(200, screen_words.PairOut)
def pair(data: Data) -> Any:
    """Ask for a code to show; with `poll`, fetch the token once the office has entered the code."""
    if not data.get("poll"):
        return acts.ask_pairing(http.db(), request.remote_addr or "")
    made = acts.fetch_pairing(http.db(), data["poll"])
    return (made, 200, _cookie(made["token"])) if made.get("token") else made


@blp.route("/k/v1/session", methods=["POST"])
@may("screen")
@blp.response(204)
def session() -> Response:
    """Trade a bearer token for the HttpOnly cookie."""
    token = request.headers.get("Authorization", "").partition(" ")[2].strip()
    return Response(status=204, headers=_cookie(token) if token else None)


@blp.route("/k/v1/beat", methods=["POST"])
@may("screen")
@blp.arguments(screen_words.Beat)
@blp.response(200, screen_words.BeatOut)
def beat(data: Data) -> Any:
    """A report; the answer says which revision to have and what to do."""
    answer = acts.beat(http.db(), caller(), data)
    renewed = acts.renew_token(http.db(), caller()) if g.by_cookie else None
    return (answer, 200, _cookie(renewed)) if renewed else answer


@blp.route("/k/v1/snapshot", methods=["GET"])
@may("screen")
@blp.doc(responses={200: {"description": "canonical JSON, see kiosk/board.py"}, 304: {"description": "unchanged"}})
def snapshot() -> Response:
    """Everything this screen may show."""
    found = acts.snapshot(http.db(), caller().community, caller().screen)
    known = request.if_none_match.contains(found.rev)
    answer = Response(status=304) if known else Response(found.body, mimetype="application/json")
    answer.headers["Cache-Control"] = "no-cache"
    answer.set_etag(found.rev)
    return answer


def _cookie(token: str) -> dict[str, str]:
    answer = Response()
    answer.set_cookie(
        SCREEN_COOKIE, token, max_age=COOKIE_DAYS * 86400, path="/k/", httponly=True, samesite="Strict",
        secure=http.cfg().secure,
    )
    return {"Set-Cookie": answer.headers["Set-Cookie"]}


# --- office: announcements -------------------------------------------------


@blp.route("/api/v1/announcements", methods=["GET"])
@may("manager", "clerk")
@blp.arguments(words.OfLobby, location="query")
@blp.response(200, words.Announcements)
def announcements(data: Data) -> Data:
    """Announcements of a community, withdrawn ones too."""
    return {"announcements": acts.announcements(http.db(), caller().pick(data.get("community")))}


@blp.route("/api/v1/announcements", methods=["POST"])
@may("manager", "clerk")
@blp.arguments(words.AnnouncementIn)
@blp.response(201, words.AnnouncementOut)
def publish(data: Data) -> Data:
    """Publish an announcement; an emergency waits for its second confirmation."""
    with http.writing(caller().pick(data.pop("community", None))) as pen:
        id_ = acts.announce(pen, **_days(data))
        return acts.announcement(pen, pen.community, id_)


@blp.route("/api/v1/announcements/<id_>", methods=["PATCH"])
@may("manager", "clerk")
@blp.arguments(words.AnnouncementChange)
@blp.response(200, words.AnnouncementOut)
def change(data: Data, id_: str) -> Data:
    """A new version; `withdrawn` takes it off every screen, `approved` is the second confirmation."""
    withdrawn, approved, sure = data.pop("withdrawn"), data.pop("approved"), data.pop("sure")
    with http.writing(caller().pick(data.pop("community", None))) as pen:
        if data:
            acts.edit_announcement(pen, id_, _days(data), sure=sure)
        if withdrawn:
            acts.withdraw(pen, id_)
        elif approved:
            acts.approve(pen, id_)
        return acts.announcement(pen, pen.community, id_)


@blp.route("/api/v1/announcements/<id_>/reach", methods=["GET"])
@may("manager", "clerk")
@blp.arguments(words.OfLobby, location="query")
@blp.response(200, words.Reach)
def reach(data: Data, id_: str) -> Data:
    """Which screens show it now."""
    return {"screens": acts.reach(http.db(), caller().pick(data.get("community")), id_)}


def _days(data: Data) -> Data:
    """The words of the door as the act names them."""
    names = {"from_": "from_day", "to": "to_day"}
    return {names.get(key, key): value for key, value in data.items()}


# --- office: disclosures ---------------------------------------------------


@blp.route("/api/v1/disclosures", methods=["GET"])
@may("manager", "clerk", "cashier")
@blp.arguments(words.OfLobby, location="query")
@blp.response(200, words.Disclosures)
def disclosures(data: Data) -> Data:
    """Published statements of income and expense."""
    found = acts.disclosures(http.db(), caller().pick(data.get("community")))
    return {"disclosures": [{**row, "in_": row["in"]} for row in found]}


@blp.route("/api/v1/disclosures", methods=["POST"])
@may("manager", "cashier")
@blp.arguments(words.DisclosureIn)
@blp.response(201, words.ContentMade)
def disclose(data: Data) -> Data:
    """Publish a statement; a correction names the one it corrects."""
    heads: Data = {f"heads_{side.strip('_')}": [(line["head"], line["fen"]) for line in data.pop(side)]
                   for side in ("in_", "out")}
    with http.writing(caller().pick(data.pop("community", None))) as pen:
        return {"id": acts.publish_disclosure(pen, **data, **heads)}


@blp.route("/api/v1/proof/<content>", methods=["GET"])
@may("manager", "clerk")
@blp.arguments(words.OfLobby, location="query")
@blp.response(200, screen_words.Proof)
def proof(data: Data, content: str) -> Data:
    """When and where `a:<announcement>` or `d:<disclosure>` was on screen, with the hash chain."""
    community = caller().pick(data.get("community"))
    acts.check_content(http.db(), community, content)
    return acts.proof(http.db(), community, content)


# --- office: screens -------------------------------------------------------


@blp.route("/api/v1/screens", methods=["GET"])
@may("manager", "clerk")
@blp.arguments(words.OfLobby, location="query")
@blp.response(200, screen_words.Screens)
def screens(data: Data) -> Data:
    """Screens and how each one does."""
    return {"screens": acts.screens(http.db(), caller().pick(data.get("community")))}


@blp.route("/api/v1/screens", methods=["POST"])
@may("manager", "clerk")
@blp.arguments(screen_words.ScreenIn)
@blp.response(201, screen_words.ScreenMade)
def add_screen(data: Data) -> Data:
    """A new screen; with the `code` it shows, it fetches its token itself."""
    community, code = caller().pick(data.pop("community", None)), data.pop("code")
    if code:
        made = acts.confirm_pairing(http.db(), community, caller().staff, code, **data)
        return {"screen": made, "token": None, "url": None}
    with http.writing(community) as pen:
        return _with_url(acts.add_screen(pen, **data))


@blp.route("/api/v1/screens/<id_>", methods=["PATCH"])
@may("manager", "clerk")
@blp.arguments(screen_words.ScreenChange)
@blp.response(200, screen_words.ScreenMade)
def change_screen(data: Data, id_: str) -> Data:
    """Name, building, size or distance of a screen; or its end."""
    community = caller().pick(data.get("community"))
    acts.check_screen(http.db(), community, id_)
    made: Data = {"screen": id_, "token": None, "url": None}
    if data["wish"]:
        acts.wish(http.db(), community, id_, data["wish"])
    if data["revoked"] or data["rotate"]:
        with http.writing(community) as pen:
            if data["revoked"]:
                acts.revoke_screen(pen, id_)
            else:
                made = _with_url(acts.rotate_screen(pen, id_))
    return made


def _with_url(made: Data) -> Data:
    return {**made, "url": f"{http.cfg().url}/k/#token={made['token']}"}
