"""The JSON door of pay: codes, orders with refunds and reconciliation, what goes back, and what providers tell."""

from server.pay.door import blp
from server.pay.routes import back, codes, invoices, notify, orders

__all__ = ["back", "blp", "codes", "invoices", "notify", "orders"]
