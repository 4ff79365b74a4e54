"""Scripts ship with the product; a community may use its own words."""

from server.cases import acts
from server.cases.words import SHIPPED


def test_without_own_texts_the_shipped_ones_hold(db, community):
    assert acts.scripts(db, community) == SHIPPED


def test_shipping_writes_what_is_missing_once_so_that_phones_get_it(db, community):
    with db.write(community) as pen:
        assert acts.ship_scripts(pen) == len(SHIPPED)
    with db.write(community) as pen:
        assert acts.ship_scripts(pen) == 0
    row = db.one("select count(*) as n from touched where community = :c and type = 'script'", c=community)
    assert row["n"] == len(SHIPPED)


def test_own_words_stay_when_texts_are_shipped_again(db, community):
    with db.write(community) as pen:
        acts.put_script(pen, "say.ordinary", "您好，打扰了。")
        acts.ship_scripts(pen)
    assert acts.scripts(db, community)["say.ordinary"] == "您好，打扰了。"


def test_a_script_that_changes_is_touched(db, community):
    with db.write(community) as pen:
        acts.put_script(pen, "say.ordinary", "您好。")
        n = pen.n
    row = db.one("select n from touched where community = :c and id = 'say.ordinary'", c=community)
    assert row["n"] == n
