"""The company's words, letters and scripts are changed in one place; what the law forbids cannot be saved."""

from server.cases import acts as cases
from server.estate import acts as estate
from server.notices import acts as notices


def test_the_companys_words_are_kept(manager, place, db):
    answer = manager.post("/office/settings", {"company": "锦绣物业", "phone": "400-000-0000"})
    assert "已保存" in answer.text
    assert estate.settings(db, place.c)["company"] == "锦绣物业"
    assert "没有变化" in manager.post("/office/settings", {"company": "锦绣物业", "phone": "400-000-0000"}).text


def test_a_script_of_ones_own_is_kept(manager, place, db):
    manager.post("/office/settings/scripts", {"key": "say.ordinary", "text": "您好，打扰了，来核对一下账单。"})
    assert cases.scripts(db, place.c)["say.ordinary"] == "您好，打扰了，来核对一下账单。"


def test_a_script_that_threatens_is_refused(app, manager, place, db):
    app.config["RAISE"] = False
    answer = manager.post("/office/settings/scripts", {"key": "say.ordinary", "text": "再不交就停水停电。"})
    assert answer.status_code == 422
    assert "停水" in answer.text or "停电" in answer.text
    assert "停水" not in cases.scripts(db, place.c)["say.ordinary"]


def test_what_to_avoid_may_name_it(manager, place, db):
    manager.post("/office/settings/scripts", {"key": "avoid.ordinary", "text": "不说停水停电。"})
    assert cases.scripts(db, place.c)["avoid.ordinary"] == "不说停水停电。"


def test_a_letter_that_threatens_is_refused(app, manager, place, db):
    app.config["RAISE"] = False
    row = notices.wordings(db, place.c)[0]
    data = {**{k: row[k] for k in ("step", "variant", "title", "closing")}, "opening": "逾期将停水停电。"}
    assert manager.post("/office/settings/wording", data).status_code == 422
    assert notices.wordings(db, place.c)[0]["own"] == 0


def test_the_shipped_wording_can_be_saved_as_it_stands(manager, place, db):
    row = notices.wordings(db, place.c)[0]
    manager.post("/office/settings/wording", {k: row[k] for k in ("step", "variant", "title", "opening", "closing")})
    assert notices.wordings(db, place.c)[0]["own"] == 1


def test_a_message_reaches_the_persons_phones(manager, place, db):
    manager.post(f"/office/people/{place.staff['collector']}/messages", {"text": "今晚先去 3 栋"})
    row = db.one("select text from message where community = :c and staff = :s", c=place.c, s=place.staff["collector"])
    assert row["text"] == "今晚先去 3 栋"


def test_hours_and_caps_of_visits_are_set_within_the_law(app, manager, sign_in, place, db):
    good = {"visit_from": "08:30", "visit_until": "20:00", "visits_a_day": "1", "visits_a_week": "3"}
    assert "已保存" in manager.post("/office/settings/visiting", good).text
    assert cases.visiting(db, place.c).texts() == good
    assert '<option selected>08:30</option>' in manager.get("/office/settings").text
    app.config["RAISE"] = False
    refused = manager.post("/office/settings/visiting", {**good, "visit_until": "23:00", "visits_a_day": "9"})
    assert refused.status_code == 422
    assert "18:00 到 22:00" in refused.text
    assert "1 到 3 次" in refused.text
    assert sign_in("clerk").post("/office/settings/visiting", good).status_code == 403
    assert cases.visiting(db, place.c).texts() == good
