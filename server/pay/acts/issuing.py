"""Electronic invoices on their way: sent to the issuer, asked about, taken back; once, whatever goes wrong."""

from __future__ import annotations

from collections.abc import Callable

from server import clock
from server.config import Config
from server.db import Db, Pen, Row
from server.errors import refuse
from server.pay.acts.invoices import ON_ITS_WAY, issued, left_of, needed, red
from server.pay.providers import issuers
from server.pay.providers.issuers import Invoice, Issuer
from server.pay.providers.words import Refused, Unclear
from server.pay.store import invoices as store

LEASE_S = 60
AGAIN_S = (60, 300, 1800, 3600)


def send_invoice(db: Db, cfg: Config, community: str, id: str) -> str:
    """Bring an invoice on: issue it, ask how it stands, or take it back. The state now; `asked` without an issuer."""
    issuer = issuers.of_community(cfg.home, community)
    if issuer is None:
        return str(needed(db, community, id)["state"])
    row = _leased(db, community, id, issuer.name)
    if row is None:
        return str(needed(db, community, id)["state"])
    try:
        found = _step(issuer, row)
    except Unclear as unclear:
        said = row["said"] if row["state"] == "red_sending" else unclear.code
        return _write(db, row, lambda pen: _later(pen, row, said))
    except Refused as refused:
        said = f"{refused.code} {refused.text}".strip()
        state = "red_failed" if row["state"] == "red_sending" else "failed"
        return _write(db, row, lambda pen: _ended(pen, row, state, said))
    return _write(db, row, lambda pen: _outcome(pen, row, found))


def _step(issuer: Issuer, row: Row) -> Invoice:
    if row["state"] == "red_sending":
        known = issuer.state(row["id"]) if row["tries"] else None
        return known if known and known.state == "red" else issuer.red(row["id"], row["said"])
    if row["state"] == "sending":  # it may have happened: ask before sending again
        known = issuer.state(row["id"])
        if known.state != "missing":
            return known
    return issuer.issue(row)


def _leased(db: Db, c: str, id_: str, issuer: str) -> Row | None:
    """The invoice with its lease taken; None when somebody works on it, or nothing is left to do."""
    with db.write(c, verb="invoice.send") as pen:
        row = needed(pen, c, id_)
        if row["state"] not in ("asked", *ON_ITS_WAY) or (row["lease"] and row["lease"] > pen.at):
            return None
        if row["state"] == "asked" and left_of(pen, row["payment"]) < row["fen"]:
            _ended(pen, row, "failed", "这笔款已有退款，请按余额重新申请")
            return None
        until = clock.add_seconds(pen.at, LEASE_S)
        state = "sending" if row["state"] == "asked" else row["state"]
        store.change(pen, c, id_, lease=until, issuer=issuer, state=state)
        return row


def _write(db: Db, row: Row, act: Callable[[Pen], None]) -> str:
    """What the issuer said is written, unless it ended meanwhile: somebody typed the number in, or asked as well."""
    with db.write(row["community"], verb="invoice.told") as pen:
        if needed(pen, pen.community, row["id"])["state"] in ON_ITS_WAY:
            act(pen)
            pen.touch("invoice", row["id"])
        return str(needed(pen, pen.community, row["id"])["state"])


def _outcome(pen: Pen, row: Row, found: Invoice) -> None:
    if found.state == "red" or (row["state"] == "red_sending" and found.red):
        red(pen, row, found)
    elif row["state"] == "red_sending":
        if found.state == "red_failed":
            _ended(pen, row, "red_failed", found.reason)
        else:
            _later(pen, row, row["said"])
    elif found.state == "issued" and found.number:
        issued(pen, row, found)
    elif found.state == "failed":
        _ended(pen, row, "failed", found.reason)
    else:
        _later(pen, row, found.reason)


def _ended(pen: Pen, row: Row, state: str, said: str) -> None:
    store.change(pen, pen.community, row["id"], state=state, said=said[:200], due_at=None, lease=None)
    pen.touch("invoice", row["id"])


def _later(pen: Pen, row: Row, said: str) -> None:
    wait = AGAIN_S[min(row["tries"], len(AGAIN_S) - 1)]
    due = clock.add_seconds(pen.at, wait)
    store.change(pen, pen.community, row["id"], tries=row["tries"] + 1, due_at=due, lease=None, said=said[:200])


def sweep_invoices(db: Db, cfg: Config, community: str) -> int:
    """Invoices that are due are sent or asked about; how many. None where nobody issues them."""
    if issuers.of_community(cfg.home, community) is None:
        return 0
    rows = store.due(db, community, clock.instant(), 50)
    for row in rows:
        send_invoice(db, cfg, community, row["id"])
    return len(rows)


def issuer_of(cfg: Config, community: str) -> str:
    """What the pages call who issues a community's invoices; '' when the office does it by hand."""
    found = issuers.of_community(cfg.home, community)
    return found.label if found else ""


def need_issuer(cfg: Config, community: str) -> None:
    """Refusal invoice_invalid where the office issues by hand: there is nobody to send it to."""
    if not issuer_of(cfg, community):
        refuse("invoice_invalid", reason="没有设置开票渠道，请在别处开具后登记号码")
