"""The navigation by role, and what pages say after an act."""

# path, label, roles, access key
MENU = (
    ("/office/", "今天", ("manager", "clerk", "cashier"), "1"),
    ("/office/homes", "住户", ("manager", "clerk", "cashier"), "2"),
    ("/office/routes", "上门", ("manager", "clerk", "collector"), "3"),
    ("/office/notices", "通知", ("manager", "clerk"), "4"),
    ("/office/payments", "收款", ("manager", "cashier"), "5"),
    ("/office/money", "退款与对账", ("manager", "cashier"), "m"),
    ("/office/fees", "费用", ("manager", "cashier"), "f"),
    ("/office/books", "账簿", ("manager", "cashier"), "b"),
    ("/office/import", "导入", ("manager", "clerk"), "6"),
    ("/office/board", "公告与大屏", ("manager", "clerk"), "7"),
    ("/office/disclosures", "公示", ("manager", "clerk", "cashier"), "g"),
    ("/office/reports", "报表", ("manager", "clerk", "cashier"), "8"),
    ("/office/people", "人员与设备", ("manager",), "9"),
    ("/office/settings", "设置", ("manager",), "0"),
)

# pages that are reached through a page of the menu: the menu shows where one is
UNDER = {
    "/office/plan": "/office/routes", "/office/claims": "/office/payments", "/office/receipts": "/office/payments",
    "/office/invoices": "/office/money", "/office/suspense": "/office/money", "/office/bills": "/office/fees",
    "/office/late": "/office/fees", "/office/waivers": "/office/fees", "/office/reversals": "/office/fees",
    "/office/meters": "/office/fees", "/office/cash": "/office/books", "/office/proof": "/office/board",
    "/office/thanks": "/office/board", "/office/flags": "/office/",
}

# what a page says after an act; {k} is a number or a code the act gives, never anything personal
MESSAGES = {
    "saved": "已保存。",
    "same": "没有变化，不用保存。",
    "contact": "联系记录已保存。",
    "promise": "承诺已记录。",
    "promise_end": "承诺已取消。",
    "ticket": "工单已登记，请在十天内答复。",
    "ticket_closed": "工单已办结。",
    "request": "申请已登记。",
    "answered": "申请已答复。",
    "plan": "分期已登记。",
    "plan_ended": "分期已终止。",
    "tenant_in": "租户已登记。",
    "tenant_out": "租户已迁出。",
    "owner": "产权人已变更，旧缴费码已作废。",
    "routes": "已生成 {k} 条路线。",
    "route": "路线已更新。",
    "proposal": "建议已改，还没有下发。",
    "cancelled": "路线已取消，手机下次联网时移除。",
    "paid": "已入账，收据号 {k}。",
    "paid_many": "已为 {k} 户入账。",
    "replayed": "这一笔早已入账（收据号 {k}），没有重复记账。",
    "undone": "已冲红。",
    "claim_yes": "已确认并入账，收据号 {k}。",
    "claim_no": "已退回，没有入账。",
    "announced": "公告已发布。",
    "changed": "公告已修改。",
    "withdrawn": "公告已撤回。",
    "disclosed": "收支已公示，大屏在几秒内显示。",
    "draw": "抽奖已公布，参加名单和种子的指纹从现在起不能再变。",
    "drawn": "已开奖，种子和中奖名单已公布。",
    "staff": "人员已添加。",
    "role": "岗位已调整。",
    "left": "已办理离职，登录与手机已停用。",
    "revoked": "已停用。",
    "lost": "已按丢失处理，手机下次联网时清空。",
    "screen": "大屏已添加。",
    "imported": "导入完成。",
    "import_undone": "导入已撤销。",
    "printed": "已生成。",
    "fixed": "联系资料已处理。",
    "seen": "已标记为看过。",
    "sent": "留言已发给手机。",
    "closed": "{k} 已日结。",
    "bill_undone": "账单已冲销，已缴的部分转为预存。",
    "handed": "已交接。",
    "counted": "已清点：{k}。",
    "banked": "已记存行。",
    "rule": "费用标准已添加。",
    "rule_end": "已停用。",
    "readings": "已保存 {k} 户读数。",
    "billed": "账单已生成。",
    "assessed": "已计收，生成 {k} 张违约金账单。",
    "waiver_asked": "减免申请已提交，等另一个人审批。",
    "waiver_yes": "已同意减免。",
    "refund_asked": "退款申请已提交，等另一个人审批。",
    "refund_yes": "已同意，退款已发出。",
    "refund_no": "退款没有同意，没有退钱。",
    "refund_paid": "已登记退还。",
    "return_asked": "退回申请已提交，等另一个人审批。",
    "return_yes": "已同意退回。钱退出后，请登记凭证号。",
    "return_no": "退回没有同意，款项仍暂挂。",
    "return_done": "已登记退回，暂挂已结清。",
    "taken_over": "预存已转给现业主。",
    "invoice": "发票：{k}。",
    "waivers_asked": "已提交 {k} 笔减免申请，等另一个人审批。",
    "waivers_yes": "已同意 {k} 笔减免。",
    "waivers_no": "{k} 笔减免没有同意。",
    "pool": "公摊总额已保存。",
    "recon_read": "账单已读取并核对。",
    "waiver_no": "减免没有同意。",
}


def entries(role: str) -> list[tuple[str, str, str]]:
    """(path, label, access key) of what a role may open."""
    return [(path, label, key) for path, label, roles, key in MENU if role in roles]


def chapter(path: str) -> str:
    """The page of the menu that a page belongs to: '/office/late/clauses' → '/office/fees'."""
    top = "/".join(path.split("/")[:3])
    return UNDER.get(top, top) if top != "/office" else "/office/"


def said(done: str, k: str) -> str:
    """The sentence for ?done=…&k=…; nothing for words that are none of ours."""
    sentence = MESSAGES.get(done, "")
    return sentence.replace("{k}", k[:40]) if sentence else ""
