"""The words of intake: labels of imports, of the kinds of sheets and of what happened to their rows."""

BATCH_STATES = {"preview": "待确认", "open": "导入中", "done": "已导入", "left": "已中断", "undone": "已撤销"}
ROW_STATES = {"new": "新增", "changed": "更正", "same": "相同", "held": "待确认"}
SHEET_KINDS = {
    "homes": "房产业主台账", "bills": "应收实收明细", "vouchers": "收支明细", "contacts": "催缴记录", "announcements": "公告",
    "staff": "员工",
}
