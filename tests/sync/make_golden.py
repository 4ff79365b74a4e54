"""Write the golden files of a schema when it is released: `python -m tests.sync.make_golden`. Never rewritten later."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from schemas.field import SCHEMA
from server.field.rules.ops import Op, element

FOLDER = Path(__file__).parent / "golden"
BASE: dict[str, Any] = {
    "op": "0193a1c2-7b1e-7c11-9d53-0a2b3c4d5e6f", "n": 412, "schema": 1, "at": "2026-11-21T09:41:02+08:00",
    "route": "r1", "household": "h1"}
VISIT: dict[str, Any] = {
    "outcome": "promised", "reason": "forgot", "note": "月底发工资", "promise": {"due": "2026-11-30", "fen": 128000},
    "ticket": None, "claim": None, "delivery": {"notice": "n1", "proof": "signed", "signer": "owner"},
    "photos": ["ab" * 32]}
OPS: dict[str, dict[str, Any]] = {
    "visit.record": {"data": VISIT},
    "visit.record-short": {"kind": "visit.record", "data": {"outcome": "not_home"}},
    "visit.record-paid": {"kind": "visit.record", "data": {
        "outcome": "paid_now", "claim": {"channel": "transfer", "fen": 100, "reference": "T-1"},
        "ticket": {"kind": "repair", "text": "漏水"}}},
    "visit.correct": {"data": {"visit": "0193a1c2-7b1e-7c11-9d53-0a2b3c4d5e60", "data": {"outcome": "other"}}},
    "route.start": {"household": None, "data": None},
    "route.finish": {"household": None},
    "stop.add": {}, "stop.skip": {"data": {"reason": "施工"}},
    "contact.fix": {"data": {"field": "phone", "from": "13800000000", "to": "13900000000"}},
    "delivery.record": {"data": {"notice": "n1", "proof": "posted", "signer": None}},
    "code.check": {"route": None, "household": None, "data": {"code": "001ABC", "genuine": False, "place": "大堂"}},
}


def today(op: dict[str, Any]) -> dict[str, Any]:
    """What an op means in the newest schema, as JSON."""
    parsed = element(0, op).parsed
    assert isinstance(parsed, Op), element(0, op).verdict
    means = parsed._asdict()
    assert json.loads(means.pop("text")) == means["data"]
    return means


def main() -> None:
    for name, change in OPS.items():
        path = FOLDER / f"{SCHEMA}-{name}.json"
        if path.exists():
            continue
        op = {**BASE, "kind": name, **change}
        path.write_text(json.dumps({"op": op, "means": today(op)}, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
