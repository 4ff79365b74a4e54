"""API tokens: a program acts with one person's roles until the token is revoked or the person leaves."""

from __future__ import annotations

from server.access import Caller, community_of, hash_token, make_token
from server.db import Db, Row, Sql, new_id
from server.errors import Refusal
from server.people import store
from server.people.acts.sessions import staff_caller


def make_api_token(db: Db, staff_id: str, label: str = "", who: str = "") -> str:
    """A bearer token with that person's roles; shown once, only its hash is kept. Refusal staff_unknown."""
    person = store.staff(db, staff_id)
    if person is None or person["left_at"] is not None:
        raise Refusal("staff_unknown")
    community = str(person["community"])
    token, token_hash = make_token(community, "api")
    with db.write(community, who=who, verb="token.make") as pen:
        pen.put("token", [{
            "community": community, "id": new_id(), "token_hash": token_hash, "staff": staff_id, "label": label,
            "created_at": pen.at, "created_by": who, "revoked_at": None,
        }])
    return token


def api_tokens(db: Sql, c: str) -> list[Row]:
    """Tokens of the community's people, newest first: id, staff, name, label, created_at, revoked_at."""
    return store.tokens(db, c)


def revoke_api_token(db: Db, c: str, id_: str, who: str = "") -> None:
    """Refusal not_found when there is no such living token here."""
    with db.write(c, who=who, verb="token.revoke") as pen:
        if not store.revoke_token(pen, c, id_, pen.at):
            raise Refusal("not_found")


def lookup_api(db: Sql, token: str) -> Caller:
    """Whom an API token stands for. Refusal token_unknown when revoked or the person has left."""
    community = community_of(token)
    found = store.token(db, community, hash_token(token))
    if found is None or found["revoked_at"] is not None:
        raise Refusal("token_unknown")
    return staff_caller(db, community, found)
