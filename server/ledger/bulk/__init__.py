"""Bulk work on the books: whole homes per chunk, seconds instead of minutes, the same facts as the single acts."""

from server.ledger.bulk.books import Books
from server.ledger.bulk.chunk import Chunk
from server.ledger.bulk.records import Bill, Part, Receipt

__all__ = ["Bill", "Books", "Chunk", "Part", "Receipt"]
