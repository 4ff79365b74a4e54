"""The one catalogue of refusals: code → (HTTP status, Chinese sentence). Sections follow the rooms."""

from __future__ import annotations

PROBLEMS: dict[str, tuple[int, str]] = {
    # --- kernel
    "bad_request": (400, "请求内容无法读取。"),
    "unreadable_body": (400, "请求内容不是有效的 JSON。"),
    "invalid": (422, "有几处内容需要修改后再提交。"),
    "login_required": (401, "请先登录。"),
    "token_unknown": (401, "登录凭证无效或已过期，请重新登录。"),
    "forbidden": (403, "您的岗位没有这项权限。"),
    "csrf": (403, "页面已过期，请刷新后再提交一次。"),
    "host_wrong": (421, "访问地址与系统设置的网址不一致。"),
    "not_found": (404, "没有找到，或者不在您的权限范围内。"),
    "method_not_allowed": (405, "这个地址不支持这种操作。"),
    "too_large": (413, "提交的内容太大。"),
    "too_many": (429, "操作太频繁，请稍后再试。"),
    "busy": (503, "系统正忙，这次没有保存，请稍后再试。"),
    "unknown_outcome": (503, "没有收到保存结果，请用同一编号重试，不会重复。"),
    "disk_full": (503, "磁盘已满，这次没有保存，请联系管理员。"),
    "broken": (409, "数据与已有记录冲突，没有保存。"),
    "internal": (500, "系统出错了，这次操作没有完成，请稍后再试。"),
    "community_unknown": (404, "没有这个小区，或者不在您的权限范围内。"),
    "community_needed": (422, "请指明小区（community）。"),
    "db_collation": (500, "数据库的文字排序必须按字节（collation C），请用 C 排序规则新建数据库。"),
    "config_wrong": (500, "设置 {name} 不正确：{reason}"),
    "idempotency_reuse": (422, "同一个 Idempotency-Key 已用于另一笔内容。"),
    # --- pay codes
    "code_garbage": (404, "这不是有效的缴费码，请核对后重新输入。"),
    "code_unknown": (404, "没有找到这个缴费码，请联系物业核对。"),
    "code_replaced": (410, "这个缴费码已更换，请使用最新的通知单，或联系物业。"),
    "code_expired": (410, "这个缴费码已过期，请联系物业领取新的通知单。"),
    "code_locked": (403, "请先输入登记手机号的后四位。"),
    "key_versions_used_up": (409, "缴费码密钥已换满 31 次，不能再换。"),
    # --- notices
    "wording_wrong": (422, "这段文字不能用于通知：{reason}"),
    "nothing_to_print": (422, "这条路线没有需要打印的住户。"),
    "notice_unknown": (404, "没有找到这份通知。"),
    "printing_unfinished": (409, "这批通知还没有排版完成，请重新打印。"),
    # --- cases
    "promise_in_past": (422, "承诺的日期不能早于今天。"),
    "promise_unknown": (404, "没有找到这个承诺。"),
    "ticket_unknown": (404, "没有找到这张工单。"),
    "ticket_closed": (409, "这张工单已于 {day} 办结，不能再办结一次。"),
    "request_unknown": (404, "没有找到这份申请。"),
    "request_answered": (409, "这份申请已经答复过。"),
    "plan_unknown": (404, "没有找到这份分期约定。"),
    "plan_invalid": (422, "分期至少要有一期，每期金额都要大于 0。"),
    # --- office
    "word_needed": (422, "请输入“{word}”再提交，这是为了防止误点。"),
    "form_invalid": (422, "{reason}"),
}
