"""What may be shown: buildings in bands (level 0), masked names of a daily sample of those who agreed (level 1)."""

from __future__ import annotations

import json
from typing import Any

from schemas.thanks import BANDS, CHANGES, HONOUR_TITLE
from server import clock
from server.db import Sql
from server.ledger import acts as ledger
from server.thanks import rules, store


def bands(db: Sql, community: str, day: str) -> list[dict[str, str]]:
    """Buildings of at least 30 homes that did well in the last whole period, in walking order: [{name, band, change,
    period}]. Counted at that period's end, so nothing moves until the next one."""
    periods = store.last_periods(db, community, day[:7])
    if not periods:
        return []
    now = _bands_of(db, community, periods[0])
    before = _bands_of(db, community, periods[1]) if len(periods) > 1 else {}
    out = []
    for building in store.building_sizes(db, community):
        place = now.get(building["id"])
        if building["homes"] < rules.SMALLEST_BUILDING or place is None:
            continue
        word = rules.change(place, before.get(building["id"]))
        if rules.praised(place, word):
            out.append({"name": building["name"], "band": BANDS[place], "change": CHANGES[word], "period": periods[0]})
    return out


def _bands_of(db: Sql, community: str, period: str) -> dict[str, int]:
    billed = store.building_billed(db, community, period)
    end = clock.add_months(f"{period}-01", 1)
    collected = {row["building"]: int(row["collected"]) for row in store.building_sums(db, community, period, end)}
    return {building: rules.band(fen, collected.get(building, 0)) for building, fen in billed.items() if fen > 0}


def streaks(db: Sql, community: str, homes: list[str], day: str) -> dict[str, int]:
    """{home: periods in a row, up to now, in which every bill was paid by its due day}; 0 where the last was not."""
    return {
        home: rules.streak(rules.periods_on_time(bills, day))
        for home, bills in ledger.settled_days(db, community, homes).items()
    }


def honour(db: Sql, community: str, screen: str, day: str) -> list[dict[str, Any]]:
    """Today's thanks for a screen: [] or one {id, title, names, to, not_after}. Gone after today on every screen, so a
    withdrawal empties a screen without network within 24 hours."""
    agreed = [
        row for row in store.live_consents(db, community, "honour", day)
        if (wanted := json.loads(row["screens"])) == [] or screen in wanted
    ]
    good = {home for home, n in streaks(db, community, [row["home"] for row in agreed], day).items() if n > 0}
    # a name that was corrected since is not the text that was agreed to
    names = {
        row["resident"]: row["label"] for row in agreed
        if row["home"] in good and row["label"] == rules.masked(row["name"])
    }
    chosen = [names[id_] for id_ in rules.sample(names, day)]
    if not chosen:
        return []
    return [{
        "id": day, "title": HONOUR_TITLE, "names": chosen, "to": day, "not_after": f"{day}T16:00:00Z",
    }]
