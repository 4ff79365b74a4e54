"""Coming back in a real Chromium: what a refusal sent back is still in the form, what was booked is not."""

import pytest

from tests.office.test_browser import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)]


def test_a_refused_form_keeps_what_was_typed_and_a_booked_one_does_not(browser, served, app, place, manager):
    app.config["RAISE"] = False
    page = sign_in(browser, served, 1240, 800)
    page.goto(f"{served}/office/payments/new?home=3-1-2601")
    page.fill("[name=yuan]", "1.234")
    page.fill("[name=note]", "老张代缴")
    page.click("button:text-is('入账')")
    page.wait_for_selector("text=填过的还在")
    page.go_back()
    page.wait_for_load_state("load")
    assert page.input_value("[name=yuan]") == "1.234"
    assert page.input_value("[name=note]") == "老张代缴"
    page.fill("[name=yuan]", "12")
    page.click("button:text-is('入账')")
    page.wait_for_selector("text=已入账")
    page.wait_for_load_state("load")  # this page's script forgets what was typed
    page.go_back()
    page.wait_for_selector("[name=yuan]")
    page.wait_for_load_state("load")
    assert page.input_value("[name=yuan]") == ""
