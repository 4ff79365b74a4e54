"""The verbs of pay. Codes: issue, read, unlock, revoke, replace, report. Orders come beside them."""

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
    turn_key,
    url_of,
)
from server.pay.acts.due import run_due
from server.pay.acts.links import receipt_community, receipt_path
from server.pay.acts.reports import close_report, count_post, open_reports, report_code
from server.pay.acts.unlock import locked_until, unlock
from server.pay.rules.drawing import bitmap, matrix, path, svg
from server.pay.rules.token import groups

__all__ = [
    "bitmap", "close_report", "code_for", "codes_of", "count_post", "groups", "issue_codes", "live_codes", "lobby_code",
    "locked_until", "matrix", "open_reports", "path", "phone_codes", "printed_again", "prove_code", "read_code",
    "receipt_community", "receipt_path", "replace_code", "report_code", "revoke_code", "revoke_codes", "run_due", "svg",
    "token_of", "turn_key", "unlock", "url_of",
]
