"""Codes in the database: made, read, printed again, revoked, replaced, expired, dead when the owner left."""

from __future__ import annotations

from typing import Any

import pytest

from server import clock
from server.config import Config
from server.db import Db
from server.errors import Refusal
from server.estate import acts as estate
from server.pay import acts
from server.pay.rules import token
from server.pay.store import codes as store
from tests.notices import estate_of


@pytest.fixture
def homes(db: Db, community: str) -> list[str]:
    return estate_of.homes(db, community, 2)


def issue(db: Db, community: str, cfg: Config, home: str | None, kind: str = "sealed", **more: Any) -> dict[str, Any]:
    with db.write(community) as pen:
        return acts.issue_codes(pen, [{"home": home, "class": kind, **more}], cfg=cfg)[0]


def refused(db: Db, cfg: Config, typed: str) -> str:
    with pytest.raises(Refusal) as caught:
        acts.read_code(db, cfg, typed)
    return caught.value.code


def test_a_code_opens_its_home(db: Db, community: str, settings: Config, homes: list[str]) -> None:
    made = issue(db, community, settings, homes[0], notice="n1")
    code = acts.read_code(db, settings, made["token"])
    assert (code["home"], code["class"], code["notice"], code["match"]) == (homes[0], "sealed", "n1", made["match"])
    assert code["community_name"] == "锦绣花园"
    assert made["url"] == f"http://localhost/n/{made['token']}"
    assert made["handle"].startswith("001")


def test_a_twin_community_never_answers(
    db: Db, community: str, settings: Config, homes: list[str], twin: Any
) -> None:
    made = issue(db, community, settings, homes[0])
    twin(db)
    assert acts.read_code(db, settings, made["token"])["community"] == "C1"
    assert len(acts.codes_of(db, "C1", homes[0])) == 1
    assert len(acts.live_codes(db, "C1", homes)) == 1
    with db.write("C2") as pen:
        acts.revoke_codes(pen, homes[0])
    assert acts.read_code(db, settings, made["token"])["home"] == homes[0]


class Deaf:
    """A database that must not be asked."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError("the database was asked")


def test_garbage_is_refused_without_asking_the_database(settings: Config) -> None:
    for typed in ("", "x", "10010000000000000Z", "❤" * 18, "1" * 4000, "../../etc/passwd"):
        with pytest.raises(Refusal) as caught:
            acts.read_code(Deaf(), settings, typed)  # type: ignore[arg-type]  # stands for a database
        assert caught.value.code == "code_garbage"


def test_a_genuine_token_of_no_code_is_unknown(db: Db, community: str, settings: Config) -> None:
    assert refused(db, settings, token.make(settings, 1, "00100000")) == "code_unknown"
    assert refused(db, settings, token.make(settings, 1, "ZZZ00000")) == "code_unknown"


def test_a_leaked_database_without_the_key_forges_nothing(
    db: Db, community: str, settings: Config, homes: list[str]
) -> None:
    made = issue(db, community, settings, homes[0])
    rows = db.all("select * from paycode where community = :c", c=community)
    assert made["token"] not in str(rows)
    assert token.prefix(made["token"]) not in str(rows)
    other = Config(settings.home, settings.db, settings.url, b"another secret, 32 bytes or more")
    assert refused(db, settings, token.make(other, 1, made["handle"])) == "code_garbage"


def test_a_revoked_code_answers_replaced(db: Db, community: str, settings: Config, homes: list[str]) -> None:
    made = issue(db, community, settings, homes[0])
    with db.write(community) as pen:
        assert acts.revoke_codes(pen, homes[0]) == 1
        assert ("household", homes[0]) in pen.touched
    assert refused(db, settings, made["token"]) == "code_replaced"


def test_a_replaced_code_answers_replaced_and_the_new_one_opens(
    db: Db, community: str, settings: Config, homes: list[str]
) -> None:
    old = issue(db, community, settings, homes[0], "door")
    with db.write(community) as pen:
        new = acts.replace_code(pen, old["handle"], cfg=settings)
    assert refused(db, settings, old["token"]) == "code_replaced"
    assert acts.read_code(db, settings, new["token"])["class"] == "door"
    assert acts.codes_of(db, community, homes[0])[1]["state"] == "replaced"


def test_an_expired_code_says_so(db: Db, community: str, settings: Config, homes: list[str]) -> None:
    yesterday = clock.add_days(clock.today(), -1)
    made = issue(db, community, settings, homes[0], expires=yesterday)
    last = issue(db, community, settings, homes[0], expires=clock.today())
    assert refused(db, settings, made["token"]) == "code_expired"
    assert acts.read_code(db, settings, last["token"])["home"] == homes[0]


def test_codes_die_when_the_home_changes_owner(db: Db, community: str, settings: Config, homes: list[str]) -> None:
    made = issue(db, community, settings, homes[0])
    with db.write(community) as pen:
        estate.change_owner(pen, homes[0], "新业主", ["13900001111"], clock.today())
    assert refused(db, settings, made["token"]) == "code_replaced"
    assert acts.codes_of(db, community, homes[0])[0]["state"] == "moved"
    assert acts.code_for(db, community, homes[0]) is None
    fresh = issue(db, community, settings, homes[0])
    assert acts.read_code(db, settings, fresh["token"])["handle"] == fresh["handle"]


def test_a_code_made_for_nobody_dies_when_somebody_owns_the_home(
    db: Db, community: str, settings: Config
) -> None:
    with db.write(community) as pen:
        home = estate.put_homes(pen, [{"building": "9", "unit": "", "room": "101", "area": 100}])["ids"].popitem()[1]
    made = issue(db, community, settings, home)
    assert acts.read_code(db, settings, made["token"])["owner"] is None
    with db.write(community) as pen:
        estate.change_owner(pen, home, "第一位业主", ["13900002222"], clock.today())
    assert refused(db, settings, made["token"]) == "code_replaced"


def test_a_collision_of_the_random_part_is_drawn_again(
    db: Db, community: str, settings: Config, homes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter(["00100000", "00100000", "00100000", "00100001"])
    monkeypatch.setattr(token, "new_handle", lambda number: next(drawn))
    assert issue(db, community, settings, homes[0])["handle"] == "00100000"
    assert issue(db, community, settings, homes[1])["handle"] == "00100001"


def test_old_keys_verify_after_the_key_is_turned(
    db: Db, community: str, settings: Config, homes: list[str]
) -> None:
    old = issue(db, community, settings, homes[0])
    with db.write() as sql:
        assert acts.turn_key(sql) == 2
    new = issue(db, community, settings, homes[0])
    assert (old["token"][0], new["token"][0]) == ("1", "2")
    assert acts.read_code(db, settings, old["token"])["version"] == 1
    assert acts.read_code(db, settings, new["token"])["version"] == 2
    assert refused(db, settings, token.make(settings, 2, old["handle"])) == "code_unknown"


def test_the_key_turns_thirty_times_and_no_further(db: Db, community: str) -> None:
    with db.write() as sql:
        store.set_key_version(sql, 31)
    with pytest.raises(Refusal) as caught, db.write() as sql:
        acts.turn_key(sql)
    assert caught.value.code == "key_versions_used_up"


def test_a_phone_holds_prefixes_of_all_live_codes_and_one_picture(
    db: Db, community: str, settings: Config, homes: list[str]
) -> None:
    sealed, door = (issue(db, community, settings, homes[0], kind) for kind in ("sealed", "door"))
    held = acts.phone_codes(db, community, homes, cfg=settings)
    assert held[homes[0]]["codes"] == sorted(token.prefix(made["token"]) for made in (sealed, door))
    assert held[homes[0]]["code_bitmap"] == acts.bitmap(door["url"])
    assert held[homes[1]] == {"code_bitmap": None, "codes": []}


def test_an_expired_code_is_told_to_the_phones_once(
    db: Db, community: str, settings: Config, homes: list[str], twin: Any
) -> None:
    issue(db, community, settings, homes[0], expires="2026-11-20")
    issue(db, community, settings, homes[1], expires="2026-11-30")
    twin(db)
    assert acts.run_due(db, community, "2026-11-20") == {"codes_expired": 0}
    assert acts.run_due(db, community, "2026-11-21") == {"codes_expired": 1}
    assert acts.run_due(db, community, "2026-11-21") == {"codes_expired": 0}
    assert acts.run_due(db, community, "2026-12-25") == {"codes_expired": 1}
    n = db.one("select n from touched where community = 'C1' and type = 'household' and id = :h", h=homes[1])
    assert n is not None


def test_the_lobby_keeps_its_code(db: Db, community: str, settings: Config) -> None:
    with db.write(community) as pen:
        first = acts.lobby_code(pen, cfg=settings)
    with db.write(community) as pen:
        assert acts.lobby_code(pen, cfg=settings) == first
    assert acts.read_code(db, settings, first["token"])["home"] is None


def test_reports_are_kept_once_and_closed(db: Db, community: str, settings: Config, homes: list[str]) -> None:
    made = issue(db, community, settings, homes[0], "door")
    for _ in range(2):
        with db.write(community) as pen:
            acts.report_code(pen, id="r1", scanned="http://evil", place="电梯口", source="owner", handle=made["handle"])
    [report] = acts.open_reports(db, community)
    assert (report["home"], report["place"]) == (homes[0], "电梯口")
    with db.write(community, who="") as pen:
        acts.close_report(pen, "r1")
    assert acts.open_reports(db, community) == []
    with pytest.raises(Refusal), db.write(community) as pen:
        acts.close_report(pen, "r1")


def test_a_receipt_link_begins_with_its_community_and_cannot_be_guessed(community: str, settings: Config) -> None:
    _, _, receipt, secret = acts.receipt_path(settings, "C1", "SJ-1").split("/")
    assert secret.startswith("001")
    assert acts.receipt_community(settings, receipt, secret) == "C1"
    for wrong in (secret[:-1] + "0", "002" + secret[3:], "", "x", "❤" * 19):
        if wrong == secret:
            continue
        with pytest.raises(Refusal):
            acts.receipt_community(settings, receipt, wrong)
    with pytest.raises(Refusal):
        acts.receipt_community(settings, "SJ-2", secret)
