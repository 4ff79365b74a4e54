"""The house holds its shape: one-way imports, one door to the database, small files and functions, named exceptions."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KERNEL = ("errors", "clock", "config", "apart", "db", "http", "access")
ORDER = ("estate", "people", "ledger", "pay", "cases", "notices", "field", "thanks", "kiosk")
SURFACES = ("owner", "intake", "office", "keep", "demo", "sim")
TOP = {"pyproject.toml", "server", "kiosk", "schemas", "tests", "README.md", "docs", "bench", "CHANGELOG.md", "LICENSE"}
FORBIDDEN = (r"import flask\b|from flask\b", r"from server import .*\bhttp\b", r"clock\.(now|today|instant)\(")
LONG = re.compile(r"(?im)^(#|//|/\*|\s*\*|<!--).*\blong:|\blong: ")


def sources() -> list[Path]:
    return [
        path for top in ("server", "kiosk", "schemas") for path in sorted((ROOT / top).rglob("*.py"))
        if "__pycache__" not in path.parts
    ]


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def room_of(module: str) -> str:
    """`server.pay.codes` → pay; the kernel and web answer with their own names."""
    parts = module.split(".")
    if parts[0] in ("schemas", "kiosk"):
        return parts[0]
    return parts[1] if len(parts) > 1 else "server"


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.split(".")[0] in ("server", "kiosk", "schemas")}


def allowed(room: str, target: str) -> bool:
    """May `room` import `target`?"""
    if target == room or target == "schemas":
        return True
    if room == "schemas":
        return False
    if room in (*KERNEL, "web"):
        return target in (*KERNEL, "web", "server")
    if target in (*KERNEL, "web"):
        return True
    if room in ORDER:
        return target in ORDER and ORDER.index(target) < ORDER.index(room)
    if room in ("keep", "demo"):
        return True  # housekeeping starts the whole house
    return target in ORDER or (target in SURFACES and SURFACES.index(target) < SURFACES.index(room))


def test_rooms_import_only_rooms_to_their_left() -> None:
    wrong = []
    for path in sources():
        module = module_of(path)
        room = room_of(module)
        if room in ("server", "__main__"):
            continue
        for name in imports(path):
            target = room_of(name)
            # `from server import clock` names both the package and the module
            if name == "server" or allowed(room, target):
                continue
            wrong.append(f"{module} imports {name}")
    assert not wrong, "\n".join(wrong)


def test_only_the_kernel_speaks_to_a_driver() -> None:
    drivers = re.compile(r"^\s*(?:import|from) (sqlite3|sqlite_utils|psycopg)\b", re.MULTILINE)
    wrong = [
        str(path.relative_to(ROOT)) for path in sources()
        if drivers.search(path.read_text("utf-8")) and "server/db/" not in str(path)
    ]
    assert not wrong


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(p.relative_to(ROOT)) for p in sources() if not ast.get_docstring(ast.parse(p.read_text("utf-8")))]
    assert not silent


@pytest.mark.parametrize("limit", [250])
def test_files_stay_small_or_say_why(limit: int) -> None:
    front = [
        p for top in ("server", "kiosk") for kind in ("*.js", "*.css") for p in (ROOT / top).rglob(kind)
        if "vendor" not in p.parts
    ]
    wrong = []
    for path in [*sources(), *front]:
        text = path.read_text("utf-8")
        if text.count("\n") > limit and not LONG.search("\n".join(text.splitlines()[:12])):
            wrong.append(f"{path.relative_to(ROOT)} {text.count(chr(10))}")
    assert not wrong, "longer than 250 lines without a `long: reason` at their head:\n" + "\n".join(wrong)


def test_functions_stay_short() -> None:
    wrong = []
    for path in sources():
        text = path.read_text("utf-8")
        if LONG.search("\n".join(text.splitlines()[:12])):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > 40:
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {length}")
    assert not wrong, "\n".join(wrong)


def test_only_the_outermost_doors_catch_everything() -> None:
    broad = re.compile(r"except (?:Base)?Exception\b|except:|register_error_handler\(Exception")
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}" for path in sources()
        for line in path.read_text("utf-8").splitlines() if broad.search(line)
    ]
    assert len(found) <= 4, "\n".join(found)  # three doors, and the rollback that raises again


def test_rules_know_no_clock_no_database_and_no_flask() -> None:
    wrong = []
    for path in sources():
        if path.name == "rules.py" or "rules" in path.relative_to(ROOT).parts[:-1]:
            text = path.read_text("utf-8")
            for bad in FORBIDDEN:
                if re.search(bad, text):
                    wrong.append(f"{path.relative_to(ROOT)}: {bad}")
    assert not wrong


def test_the_top_level_is_the_design_card() -> None:
    import subprocess

    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout: nothing says which files belong")
    top = {line.split("/")[0] for line in listed.stdout.split("\0") if line}
    assert {name for name in top if not name.startswith(".")} <= TOP


def test_every_name_of_the_trade_is_said_in_a_step_marked_global_or_community() -> None:
    unmarked = []
    for path in sorted((ROOT / "server/db/steps").glob("*.sql")):
        lines = path.read_text("utf-8").splitlines()
        for i, line in enumerate(lines):
            if re.match(r"create table", line):
                head = [above for above in lines[max(0, i - 12):i] if above.startswith("--")]
                if not any(re.match(r"--\s*(global|community)\b", above) for above in head):
                    unmarked.append(f"{path.name}: {line}")
    assert not unmarked
