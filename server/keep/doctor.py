"""`koumen doctor`: what would go wrong tomorrow, said today."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import NamedTuple

from server import clock
from server.config import LOOPBACK, Config
from server.db import Db
from server.db.migrate import epoch
from server.pay import acts as pay


class Check(NamedTuple):
    """`state`: ok, warn or bad."""

    name: str
    state: str
    text: str


def examine(db: Db, settings: Config) -> list[Check]:
    """Every check, in the order a person reads them."""
    parts: tuple[Callable[[], Iterator[Check]], ...] = (
        lambda: _disk(settings), lambda: _clock(db), lambda: _url(settings), lambda: _secret(settings),
        lambda: _database(db), lambda: _merchants(settings), _fonts,
    )
    return [check for part in parts for check in part()]


def _disk(settings: Config) -> Iterator[Check]:
    free = shutil.disk_usage(settings.home).free
    state = "bad" if free < 200 * 2**20 else "warn" if free < 2 * 2**30 else "ok"
    yield Check("磁盘", state, f"数据目录 {settings.home} 所在磁盘剩余 {free / 2**30:.1f} GB")


def _clock(db: Db) -> Iterator[Check]:
    newest = db.one("select max(at) as at from audit")
    at = newest["at"] if newest else None
    if at and at > clock.instant():
        yield Check("时钟", "bad", f"系统时钟比最近一次记账（{clock.minute_of(at)}）还早，请校准")
        return
    year = int(clock.today()[:4])
    yield Check("时钟", "ok" if year >= 2025 else "bad", f"上海时间 {clock.minute_of(clock.now())}")


def _url(settings: Config) -> Iterator[Check]:
    if not settings.pinned:
        yield Check("网址", "warn", f"没有设置 KOUMEN_URL，现在用 {settings.url}；印出的二维码要用业主能打开的网址")
    elif settings.url.startswith("http://") and settings.host.rpartition(":")[0] not in LOOPBACK:
        yield Check("网址", "warn", f"{settings.url} 不是 https，手机端无法离线使用")
    else:
        yield Check("网址", "ok", settings.url)
    if len(settings.url) > 29:
        yield Check("二维码", "warn", f"网址有 {len(settings.url)} 个字符，超过 29 个，二维码会变密（版本 5）")


def _secret(settings: Config) -> Iterator[Check]:
    path = settings.home / "secret"
    if path.is_file() and path.stat().st_mode & 0o077:
        yield Check("密钥", "bad", f"{path} 其他用户可读，请 chmod 600")
    else:
        yield Check("密钥", "ok", "已设置" if not path.is_file() else f"保存在 {path}，请随备份妥善保管")


def _database(db: Db) -> Iterator[Check]:
    complaints = db.engine.integrity()
    if complaints:
        yield Check("数据库", "bad", f"文件受损：{complaints[0]}")
    else:
        count = len(db.all("select id from community"))
        yield Check("数据库", "ok", f"{db.engine.name}，纪元 {epoch(db)}，{count} 个小区")


def _merchants(settings: Config) -> Iterator[Check]:
    for name, state, text in pay.check_merchants(settings.home):
        yield Check(f"商户 {name}", state, text)


def _fonts() -> Iterator[Check]:
    import importlib.util

    there = importlib.util.find_spec("pylopdf_fonts_zh_cn") is not None
    yield Check("字体", "ok" if there else "bad", "中文字体已随程序安装" if there else "缺少中文字体包，无法打印通知")
