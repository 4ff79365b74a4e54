"""All pages of the console under one blueprint; one file a subject."""

from pathlib import Path

from flask import Blueprint

from server.web import assets

HERE = Path(__file__).parent.parent

bp = Blueprint("office", __name__, url_prefix="/office", template_folder=str(HERE / "templates"))
assets.add("office", HERE / "static")

# the modules hang their views on bp
from server.office.pages import home, homes  # noqa: E402, F401
