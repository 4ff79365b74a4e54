"""Scripts as shipped: words to open with (say.*) and to avoid (avoid.*), by kind of home and situation.

Lawful by design: nothing threatens supplies (Civil Code 944), credit records, neighbours, or suit over an expired
debt (192, 193); the kind of a home changes the words, never the rights."""

SHIPPED: dict[str, str] = {
    "say.ordinary": "您好，我是物业服务中心的，来看看您家最近住得怎么样。这期物业费的明细我带来了，您看一下对不对？",
    "say.first": "您好，我是物业服务中心的，第一次上门，先认识一下。这是您家的账单明细，每一项怎么算的都写在上面。",
    "say.repair": "您好，先跟您说上次报修的进度：现在到哪一步、哪天修好。费用的事等修好再谈，您看还有哪里没处理到？",
    "say.dispute": "您好，您上次提的疑问我们记下了，这是核对的结果和依据。哪一项您还觉得不对，我当面再记一次。",
    "say.hardship": "您好，上次听您说家里有难处，今天不催款，想跟您商量分期或缓缴，看每个月多少合适。",
    "say.broken": "您好，上次约的日子已经过了，是不是有什么变化？我们重新约一个您方便的日子，金额也可以少一点先交。",
    "say.promised": "您好，上次您说这几天办，我顺路来问一声，需要我把缴费码再给您看一下吗？",
    "say.vacant": "您好，您的房子一直空着，我们定期看过水电和门窗，情况都正常。物业费的账单想请您核对一下。",
    "say.tenant": "您好，请问您是租住在这里吗？物业费按租约是您交还是房东交？麻烦告诉我怎么联系房东就行。",
    "say.shop": "您好，生意怎么样？门口的保洁和停车最近有没有影响？这是本期账单，发票需要的话今天可以登记。",
    "say.expired": "您好，以前的账单想请您核对一下，愿不愿意处理由您决定；如果愿意，我们可以签一份分期协议。",
    "say.moved": "您好，请问原来的住户搬走了吗？您方便告诉我们是哪天入住的吗？我们好把资料更正过来。",
    "avoid.ordinary": "不说：停水停电、上征信、告诉邻居或单位；不争论，不在门口大声报欠费金额。",
    "avoid.repair": "不先谈钱；不说“不交费就不修”；不承诺自己定不了的修好日期。",
    "avoid.dispute": "不说“大家都交了”；不要求先交再核对；不替公司认错或免费用。",
    "avoid.hardship": "不追问病情和收入；不当着邻居或孩子谈；不要求马上答复。",
    "avoid.tenant": "不向租户透露业主的欠费明细和电话；不要求租户替业主付钱；不说停水停电。",
    "avoid.vacant": "不在门上张贴带姓名和金额的纸；不向邻居打听业主的去向和家事。",
    "avoid.expired": "不说起诉、律师函、征信；不隐瞒时效已过；不当场要求签还款协议，让对方带回去看。",
}
