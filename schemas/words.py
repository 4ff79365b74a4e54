"""Closed lists and their Chinese labels, in one place: phone, console and paper take them from here."""

from __future__ import annotations

ROLES = {"manager": "项目经理", "clerk": "客服", "cashier": "收银财务", "collector": "管家"}

# words of the staff sheet → role; unknown ones are asked about
JOBS = {
    "管家": "collector", "催费专员": "collector", "客服": "clerk", "财务": "cashier", "出纳": "cashier",
    "项目经理": "manager",
}

HOME_STATES = {"自住": "自住", "出租": "出租", "空置": "空置"}
RESIDENT_ROLES = {"owner": "业主", "tenant": "租户"}
# what the history of a home calls its fields
HOME_FIELDS = {
    "floor": "楼层", "area": "建筑面积", "kind": "房屋性质", "state": "入住状态", "rate_fen": "收费标准",
    "handover": "交房日期", "note": "备注", "owner": "业主", "tenant": "租户", "name": "姓名", "phone": "电话",
    "forgotten": "删除个人信息",
}
# by what a search found a home
FOUND = {"room": "房号", "name": "姓名", "past": "以前的业主或租户", "phone": "电话"}
# words of the company that letters, the pay page and the lobby print, kept per community
SETTINGS = {
    "company": "物业公司", "phone": "服务电话", "office": "物业办公室地址", "hours": "办公时间", "payee": "收款户名",
    "bank": "开户银行", "account": "收款账号",
}

# when and how often a home is visited, within the law (server/cases/visiting.py)
VISITING = {
    "visit_from": "最早上门", "visit_until": "最晚上门", "visits_a_day": "每户每天最多（次）",
    "visits_a_week": "每户七天内最多（次）",
}

OUTCOMES = {
    "paid_now": "当场缴清", "promised": "答应缴费", "instalment": "分期", "refused": "拒绝", "disputed": "有争议",
    "hardship": "有困难", "not_home": "没人在家", "vacant": "空置", "moved": "已搬走", "tenant_only": "只有租户",
    "unsafe": "不安全", "other": "其他",
}
# these leave the stop attempted, every other completes it
ATTEMPTS = frozenset({"not_home", "unsafe"})

REASONS = {
    "forgot": "忘记了", "hardship": "经济困难", "service_quality": "对服务不满", "repair_open": "维修未完",
    "absent": "长期不在", "vacant": "空置", "unaware": "不知道有欠费", "refuses": "拒绝缴纳", "other": "其他",
}

ROUTE_STATES = {"draft": "草稿", "published": "已下发", "closed": "已结束", "cancelled": "已取消"}
STOP_STATES = {"planned": "待上门", "attempted": "去过未遇", "skipped": "跳过", "done": "已完成"}

CHANNELS = {
    "wechat": "微信", "alipay": "支付宝", "transfer": "银行转账", "cash": "现金", "pos": "POS刷卡",
    "deduction": "代扣", "other": "其他",
}
CLAIM_CHANNELS = {"cash": "现金", "transfer": "转账", "pos": "POS刷卡"}

PROOFS = {
    "signed": "本人或家人签收", "refused_witnessed": "拒收，有见证", "registered_mail": "挂号邮寄",
    "electronic_ack": "电子确认", "posted": "张贴", "handed": "放下未签",
}
SIGNERS = {"owner": "业主本人", "adult_relative": "同住成年家属", "authorised": "受托人", "other": "其他人"}

CONTACT_KINDS = {
    "visit": "上门", "call": "电话", "wechat": "微信", "sms": "短信", "letter": "信函",
    "delivery": "送达", "other": "其他",
}

TICKET_KINDS = {
    "repair": "报修", "complaint": "投诉", "billing": "账单疑问", "hardship": "困难", "other": "其他",
}

OP_STATUSES = {"applied": "已入账", "flagged": "已收，办公室会看", "rejected": "未被接受", "retry": "稍后再传"}
ANNOUNCEMENT_KINDS = {"紧急": "紧急", "公示": "公示", "通知": "通知", "提示": "提示", "活动": "活动"}

# how a fee rule reckons, how often, and how it rounds
FEE_METHODS = {
    "area": "按面积（单价 × ㎡ × 月）", "fixed": "固定金额（每月）", "meter": "按用量（抄表）",
    "share": "公摊（总额分摊）", "formula": "公式",
}
FEE_EVERY = {"month": "按月", "quarter": "按季", "year": "按年（从交房月起）"}
FEE_UNITS = {"fen": "到分", "jiao": "到角", "yuan": "到元"}
FEE_ROUNDINGS = {"half_up": "四舍五入", "up": "进一", "down": "舍去"}
SHARE_BY = {"area": "按面积", "home": "按户"}
# what an entry of the books is about
ENTRY_KINDS = {
    "bill": "账单", "bill_reversed": "账单冲销", "payment": "收款", "allocation": "预存抵扣", "reversal": "收款冲红",
    "credit_move": "预存转户", "waiver": "减免", "waiver_undone": "减免撤销", "refund": "退款申请",
    "refund_done": "退款完成", "refund_failed": "退款失败", "suspense": "待查收款",
    "suspense_found": "待查收款认领", "suspense_returned": "待查收款退回", "voucher": "收支凭证",
    "voucher_reversed": "凭证冲销", "cash_banked": "现金存行", "cash_handed": "现金交接", "settlement": "渠道结算",
}
