"""Settings: read once at the start, loudly wrong."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.errors import Refusal

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
PAYCODE = re.compile(r"paycode(?:\.(\d+))?")
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
    older: tuple[tuple[int, bytes], ...] = ()
    """Secrets of before, oldest first, each with the last version of pay codes that was printed under it."""

    def key(self, purpose: str) -> bytes:
        """32 bytes for one purpose only (HKDF-SHA256 of the secret); for printed codes the secret of their version."""
        if self.older and (code := PAYCODE.fullmatch(purpose)):
            version = int(code[1] or 1)
            return _derived(next((old for last, old in self.older if version <= last), self.secret), purpose)
        return _derived(self.secret, purpose)

    def past(self, purpose: str) -> list[bytes]:
        """The keys of before: links on receipts that were handed out lead on, seals that were signed can be checked."""
        return [_derived(old, purpose) for _, old in self.older]

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    @property
    def secure(self) -> bool:
        return self.url.startswith("https://")


def fingerprint(key: bytes) -> str:
    """What the database keeps of a secret, so that hosts with another one are noticed."""
    return key.hex()[:16]


def _derived(secret: bytes, purpose: str) -> bytes:
    return HKDF(hashes.SHA256(), length=32, salt=None, info=f"koumen/{purpose}".encode()).derive(secret)


def load(env: Mapping[str, str] | None = None, home: str | None = None) -> Config:
    """Read KOUMEN_HOME, KOUMEN_DB, KOUMEN_URL, KOUMEN_SECRET(_FILE, _OLD). Refusal config_wrong names what is wrong."""
    env = os.environ if env is None else env
    folder = Path(home or env.get("KOUMEN_HOME") or "koumen-data").resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal("config_wrong", name="KOUMEN_HOME", reason=f"无法建立数据目录 {folder}") from error
    db = _database(env.get("KOUMEN_DB", ""), folder)
    url = _url(env.get("KOUMEN_URL", ""))
    return Config(
        folder, db, url, _secret(env, folder, db), pinned=bool(env.get("KOUMEN_URL")), older=_older(env, folder)
    )


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


def given_by_hand(env: Mapping[str, str], db: str) -> bool:
    """True when the secret comes from the environment, not from the data folder."""
    return bool(env.get("KOUMEN_SECRET") or env.get("KOUMEN_SECRET_FILE")) or not db.startswith("sqlite:")


def _older(env: Mapping[str, str], folder: Path) -> tuple[tuple[int, bytes], ...]:
    """`3:secret` of before, a line each, percent-encoded where a secret has such signs."""
    text = env.get("KOUMEN_SECRET_OLD", "")
    path = folder / "secret.old"
    if not text and path.is_file():
        text = path.read_text("utf-8")
    found = []
    for line in text.replace(",", "\n").split():
        last, _, old = line.partition(":")
        if not last.isdecimal() or not 1 <= int(last) <= 31:
            reason = "每项写成“版本:密钥”，由 koumen secret rotate 给出"
            raise Refusal("config_wrong", name="KOUMEN_SECRET_OLD", reason=reason)
        found.append((int(last), _checked(unquote(old), "KOUMEN_SECRET_OLD")))
    return tuple(sorted(found))


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
