"""The blueprint of pay: its views stand in the modules of `routes`."""

from __future__ import annotations

from flask_smorest import Blueprint

blp = Blueprint("pay", __name__, url_prefix="/api/v1", description="缴费码、订单、退款、对账")
