"""What is installed is what lies in the checkout: the wheel holds every file, vendored ones by their lock."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("server/", "kiosk/", "schemas/")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel as `pip install .` builds it, without asking anybody for the builder."""
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)], cwd=ROOT, check=True,
        capture_output=True,
    )
    return zipfile.ZipFile(next(out.glob("*.whl")))


def test_the_wheel_holds_every_file_of_the_packages(wheel: zipfile.ZipFile) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout: nothing says which files belong")
    wanted = {name for name in listed.stdout.split("\0") if name.startswith(PACKAGES) and (ROOT / name).exists()}
    assert len(wanted) > 300
    assert wanted - set(wheel.namelist()) == set()


def test_vendored_files_in_the_wheel_are_those_of_the_lock(wheel: zipfile.ZipFile) -> None:
    lock = json.loads((ROOT / "server/field/app/VENDOR.lock").read_text("utf-8"))
    files = {name: sha for part in lock.values() for name, sha in part["files"].items()}
    assert files
    for name, sha in files.items():
        data = wheel.read(f"server/field/app/web/vendor/{name}")
        assert hashlib.sha256(data).hexdigest() == sha
