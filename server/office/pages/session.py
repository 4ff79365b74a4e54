"""The door of the console: login, logout, the invitation that sets a password, one's own password, which estate."""

from __future__ import annotations

from flask import render_template, request
from werkzeug.wrappers import Response

from server import http
from server.access import SESSION_COOKIE, caller, may
from server.errors import Refusal
from server.office.desk import ESTATE_COOKIE, Form, back, page
from server.office.pages import bp
from server.people import acts as people

HOURS = 12
FIRST = {"cashier": "/office/payments", "collector": "/office/routes"}


def login_page(sentence: str = "", status: int = 200, who: str = "") -> Response:
    """The login, also what /office/ answers to a stranger."""
    body = render_template("office/login.html", sentence=sentence, who=who, token=http.form_token("login"))
    return Response(body, status, content_type="text/html; charset=utf-8")


@bp.get("/login")
@may("anyone")
def login() -> Response:
    if caller().kind == "staff":
        return back("/office/")
    return login_page()


@bp.post("/login")
@may("anyone")
def login_try() -> Response:
    http.check_form_token("login", request.form.get("token", ""))
    who = request.form.get("who", "").strip()[:60]
    try:
        done = people.login(http.db(), who, request.form.get("password", "")[:200], request.remote_addr or "")
    except Refusal as refusal:
        return login_page(refusal.sentence, refusal.status, who)
    return _signed_in(done["token"])


def _signed_in(token: str) -> Response:
    answer = back("/office/")
    answer.set_cookie(
        SESSION_COOKIE, token, max_age=HOURS * 3600, httponly=True, secure=http.cfg().secure, samesite="Lax", path="/"
    )
    return answer


@bp.post("/logout")
@may("staff")
def logout() -> Response:
    """End this session, or with `all` every session of the person."""
    if request.form.get("all") == "1":
        people.logout_everywhere(http.db(), caller().staff, who=caller().staff)
    elif caller().session:
        people.logout(http.db(), caller())
    answer = back("/office/login")
    answer.delete_cookie(SESSION_COOKIE, path="/")
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@bp.get("/invite/<token>")
@may("anyone")
def invitation(token: str) -> Response:
    person = people.invited(http.db(), token)
    return _invitation(token, person["name"])


@bp.post("/invite/<token>")
@may("anyone")
def invitation_accept(token: str) -> Response:
    """Set the password twice alike; the link dies and the session begins."""
    http.check_form_token("invite", request.form.get("token", ""))
    first = request.form.get("password", "")
    if first != request.form.get("again", ""):
        return _invitation(token, people.invited(http.db(), token)["name"], "两次输入的密码不一样。", 422)
    try:
        done = people.accept_invite(http.db(), token, first[:200])
    except Refusal as refusal:
        if refusal.code != "password_weak":
            raise
        return _invitation(token, people.invited(http.db(), token)["name"], refusal.sentence, refusal.status)
    return _signed_in(done["token"])


def _invitation(token: str, name: str, sentence: str = "", status: int = 200) -> Response:
    body = render_template("office/invite.html", name=name, sentence=sentence, token=http.form_token("invite"))
    return Response(body, status, content_type="text/html; charset=utf-8")


@bp.get("/me")
@may("staff")
def me() -> Response:
    return page("me")


@bp.post("/me/password")
@may("staff")
def password() -> Response:
    form = Form()
    old, new = form.text("old", "旧密码"), form.text("new", "新密码")
    if new != request.form.get("again", "").strip():
        form.wrong("again", "两次输入的新密码不一样")
    form.check()
    people.change_password(http.db(), caller().staff, old, new)
    return back("/office/login")


@bp.post("/estate")
@may("staff")
def estate_pick() -> Response:
    """Which of the caller's communities the pages show."""
    picked = request.form.get("estate", "")
    if picked not in caller().roles:
        raise Refusal("community_unknown")
    answer = back("/office/")
    answer.set_cookie(ESTATE_COOKIE, picked, httponly=True, secure=http.cfg().secure, samesite="Lax", path="/office")
    return answer
