"""What docs promise, tests check: every setting, verb, route and problem code stands in docs, and nothing is stale."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask import Flask

from schemas.problems import PROBLEMS
from server.__main__ import build
from server.keep import reference
from server.keep.commands import openapi_text

ROOT = Path(__file__).parent.parent.parent
DOCS = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "docs").rglob("*.md")))
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)[^)]*\)")


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


def _settings() -> set[str]:
    """Every KOUMEN_… that product code names."""
    files = [*(ROOT / "server").rglob("*.py"), *(ROOT / "kiosk").rglob("*.py")]
    return {name for file in files for name in re.findall(r"\bKOUMEN_[A-Z][A-Z_]*[A-Z]\b", file.read_text("utf-8"))}


def test_every_environment_variable_is_explained() -> None:
    assert {"KOUMEN_HOME", "KOUMEN_DB", "KOUMEN_URL", "KOUMEN_SECRET"} <= _settings()
    assert [name for name in sorted(_settings()) if f"`{name}`" not in DOCS] == []


def test_every_verb_is_in_the_docs() -> None:
    names = [name for name, _, _ in reference.verbs(build())]
    assert {"serve", "import", "staff add", "bills", "verify"} <= set(names)
    assert [name for name in names if not re.search(rf"`(koumen )?{name}\b", DOCS)] == []


def test_every_verb_says_in_a_sentence_what_it_does() -> None:
    assert [name for name, said, _ in reference.verbs(build()) if not said] == []


def test_every_route_is_in_the_docs_with_who_may_call_it(app: Flask) -> None:
    rows = reference.routes(app)
    assert len(rows) > 100
    missing = [row for row in rows if f"| `{row[1]} {row[0]}` | {row[2]} |" not in DOCS]
    assert missing == []


def test_no_route_is_open_to_nobody(app: Flask) -> None:
    assert [row for row in reference.routes(app) if row[2] == "nobody"] == []


def test_every_json_route_says_what_it_does(app: Flask) -> None:
    assert [row[:2] for row in reference.routes(app) if row[0].startswith("/api/") and not row[3]] == []


def test_every_problem_code_is_in_the_docs() -> None:
    assert [code for code in PROBLEMS if f"`{code}`" not in DOCS] == []


def test_the_reference_is_fresh(app: Flask) -> None:
    kept = (ROOT / "docs" / "reference.md").read_text("utf-8")
    assert kept == reference.text(build(), app), "koumen reference --out docs/reference.md"


def test_openapi_is_fresh(app: Flask) -> None:
    spec = app.test_client().get("/api/v1/openapi.json").get_json()
    kept = (ROOT / "schemas" / "openapi.json").read_text("utf-8")
    assert kept == openapi_text(spec), "koumen openapi --out schemas/openapi.json"


def test_openapi_is_json_of_version_three() -> None:
    assert json.loads((ROOT / "schemas" / "openapi.json").read_text("utf-8"))["openapi"].startswith("3.")


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda p: p.name)
def test_links_of_the_docs_lead_somewhere(page: Path) -> None:
    targets = [target for target in LINK.findall(page.read_text("utf-8")) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_pictures_of_the_manual_are_few_and_small() -> None:
    pictures = list((ROOT / "docs" / "手册" / "图").glob("*"))
    assert 0 < len(pictures) <= 10
    assert [picture.name for picture in pictures if picture.stat().st_size > 150 * 1024] == []


def test_every_page_of_the_manual_is_in_its_index() -> None:
    index = (ROOT / "docs" / "手册" / "README.md").read_text("utf-8")
    pages = {page.name for page in (ROOT / "docs" / "手册").glob("*.md")} - {"README.md"}
    assert [page for page in sorted(pages) if f"({page})" not in index] == []
