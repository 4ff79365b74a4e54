"""CLI of the ledger: arrears."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from server.db import Db
from server.estate import acts as estate
from server.ledger import acts


def add(sub: Any) -> None:
    """`koumen arrears`."""
    parser = sub.verb("arrears", arrears, "列出某天各户的欠费（分）")
    sub.community(parser)
    sub.on(parser)


def arrears(args: argparse.Namespace, db: Db, say: Callable[[str], None]) -> dict[str, Any]:
    """{code: fen} of every household in arrears on the day."""
    community = _community(db, args.community)
    found = acts.arrears_by_code(db, community, args.on)
    for code, fen in found.items():
        say(f"{code}\t{fen // 100:,}.{fen % 100:02d}")
    say(f"共 {len(found)} 户欠费，合计 {sum(found.values()) // 100:,}.{sum(found.values()) % 100:02d} 元（{args.on}）")
    return dict(found)


def _community(db: Db, wanted: str | None) -> str:
    """The community named, or the only one."""
    if wanted is None:
        every = estate.communities(db)
        if len(every) == 1:
            return str(every[0]["id"])
    return str(estate.community(db, wanted or "")["id"])
