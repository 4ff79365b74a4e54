"""Recognition without shaming: bands instead of rates, samples instead of lists, draws that can be checked.

There is no data path for debtors: nothing here takes or gives who has not paid. A building is compared with its own
last period, never ranked; a sample of at most half makes absence say nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

from schemas.thanks import BANDS

SMALLEST_BUILDING = 30
FLOORS = (950, 900, 800, 700)  # permille at which a band begins; all above 95 % are one band
SAMPLE, FEWEST = 12, 6
CONSENT_MONTHS = 12


def band(billed: int, collected: int) -> int:
    """Index into BANDS, 0 the best; nothing billed counts as nothing to say: the last."""
    permille = collected * 1000 // billed if billed > 0 else 0
    return next((i for i, floor in enumerate(FLOORS) if permille >= floor), len(FLOORS))


def change(now: int, before: int | None) -> str:
    """A word of CHANGES; a fall is not said."""
    if before is None:
        return "first"
    return "up" if now < before else "same" if now == before else "first"


def praised(now: int, change_: str) -> bool:
    """Buildings that did well: a good band, or better than their own last period."""
    return now < len(BANDS) - 1 or change_ == "up"


def periods_on_time(bills: Iterable[Mapping[str, Any]], day: str) -> list[bool]:
    """Per period with bills due before a day, newest first: was every one paid in full by its due day?"""
    found: dict[str, bool] = {}
    for bill in bills:
        if bill["due"] < day and bill["fen"] > 0:
            paid_on = bill["paid_on"]
            good = bill["open_fen"] == 0 and paid_on is not None and paid_on <= bill["due"]
            found[bill["period"]] = found.get(bill["period"], True) and good
    return [found[period] for period in sorted(found, reverse=True)]


def streak(on_time: Sequence[bool]) -> int:
    """Periods in a row that were paid by their day; the newest first."""
    count = 0
    for good in on_time:
        if not good:
            break
        count += 1
    return count


def sample(ids: Iterable[str], day: str) -> list[str]:
    """Today's names: at most half of those who agreed and were on time, at most 12, others tomorrow; none when fewer
    than 6 agreed, because then a missing name would say something."""
    order = sorted(ids, key=lambda id_: hashlib.sha256(f"{day}/{id_}".encode()).hexdigest())
    return order[: min(SAMPLE, len(order) // 2)] if len(order) >= FEWEST else []


def entries_hash(labels: Sequence[str]) -> str:
    """What is published with a draw: SHA-256 over its entries, one a line, `number label`."""
    return hashlib.sha256("\n".join(f"{i} {label}" for i, label in enumerate(labels, 1)).encode()).hexdigest()


def commitment(seed: str) -> str:
    """What is published before the draw so that the seed cannot be chosen after it."""
    return hashlib.sha256(seed.encode()).hexdigest()


def winners(seed: str, entries: int, places: int, out: Container[int] = ()) -> list[int]:
    """Entry numbers in the order they won: those with the smallest SHA-256 of `seed/number`, passing over who is `out`
    (took his consent back before). Anybody can redo it."""
    order = sorted(range(1, entries + 1), key=lambda n: hashlib.sha256(f"{seed}/{n}".encode()).hexdigest())
    return [n for n in order if n not in out][:places]


def masked(name: str) -> str:
    """张**, whatever the name's length: the length of a rare name tells too much."""
    return f"{name[:1]}**"
