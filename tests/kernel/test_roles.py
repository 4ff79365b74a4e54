"""Who may call which JSON door, against the design: clerk homes, import, routes, notices, content; cashier payments and
receipts; collector own routes; manager all. Nouns that stand here beside a role were decided, not forgotten."""

from __future__ import annotations

import pytest
from flask import Flask

from server.access import words_of

# what the counter needs to take money: whose it is, what is owed, and the books
MONEY = set(
    "payments households homes arrears takings vouchers waivers refunds returns invoices orders unmatched recon days"
    " claims credits"
    " bill-runs fee-rules late-clauses late-fees readings pools accounts trial-balance paycodes settings disclosures"
    " communities photos passwords bills".split()
)
CONTENT = set(
    "homes households residents routes visits notices printings wordings contacts promises tickets requests"
    " announcements disclosures proof screens devices phones staff paycodes arrears payments waivers fee-rules readings"
    " settings communities photos passwords".split()
)
COLLECTOR = {"routes", "paycodes", "communities", "photos", "passwords"}


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


def doors(app: Flask, role: str, verbs: str) -> set[str]:
    """Nouns of `/api/v1/<noun>` that a role opens with one of these verbs."""
    return {
        str(rule).split("/")[3] for rule in app.url_map.iter_rules() if str(rule).startswith("/api/v1/")
        for verb in verbs.split() if verb in (rule.methods or ())
        and {role, "staff"} & set(words_of(app, rule.endpoint, verb))
    }


@pytest.mark.parametrize(("role", "nouns"), [("cashier", MONEY), ("clerk", CONTENT), ("collector", COLLECTOR)])
def test_a_role_opens_no_noun_that_is_not_its_own(app: Flask, role: str, nouns: set[str]) -> None:
    assert doors(app, role, "GET POST PUT PATCH DELETE") - nouns == set()


def test_the_manager_opens_whatever_another_role_opens(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        for verb in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            words = set(words_of(app, rule.endpoint, verb))
            if words & {"clerk", "cashier"}:
                assert "manager" in words, f"{verb} {rule}"


def test_a_cashier_changes_no_home_and_no_route_and_a_clerk_no_money(app: Flask) -> None:
    assert not doors(app, "cashier", "POST PUT PATCH DELETE") & {"homes", "residents", "routes", "visits", "staff"}
    assert not doors(app, "clerk", "POST PUT PATCH DELETE") & {"payments", "refunds", "orders", "vouchers", "days"}
    assert doors(app, "collector", "POST PUT PATCH DELETE") <= {"paycodes", "passwords"}
