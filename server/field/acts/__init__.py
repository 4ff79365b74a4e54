"""The verbs of the field, as other rooms import them."""

from __future__ import annotations

from server.field.acts.actual import against_plan
from server.field.acts.office import (
    claims,
    drop_message,
    fixes,
    flagged_ops,
    phones,
    see_op,
    send_message,
    settle_claim,
    settle_fix,
    visits,
    visits_of_home,
)
from server.field.acts.photos import MOST as PHOTO_MOST
from server.field.acts.photos import get_photo, put_photo
from server.field.acts.plan import Asked, make_plan, plan
from server.field.acts.poll import head, tag
from server.field.acts.proposals import again, change, proposal, proposals, propose, publish, solve
from server.field.acts.pull import pull, seen
from server.field.acts.push import push
from server.field.acts.rearrange import people_of
from server.field.acts.routes import (
    add_stops,
    change_route,
    community_of_route,
    drop_stops,
    homes_of_codes,
    make_route,
    order_stops,
    route,
    routes,
    would_change,
)

__all__ = [
    "PHOTO_MOST", "Asked", "again", "against_plan", "change", "propose", "proposal", "proposals", "publish", "solve",
    "add_stops", "change_route", "claims", "community_of_route", "drop_message", "drop_stops",
    "fixes", "flagged_ops", "get_photo", "head", "homes_of_codes", "make_plan", "make_route", "order_stops",
    "people_of", "phones", "plan", "pull", "push", "put_photo", "route", "routes", "see_op", "seen", "send_message",
    "settle_claim", "settle_fix", "tag", "visits", "visits_of_home", "would_change",
]
