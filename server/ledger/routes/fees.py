"""The JSON door of fee rules, readings, runs of bills, late fees, trial balance and account sheets."""

from __future__ import annotations

from typing import Any

from schemas import books
from schemas import fees as shapes
from schemas.ledger import DayQuery, Scope
from server import clock, http
from server.access import caller, may
from server.errors import Refusal
from server.estate import acts as estate
from server.ledger import acts
from server.ledger.acts import runs
from server.ledger.routes.door import blp


def _here(words: dict[str, Any]) -> str:
    return caller().pick(words.pop("community", None))


@blp.route("/fee-rules", methods=["GET"])
@may("manager", "cashier", "clerk")
@blp.arguments(shapes.FeeRulesQuery, location="query")
@blp.response(200, shapes.FeeRulesOut)
def list_rules(words: dict[str, Any]) -> dict[str, Any]:
    """Every fee rule, or those that still apply on a day."""
    return {"rules": acts.fee_rules(http.db(), _here(words), words.get("on"))}


@blp.route("/fee-rules", methods=["POST"])
@may("manager")
@blp.arguments(shapes.FeeRuleIn)
@blp.response(201, shapes.RuleOut)
def add_rule(words: dict[str, Any]) -> dict[str, Any]:
    """Enter a fee rule; a new price is a new rule."""
    with http.writing(_here(words), verb="fee_rule.add") as pen:
        return {"rule": acts.add_rule(pen, words)}


@blp.route("/fee-rules/<rule>/ending", methods=["POST"])
@may("manager")
@blp.arguments(shapes.EndingIn)
@blp.response(201, shapes.RuleOut)
def end_rule(words: dict[str, Any], rule: str) -> dict[str, Any]:
    """The rule no longer applies from a day on."""
    with http.writing(_here(words), verb="fee_rule.end") as pen:
        acts.end_rule(pen, rule, words["until"])
    return {"rule": rule}


@blp.route("/readings", methods=["POST"])
@may("manager", "cashier", "clerk")
@blp.arguments(shapes.ReadingsIn)
@blp.response(201, shapes.CountOut)
def put_readings(words: dict[str, Any]) -> dict[str, Any]:
    """Keep the readings of a month; a reading that runs backwards or a wrong room refuses all, naming each."""
    c, db = _here(words), http.db()
    rows, wrong = [], []
    for i, row in enumerate(words["readings"]):
        try:
            home = estate.home_by_code(db, c, row["household"])["id"]
        except Refusal as refusal:
            wrong.append({"pointer": f"/readings/{i}/household", "reason": refusal.sentence})
            continue
        if row["after"] < row["before"]:
            wrong.append({"pointer": f"/readings/{i}/after", "reason": "本期读数小于上期"})
        rows.append({"home": home, "before": row["before"], "after": row["after"]})
    if wrong:
        raise Refusal("invalid", fields=wrong)
    with http.writing(c, verb="reading.put") as pen:
        return {"count": acts.put_readings(pen, words["item"], words["period"], rows)}


@blp.route("/pools", methods=["POST"])
@may("manager", "cashier")
@blp.arguments(shapes.PoolIn)
@blp.response(201, shapes.PoolOut)
def put_pool(words: dict[str, Any]) -> dict[str, Any]:
    """The sum that the homes of a share rule carry in a month."""
    with http.writing(_here(words), verb="pool.put") as pen:
        acts.put_pool(pen, words["rule"], words["period"], words["fen"])
    return {"fen": words["fen"]}


@blp.route("/bill-runs/<period>", methods=["GET"])
@may("manager", "cashier")
@blp.arguments(Scope, location="query")
@blp.response(200, shapes.BillPreview)
def preview_run(words: dict[str, Any], period: str) -> dict[str, Any]:
    """What a run of this month would add; nothing is written."""
    return runs.preview_run(http.db(), _here(words), period)


@blp.route("/bill-runs", methods=["POST"])
@may("manager")
@blp.arguments(shapes.BillRunIn)
@blp.response(201, shapes.BillRunOut)
def run_bills(words: dict[str, Any]) -> dict[str, Any]:
    """Make the bills of a month; called again it goes on where it stopped, or adds what is missing."""
    made = acts.generate_bills(http.db(), _here(words), words["period"], who=caller().staff)
    return {"period": words["period"], **made}


@blp.route("/late-clauses", methods=["GET"])
@may("manager", "cashier")
@blp.arguments(Scope, location="query")
@blp.response(200, shapes.ClausesOut)
def list_clauses(words: dict[str, Any]) -> dict[str, Any]:
    """The contract's clauses on late fees."""
    return {"clauses": runs.clauses(http.db(), _here(words))}


@blp.route("/late-clauses", methods=["POST"])
@may("manager")
@blp.arguments(shapes.ClauseIn)
@blp.response(201, shapes.ClauseOut)
def add_clause(words: dict[str, Any]) -> dict[str, Any]:
    """Enter a clause; without one nothing is ever asked."""
    with http.writing(_here(words), verb="late_clause.add") as pen:
        return {"clause": acts.add_clause(pen, **words)}


@blp.route("/late-clauses/<clause>/ending", methods=["POST"])
@may("manager")
@blp.arguments(shapes.EndingIn)
@blp.response(201, shapes.ClauseOut)
def end_clause(words: dict[str, Any], clause: str) -> dict[str, Any]:
    """The clause no longer applies from a day on."""
    with http.writing(_here(words), verb="late_clause.end") as pen:
        acts.end_clause(pen, clause, words["until"])
    return {"clause": clause}


@blp.route("/late-fees", methods=["GET"])
@may("manager", "cashier")
@blp.arguments(DayQuery, location="query")
@blp.response(200, shapes.LateOut)
def list_late_fees(words: dict[str, Any]) -> dict[str, Any]:
    """What could be assessed on a day; nothing is posted."""
    day = words.get("day") or clock.today()
    rows = runs.late_fees_due(http.db(), _here(words), day)
    return {"on": day, "fen": sum(row["fen"] for row in rows), "rows": rows}


@blp.route("/late-fees", methods=["POST"])
@may("manager")
@blp.arguments(shapes.AssessIn)
@blp.response(201, shapes.AssessOut)
def assess_late_fees(words: dict[str, Any]) -> dict[str, Any]:
    """Post today's late fees of these households as bills."""
    c, db = _here(words), http.db()
    homes = [estate.home_by_code(db, c, code)["id"] for code in words["households"]]
    return runs.assess_all(db, c, list(dict.fromkeys(homes)), who=caller().staff)


@blp.route("/trial-balance", methods=["GET"])
@may("manager", "cashier")
@blp.arguments(shapes.SpanQuery, location="query")
@blp.response(200, books.TrialRow(many=True))
def trial_balance(words: dict[str, Any]) -> list[dict[str, Any]]:
    """Every account over some days; each column of sums is 0 in total."""
    return acts.trial_balance(http.db(), _here(words), words["first"], words["last"])


@blp.route("/accounts/<account>", methods=["GET"])
@may("manager", "cashier")
@blp.arguments(shapes.SpanQuery, location="query")
@blp.response(200, shapes.SheetOut)
def account_sheet(words: dict[str, Any], account: str) -> dict[str, Any]:
    """The lines of an account with their running balance."""
    return acts.account_sheet(http.db(), _here(words), account, words["first"], words["last"])
