"""Income and expense as published (收支公开): refused when the heads do not add up; a correction stays visible."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kiosk.store import disclosures as store
from server import clock
from server.db import Pen, Sql, new_id
from server.errors import Refusal
from server.ledger import acts as ledger


def publish_disclosure(
    pen: Pen, *, fund: str, period: str, opening_fen: int, closing_fen: int, heads_in: Sequence[tuple[str, int]],
    heads_out: Sequence[tuple[str, int]], prepared_by: str, checked_by: str, regime: str = "", days: int = 30,
    corrects: str | None = None, reason: str = "",
) -> str:
    """Publish one fund's figures for a period ('2026-09', '2026Q3', '2026'); the id. It shows for `days`.

    Refusals: disclosure_sums (opening + in − out ≠ closing), disclosure_heads (a head twice, empty or negative),
    disclosure_people (one person did both), disclosure_reason (a correction without one), not_found, already_corrected.
    """
    _check_heads(heads_in)
    _check_heads(heads_out)
    total_in, total_out = sum(fen for _, fen in heads_in), sum(fen for _, fen in heads_out)
    if opening_fen + total_in - total_out != closing_fen:
        raise Refusal("disclosure_sums", pointer="/closing_fen", expected=_yuan(opening_fen + total_in - total_out))
    if not prepared_by.strip() or not checked_by.strip() or prepared_by.strip() == checked_by.strip():
        raise Refusal("disclosure_people", pointer="/checked_by")
    if corrects is not None:
        _check_correction(pen, corrects, reason)
    id_ = new_id()
    row = {
        "id": id_, "fund": fund, "regime": regime, "period": period, "opening_fen": opening_fen,
        "in_fen": total_in, "out_fen": total_out, "closing_fen": closing_fen, "prepared_by": prepared_by.strip(),
        "checked_by": checked_by.strip(), "published_at": pen.at, "published_day": pen.day,
        "public_until": clock.add_days(pen.day, days - 1), "corrects": corrects, "reason": reason, "who": pen.who,
    }
    store.put(pen, pen.community, row, _lines("in", heads_in) + _lines("out", heads_out))
    pen.verb = "disclosure.publish"
    pen.touch("disclosure", id_)
    return id_


def disclosures(db: Sql, community: str, public_on: str | None = None) -> list[dict[str, Any]]:
    """All disclosures newest first, or those in their publicity period on a day; with heads, largest first."""
    rows = store.public(db, community, public_on) if public_on else store.every(db, community)
    lines: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for line in store.lines(db, community, [row["id"] for row in rows]):
        lines.setdefault((line["disclosure"], line["side"]), []).append({"head": line["head"], "fen": line["fen"]})
    return [
        {**row, "in": lines.get((row["id"], "in"), []), "out": lines.get((row["id"], "out"), [])} for row in rows
    ]


def draft_disclosure(db: Sql, community: str, fund: str, months: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """What the vouchers of a fund say for these months, by head, as a start for the form: {in, out}."""
    sums: dict[str, dict[str, int]] = {"in": {}, "out": {}}
    for row in ledger.funds(db, community, list(months)):
        if row["fund"] == fund:
            for side, heads in sums.items():
                for line in row[side]:
                    heads[line["head"]] = heads.get(line["head"], 0) + line["fen"]
    return {
        side: [{"head": head, "fen": fen} for head, fen in sorted(heads.items(), key=lambda pair: -pair[1])]
        for side, heads in sums.items()
    }


def _check_heads(heads: Sequence[tuple[str, int]]) -> None:
    names = [head.strip() for head, _ in heads]
    if len(set(names)) != len(names) or not all(names) or any(fen < 0 for _, fen in heads):
        raise Refusal("disclosure_heads", pointer="/in")


def _check_correction(pen: Pen, corrects: str, reason: str) -> None:
    old = store.one(pen, pen.community, corrects)
    if old is None:
        raise Refusal("not_found")
    if old["corrected_by"]:
        raise Refusal("already_corrected")
    if not reason.strip():
        raise Refusal("disclosure_reason", pointer="/reason")


def _lines(side: str, heads: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    largest = sorted(heads, key=lambda pair: -pair[1])
    return [{"side": side, "seq": seq, "head": head.strip(), "fen": fen} for seq, (head, fen) in enumerate(largest, 1)]


def _yuan(fen: int) -> str:
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"
