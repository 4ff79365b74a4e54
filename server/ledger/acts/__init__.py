"""The verbs of the ledger, as other rooms import them."""

from __future__ import annotations

from server.ledger.acts.bills import add_bills, apply_credit, reverse_bill
from server.ledger.acts.days import account_sheet, checklist, close_day, closed_days, hold_closing, trial_balance
from server.ledger.acts.fees import add_rule, end_rule, fee_rules, generate_bills, put_pool, put_readings
from server.ledger.acts.incoming import Incoming, record_payment, record_payments
from server.ledger.acts.late import add_clause, assess_late_fees, end_clause, quote_late_fees
from server.ledger.acts.payments import move_credit, undo_payment
from server.ledger.acts.reads import (
    arrears,
    arrears_by_age,
    arrears_by_code,
    arrears_of,
    bills_of,
    building_progress,
    funds,
    open_bills,
    overdue_since,
    progress,
    progress_of,
    settled_days,
    takings,
    totals,
)
from server.ledger.acts.reads import sums_of as sums
from server.ledger.acts.receipts import (
    find_payments,
    payment,
    payment_of,
    payments_as,
    payments_of_day,
    payments_page,
    payments_since,
    receipt,
    receipts,
)
from server.ledger.acts.refunds import end_refund, refunds_open, start_refund
from server.ledger.acts.seals import day_seals, proof, seal_day, seal_of
from server.ledger.acts.suspense import found_home, hold_payment, suspense_of, suspense_open
from server.ledger.acts.treasury import bank_cash, move_cash, settle_channel
from server.ledger.acts.vouchers import add_vouchers, reverse_voucher, vouchers
from server.ledger.acts.waivers import answer_waiver, ask_waiver, revoke_waiver, waivers_asked

__all__ = [
    "Incoming", "account_sheet", "add_bills", "add_clause", "add_rule", "add_vouchers", "answer_waiver",
    "apply_credit", "arrears", "arrears_by_age", "arrears_by_code", "arrears_of", "ask_waiver",
    "assess_late_fees", "bank_cash", "bills_of", "building_progress", "checklist", "close_day", "closed_days",
    "day_seals", "end_clause", "end_refund", "end_rule", "fee_rules", "find_payments", "found_home", "funds",
    "generate_bills", "hold_closing", "hold_payment", "move_cash", "move_credit", "open_bills",
    "overdue_since", "payment", "payment_of", "payments_as", "payments_of_day", "payments_page",
    "payments_since", "progress", "progress_of", "proof", "put_pool", "put_readings", "quote_late_fees",
    "receipt", "receipts", "record_payment", "record_payments", "refunds_open", "reverse_bill",
    "reverse_voucher", "revoke_waiver", "seal_day", "seal_of", "settle_channel", "settled_days",
    "start_refund", "sums", "suspense_of", "suspense_open", "takings", "totals", "trial_balance",
    "undo_payment", "vouchers", "waivers_asked",
]
