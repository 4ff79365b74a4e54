"""The board: what a snapshot holds, made of facts by pure functions.

Live figures are rounded down so that nobody who watches while a neighbour pays can read his amount: the collected sum
and the unfinished month's fee income to whole thousands of yuan, the rate to 0.1 % of the rounded sum.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kiosk.proof import canonical

STEP = 100_000  # fen: 1,000 yuan
SERVICE_FUND = "物业服务费"
SERVICE_INCOME = "物业服务费收入"
BARS = 6
OTHER = "其他"
KEPT = ("id", "title", "text", "kind", "version")


def rounded(fen: int) -> int:
    """Down to whole thousands of yuan, never below nothing."""
    return max(0, fen // STEP * STEP)


def progress(row: Mapping[str, Any]) -> dict[str, Any]:
    """{period, billed_fen, collected_fen, permille}: the estate as a whole."""
    billed, collected = row["billed_fen"], rounded(row["collected_fen"])
    full = billed > 0 and row["collected_fen"] >= billed
    permille = 1000 if full else collected * 1000 // billed if billed > 0 else 0
    return {"period": row["period"], "billed_fen": billed, "collected_fen": collected, "permille": min(1000, permille)}


def funds(rows: Iterable[Mapping[str, Any]], this_month: str) -> list[dict[str, Any]]:
    """The ledger's rows by fund and month; the three funds are never added together."""
    return [
        {
            "fund": row["fund"], "period": row["period"],
            "in": [_head(line, row["period"], this_month) for line in row["in"]],
            "out": [_head(line, row["period"], this_month) for line in row["out"]],
        }
        for row in rows
    ]


def _head(line: Mapping[str, Any], period: str, this_month: str) -> dict[str, Any]:
    live = line["head"] == SERVICE_INCOME and period >= this_month
    return {"head": line["head"], "fen": rounded(line["fen"]) if live else line["fen"]}


def statements(rows: Sequence[Mapping[str, Any]], this_month: str) -> list[dict[str, Any]]:
    """Per fund the last whole quarter, or the last whole month when the quarter has gaps: {fund, period, in_fen,
    out_fen, in, out}, heads largest first, at most six and the rest as 其他."""
    done = [row for row in rows if row["period"] < this_month]
    out = []
    for fund in dict.fromkeys(row["fund"] for row in done):
        own = {row["period"]: row for row in done if row["fund"] == fund}
        period, months = _span(sorted(own))
        sums = {side: _sum_heads(own[month][side] for month in months) for side in ("in", "out")}
        out.append({
            "fund": fund, "period": period, "in_fen": sum(sums["in"].values()), "out_fen": sum(sums["out"].values()),
            "in": top(_bare(fund, sums["in"])), "out": top(_bare(fund, sums["out"])),
        })
    return out


def _span(months: Sequence[str]) -> tuple[str, Sequence[str]]:
    """('2026Q3', its months) when the newest whole quarter is all there, else (last month, [it])."""
    have = set(months)
    for last in reversed(months):
        if last[5:] in ("03", "06", "09", "12"):
            quarter = [f"{last[:5]}{int(last[5:]) - back:02d}" for back in (2, 1, 0)]
            if have.issuperset(quarter):
                return f"{last[:4]}Q{int(last[5:]) // 3}", quarter
    return months[-1], [months[-1]]


def _sum_heads(months: Iterable[Sequence[Mapping[str, Any]]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for lines in months:
        for line in lines:
            sums[line["head"]] = sums.get(line["head"], 0) + line["fen"]
    return sums


def _bare(fund: str, heads: Mapping[str, int]) -> dict[str, int]:
    """公共收益-电梯广告 under the heading 公共收益 is 电梯广告."""
    return {head.removeprefix(f"{fund}-"): fen for head, fen in heads.items()}


def top(heads: Mapping[str, int], most: int = BARS) -> list[dict[str, Any]]:
    """The largest heads and the rest as 其他; heads of nothing are left out."""
    order = sorted(((fen, head) for head, fen in heads.items() if fen), reverse=True)
    order = [pair for pair in order if pair[1] != OTHER]
    rest = sum(fen for fen, _ in order[most:]) + heads.get(OTHER, 0)
    shown = [{"head": head, "fen": fen} for fen, head in order[:most]]
    return shown + ([{"head": OTHER, "fen": rest}] if rest else [])


def each_yuan(statement: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """您交的每 1 元花在哪里: a fund's expense as parts of 100 分 that add up exactly (largest remainder)."""
    if not statement or statement["out_fen"] <= 0 or any(line["fen"] < 0 for line in statement["out"]):
        return None
    total = statement["out_fen"]
    parts = [(line["fen"] * 100 // total, line["fen"] * 100 % total, i) for i, line in enumerate(statement["out"])]
    short = 100 - sum(part for part, _, _ in parts)
    lucky = {i for _, _, i in sorted(parts, key=lambda p: (-p[1], p[2]))[:short]}
    heads = [
        {"head": line["head"], "fen": part + (i in lucky)}
        for line, (part, _, i) in zip(statement["out"], parts, strict=True)
    ]
    return {
        "fund": statement["fund"], "period": statement["period"], "heads": heads,
        "in_fen": statement["in_fen"], "out_fen": total,
    }


def newest_seal(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """{since, day, receipts, total_fen, fingerprint} of the newest signed total: a whole day of at least ten receipts,
    exact, so that an owner's proof can be held against it."""
    return {key: rows[0][key] for key in ("since", "day", "receipts", "total_fen", "fingerprint")} if rows else None


def announcements(rows: Iterable[Mapping[str, Any]], building: str) -> list[dict[str, Any]]:
    """Those meant for a building, as the snapshot tells them; a screen without a building shows all."""
    out = []
    for row in rows:
        wanted = json.loads(row["buildings"])
        if not wanted or not building or building in wanted:
            out.append({
                **{key: row[key] for key in KEPT}, "from": row["from_day"], "to": row["to_day"],
                "pinned": bool(row["pinned"]), "weekdays": row["weekdays"], "hours": row["hours"],
                "until": row["until_at"],
            })
    return out


def disclosures(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """As published; one that was corrected stays visible and says so."""
    return [
        {
            "id": row["id"], "fund": row["fund"], "regime": row["regime"], "period": row["period"],
            "opening_fen": row["opening_fen"], "in_fen": row["in_fen"], "out_fen": row["out_fen"],
            "closing_fen": row["closing_fen"], "prepared_by": row["prepared_by"], "checked_by": row["checked_by"],
            "published": row["published_day"], "until": row["public_until"], "reason": row["reason"],
            "corrects": row["corrects"] is not None, "corrected": row["corrected_by"] is not None,
            "in": top({line["head"]: line["fen"] for line in row["in"]}),
            "out": top({line["head"]: line["fen"] for line in row["out"]}),
        }
        for row in rows
    ]


def seal(body: Mapping[str, Any]) -> tuple[str, str]:
    """(rev, canonical JSON with the rev inside). The rev is over everything else: equal facts, equal rev."""
    rev = hashlib.sha256(canonical(body).encode()).hexdigest()[:16]
    return rev, canonical({**body, "rev": rev})
