"""The JSON door of pay: codes, orders with refunds and reconciliation, and what providers tell."""

from server.pay.door import blp
from server.pay.routes import codes, notify, orders

__all__ = ["blp", "codes", "notify", "orders"]
