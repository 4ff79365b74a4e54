"""The chart of accounts (企业会计准则 numbers); a dot separates our own detail: `1012.wechat`, `6052.电梯广告`."""

from __future__ import annotations

RECEIVABLE = "1122"
PREPAID = "2203"
SUSPENSE = "2241.suspense"
REFUNDS = "2241.refund"
BANK = "1002"
PROVIDER_FEES = "6603"
LATE_FEES = "6301"
SERVICE = "6051"
DISCOUNT = "6051.减免"

SERVICE_FUND = "物业服务费"
PUBLIC_FUND = "公共收益"
REPAIR_FUND = "维修资金"
FUNDS = (SERVICE_FUND, PUBLIC_FUND, REPAIR_FUND)
SERVICE_INCOME = "物业服务费收入"
LATE_ITEM = "违约金"
IMPORTED = "import:"
"""Transactions that an imported row stands for begin so."""

NAMES = {
    "1001": "库存现金", "1002": "银行存款", "1012": "其他货币资金", "1122": "应收账款", "2202": "应付账款",
    "2203": "预收账款", "2241": "其他应付款", "6051": "物业服务收入", "6052": "公共收益收入", "6053": "维修资金收入",
    "6301": "营业外收入", "6401": "物业服务成本", "6402": "公共收益支出", "6403": "维修资金支出", "6603": "财务费用",
}
_IN = {SERVICE_FUND: "6051", PUBLIC_FUND: "6052", REPAIR_FUND: "6053"}
_OUT = {SERVICE_FUND: "6401", PUBLIC_FUND: "6402", REPAIR_FUND: "6403"}


def of_channel(channel: str, who: str) -> str:
    """Where money of a channel lies first: cash with its cashier, transfers and deductions in the bank."""
    if channel == "cash":
        return f"1001.{who}" if who else "1001"
    if channel in ("transfer", "deduction", "other"):
        return BANK
    return f"1012.{channel}"


def of_payment(channel: str, transaction_id: str, who: str) -> str:
    """Where a payment lies first: as its channel, but cash of an imported row was banked before Koumen heard of it."""
    return BANK if channel == "cash" and transaction_id.startswith(IMPORTED) else of_channel(channel, who)


def of_item(item: str) -> str:
    """The income account of a charge item that has no account of its own."""
    if item == LATE_ITEM:
        return LATE_FEES
    return SERVICE if item == SERVICE_FUND else f"{SERVICE}.{item}"


def fund_of(head: str) -> str:
    """Which of the three ledgers a voucher's head belongs to, by its words."""
    if "维修资金" in head or "维修基金" in head:
        return REPAIR_FUND
    return PUBLIC_FUND if head.startswith(PUBLIC_FUND) else SERVICE_FUND


def of_voucher(kind: str, fund: str, head: str) -> str:
    """The income or expense account of a voucher."""
    return f"{(_IN if kind == 'in' else _OUT)[fund]}.{head}"


def name_of(account: str) -> str:
    """`1012.wechat` → `其他货币资金 wechat`."""
    number, _, detail = account.partition(".")
    return f"{NAMES.get(number, number)} {detail}".strip()
