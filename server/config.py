"""Settings: read once at the start, loudly wrong."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.errors import Refusal

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
HOST = re.compile(rf"({_LABEL}(\.{_LABEL})*|\[[0-9A-Fa-f:.]+\])(:\d{{1,5}})?")


@dataclass(frozen=True)
class Config:
    """`home` the data folder, `db` the database URL, `url` the public base URL without a slash at its end."""

    home: Path
    db: str
    url: str
    secret: bytes
    pinned: bool = False
    """True when KOUMEN_URL was set: other hosts than its own (and loopback) are then refused."""

    def key(self, purpose: str) -> bytes:
        """32 bytes for one purpose only (HKDF-SHA256 of the secret)."""
        info = f"koumen/{purpose}".encode()
        return HKDF(hashes.SHA256(), length=32, salt=None, info=info).derive(self.secret)

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    @property
    def secure(self) -> bool:
        return self.url.startswith("https://")


def load(env: Mapping[str, str] | None = None, home: str | None = None) -> Config:
    """Read KOUMEN_HOME, KOUMEN_DB, KOUMEN_URL, KOUMEN_SECRET(_FILE). Refusal config_wrong names what is wrong."""
    env = os.environ if env is None else env
    folder = Path(home or env.get("KOUMEN_HOME") or "koumen-data").resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal("config_wrong", name="KOUMEN_HOME", reason=f"无法建立数据目录 {folder}") from error
    db = _database(env.get("KOUMEN_DB", ""), folder)
    url = _url(env.get("KOUMEN_URL", ""))
    return Config(folder, db, url, _secret(env, folder, db), pinned=bool(env.get("KOUMEN_URL")))


def _database(text: str, folder: Path) -> str:
    if not text:
        return f"sqlite:///{folder / 'koumen.db'}"
    if text.startswith(("postgresql://", "postgres://")):
        return text
    if text.startswith("sqlite:///"):
        return text
    raise Refusal("config_wrong", name="KOUMEN_DB", reason="只认 postgresql://… 或 sqlite:///路径")


def _url(text: str) -> str:
    if not text:
        return "http://localhost:8080"
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise Refusal("config_wrong", name="KOUMEN_URL", reason="应以 http:// 或 https:// 开头，例如 https://km.example.com")
    if not HOST.fullmatch(parts.netloc):
        raise Refusal("config_wrong", name="KOUMEN_URL", reason=f"“{parts.netloc}”不是域名（可带端口）")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise Refusal("config_wrong", name="KOUMEN_URL", reason="只写网址的域名部分，不带路径")
    return f"{parts.scheme}://{parts.netloc}"


def _secret(env: Mapping[str, str], folder: Path, db: str) -> bytes:
    if text := env.get("KOUMEN_SECRET", ""):
        return _checked(text, "KOUMEN_SECRET")
    if name := env.get("KOUMEN_SECRET_FILE", ""):
        try:
            return _checked(Path(name).read_text("utf-8").strip(), "KOUMEN_SECRET_FILE")
        except OSError as error:
            raise Refusal("config_wrong", name="KOUMEN_SECRET_FILE", reason=f"无法读取 {name}") from error
    if not db.startswith("sqlite:"):
        raise Refusal("config_wrong", name="KOUMEN_SECRET", reason="使用 PostgreSQL 时必须设置，各台主机相同")
    return _kept(folder / "secret")


def _checked(text: str, name: str) -> bytes:
    if len(text) < 32:
        raise Refusal("config_wrong", name=name, reason="至少 32 个字符")
    return text.encode()


def _kept(path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return _checked(path.read_text("utf-8").strip(), "KOUMEN_HOME/secret")
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(32))
    return path.read_text("utf-8").strip().encode()
