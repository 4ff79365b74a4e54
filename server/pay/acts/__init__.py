"""The verbs of pay: printed codes; orders, what providers say of them, refunds; reconciliation, cash, invoices."""

from server.pay.acts.cash import cash_counts, cash_held, count_cash, hand_over
from server.pay.acts.check import check_merchants
from server.pay.acts.codes import (
    code_for,
    codes_of,
    issue_codes,
    live_codes,
    lobby_code,
    phone_codes,
    printed_again,
    prove_code,
    read_code,
    replace_code,
    revoke_code,
    revoke_codes,
    token_of,
    url_of,
)
from server.pay.acts.due import run_due
from server.pay.acts.evidence import close_odd, odds, settle
from server.pay.acts.invoices import (
    ask_invoice,
    invoice,
    invoice_csv,
    invoice_issued,
    invoice_red,
    invoices,
    invoices_of,
    want_invoice,
    want_red,
)
from server.pay.acts.issuing import issuer_of, need_issuer, send_invoice
from server.pay.acts.keys import code_key_version, turn_key
from server.pay.acts.links import receipt_community, receipt_path
from server.pay.acts.orders import (
    Wish,
    bring,
    merchant_names,
    order,
    order_events,
    order_of_key,
    orders,
    quote,
    start,
    wallets,
)
from server.pay.acts.payer import authorize_url, openid_of
from server.pay.acts.recon import day_blocks, explain, read_bill, reconciliation, settle_day
from server.pay.acts.refunds import (
    answer_refund,
    ask_refund,
    paid_by_hand,
    refund,
    refunds,
    send_refund,
)
from server.pay.acts.reports import close_report, count_post, open_reports, report_code
from server.pay.acts.search import find, refunds_of
from server.pay.acts.sweep import look, sweep
from server.pay.acts.unlock import locked_until, unlock
from server.pay.rules.drawing import bitmap, matrix, path, svg
from server.pay.rules.token import groups

__all__ = [
    "Wish", "answer_refund", "ask_invoice", "ask_refund", "authorize_url", "bitmap", "bring", "cash_counts",
    "cash_held", "check_merchants", "close_odd", "close_report", "code_for", "code_key_version", "codes_of",
    "count_cash", "count_post", "day_blocks", "explain", "find", "groups", "hand_over", "invoice", "invoice_csv",
    "invoice_issued", "invoice_red", "invoices", "invoices_of", "issue_codes", "issuer_of", "live_codes", "lobby_code",
    "locked_until", "look", "matrix", "merchant_names", "need_issuer", "odds", "open_reports", "openid_of", "order",
    "order_events", "order_of_key", "orders", "paid_by_hand", "path", "phone_codes", "printed_again",
    "prove_code", "quote", "read_bill", "read_code", "receipt_community", "receipt_path", "reconciliation",
    "refund", "refunds", "refunds_of", "replace_code", "report_code", "revoke_code", "revoke_codes",
    "run_due", "send_invoice", "send_refund", "settle", "settle_day", "start", "svg", "sweep", "token_of",
    "turn_key", "unlock", "url_of", "wallets", "want_invoice", "want_red",
]
