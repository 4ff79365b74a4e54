"""Who may call: every view says it with `@may(…)`, the default is nobody."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Flask, current_app, g, has_request_context, request

from server.db import Db, Sql
from server.errors import Refusal

ROLES = ("manager", "clerk", "cashier", "collector")
WORDS = (*ROLES, "anyone", "staff", "device", "screen")
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SESSION_COOKIE = "koumen"
SCREEN_COOKIE = "koumen_screen"
# one letter in every bearer token says what it opens
KINDS = {"s": "session", "a": "api", "d": "device", "k": "screen"}
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Caller:
    """Who calls. `roles` maps each community id in scope to the caller's role there."""

    kind: str = "anyone"
    staff: str = ""
    name: str = ""
    community: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    device: str = ""
    seen_at: str = ""
    """When the phone was last noted as here."""
    epoch: str = ""
    heads: Mapping[str, int] = field(default_factory=dict)
    """Of the database, and {community: pen number} of a phone's person, as the request came: read with the token."""
    screen: str = ""
    session: str = ""
    """Hash of the session's token; CSRF tokens are derived from it."""

    def pick(self, community: str | None = None, *roles: str) -> str:
        """The community meant, by id or name; it may be left out when the caller has one.

        Only communities where the caller has one of `roles` (default: those of the view) count; any other answers
        like an unknown one.
        """
        wanted = roles or tuple(word for word in _view_words() if word in ROLES) or ROLES
        mine = [c for c, role in self.roles.items() if role in wanted]
        if not community:
            if len(mine) == 1:
                return mine[0]
            raise Refusal("community_needed" if mine else "forbidden")
        if community in mine:
            return community
        named = _named(community)
        if named in mine:
            return named
        raise Refusal("community_unknown")


def _named(name: str) -> str:
    lookup: Callable[[str], str] = current_app.extensions["koumen_access"]["community_named"]
    return lookup(name)


def may(*words: str) -> Callable[[View], View]:
    """State who may call a view: roles of staff, or `anyone`, `staff`, `device`, `screen`."""
    unknown = set(words) - set(WORDS)
    if unknown or not words:
        raise ValueError(f"may() does not know {sorted(unknown)}")

    def mark(view: View) -> View:
        view.__may__ = words  # type: ignore[attr-defined]  # read by the guard and by the test of the url map
        return view

    return mark


def words_of(app: Flask, endpoint: str, method: str) -> tuple[str, ...]:
    """What `may` said for an endpoint and method; empty when it said nothing (nobody may)."""
    view = app.view_functions.get(endpoint)
    if view is None:
        return ()
    if cls := getattr(view, "view_class", None):
        wanted = "get" if method == "HEAD" else method.lower()
        view = getattr(cls, wanted, None) or view
    found: tuple[str, ...] = getattr(view, "__may__", ())
    return found


def _view_words() -> tuple[str, ...]:
    if not has_request_context() or request.endpoint is None:
        return ()
    return words_of(current_app, request.endpoint, request.method)


Lookup = Callable[[Sql, str], Caller]


def install(
    app: Flask,
    lookups: Mapping[str, Lookup],
    community_named: Callable[[str], str],
    open_endpoints: Iterable[str],
    get_db: Callable[[], Db],
) -> None:
    """Guard every request. `lookups` maps a kind of token to what it opens; the rooms that hold tokens give them."""
    app.extensions["koumen_access"] = {"community_named": community_named}
    opened = frozenset(open_endpoints)

    def guard() -> None:
        g.caller = _caller(lookups, get_db)
        if request.endpoint is None or request.endpoint in opened:
            return
        check(g.caller, words_of(app, request.endpoint, request.method))

    app.before_request(guard)


def check(who: Caller, words: tuple[str, ...]) -> None:
    """Refuse unless one of the words fits the caller."""
    if "anyone" in words:
        return
    if g.get("refused_token") is not None:
        if "device" in words and g.refused_token.code == "token_unknown":
            raise Refusal("device-unknown")  # the app keeps everything and asks to be enrolled again
        raise g.refused_token
    if who.kind == "anyone":
        raise Refusal("login_required")
    if who.kind in words:
        return
    if who.kind == "staff" and set(who.roles.values()) & set(words):
        return
    raise Refusal("forbidden")


def caller() -> Caller:
    """The caller of this request."""
    who: Caller = g.caller
    return who


def _caller(lookups: Mapping[str, Lookup], get_db: Callable[[], Db]) -> Caller:
    """Bearer first, then the cookie. A bad cookie is nobody; a bad bearer token is an error of its own."""
    g.by_cookie = False
    bearer = _bearer()
    if bearer:
        try:
            return _look(lookups, get_db, bearer)
        except Refusal as refusal:
            g.refused_token = refusal
            return Caller()
    for cookie in (SCREEN_COOKIE,) if request.path.startswith("/k/") else (SESSION_COOKIE,):
        token = request.cookies.get(cookie, "")
        if token:
            try:
                found = _look(lookups, get_db, token)
            except Refusal:
                continue
            g.by_cookie = True
            return found
    return Caller()


def _bearer() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _look(lookups: Mapping[str, Lookup], get_db: Callable[[], Db], token: str) -> Caller:
    lookup = lookups.get(KINDS.get(token[3:4], ""))
    if lookup is None or len(token) > 200 or not token.isascii():
        raise Refusal("token_unknown")
    return lookup(get_db(), token)


def make_token(community: str, kind: str) -> tuple[str, str]:
    """A new bearer token of 256 bits and its hash. Only the hash is stored.

    It begins with the community's number, so that a request is routed by it, then the letter of its kind
    (session, api, device, screen).
    """
    letter = next(letter for letter, word in KINDS.items() if word == kind)
    token = f"{prefix_of(community)}{letter}{secrets.token_urlsafe(32)}"
    return token, hash_token(token)


def hash_token(token: str) -> str:
    """SHA-256 in hex. 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def prefix_of(community: str) -> str:
    """`C1` → `001`: the community's number in three Crockford characters."""
    number = int(community.removeprefix("C"))
    return "".join(CROCKFORD[(number >> shift) & 31] for shift in (10, 5, 0))


def community_of(token: str) -> str:
    """The community a token, code or number belongs to, from its first three characters; '' when it cannot be."""
    number = 0
    for char in token[:3].upper():
        if char not in CROCKFORD:
            return ""
        number = number * 32 + CROCKFORD.index(char)
    return f"C{number}" if number and len(token) >= 3 else ""
