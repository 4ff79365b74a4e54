"""What a fee comes to: exact fractions until the one rounding, and the line of text that explains it."""

from __future__ import annotations

import ast
import operator
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from server import clock

MONTHS = {"month": 1, "quarter": 3, "year": 12}
UNITS = {"fen": 1, "jiao": 10, "yuan": 100}
NAMES = {"面积": "area", "月数": "months", "用量": "usage", "单价": "price"}
_OPS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


class FeeRule(NamedTuple):
    """A rule as kept in `fee_rule`. `price` in 0.01 fen; `formula` in yuan over 面积 月数 用量 单价."""

    id: str
    item: str
    method: str
    price: int
    formula: str
    every: str
    home_kind: str
    due_day: int
    unit: str
    rounding: str
    vacant_permille: int
    split_owner: str
    share_by: str
    since: str
    until: str | None


class Span(NamedTuple):
    """The days a bill is for, both included, and the period's name(s)."""

    first: str
    last: str
    period: str
    until_period: str | None
    months: int


class Home(NamedTuple):
    """What a fee depends on. area in 0.01 ㎡; `rate_fen` the home's own price per ㎡ and month; `owners` with the day
    they came and the day they left; usage in 0.01 units; `share` in fen of a pool."""

    id: str
    area: int
    kind: str
    state: str
    rate_fen: int | None
    handover: str | None
    owners: Sequence[tuple[str, str, str | None]] = ()
    usage: int | None = None
    share: int | None = None


class Charge(NamedTuple):
    """One bill to make: owner, fen, basis."""

    owner: str | None
    fen: int
    basis: str


def span(every: str, period: str, handover: str | None = None) -> Span | None:
    """The days billed in a month (YYYY-MM); None when the rule bills nothing in it.

    Quarters are the calendar's. Years run from the month of the hand-over (January without one).
    """
    month = int(period[5:])
    start = int(handover[5:7]) if every == "year" and handover else 1
    months = MONTHS[every]
    if (month - start) % months:
        return None
    first = f"{period}-01"
    after = clock.add_months(first, months)
    until = clock.add_months(first, months - 1)[:7]
    return Span(first, clock.add_days(after, -1), period, until if months > 1 else None, months)


def rounded(amount: Fraction, unit: str, rounding: str) -> int:
    """A fraction of fen to whole 分, 角 or 元 (in fen): half up, up or down."""
    step = UNITS[unit]
    exact = amount / step
    if rounding == "half_up":
        whole = (exact + Fraction(1, 2)).__floor__()
    elif rounding == "up":
        whole = exact.__ceil__()
    else:
        whole = exact.__floor__()
    return whole * step


def share(total: int, weights: Sequence[int]) -> list[int]:
    """Split fen by weight so that the parts add up: largest remainder, ties to the earlier one."""
    whole = sum(weights)
    if not whole:
        return [0 for _ in weights]
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


def charges(rule: FeeRule, home: Home, days: Span) -> list[Charge]:
    """The bills of a home under a rule; none when it does not apply. Rounded once, then shared by owners' days."""
    first = max(days.first, rule.since, home.handover or "")
    last = min(days.last, clock.add_days(rule.until, -1)) if rule.until else days.last
    if first > last or (rule.home_kind and rule.home_kind != home.kind):
        return []
    found = _amount(rule, home, days.months)
    if found is None:
        return []
    amount, words = found
    amount, words = _by_days(amount, words, days, first, last)
    if home.state == "空置" and rule.vacant_permille != 1000:
        amount = amount * rule.vacant_permille / 1000
        words += f" × 空置 {_tenth(rule.vacant_permille)}%"
    fen = rounded(amount, rule.unit, rule.rounding)
    words += f" = {yuan(fen)} 元"
    return _by_owner(rule, home, fen, words, first, last)


def _amount(rule: FeeRule, home: Home, months: int) -> tuple[Fraction, str] | None:
    price = Fraction(rule.price, 100)
    if rule.method == "area":
        per = price or Fraction(home.rate_fen or 0)
        words = f"{yuan(per)} 元/㎡·月 × {_hundredth(home.area)} ㎡" + (f" × {months} 个月" if months > 1 else "")
        return (per * Fraction(home.area, 100) * months, words) if per else None
    if rule.method == "fixed":
        return price * months, f"{yuan(price)} 元/月" + (f" × {months} 个月" if months > 1 else "")
    if rule.method == "meter":
        if home.usage is None:
            return None
        return price * Fraction(home.usage, 100), f"{yuan(price)} 元 × 用量 {_hundredth(home.usage)}"
    if rule.method == "share":
        return None if home.share is None else (Fraction(home.share), "公摊")
    values = {
        "area": Fraction(home.area, 100), "months": Fraction(months), "usage": Fraction(home.usage or 0, 100),
        "price": price / 100,
    }
    return evaluate(rule.formula, values) * 100, rule.formula


def _by_days(amount: Fraction, words: str, days: Span, first: str, last: str) -> tuple[Fraction, str]:
    whole, part = clock.days_between(days.first, days.last) + 1, clock.days_between(first, last) + 1
    if part == whole:
        return amount, words
    return amount * part / whole, f"{words} × {part}/{whole} 天（{first} 至 {last}）"


def _by_owner(rule: FeeRule, home: Home, fen: int, words: str, first: str, last: str) -> list[Charge]:
    """One bill for who owns on the last day; or each owner's days, where the rule splits."""
    stays: list[tuple[str, str, str]] = []
    for owner, since, until in sorted(home.owners, key=lambda o: (o[1], o[0])):
        begin, end = max(first, since), min(last, clock.add_days(until, -1)) if until else last
        if begin <= end and not (stays and stays[-1][1:] == (begin, end)):  # joint owners share one bill
            stays.append((owner, begin, end))
    if rule.split_owner != "yes" or len(stays) < 2:
        return [Charge(stays[-1][0] if stays else None, fen, words)]
    weights = [clock.days_between(begin, end) + 1 for _, begin, end in stays]
    parts = share(fen, weights)
    return [
        Charge(owner, part, f"{words}；{begin} 至 {end} 共 {weight} 天，按天分摊")
        for (owner, begin, end), part, weight in zip(stays, parts, weights, strict=True)
    ]


def evaluate(formula: str, values: Mapping[str, Fraction]) -> Fraction:
    """`面积 × 单价 × 0.7 + 5`: numbers, the four names, + - × ÷ and brackets. ValueError for anything else."""
    text = formula.replace("×", "*").replace("÷", "/").replace("（", "(").replace("）", ")")
    if len(text) > 200:
        raise ValueError("公式太长")
    try:
        return _value(ast.parse(text, mode="eval").body, text, values)
    except (SyntaxError, ZeroDivisionError, RecursionError) as error:
        raise ValueError("公式无法计算") from error


def _value(node: ast.expr, text: str, values: Mapping[str, Fraction]) -> Fraction:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return Fraction(ast.get_source_segment(text, node) or "0")  # the digits as written, not the float
    if isinstance(node, ast.Name) and NAMES.get(node.id, node.id) in values:
        return values[NAMES.get(node.id, node.id)]
    if isinstance(node, ast.BinOp) and type(node.op) in _OPS:
        left, right = _value(node.left, text, values), _value(node.right, text, values)
        return Fraction(_OPS[type(node.op)](left, right))
    raise ValueError("公式里只能有数字、面积、月数、用量、单价和加减乘除")


def yuan(fen: Fraction | int) -> str:
    """Fen as yuan with two decimals, or four where a price has them."""
    hundredths = Fraction(fen) * 100
    whole = hundredths.__floor__()
    text = f"{whole // 10_000}.{whole % 10_000:04d}"
    return text[:-2] if text.endswith("00") else text


def _hundredth(value: int) -> str:
    return f"{value // 100}.{value % 100:02d}"


def _tenth(permille: int) -> str:
    return f"{permille // 10}.{permille % 10}" if permille % 10 else str(permille // 10)


def is_month(text: str) -> bool:
    """True for a YYYY-MM that the calendar has."""
    try:
        return date.fromisoformat(f"{text}-01").isoformat()[:7] == text
    except ValueError:
        return False
