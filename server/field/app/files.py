"""The staff app as bytes: every file with its hash, gzipped once, and a version made of all hashes.

Pages and the service worker carry the version in the addresses of all other files, which may be kept for ever;
`@version@`, `@files@` and `@preloads@` in index.html, sw.js and the manifest are filled in here.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from schemas import cases, field, words

WEB = Path(__file__).parent / "web"
TOKENS = Path(__file__).parents[2] / "web" / "static" / "tokens.css"
TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css",
         ".png": "image/png", ".webmanifest": "application/manifest+json"}
DOORS = ("index.html", "sw.js", "manifest.webmanifest")
"""Files with an address of their own, asked again each time; every other one lies under v/<version>/."""
LATER = ("app.js", "door.js", "form.js", "draft.js", "capture.js", "code.js", "more.js", "sw.js",
         "vendor/signature_pad.js")
"""Modules that the page does not ask for early: app.js has its own tag, the others follow the first screen."""
LISTS = {
    "OUTCOMES": words.OUTCOMES, "REASONS": words.REASONS, "CLAIM_CHANNELS": words.CLAIM_CHANNELS,
    "PROOFS": words.PROOFS, "SIGNERS": words.SIGNERS, "TICKET_KINDS": cases.TICKET_KINDS,
    "CONTACT_KINDS": cases.CONTACT_KINDS,
    "PROMISE_STATES": cases.PROMISE_STATES, "KINDS": field.KINDS,
}
"""Closed lists with their labels, served as words.js: the phone copies none of them."""


@dataclass(frozen=True)
class File:
    """One file as it goes out. `zipped` is empty where gzip gains nothing (PNG)."""

    path: str
    type: str
    hash: str
    raw: bytes
    zipped: bytes


@dataclass(frozen=True)
class Bundle:
    """All files of one version."""

    version: str
    files: dict[str, File]


@lru_cache(maxsize=1)
def bundle() -> Bundle:
    """Read once per process; a new release is a new process."""
    raw = {path.relative_to(WEB).as_posix(): path.read_bytes() for path in sorted(WEB.rglob("*"))
           if path.suffix in TYPES}
    raw["words.js"] = words_js()
    raw.update({path: squeezed(content) for path, content in raw.items() if _ours(path)})
    raw["app.css"] = bare(TOKENS.read_bytes() + raw["app.css"])
    version = _digest(b"".join(f"{path} {_digest(content)}\n".encode() for path, content in sorted(raw.items())))[:8]
    files = {path: _file(path, content) for path, content in raw.items() if path not in DOORS}
    for path in ("index.html", "manifest.webmanifest", "sw.js"):
        files[path] = _file(path, _filled(raw[path], version, files))
    return Bundle(version, files)


def squeezed(raw: bytes) -> bytes:
    """A module of ours without comment lines, indentation and ends of lines that mean nothing: a sixth of the first
    install. Vendored files stay."""
    out: list[str] = []
    for line in (line.strip() for line in raw.decode().splitlines()):
        if not line or line.startswith(("//", "/**", "*")):
            continue
        if out and "//" not in out[-1] and (out[-1].endswith(("{", "(", "[", ",", ";")) or line[0] in "})]"):
            out[-1] += line
        else:
            out.append(line)
    return "\n".join(out).encode()


def bare(css: bytes) -> bytes:
    """A stylesheet without comments and ends of lines."""
    return re.sub(rb"/\*.*?\*/|\n", b"", css, flags=re.S)


def _ours(path: str) -> bool:
    return path.endswith(".js") and not path.startswith("vendor/")


def words_js() -> bytes:
    """The closed lists as a module."""
    lines = [f"export const {name} = {json.dumps(values, ensure_ascii=False)};" for name, values in LISTS.items()]
    head = "// Closed lists and their labels, made from schemas/.\n"
    return (head + "\n".join(lines) + "\n").encode()


def precached(version: str, files: dict[str, File]) -> list[tuple[str, str]]:
    """[address, hash] of what the worker keeps: the page, and all the page needs without network."""
    kept = [path for path in sorted(files) if path not in DOORS and not path.startswith("icons/")]
    return [("./", files["index.html"].hash), *((f"v/{version}/{path}", files[path].hash) for path in kept)]


def _filled(raw: bytes, version: str, files: dict[str, File]) -> bytes:
    text = raw.decode().replace("@version@", version)
    if "@files@" in text:
        text = text.replace("@files@", json.dumps(precached(version, files), separators=(",", ":")))
    if "@preloads@" in text:
        links = [f'<link rel="modulepreload" href="v/{version}/{path}">' for path in sorted(files)
                 if path.endswith(".js") and path not in LATER]
        text = text.replace("@preloads@", "\n".join(links))
    return text.encode()


def _file(path: str, raw: bytes) -> File:
    kind = TYPES[Path(path).suffix]
    zipped = b"" if kind == "image/png" else gzip.compress(raw, 9, mtime=0)
    return File(path, kind, _digest(raw)[:8], raw, zipped)


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
