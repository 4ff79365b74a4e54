"""Another secret, without a printed code dying: `koumen secret rotate`, `koumen secret adopt`, `koumen turn-key`.

The secret of before stays beside the new one and goes on proving what was printed under it. Each step is harmless when
the next one never comes: until the version is turned, new codes are still made with the secret of before.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from server.config import Config, fingerprint, given_by_hand
from server.db import Db
from server.errors import Refusal
from server.keep.backup import put_secret
from server.pay import acts as pay

Say = Callable[[str], None]
LOST = (
    "打开着的表单要刷新一次，用手机尾号打开过的门贴码要再输一次。已打印的缴费码、已发出的收据链接、登录和手机都不受影响。"
)


def add(sub: Any) -> None:
    """The verbs."""
    sub.verb("secret rotate", rotate, "换一个密钥；已打印的缴费码继续有效")
    sub.verb("secret adopt", adopt, "各台主机都换好密钥以后，登记新的密钥")
    sub.verb("turn-key", turn, "以后的缴费码改用下一版密钥；已打印的继续有效")


@contextmanager
def stopped(home: Path, code: str) -> Iterator[None]:
    """Hold the lock that a running server holds. Refusal `code` while one runs."""
    with open(home / "serve.lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refusal(code) from error
        yield


def rotate(args: argparse.Namespace, db: Db, say: Say) -> dict[str, Any]:
    """A new secret: kept in the data folder at once, or told, to be set on every host."""
    settings: Config = args.settings
    new, lines = secrets.token_hex(32), _lines(settings, pay.code_key_version(db))
    if given_by_hand(os.environ, settings.db):
        say(f"KOUMEN_SECRET={new}")
        say(f"KOUMEN_SECRET_OLD={','.join(lines)}")
        say("什么都还没有改。在每台主机上设好这两行并逐台重启，最后在任意一台上运行 koumen secret adopt。")
        return {"secret": new, "old": ",".join(lines), "version": None}
    with stopped(settings.home, "secret_running"):
        put_secret(settings.home / "secret.old", "\n".join(lines).encode())
        put_secret(settings.home / "secret", new.encode())
        with db.write() as sql:
            version = pay.turn_key(sql)
    say(f"密钥已更换，新的缴费码用第 {version} 版。{LOST}")
    say("旧密钥保存在 secret.old，最后一张旧码到期前不要删除；请马上再备份一次。")
    return {"secret": None, "old": None, "version": version}


def adopt(args: argparse.Namespace, db: Db, say: Say) -> dict[str, Any]:
    """Every host has the new secret: from now on it makes the codes, and hosts without it do not start."""
    settings: Config = args.settings
    if not settings.older:
        raise Refusal("secret_old_missing")
    with db.write() as sql:
        sql.run(
            "insert into meta (name, value) values ('secret', :mine)"
            " on conflict (name) do update set value = excluded.value",
            mine=fingerprint(settings.key("fingerprint")),
        )
        version = pay.code_key_version(sql)
        if version <= settings.older[-1][0]:
            version = pay.turn_key(sql)
    say(f"新的密钥已登记，新的缴费码用第 {version} 版。{LOST}")
    return {"version": version}


def turn(args: argparse.Namespace, db: Db, say: Say) -> dict[str, Any]:
    """The next version of the key of pay codes; the secret stays."""
    with db.write() as sql:
        version = pay.turn_key(sql)
    say(f"以后的缴费码用第 {version} 版密钥；已打印的在到期前都有效。")
    return {"version": version}


def _lines(settings: Config, version: int) -> list[str]:
    """What goes before: the secrets of before and the present one, each with its last version of codes."""
    older = [*settings.older, (version, settings.secret)]
    return [f"{last}:{quote(secret.decode(), safe='')}" for last, secret in older]
