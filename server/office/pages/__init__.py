"""All pages of the console under one blueprint; one file a subject."""

from pathlib import Path

from flask import Blueprint

from server.web import assets

HERE = Path(__file__).parent.parent

bp = Blueprint("office", __name__, url_prefix="/office", template_folder=str(HERE / "templates"))
assets.add("office", HERE / "static")

# the modules hang their views on bp, so they come after it
from server.office.pages import (  # noqa: E402
    bill_runs,
    board,
    books,
    cash,
    claims,
    disclosures,
    fees,
    flags,
    home,
    home_cases,
    home_edits,
    homes,
    imports,
    invoices,
    late,
    meters,
    money,
    notices,
    payments,
    plan,
    reports,
    reversals,
    routes,
    session,
    settings,
    staff,
    suspense,
    thanks,
    today,
    waivers,
)

__all__ = [
    "bill_runs",
    "board",
    "books",
    "bp",
    "cash",
    "claims",
    "disclosures",
    "fees",
    "flags",
    "home",
    "home_cases",
    "home_edits",
    "homes",
    "imports",
    "invoices",
    "late",
    "meters",
    "money",
    "notices",
    "payments",
    "plan",
    "reports",
    "reversals",
    "routes",
    "session",
    "settings",
    "staff",
    "suspense",
    "thanks",
    "today",
    "waivers",
]
