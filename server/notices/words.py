"""The words on our papers, as data: one text per step of the ladder; the office may put its own in their place.

Words in braces are filled in: {home} {name} {count} {since} {months} {amount} {last_day} {today} {company} {phone}.
`expired` is used when something on the list is past the time in which it can be sued for: nothing may then
sound like suit (Civil Code 192, 193).
"""

from __future__ import annotations

from typing import TypedDict


class Words(TypedDict):
    """What one paper says besides its figures."""

    title: str
    opening: str
    closing: str


SLOTS = ("home", "name", "count", "since", "months", "amount", "last_day", "today", "company", "phone")

# days from printing to the last day to pay
DAYS = {"reminder": 10, "second": 10, "final": 15, "none": 10}

# the age of the oldest bill, in months, from which a step is written
AGES = (("final", 6), ("second", 4), ("reminder", 0))

_ASK = "对金额或服务有疑问，或一时有困难，请扫码点「我有疑问」或「我有困难」，我们十日内答复。"

WORDS: dict[tuple[str, str], Words] = {
    ("reminder", "plain"): {
        "title": "收费通知书",
        "opening": "您好！截至 {today}，{home} 有 {count} 笔物业费用已到期，尚未收到，明细如下。"
                   "如您近日已经缴纳，请不必理会本通知，谢谢您的支持。",
        "closing": "请您核对，并在 {last_day} 前缴纳。" + _ASK,
    },
    ("second", "plain"): {
        "title": "催费通知书",
        "opening": "您好！截至 {today}，{home} 自 {since} 起有 {count} 笔物业费用尚未缴纳，"
                   "最早的一笔已逾期 {months} 个月，明细如下。"
                   "物业的电梯、保洁、安保和维修都靠这笔费用维持，请您核对并予支持。",
        "closing": "请在 {last_day} 前缴纳，也可以与我们商定分期。" + _ASK,
    },
    ("final", "plain"): {
        "title": "限期缴费通知书",
        "opening": "您好！截至 {today}，{home} 自 {since} 起有 {count} 笔物业费用逾期未缴，"
                   "最早的一笔已逾期 {months} 个月，明细如下。"
                   "现依照物业服务合同和《中华人民共和国民法典》第九百四十四条，"
                   "请您在合理期限内支付。",
        "closing": "请在 {last_day} 前缴清，或与我们商定分期。到期仍未缴纳、也未与我们联系的，"
                   "我们可能依法通过调解、诉讼或者仲裁解决。" + _ASK,
    },
    ("reminder", "expired"): {
        "title": "收费通知书",
        "opening": "您好！截至 {today}，{home} 有 {count} 笔物业费用尚未收到，明细如下，请您核对。"
                   "如您近日已经缴纳，请不必理会本通知，谢谢您的支持。",
        "closing": "盼您在 {last_day} 前缴纳，或与我们商量合适的办法。" + _ASK,
    },
    ("second", "expired"): {
        "title": "催费通知书",
        "opening": "您好！截至 {today}，{home} 自 {since} 起有 {count} 笔物业费用尚未收到，明细如下，请您核对。"
                   "物业的电梯、保洁、安保和维修都靠这笔费用维持，盼您支持。",
        "closing": "盼您在 {last_day} 前缴纳，或与我们商定分期。" + _ASK,
    },
    ("final", "expired"): {
        "title": "催费通知书",
        "opening": "您好！截至 {today}，{home} 自 {since} 起有 {count} 笔物业费用尚未收到，明细如下，请您核对。"
                   "时间较久，如您手中有缴费凭据，请告诉我们，我们立即更正。",
        "closing": "盼您在 {last_day} 前与我们联系，商量一个您方便的办法。" + _ASK,
    },
    ("none", "plain"): {
        "title": "上门留言",
        "opening": "您好！我们今天上门拜访，未能与您见面。有一份物业账单请您查看。",
        "closing": "扫码后输入登记手机号的后四位，即可查看账单、缴费或提问。",
    },
    ("none", "expired"): {
        "title": "上门留言",
        "opening": "您好！我们今天上门拜访，未能与您见面。有一份物业账单请您查看。",
        "closing": "扫码后输入登记手机号的后四位，即可查看账单、缴费或提问。",
    },
}
