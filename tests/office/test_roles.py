"""Who may open what: every page of the console against every role, and no form without its token."""

import pytest

PAGES = {
    "/office/": "manager clerk cashier collector",
    "/office/homes": "manager clerk cashier",
    "/office/homes?state=owing&order=fen": "manager clerk cashier",
    "/office/homes/3-1-2601": "manager clerk cashier",
    "/office/routes": "manager clerk collector",
    "/office/notices": "manager clerk",
    "/office/payments": "manager cashier",
    "/office/payments/new?home=3-1-2601": "manager cashier",
    "/office/payments/many": "manager cashier",
    "/office/claims": "manager cashier",
    "/office/flags": "manager clerk",
    "/office/fees": "manager cashier",
    "/office/bills": "manager cashier",
    "/office/late": "manager cashier",
    "/office/books": "manager cashier",
    "/office/books/days": "manager cashier",
    "/office/cash": "manager cashier",
    "/office/money": "manager cashier",
    "/office/invoices": "manager cashier",
    "/office/meters": "manager cashier",
    "/office/reversals/new?home=3-1-2601": "manager cashier",
    "/office/waivers": "manager clerk cashier",
    "/office/waivers/new?home=3-1-2601": "manager clerk cashier",
    "/office/import": "manager clerk",
    "/office/import/held": "manager cashier",
    "/office/board": "manager clerk",
    "/office/board/new": "manager clerk",
    "/office/disclosures": "manager clerk cashier",
    "/office/disclosures/new": "manager cashier",
    "/office/thanks": "manager clerk",
    "/office/reports": "manager clerk cashier",
    "/office/people": "manager",
    "/office/settings": "manager",
    "/office/me": "manager clerk cashier collector",
}


@pytest.mark.parametrize("role", ["manager", "clerk", "cashier", "collector"])
def test_each_role_opens_its_pages_and_no_other(app, sign_in, role):
    app.config["RAISE"] = False
    browser = sign_in(role)
    opened = {path: browser.get(path, follow_redirects=True).status_code for path in PAGES}
    assert opened == {path: 200 if role in roles.split() else 403 for path, roles in PAGES.items()}


@pytest.mark.parametrize("role", ["manager", "clerk", "cashier", "collector"])
def test_the_menu_shows_only_what_the_role_may_open(sign_in, role):
    from server.office.menu import entries

    browser = sign_in(role)
    for path, _, _ in entries(role):
        assert browser.get(path, follow_redirects=True).status_code == 200


def test_a_refused_page_says_what_to_do(app, sign_in):
    app.config["RAISE"] = False
    answer = sign_in("collector").get("/office/payments")
    assert answer.status_code == 403
    assert "项目经理" in answer.text


def test_every_view_of_the_console_says_who_may_call_it(app):
    from server.access import words_of

    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/office"):
            for method in rule.methods & {"GET", "POST"}:
                assert words_of(app, rule.endpoint, method), rule


def test_no_form_of_the_console_works_without_its_token(app, manager):
    app.config["RAISE"] = False
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/office") and "POST" in rule.methods and rule.endpoint != "office.login_try":
            path = rule.rule
            for argument in rule.arguments:
                path = path.replace(f"<{argument}>", "x")
            if "invite" not in path:
                assert manager.client.post(path, data={}).status_code == 403, path


def test_forms_from_another_site_are_refused(app, manager):
    app.config["RAISE"] = False
    answer = manager.post("/office/homes", {"text": "王"}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


def test_pages_allow_no_inline_script_or_style(manager):
    for path in PAGES:
        answer = manager.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "style=" not in answer.text
        assert "<style" not in answer.text
        assert "onclick" not in answer.text
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_page_and_all_it_needs_stay_below_eighty_kilobytes(manager):
    import re

    for path in PAGES:
        page = manager.get(path)
        needed = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)) | {"/static/office/sums.js"}
        weight = len(page.data) + sum(len(manager.get(asset).data) for asset in needed)
        assert weight <= 80 * 1024, (path, weight)
        assert len(needed) + 1 <= 10
