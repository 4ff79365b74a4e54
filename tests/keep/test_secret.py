"""Another secret: what was printed stays valid, what is printed from now on needs the new one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from server import config
from server.config import Config
from server.db import Db, connect
from server.db.migrate import migrate
from server.estate import acts as estate
from server.pay import acts as pay
from server.pay.rules import links, token
from tests.keep.test_cli import answer, koumen


def loaded(home: Path, **env: str) -> Config:
    return config.load(env, home=str(home))


def printed(db: Db, cfg: Config) -> str:
    with db.write("C1") as pen:
        return str(pay.issue_codes(pen, [{"home": None, "class": "lobby"}], cfg=cfg)[0]["token"])


@pytest.fixture
def house(home_dir: Path) -> Path:
    db = connect(f"sqlite:///{home_dir / 'koumen.db'}")
    migrate(db)
    estate.make_community(db, "锦绣花园")
    db.close()
    return home_dir


def reads(home: Path, typed: str, **env: str) -> Any:
    cfg = loaded(home, **env)
    db = connect(cfg.db)
    try:
        return pay.prove_code(db, cfg, typed)["version"]
    finally:
        db.close()


def test_codes_printed_before_and_after_a_rotation_are_valid(house: Path) -> None:
    before = loaded(house)
    db = connect(before.db)
    old, receipt = printed(db, before), links.receipt_secret(before, "C1", "SJ1")
    assert answer(koumen(house, "secret", "rotate", "--json"))["version"] == 2
    after = loaded(house)
    new = printed(db, after)
    db.close()
    assert after.secret != before.secret
    assert [reads(house, old), reads(house, new)] == [1, 2]
    assert token.read(before, new) is None
    assert token.make(after, 1, old[1:9]) == old
    assert links.receipt_community(after, "SJ1", receipt) == "C1"
    assert links.receipt_secret(after, "C1", "SJ1") != receipt
    assert after.key("csrf") != before.key("csrf")
    assert (house / "secret.old").stat().st_mode & 0o077 == 0


def test_three_secrets_in_a_row_each_prove_their_own(house: Path) -> None:
    codes = []
    for _ in range(3):
        cfg = loaded(house)
        db = connect(cfg.db)
        codes.append(printed(db, cfg))
        db.close()
        assert koumen(house, "secret", "rotate").returncode == 0
    assert [reads(house, code) for code in codes] == [1, 2, 3]


def test_a_rotation_cut_short_still_makes_codes_that_both_secrets_read(house: Path) -> None:
    before = loaded(house)
    (house / "secret.old").write_text(f"1:{before.secret.decode()}")
    (house / "secret").write_text("n" * 64)
    cfg = loaded(house)  # killed before the version was turned
    db = connect(cfg.db)
    made = printed(db, cfg)
    db.close()
    assert token.read(before, made) == token.read(cfg, made) is not None


def test_a_running_server_keeps_its_secret(house: Path) -> None:
    from server.keep.commands import running_mark

    with running_mark(house):
        done = koumen(house, "secret", "rotate")
    assert done.returncode == 2
    assert "先停止" in done.stderr
    assert not (house / "secret.old").exists()


def test_a_backup_carries_both_secrets(house: Path, tmp_path: Path) -> None:
    cfg = loaded(house)
    db = connect(cfg.db)
    old = printed(db, cfg)
    db.close()
    koumen(house, "secret", "rotate")
    file, empty = tmp_path / "b.zip", tmp_path / "empty"
    assert koumen(house, "backup", str(file)).returncode == 0
    assert koumen(empty, "restore", str(file)).returncode == 0
    assert reads(empty, old) == 1


def test_hosts_of_a_group_change_one_by_one(postgres_template: str, postgres_server: str, tmp_path: Path) -> None:
    from tests.postgres import create, drop

    url, first = create(postgres_server, "secretgroup", template="koumen_template"), "a" * 40
    db = connect(url)
    try:
        estate.make_community(db, "锦绣花园")
        env = {"KOUMEN_DB": url, "KOUMEN_SECRET": first}
        assert koumen(tmp_path, "migrate", **env).returncode == 0
        old = printed(db, loaded(tmp_path, **env))
        told = answer(koumen(tmp_path, "secret", "rotate", "--json", **env))
        assert koumen(tmp_path, "secret", "adopt", **env).returncode == 2  # not set yet
        now = {**env, "KOUMEN_SECRET": told["secret"], "KOUMEN_SECRET_OLD": told["old"]}
        assert koumen(tmp_path, "migrate", **env).returncode == koumen(tmp_path, "migrate", **now).returncode == 0
        between = printed(db, loaded(tmp_path, **now))
        assert reads(tmp_path, between, **env) == reads(tmp_path, between, **now) == 1
        assert answer(koumen(tmp_path, "secret", "adopt", "--json", **now)) == {"version": 2}
        assert answer(koumen(tmp_path, "secret", "adopt", "--json", **now)) == {"version": 2}
        assert koumen(tmp_path, "migrate", **env).returncode == 2
        assert [reads(tmp_path, code, **now) for code in (old, printed(db, loaded(tmp_path, **now)))] == [1, 2]
    finally:
        db.close()
        drop(postgres_server, "secretgroup")


def test_a_version_of_the_key_is_turned_by_a_verb(house: Path) -> None:
    cfg = loaded(house)
    db = connect(cfg.db)
    old = printed(db, cfg)
    assert answer(koumen(house, "turn-key", "--json")) == {"version": 2}
    new = printed(db, cfg)
    db.close()
    assert [reads(house, old), reads(house, new)] == [1, 2]


@pytest.mark.parametrize("text", ["abc", "0:" + "x" * 40, "3:short", "40:" + "x" * 40])
def test_a_garbled_old_secret_stops_the_start_by_name(house: Path, text: str) -> None:
    done = koumen(house, "migrate", KOUMEN_SECRET_OLD=text)
    assert done.returncode == 2
    assert "KOUMEN_SECRET_OLD" in done.stderr
