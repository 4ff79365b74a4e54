"""A household as the office asks for it: who lives there, what it owes, what it paid."""

from __future__ import annotations

from typing import Any

from server.db import Sql
from server.estate import acts as estate
from server.ledger.acts.reads import arrears_by_age, arrears_of, bills_of, overdue_since, sums_of
from server.ledger.acts.receipts import receipts


def household(db: Sql, community: str, code: str, on: str) -> dict[str, Any]:
    """household, household_id, owner, phones, residents, the sums, arrears on a day, bills and payments.

    Refusal home_unknown.
    """
    home = estate.home_by_code(db, community, code)
    id_ = home["id"]
    people = estate.residents_of(db, community, [id_])[id_]
    owners = [person for person in people if person["role"] == "owner"]
    sums = sums_of(db, community, [id_])[id_]
    return {
        **{key: home[key] for key in ("address", "building", "kind", "state", "area")},
        "household": home["code"], "household_id": id_,
        "owner": "、".join(person["name"] for person in owners),
        "phones": list(dict.fromkeys(number for person in owners for number in person["phones"])),
        "residents": [{key: person[key] for key in ("name", "role", "phones", "since")} for person in people],
        **sums, "prepayment_fen": sums["prepaid_fen"], "former_prepayment_fen": sums["former_prepaid_fen"],
        "arrears_fen": arrears_of(db, community, on, [id_])[id_],
        "bills": bills_of(db, community, id_), "payments": receipts(db, community, id_),
    }


def arrears_table(db: Sql, community: str, on: str) -> list[dict[str, Any]]:
    """Households in arrears on a day, by code: household, household_id, fen, since, ages."""
    ages = arrears_by_age(db, community, on)
    since = overdue_since(db, community, on)
    codes = {home["id"]: home["code"] for home in estate.homes(db, community, list(ages))}
    rows = [
        {"household": codes[home], "household_id": home, "fen": sum(found.values()), "since": since[home],
         "ages": found}
        for home, found in ages.items()
    ]
    return sorted(rows, key=lambda row: str(row["household"]))
