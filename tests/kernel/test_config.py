"""Settings are read once; a wrong one stops the start with a sentence that names it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from server import config
from server.errors import Refusal


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KOUMEN_DB", "mysql://x"), ("KOUMEN_URL", "km.example.com"), ("KOUMEN_URL", "https://km.example.com/pay"),
        ("KOUMEN_URL", "ftp://km.example.com"), ("KOUMEN_URL", "http://a b"), ("KOUMEN_URL", "https://u@x.cn"),
        ("KOUMEN_SECRET", "short"), ("KOUMEN_SECRET_FILE", "/no/such/file"),
    ],
)
def test_a_wrong_value_is_named(home_dir: Path, name: str, value: str) -> None:
    with pytest.raises(Refusal) as refusal:
        config.load({"KOUMEN_HOME": str(home_dir), name: value})
    assert name in refusal.value.sentence


def test_postgresql_without_a_secret_stops_the_start(home_dir: Path) -> None:
    with pytest.raises(Refusal) as refusal:
        config.load({"KOUMEN_HOME": str(home_dir), "KOUMEN_DB": "postgresql://localhost/x"})
    assert "KOUMEN_SECRET" in refusal.value.sentence


def test_sqlite_makes_a_secret_only_its_owner_reads_and_keeps_it(home_dir: Path) -> None:
    first = config.load({"KOUMEN_HOME": str(home_dir)})
    second = config.load({"KOUMEN_HOME": str(home_dir)})
    assert first.secret == second.secret
    assert len(first.secret) >= 32
    assert stat.S_IMODE((home_dir / "secret").stat().st_mode) == 0o600


def test_each_purpose_has_a_key_of_its_own(home_dir: Path) -> None:
    settings = config.load({"KOUMEN_HOME": str(home_dir)})
    assert settings.key("paycode") != settings.key("csrf")
    assert settings.key("paycode") == settings.key("paycode")


def test_the_url_loses_its_slash(home_dir: Path) -> None:
    settings = config.load({"KOUMEN_HOME": str(home_dir), "KOUMEN_URL": "https://km.example.com/"})
    assert settings.url == "https://km.example.com"
    assert settings.host == "km.example.com"
    assert settings.secure
