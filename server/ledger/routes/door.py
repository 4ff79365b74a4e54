"""The blueprint of the ledger's JSON door; every file of this folder hangs its views on it."""

from flask_smorest import Blueprint

blp = Blueprint("ledger", __name__, url_prefix="/api/v1", description="Bills, payments, receipts and books")
