"""The JSON door of cases: contacts, promises, tickets and requests."""

from typing import Any

from flask_smorest import Blueprint

from schemas import cases as words
from server import clock, http
from server.access import caller, may
from server.cases import acts
from server.db import new_id
from server.estate import acts as estate

blp = Blueprint("cases", __name__, url_prefix="/api/v1", description="contacts, promises, tickets, requests")
Data = dict[str, Any]


def _place(data: Data) -> tuple[str, str]:
    """(community, home id) meant by a body."""
    community = caller().pick(data["community"])
    return community, estate.home_by_code(http.db(), community, data["household"])["id"]


@blp.route("/contacts", methods=["POST"])
@may("clerk", "manager")
@blp.arguments(words.ContactIn)
@blp.response(201, words.Made)
def contact(data: Data) -> Data:
    """Record that somebody of a household was reached, or was tried."""
    community, home = _place(data)
    with http.writing(community, verb="contact.record") as pen:
        made = acts.record_contact(
            pen,
            id=new_id(),
            home=home,
            at=pen.at,
            kind=data["kind"],
            staff=pen.who,
            outcome=data["outcome"],
            note=data["note"],
            source="office",
        )
    return {"id": made}


@blp.route("/promises", methods=["POST"])
@may("clerk", "manager")
@blp.arguments(words.PromiseIn)
@blp.response(201, words.Made)
def promise(data: Data) -> Data:
    """Record a promise to pay by a day."""
    community, home = _place(data)
    with http.writing(community, verb="promise.make") as pen:
        made = acts.make_promise(
            pen,
            id=new_id(),
            home=home,
            due=data["due"],
            fen=data["fen"],
            made_on=pen.day,
            staff=pen.who,
            source="office",
        )
    return {"id": made}


@blp.route("/promises", methods=["GET"])
@may("clerk", "manager")
@blp.arguments(words.OfCommunity, location="query")
@blp.response(200, words.Promises)
def promises_due(data: Data) -> Data:
    """Promises of a day or a household, with what became of them."""
    community = caller().pick(data["community"])
    return {"promises": acts.promises_due(http.db(), community, data["due"] or clock.today())}


@blp.route("/promises/<promise_id>/cancellation", methods=["POST"])
@may("clerk", "manager")
@blp.arguments(words.EndIn)
@blp.response(204)
def promise_cancellation(data: Data, promise_id: str) -> None:
    """A promise no longer counts; why is kept."""
    with http.writing(caller().pick(data["community"]), verb="promise.cancel") as pen:
        acts.end_promise(pen, promise_id, "cancelled", data["reason"])


@blp.route("/tickets", methods=["POST"])
@may("clerk", "manager")
@blp.arguments(words.TicketIn)
@blp.response(201, words.Made)
def ticket(data: Data) -> Data:
    """Open a ticket for a household."""
    community, home = _place(data)
    with http.writing(community, verb="ticket.open") as pen:
        made = acts.open_ticket(pen, id=new_id(), home=home, kind=data["kind"], text=data["text"], source="office")
    return {"id": made}


@blp.route("/tickets", methods=["GET"])
@may("clerk", "manager")
@blp.arguments(words.OfCommunity, location="query")
@blp.response(200, words.Tickets)
def tickets(data: Data) -> Data:
    """Tickets, open ones unless asked otherwise."""
    return {"tickets": acts.tickets(http.db(), caller().pick(data["community"]))}


@blp.route("/tickets/<ticket_id>/closing", methods=["POST"])
@may("clerk", "manager")
@blp.arguments(words.ClosingIn)
@blp.response(204)
def ticket_closing(data: Data, ticket_id: str) -> None:
    """Close a ticket with its result."""
    with http.writing(caller().pick(data["community"]), verb="ticket.close") as pen:
        acts.close_ticket(pen, ticket_id, data["result"], data["satisfied"])


@blp.route("/requests", methods=["POST"])
@may("clerk", "manager")
@blp.arguments(words.RequestIn)
@blp.response(201, words.Made)
def request_(data: Data) -> Data:
    """An owner asks for instalments or delay."""
    community, home = _place(data)
    with http.writing(community, verb="request.ask") as pen:
        made = acts.ask(pen, home, data["kind"], data["text"], "office")
    return {"id": made}


@blp.route("/requests/<request_id>/answer", methods=["POST"])
@may("clerk", "manager")
@blp.arguments(words.AnswerIn)
@blp.response(204)
def request_answer(data: Data, request_id: str) -> None:
    """Grant or refuse what an owner asked for."""
    with http.writing(caller().pick(data["community"]), verb="request.answer") as pen:
        acts.answer_request(pen, request_id, data["answer"], data["note"])
