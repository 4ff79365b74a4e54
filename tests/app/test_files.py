"""The app as files: what the page needs is kept, nothing is foreign, lists come from schemas."""

from __future__ import annotations

import gzip
import json
import re
import struct

import pytest
from flask import Flask
from flask.testing import FlaskClient

from schemas import words
from server.field.app import vendor
from server.field.app.files import LISTS, WEB, bundle, squeezed
from tests.app.standin import World, _app

OWN = sorted(path for path in WEB.glob("*.js"))
ALL = sorted(WEB.rglob("*.js")) + [WEB / "index.html", WEB / "app.css"]
NAMESPACES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink")


@pytest.fixture
def door() -> FlaskClient:
    app: Flask = _app(World())
    return app.test_client()


def test_vendored_files_are_those_of_the_lock() -> None:
    assert vendor.differences() == []


def test_a_changed_vendored_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    lock = json.loads(json.dumps(vendor.locked()))
    lock["idb"]["files"]["idb.js"] = "0" * 64
    monkeypatch.setattr(vendor, "locked", lambda: lock)
    assert vendor.differences() == ["idb.js: its bytes are not those of VENDOR.lock"]


def test_at_most_three_packages_each_with_version_reason_and_licence() -> None:
    wishes, lock = vendor.wishes(), vendor.locked()
    assert set(wishes) == set(lock) == {"lit-html", "idb", "signature_pad"}
    assert all(wish["reason"] for wish in wishes.values())
    assert {kept["licence"] for kept in lock.values()} <= {"MIT", "ISC", "BSD-3-Clause"}


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_no_code_from_text_and_no_foreign_address(path) -> None:  # type: ignore[no-untyped-def]
    text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.S)
    assert not re.search(r"\beval\s*\(|new\s+Function\b|document\.write|innerHTML\s*=[^=]\s*[\"'`]<", text)
    assert "sourceMappingURL" not in text
    foreign = [
        found
        for found in re.findall(r"(?:https?:)?//[\w.-]+\.\w{2,}[\w/.-]*", text)
        if found not in NAMESPACES
    ]
    assert foreign == []


def test_every_import_is_relative_and_precached(door: FlaskClient) -> None:
    listed = json.loads(re.search(r"const FILES = (\[\[.*?\]\]);", door.get("/m/sw.js").text).group(1))  # type: ignore[union-attr]
    kept = {path for path, _ in listed}
    version = bundle().version
    for path in OWN:
        for found in re.findall(r"""(?:from|import)\s*\(?\s*["'](.+?)["']""", path.read_text("utf-8")):
            assert found.startswith("./"), f"{path.name} imports {found}"
            assert f"v/{version}/{found[2:]}" in kept, (
                f"{path.name} imports {found}, which is not kept for offline"
            )
    assert "./" in kept
    assert f"v/{version}/app.css" in kept


def test_each_listed_file_answers_with_its_hash_and_may_be_kept_for_ever(door: FlaskClient) -> None:
    listed = json.loads(re.search(r"const FILES = (\[\[.*?\]\]);", door.get("/m/sw.js").text).group(1))  # type: ignore[union-attr]
    for path, hash_ in listed:
        answer = door.get(f"/m/{path}".replace("/./", "/"), headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        assert hash_ in answer.headers["ETag"]
        assert answer.headers["Content-Encoding"] == "gzip"
        assert ("immutable" in answer.headers["Cache-Control"]) == (path != "./")


def test_gzip_only_for_those_who_ask_and_the_same_bytes(door: FlaskClient) -> None:
    plain = door.get("/m/")
    packed = door.get("/m/", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    assert plain.headers["ETag"] != packed.headers["ETag"]


def test_an_unchanged_page_is_a_304(door: FlaskClient) -> None:
    etag = door.get("/m/").headers["ETag"]
    assert door.get("/m/", headers={"If-None-Match": etag}).status_code == 304


def test_another_versions_address_is_not_answered_with_todays_bytes(door: FlaskClient) -> None:
    assert door.get("/m/v/00000000/app.js").status_code == 404
    assert door.get(f"/m/v/{bundle().version}/../pages.py").status_code == 404


def test_the_page_allows_no_inline_code_or_style(door: FlaskClient) -> None:
    answer = door.get("/m/")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert not re.search(r"<style|<script(?![^>]*src=)|\sstyle=|\son\w+=", answer.text)


def test_labels_come_from_schemas_and_nothing_is_copied(door: FlaskClient) -> None:
    served = bundle().files["words.js"].raw.decode()
    for name, values in LISTS.items():
        line = re.search(rf"export const {name} = ({{.*?}});", served)
        assert line
        assert json.loads(line.group(1)) == values
    for path in OWN:
        assert f'"{words.REASONS["service_quality"]}"' not in path.read_text("utf-8")


def test_the_manifest_installs_with_icons_of_both_sizes(door: FlaskClient) -> None:
    manifest = door.get("/m/manifest.webmanifest").get_json(force=True)
    assert (manifest["display"], manifest["scope"]) == ("standalone", "./")
    sizes = set()
    for icon in manifest["icons"]:
        raw = door.get(f"/m/{icon['src']}").data
        width, height = struct.unpack(">II", raw[16:24])
        sizes.add(width)
        assert icon["sizes"] == f"{width}x{height}"
    assert sizes == {192, 512}
    touch = re.search(r'apple-touch-icon" href="(.+?)"', door.get("/m/").text)
    assert touch
    assert struct.unpack(">I", door.get(f"/m/{touch.group(1)}").data[16:20]) == (180,)


def test_modules_stay_small_and_say_what_they_are_for() -> None:
    for path in OWN:
        lines = path.read_text("utf-8").splitlines()
        assert len(lines) <= 250, path.name
        assert lines[0].startswith("// "), path.name


def test_squeezing_takes_comments_and_indentation_only() -> None:
    assert (
        squeezed(b"// what\n/** doc\n * more */\nconst a = 1; // stays\n  b();\n  if (c) {\n    d()\n  }\n\n")
        == b"const a = 1; // stays\nb();if (c) {d()}"
    )


def test_the_version_changes_with_any_file(monkeypatch: pytest.MonkeyPatch) -> None:
    before = bundle().version
    bundle.cache_clear()
    monkeypatch.setitem(LISTS, "OUTCOMES", {"other": "别的"})
    assert bundle().version != before
    bundle.cache_clear()
