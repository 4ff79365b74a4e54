"""Scripts: words to open with and words to avoid, shipped as data and changed per community."""

from server.cases import store
from server.cases.words import SHIPPED
from server.db import Pen, Sql


def scripts(db: Sql, community: str) -> dict[str, str]:
    """{key: text}: the shipped texts, with the community's own in their place."""
    return {**SHIPPED, **store.scripts(db, community)}


def ship_scripts(pen: Pen) -> int:
    """Write the shipped texts a community does not have yet, so that phones get them; returns how many."""
    have = store.scripts(pen, pen.community)
    new = {key: text for key, text in SHIPPED.items() if key not in have}
    for key, text in new.items():
        put_script(pen, key, text)
    return len(new)


def put_script(pen: Pen, key: str, text: str) -> None:
    """Replace one text of the community."""
    store.put_script(pen, key, text)
    pen.touch("script", key)
