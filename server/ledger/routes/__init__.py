"""The ledger's JSON door; its views hang on one blueprint."""

from server.ledger.routes import fees, money
from server.ledger.routes.door import blp

__all__ = ["blp", "fees", "money"]
