"""Names of staff by id, for the columns that say who."""

from server import http
from server.people import acts as people


def names(community: str) -> dict[str, str]:
    """{staff id: name} of everybody who works or worked here; other words (imports) stand for themselves."""
    return {row["staff"]: row["name"] for row in people.members(http.db(), community)}
