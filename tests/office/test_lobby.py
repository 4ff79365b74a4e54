"""What the lobby may say of money and people: statements with corrections, evidence, consents, draws."""

import json
import re

import pytest

from kiosk import acts as kiosk
from server import clock
from server.estate import acts as estate
from server.ledger import acts as ledger
from server.thanks import acts as thanks
from tests.office.conftest import TODAY, text_of

NEW = "/office/disclosures/new"


def typed(**changes):
    data = {
        "fund": "公共收益", "regime": "", "period": "2026Q3", "opening": "1,000.00", "closing": "-200.00",
        "in": "电梯广告 12,000.00\n场地 租金 300", "out": "绿化补种 13,500.00", "prepared_by": "刘出纳",
        "checked_by": "王经理", "days": "30", "corrects": "", "reason": "",
    }
    return {**data, **changes}


@pytest.fixture
def cashier(sign_in):
    return sign_in("cashier")


def only(db, place):
    (row,) = kiosk.disclosures(db, place.c)
    return row


def test_a_statement_is_published_as_typed(cashier, place, db):
    answer = cashier.post("/office/disclosures", typed())
    assert "收支已公示" in answer.text
    row = only(db, place)
    assert (row["opening_fen"], row["in_fen"], row["out_fen"], row["closing_fen"]) == (100000, 1230000, 1350000, -20000)
    assert [line["head"] for line in row["in"]] == ["电梯广告", "场地 租金"]
    assert "2026 年第 3 季度" in text_of(answer)


def test_what_is_wrong_is_said_together_and_what_was_typed_stays(cashier, place, db):
    answer = cashier.post("/office/disclosures", typed(period="去年", closing="许多", **{"in": "电梯广告"}))
    assert answer.status_code == 422
    for said in "期间写成", "期末要写成金额", "收入第 1 行", "电梯广告", "绿化补种 13,500.00":
        assert said in answer.text
    assert kiosk.disclosures(db, place.c) == []


def test_figures_that_do_not_add_up_are_refused_with_the_sum(cashier, place, db):
    answer = cashier.post("/office/disclosures", typed(closing="0"))
    assert answer.status_code == 422
    assert "-200.00" in text_of(answer)
    assert kiosk.disclosures(db, place.c) == []


def test_one_person_does_not_prepare_and_check(cashier):
    assert "两人不能相同" in cashier.post("/office/disclosures", typed(checked_by="刘出纳")).text


@pytest.mark.parametrize(("asked", "said"), [
    ("fund=公共收益&period=2026-13", "期间写成 2026-09"), ("fund=公共收益&period=", "期间写成 2026-09"),
    ("fund=小金库&period=2026-09", "请选账目"), ("period=2026-09", "请选账目"),
])
def test_a_period_or_fund_that_is_none_is_said_and_what_was_typed_stays(cashier, asked, said):
    answer = cashier.get(f"{NEW}?{asked}")
    assert answer.status_code == 422
    assert said in text_of(answer)
    typed_period = asked.partition("period=")[2]
    assert f'value="{typed_period}"' in answer.text or not typed_period
    assert cashier.get(NEW).status_code == 200


def test_the_form_begins_with_the_vouchers_and_the_last_closing(cashier, place, db):
    cashier.post("/office/disclosures", typed())
    with db.write(place.c, who=place.staff["cashier"]) as pen:
        ledger.add_vouchers(
            pen, [{"fund": "公共收益", "kind": "in", "head": "快递柜", "fen": 50_000, "happened_on": "2026-10-03"}]
        )
    page = cashier.get(f"{NEW}?fund=公共收益&period=2026-10").text
    assert "快递柜 500.00" in page
    assert 'value="-200.00"' in page
    assert 'value="300.00"' in page


def test_a_correction_wants_a_reason_and_leaves_the_old_one_in_sight(cashier, place, db):
    cashier.post("/office/disclosures", typed())
    old = only(db, place)["id"]
    page = cashier.get(f"{NEW}?corrects={old}").text
    assert "更正原因" in page
    assert "电梯广告 12,000.00" in page
    assert cashier.post("/office/disclosures", typed(corrects=old)).status_code == 422
    said = text_of(cashier.post("/office/disclosures", typed(corrects=old, reason="漏记一笔")))
    assert "更正原因：漏记一笔" in said
    assert "已更正" in said
    assert [bool(row["corrected_by"]) for row in kiosk.disclosures(db, place.c)] == [False, True]


def test_a_clerk_reads_statements_and_does_not_publish_them(app, sign_in):
    app.config["RAISE"] = False
    clerk = sign_in("clerk")
    assert "写公示" not in text_of(clerk.get("/office/disclosures")).split("还没有公示")[0]
    assert clerk.get(NEW).status_code == 403
    assert clerk.post("/office/disclosures", typed()).status_code == 403


def test_evidence_says_when_and_where_and_a_change_is_seen(app, client, sign_in, place, db):
    clerk = sign_in("clerk")
    with db.write(place.c, who=place.staff["clerk"]) as pen:
        notice = kiosk.announce(pen, title="停水", text="周六停水。", kind="通知", from_day=TODAY, to_day=TODAY)
        screen = kiosk.add_screen(pen, name="东门")["token"]
    path = f"/office/proof/a:{notice}"
    assert "还没有显示记录" in clerk.get(path).text
    for run in "r1", "r2":
        report = {"rev": "", "slide": "clock#0", "frames": 5, "run": run, "shown": {f"a:{notice}": 75}}
        assert client.post("/k/v1/beat", json=report, headers={"Authorization": f"Bearer {screen}"}).status_code == 200
    said = text_of(clerk.get(path))
    assert "东门" in said
    assert "链完整" in said
    assert "1 分 15 秒" in said
    assert clerk.get(f"{path}?as=xlsx").data[:2] == b"PK"
    with db.write() as sql:
        changed = {f"a:{notice}": 7500}
        sql.run("update display set shown = :s where community = :c and seq = 1", c=place.c, s=json.dumps(changed))
    assert "链已断开" in clerk.get(path).text
    app.config["RAISE"] = False
    assert clerk.get("/office/proof/a:nothing").status_code == 404
    assert clerk.get("/office/proof/nothing").status_code == 404


def agree(db, place, purpose):
    """Two of the three homes pay before the due day and agree; the consents' ids."""
    made = []
    for code in ("3-1-2601", "3-1-1802"):
        home = place.homes[code]
        with db.write(place.c) as pen:
            ledger.record_payment(
                pen, channel="wechat", transaction_id=f"on-time-{code}", home=home, fen=200_000,
                happened_on=clock.add_days(TODAY, -200), who="",
            )
            person = estate.residents_of(pen, place.c, [home])[home][0]["id"]
            made.append(thanks.give_consent(pen, home=home, resident=person, purpose=purpose, source="page"))
    return made


def test_the_office_sees_who_agreed_masked_and_until_when(sign_in, place, db):
    kept, left = agree(db, place, "honour")
    with db.write(place.c) as pen:
        thanks.withdraw_consent(pen, left, place.homes["3-1-1802"], "page")
    page = sign_in("clerk").get("/office/thanks")
    said = text_of(page)
    assert "3-1-2601 王** 在大厅屏以隐去部分字的姓名致谢" in said
    assert "现在有效 1 份" in said
    assert "已撤回" in said
    assert "王小明" not in page.text
    assert "我可以随时撤回" in said
    assert not [path for path in re.findall(r'action="([^"]+)"', page.text) if "consent" in path]
    assert sign_in("clerk").get("/office/thanks?as=xlsx").data[:2] == b"PK"


def test_a_draw_is_published_and_revealed_on_its_day_with_the_word(app, sign_in, place, db):
    agree(db, place, "draw")
    manager = sign_in("manager")
    form = {"title": "十一月抽奖", "prize": "洗衣液", "places": "1", "draw_day": TODAY}
    said = text_of(manager.post("/office/draws", form))
    assert "抽奖已公布" in said
    assert "等待开奖" in said
    (draw,) = thanks.draws(db, place.c)
    assert draw["commitment"] in said
    assert draw["seed"] is None
    app.config["RAISE"] = False
    path = f"/office/draws/{draw['id']}/reveal"
    assert manager.post(path, {"word": "好"}).status_code == 422
    said = text_of(manager.post(path, {"word": "开奖"}))
    (draw,) = thanks.draws(db, place.c)
    assert draw["seed"] in said
    assert "中奖：" in said
    assert sign_in("clerk").post("/office/draws", form).status_code == 403


def test_a_draw_without_enough_entries_is_refused(app, sign_in, place):
    app.config["RAISE"] = False
    form = {"title": "抽奖", "prize": "洗衣液", "places": "7", "draw_day": TODAY}
    manager = sign_in("manager")
    answer = manager.post("/office/draws", form)
    assert answer.status_code == 422
    assert "不能抽奖" in answer.text
    for typed in ("抽奖", "洗衣液", "7", TODAY):  # the form stays as it was filled in
        assert f'value="{typed}"' in answer.text
    answer = manager.post("/office/draws", {**form, "title": "", "places": "几名"})
    assert answer.status_code == 422
    assert "请填写名称" in answer.text
    assert "名额应为 1 到 100 之间的整数" in answer.text
    assert 'value="几名"' in answer.text
