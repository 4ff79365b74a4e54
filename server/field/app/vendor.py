"""Brings the staff app's third-party files from npm, checks npm's integrity, and keeps their hashes and licences.

`python -m server.field.app.vendor` fetches the versions named in VENDOR.toml; with `--check` it only compares the
files with VENDOR.lock and exits 1 when they differ. The npm client is needed for fetching, never at run time.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
WEB = HERE / "web" / "vendor"
_MAP = re.compile(rb"\n?//# sourceMappingURL=\S+\s*$")


def main(argv: list[str]) -> int:
    """0 when the files are as locked; fetching writes them and the lock first."""
    if "--check" not in argv:
        lock = {name: fetch(name, wish) for name, wish in wishes().items()}
        (HERE / "VENDOR.lock").write_text(json.dumps(lock, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    wrong = differences()
    for line in wrong:
        sys.stderr.write(line + "\n")
    return 1 if wrong else 0


def wishes() -> dict[str, Any]:
    return tomllib.loads((HERE / "VENDOR.toml").read_text(encoding="utf-8"))


def locked() -> dict[str, Any]:
    answer: dict[str, Any] = json.loads((HERE / "VENDOR.lock").read_text(encoding="utf-8"))
    return answer


def differences() -> list[str]:
    """Sentences for every file, version or licence that is not as VENDOR.lock says."""
    lock, found = locked(), []
    for name, wish in wishes().items():
        kept = lock.get(name, {})
        if kept.get("version") != wish["version"]:
            found.append(f"{name}: VENDOR.toml wants {wish['version']}, VENDOR.lock has {kept.get('version')}")
        found += [f"{file}: its bytes are not those of VENDOR.lock"
                  for file, sha in kept.get("files", {}).items() if sha256(WEB / file) != sha]
    known = {file for kept in lock.values() for file in kept["files"]}
    return found + [f"{path.name}: nobody vouches for it" for path in WEB.iterdir() if path.name not in known]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "missing"


def fetch(name: str, wish: dict[str, Any]) -> dict[str, Any]:
    """One package: npm brings the tarball, its integrity is computed again here, the wanted files are taken out."""
    with tempfile.TemporaryDirectory() as folder:
        said = json.loads(_npm(["pack", f"{name}@{wish['version']}", "--json"], folder))[0]
        tarball = Path(folder, said["filename"])
        _check(name, tarball, said["integrity"])
        with tarfile.open(tarball) as archive:
            return _unpack(archive, wish, said["integrity"])


def _npm(words: list[str], folder: str) -> str:
    return subprocess.run(["npm", *words], cwd=folder, check=True, capture_output=True, text=True).stdout


def _check(name: str, tarball: Path, integrity: str) -> None:
    method, _, wanted = integrity.partition("-")
    got = base64.b64encode(hashlib.new(method, tarball.read_bytes()).digest()).decode()
    if method != "sha512" or got != wanted:
        raise SystemExit(f"{name}: the tarball is not what npm vouches for")


def _unpack(archive: tarfile.TarFile, wish: dict[str, Any], integrity: str) -> dict[str, Any]:
    WEB.mkdir(parents=True, exist_ok=True)
    licence = json.loads(_member(archive, "package.json"))["license"]
    files = {}
    for inside, file in wish["files"].items():
        (WEB / file).write_bytes(_MAP.sub(b"\n", _member(archive, inside)))
        files[file] = sha256(WEB / file)
    text = WEB / f"{next(iter(wish['files'].values())).removesuffix('.js')}.LICENSE"
    text.write_bytes(_member(archive, "LICENSE"))
    files[text.name] = sha256(text)
    return {"version": wish["version"], "licence": licence, "integrity": integrity, "files": files}


def _member(archive: tarfile.TarFile, path: str) -> bytes:
    handle = archive.extractfile(f"package/{path}")
    if handle is None:
        raise SystemExit(f"{path} is not in the package")
    return handle.read()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
