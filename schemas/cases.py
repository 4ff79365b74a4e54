"""The words of the room cases: shapes of contacts, promises, tickets and requests at the JSON door, and labels."""

CONTACT_KINDS = {
    "visit": "上门",
    "call": "电话",
    "sms": "短信",
    "wechat": "微信",
    "letter": "信函",
    "slip": "门上通知",
    "delivery": "送达",
    "page": "付款页",
    "office": "前台",
    "other": "其他",
}
TICKET_KINDS = {
    "repair": "维修",
    "service": "服务质量",
    "dispute": "费用争议",
    "question": "疑问",
    "forged": "可疑二维码",
    "dissatisfied": "不满意",
    "other": "其他",
}
REQUEST_KINDS = {"instalment": "申请分期", "delay": "申请缓缴"}
GROUNDS = {
    "delivery": "通知送达",
    "demand": "当面或可证明的催告",
    "promise": "承诺缴费",
    "request": "请求缓缴或分期",
    "plan": "分期约定",
    "part_payment": "部分缴费",
    "agreement": "重新签订的协议",
    "suit": "起诉或支付令",
}
PROMISE_STATES = {"open": "未到期", "kept": "已兑现", "broken": "未兑现", "cancelled": "已取消", "replaced": "已改期"}
PLAN_STATES = {"open": "按期进行", "late": "已逾期", "done": "已缴清", "ended": "已终止"}
