"""Which op numbers of a phone have not arrived, from ranges: no loop over numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

Ranges = list[tuple[int, int]]


def join(ranges: Sequence[tuple[int, int]], numbers: Iterable[int]) -> Ranges:
    """Ranges (lo, hi) that never touch, with these numbers in them."""
    out: Ranges = []
    for lo, hi in sorted(chain(ranges, ((n, n) for n in numbers))):
        if out and lo <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(out[-1][1], hi))
        else:
            out.append((lo, hi))
    return out


def holes(ranges: Sequence[tuple[int, int]], high: int, most: int = 100) -> tuple[list[int], int]:
    """(the lowest missing numbers up to `most`, how many are missing) between 1 and the greatest known number."""
    top = max(high, ranges[-1][1] if ranges else 0)
    lowest: list[int] = []
    count = 0
    before = 0
    for lo, hi in [*ranges, (top + 1, top + 1)]:
        gap = lo - before - 1
        if gap > 0:
            count += gap
            lowest += range(before + 1, min(lo, before + 1 + most - len(lowest)))
        before = hi
    return lowest, count
