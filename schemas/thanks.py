"""The words of the room thanks: what a payer may consent to, in words he sees, and labels of bands."""

CONSENT_PURPOSES = {"honour": "在大厅屏以隐去部分字的姓名致谢", "draw": "参加按时缴费抽奖"}
WORDING = "3"
"""The version of CONSENT_WORDS, kept with every consent; it goes up with any change of them."""
CONSENT_WORDS = {
    "honour": "我同意本小区物业服务中心为感谢我按时缴费，在本小区的大厅屏幕上展示我的姓名，只显示为“{label}”，"
    "到我选定的日期为止。不展示房号、电话、金额和照片。我自愿同意，我可以随时撤回，撤回后联网屏幕立即不再展示，"
    "断网的屏幕当天过后不再展示。",
    "draw": "我同意参加本小区物业服务中心的按时缴费抽奖，到我选定的日期为止。参加名单只写序号和“{label}”，"
    "中奖时在本小区的大厅屏幕上按序号和“{label}”公布，最多到开奖日后第 7 天。不公布房号、电话、金额和照片。我自愿同意，"
    "我可以随时撤回，开奖前撤回即退出抽奖，撤回后联网屏幕立即不再公布我的姓名，断网的屏幕当天过后不再公布。",
}
HONOUR_TITLE = "感谢按时缴费的邻居"
BANDS = ("95% 以上", "90%–95%", "80%–90%", "70%–80%", "70% 以下")
CHANGES = {"up": "比上期提高", "same": "与上期持平", "first": ""}
