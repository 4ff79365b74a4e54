"""The community's rule of when and how often a home is visited; kept among its settings, so phones have it."""

from collections.abc import Mapping

from schemas.words import VISITING
from server.cases.visiting import Visiting, faults
from server.db import Pen, Question, Sql
from server.errors import Refusal
from server.estate import acts as estate


def visiting(db: Sql, community: str) -> Visiting:
    """The rule in force: what is set, inside the bounds of the law."""
    return db.ask(visiting_of(community))


def visiting_of(community: str) -> Question[Visiting]:
    """`visiting`, to be asked together with something else."""
    return estate.settings_of(community).then(Visiting.of)


def set_visiting(pen: Pen, texts: Mapping[str, str]) -> list[str]:
    """Set the rule (all four of `schemas.words.VISITING`); the keys that changed.

    Refusal invalid, naming every field beyond the law's bounds.
    """
    wrong = faults(texts)
    if wrong:
        raise Refusal("invalid", fields=[{"pointer": f"/{key}", "reason": reason} for key, reason in wrong.items()])
    changed = estate.set_settings(pen, {key: texts[key] for key in VISITING}, VISITING)
    pen.verb = "visiting.put"
    return changed
