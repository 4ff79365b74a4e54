"""The words of intake: labels of the kinds of sheets and of what happened to their rows."""

ROW_STATES = {"new": "新增", "changed": "更正", "same": "相同", "held": "待确认"}
SHEET_KINDS = {
    "homes": "房产业主台账", "bills": "应收实收明细", "vouchers": "收支明细", "contacts": "催缴记录",
    "announcements": "公告", "staff": "员工",
}
