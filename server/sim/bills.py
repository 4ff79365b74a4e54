"""The providers' daily bills, as they write them, with the faults that are switched on."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zipfile

from server import clock
from server.pay.providers.alipay import GMT8, yuan
from server.sim import keys
from server.sim.book import Book, Refund, Trade

WECHAT_HEAD = (
    "交易时间 公众账号ID 商户号 特约商户号 设备号 微信订单号 商户订单号 用户标识 交易类型 交易状态 "
    "付款银行 货币种类 应结订单金额 代金券金额 微信退款单号 商户退款单号 退款金额 充值券退款金额 退款类型 "
    "退款状态 商品名称 商户数据包 手续费 费率 订单金额 申请退款金额 费率备注"
).split()
WECHAT_TOTALS = "总交易单数 应结订单总金额 退款总金额 充值券退款总金额 手续费总金额 订单总金额 申请退款总金额".split()
ALIPAY_HEAD = (
    "支付宝交易号 商户订单号 业务类型 商品名称 创建时间 完成时间 订单金额（元） 服务费（元） "
    "退款批次号/请求号 备注"
).split()


def trades(book: Book, provider: str, day: str) -> list[Trade]:
    """Trades of a provider paid on a Shanghai day."""
    return [t for t in book.trades.values() if t.provider == provider and t.paid_at and clock.day_of(t.paid_at) == day]


def refunds(book: Book, provider: str, day: str) -> list[Refund]:
    done = [r for (name, _), r in book.refunds.items() if name == provider and r.state == "done"]
    return [r for r in done if clock.day_of(r.at) == day]


def fee(fen: int) -> int:
    """0.6 %, to the fen, half up."""
    return (fen * 6 + 500) // 1000


def wechat(book: Book, day: str) -> tuple[bytes, str]:
    """(gzip, SHA-1 of the text) of a day's trade bill."""
    rows = [_wechat_row(trade) for trade in trades(book, "wechat", day)]
    rows += [_wechat_refund(refund) for refund in refunds(book, "wechat", day)]
    rows = _spoiled(book, rows, WECHAT_HEAD.index("订单金额"), WECHAT_HEAD.index("商户订单号"))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(WECHAT_HEAD)
    for row in rows:
        writer.writerow(["`" + cell for cell in row])
    writer.writerow(WECHAT_TOTALS)
    writer.writerow([f"`{len(rows)}"] + ["`0.00"] * 6)
    text = out.getvalue().encode("utf-8-sig")
    sha1 = hashlib.sha1(text, usedforsecurity=False).hexdigest()
    data = gzip.compress(text)
    if book.fails("bill_cut"):
        data = data[: len(data) // 2]
    return data, "0" * 40 if book.fails("bill_sha1") else sha1


def _wechat_row(trade: Trade) -> list[str]:
    assert trade.paid_at is not None
    at = trade.paid_at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    return [at, keys.APPID, keys.MCHID, "0", "", trade.transaction, trade.number, "o-sim-payer", trade.way.upper(),
            "SUCCESS", "OTHERS", "CNY", yuan(trade.paid_fen), "0.00", "0", "0", "0.00", "0.00", "", "", trade.subject,
            "", f"{fee(trade.paid_fen) / 100:.5f}", "0.60%", yuan(trade.paid_fen), "0.00", ""]


def _wechat_refund(refund: Refund) -> list[str]:
    at = refund.at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    trade = refund.trade
    return [at, keys.APPID, keys.MCHID, "0", "", trade.transaction, trade.number, "o-sim-payer", trade.way.upper(),
            "REFUND", "OTHERS", "CNY", "0.00", "0.00", refund.refund, refund.number, yuan(refund.fen), "0.00",
            "ORIGINAL", "SUCCESS", trade.subject, "", f"-{fee(refund.fen) / 100:.5f}", "0.60%", "0.00",
            yuan(refund.fen), ""]


def alipay(book: Book, day: str) -> bytes:
    """The zip of a day's trade bill."""
    rows = [_alipay_row(trade) for trade in trades(book, "alipay", day)]
    rows += [_alipay_refund(refund) for refund in refunds(book, "alipay", day)]
    rows = _spoiled(book, rows, ALIPAY_HEAD.index("订单金额（元）"), ALIPAY_HEAD.index("商户订单号"))
    out = io.StringIO()
    out.write(f"#支付宝业务明细查询\r\n#账号：[{keys.SELLER_ID}]\r\n#-----业务明细列表-----\r\n")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(ALIPAY_HEAD)
    writer.writerows([[cell + "\t" for cell in row] for row in rows])
    out.write("#-----业务明细列表结束-----\r\n")
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{keys.SELLER_ID}_{day.replace('-', '')}_业务明细.csv", out.getvalue().encode("gb18030"))
    raw = data.getvalue()
    return raw[: len(raw) // 2] if book.fails("bill_cut") else raw


def _alipay_row(trade: Trade) -> list[str]:
    assert trade.paid_at is not None
    at = trade.paid_at.astimezone(GMT8).strftime("%Y-%m-%d %H:%M:%S")
    cost = yuan(fee(trade.paid_fen))
    return [trade.transaction, trade.number, "交易", trade.subject, at, at, yuan(trade.paid_fen), f"-{cost}", "", ""]


def _alipay_refund(refund: Refund) -> list[str]:
    at = refund.at.astimezone(GMT8).strftime("%Y-%m-%d %H:%M:%S")
    trade = refund.trade
    return [trade.transaction, trade.number, "退款", trade.subject, at, at, f"-{yuan(refund.fen)}",
            yuan(fee(refund.fen)), refund.number, ""]


def _spoiled(book: Book, rows: list[list[str]], amount: int, number: int) -> list[list[str]]:
    if rows and book.fails("bill_missing"):
        rows = rows[1:]
    if rows and book.fails("bill_differs"):
        rows[0][amount] = yuan(int(rows[0][amount].replace(".", "").lstrip("-")) + 1)
    if rows and book.fails("bill_extra"):
        extra = list(rows[-1])
        extra[number] += "X"
        extra[0 if len(extra) == len(ALIPAY_HEAD) else WECHAT_HEAD.index("微信订单号")] += "9"
        rows = [*rows, extra]
    return rows
