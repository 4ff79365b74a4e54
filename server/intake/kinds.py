"""What kinds of sheets there are, by the Chinese headings that other people give their columns."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.intake import SHEET_KINDS


@dataclass(frozen=True)
class Kind:
    """A kind of sheet: `fields` maps a field to its headings (the first is the usual one), `needs` lists groups of
    fields of which one must be there, `tells` the fields that set this kind apart, `fill` those merged downwards."""

    name: str
    fields: dict[str, tuple[str, ...]]
    needs: tuple[tuple[str, ...], ...]
    tells: frozenset[str]
    fill: frozenset[str]

    @property
    def label(self) -> str:
        """What the clerk calls such a sheet."""
        return SHEET_KINDS[self.name]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PLACE = {
    "building": _words("楼栋 楼号 栋号 楼栋号 楼栋名称 楼宇 幢号 座 座号 楼座 楼幢 栋 幢 楼"),
    "unit": _words("单元 单元号 单元名称 梯号"),
    "room": _words("房号 房间号 房屋号 室号 门牌号 房间 房屋 房产 户号 房间名称 房产名称 房屋名称 房屋地址 房间编码"),
    "number": _words("房屋编号 房间编号 房产编号 资源编号 房屋编码 房产编码 资产编号 房屋ID"),
}
OWNER = {
    "owner": _words("业主姓名 业主 业主名称 户主 户主姓名 产权人 客户名称 客户姓名 房主 业主名"),
    "phone": _words(
        "联系电话 业主电话 电话 手机 手机号 手机号码"
        " 联系方式 业主手机 业主手机号 电话号码 联系手机 移动电话"),
    "tenant": _words("使用人 租户 租户姓名 承租人 租客 使用人姓名 租客姓名"),
    "tenant_phone": _words("使用人电话 租户电话 租客电话 承租人电话 使用人手机 租户手机"),
}
HOMES = Kind("homes", {
    **PLACE, **OWNER,
    "area": _words("建筑面积 面积 收费面积 计费面积 产权面积 房屋面积 建面 套内面积"),
    "kind": _words("房屋性质 房屋类型 房产类型 房屋用途 用途 物业类型 业态 性质 房型性质"),
    "state": _words("入住状态 房屋状态 使用状态 居住状态 入住情况 状态 房态"),
    "rate": _words("收费标准 单价 物业费单价 收费单价 物业费标准"),
    "handover": _words("交房日期 交付日期 收房日期 接房日期 入伙日期 交房时间 交付时间"),
    "floor": _words("楼层 所在楼层 层 层数"),
    "note": _words("备注 说明 备注信息"),
}, (("room", "number"), ("area", "owner")), frozenset(("area", "owner", "handover", "state", "rate", "kind")),
    frozenset(("building", "unit", "room", "number", "owner", "phone", "kind")))
BILLS = Kind("bills", {
    **PLACE,
    "item": _words("收费项目 费用项目 收费科目 费项 费用名称 收费项 项目 费用类型 收费项目名称 费项名称 科目"),
    "period": _words(
        "账期 收费月份 费用月份 所属期 所属月份 费用期间 计费月份 应收月份"
        " 账单月份 收费期间 期间 计费周期 费用所属期 月份 缴费期间"),
    "start": _words(
        "开始时间 开始日期 起始日期 计费开始日期 费用开始日期 起始时间"
        " 账单开始日期 计费开始时间 费用起始日 开始 收费起始日期"),
    "end": _words(
        "结束时间 结束日期 截止日期 计费结束日期 费用结束日期 截止时间"
        " 终止日期 账单结束日期 计费结束时间 费用截止日 结束 收费截止日期"),
    "due": _words("应收日期 应缴日期 缴费截止日 缴费期限 应交日期 收费日期 到期日 应收时间 最后缴费日"),
    "fen": _words("应收金额 应收 应缴金额 应交金额 应收款 应缴 应收费用 本期应收 应收合计 账单金额"),
    "paid": _words("实收金额 实收 实缴金额 已缴金额 已收金额 已交金额 缴费金额 收款金额 实收款 实缴 已缴"),
    "paid_on": _words("缴费日期 收款日期 交费日期 实收日期 缴费时间 收款时间 付款日期 缴款日期 支付时间 到账日期"),
    "method": _words("缴费方式 收款方式 支付方式 付款方式 交费方式 结算方式 缴款方式"),
    "label": _words("票据号 收据号 发票号 票号 收据编号 票据编号 流水号 收款单号 单据号 票据号码"),
    "note": _words("备注 说明 备注信息"),
}, (("room", "number"), ("period", "start"), ("fen", "paid")),
    frozenset(("period", "fen", "paid", "paid_on", "item", "method")),
    frozenset(("building", "unit", "room", "number", "item")))
VOUCHERS = Kind("vouchers", {
    "day": _words("日期 凭证日期 记账日期 发生日期 业务日期 制单日期"),
    "side": _words("收支 收支类型 收支类别 类型 收/支 方向 收支方向"),
    "head": _words("科目 收支科目 会计科目 科目名称 项目 类别 收支项目"),
    "summary": _words("摘要 说明 内容 用途 事由"),
    "fen": _words("金额 发生额 发生金额"),
    "income": _words("收入金额 收入 收入额"),
    "expense": _words("支出金额 支出 支出额"),
    "handler": _words("经办人 制单人 经手人 记账人 会计"),
    "number": _words("凭证号 凭证编号 凭证字号 凭单号 单号"),
}, (("day",), ("head",), ("fen", "income", "expense")),
    frozenset(("side", "head", "summary", "income", "expense", "number")), frozenset(("day", "number")))
CONTACTS = Kind("contacts", {
    **PLACE,
    "day": _words("日期 催缴日期 催收日期 联系日期 跟进日期 催费日期 催缴时间"),
    "method": _words("方式 催缴方式 催收方式 联系方式 跟进方式 催费方式"),
    "staff": _words("催缴人 催收人 跟进人 经办人 催费人 催缴员 负责人"),
    "outcome": _words("结果 催缴结果 催收结果 跟进结果 情况 催缴情况 反馈 跟进情况 沟通结果"),
    "promise": _words("承诺日期 承诺缴费日期 承诺时间 答应日期 预计缴费日期 约定日期"),
    "note": _words("备注 说明"),
}, (("day",), ("room", "number"), ("outcome",)), frozenset(("outcome", "staff", "promise", "method")),
    frozenset(("building", "unit", "room", "number")))
ANNOUNCEMENTS = Kind("announcements", {
    "title": _words("标题 公告标题 通知标题 主题"),
    "text": _words("正文 内容 公告内容 通知内容 公告正文"),
    "kind": _words("类别 类型 公告类型 分类"),
    "from_day": _words("开始日期 发布日期 生效日期 起始日期 开始时间 展示开始"),
    "to_day": _words("结束日期 截止日期 失效日期 到期日期 结束时间 展示结束"),
    "pinned": _words("置顶 是否置顶"),
}, (("title",), ("text",)), frozenset(("title", "text", "pinned")), frozenset())
STAFF = Kind("staff", {
    "name": _words("姓名 员工姓名 员工 人员姓名"),
    "phone": _words("手机 手机号 电话 联系电话 手机号码 联系方式"),
    "role": _words("岗位 职务 职位 角色 岗位名称"),
    "buildings": _words("负责楼栋 管辖楼栋 负责区域 责任楼栋 片区 责任区域"),
}, (("name",), ("role",)), frozenset(("name", "role", "buildings")), frozenset())
KINDS = (HOMES, BILLS, VOUCHERS, CONTACTS, ANNOUNCEMENTS, STAFF)
BY_NAME = {kind.name: kind for kind in KINDS}
