"""`docs/reference.md`: verbs, routes and problem codes as the program itself has them; a test compares."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask

from schemas.problems import PROBLEMS
from schemas.words import ROLES
from server import OPEN
from server.access import words_of

HEAD = """# Reference

Made by `koumen reference --out docs/reference.md` from the parser, the routes and the catalogue; a test compares.
Settings (`KOUMEN_…`) are in [operating.md](operating.md), shapes of requests and answers in `schemas/openapi.json`.
"""
WHO = {"anyone": "anyone", "staff": "any staff", "device": "a phone", "screen": "a screen"}
SHARED = {"help", "json", "home"}


def text(parser: argparse.ArgumentParser, app: Flask) -> str:
    """The whole page."""
    return "\n".join([HEAD, *_verbs(parser), *_routes(app), *_problems()]) + "\n"


# --- verbs -----------------------------------------------------------------


def verbs(parser: argparse.ArgumentParser, before: str = "") -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    """(name, help, parser) of every verb, `staff add` as one."""
    for action in parser._actions:  # argparse has no public way to ask
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for name, sub in action.choices.items():
                inner = list(verbs(sub, f"{before}{name} "))
                if inner:
                    yield from inner
                else:
                    yield f"{before}{name}", helps.get(name, ""), sub


def _verbs(parser: argparse.ArgumentParser) -> list[str]:
    rows = [
        f"| `{name}{_options(sub)}` | {said} |"
        for name, said, sub in sorted(verbs(parser), key=lambda verb: verb[0])
    ]
    return [
        "## Verbs", "", "Every verb takes `--home DIR` and `--json`.", "",
        "| `koumen …` | what it does |", "| --- | --- |",
        *rows, "",
    ]


def _options(parser: argparse.ArgumentParser) -> str:
    parts = []
    for action in parser._actions:
        if action.dest in SHARED or isinstance(action, argparse._SubParsersAction):
            continue
        value = "" if action.nargs == 0 else str(action.metavar or _choices(action) or action.dest.upper())
        name = action.option_strings[0] if action.option_strings else ""
        word = " ".join(part for part in (name, value) if part)
        needed = action.required if action.option_strings else action.nargs not in ("?", "*")
        parts.append(f" {word}" if needed else f" [{word}]")
    return "".join(parts)


def _choices(action: argparse.Action) -> str:
    return "{" + ",".join(map(str, action.choices)) + "}" if action.choices else ""


# --- routes ----------------------------------------------------------------


def routes(app: Flask) -> list[tuple[str, str, str, str]]:
    """(path, method, who may call, first line of the docstring) of every route, in order of path."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN or rule.rule.startswith("/static/"):
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            words = words_of(app, rule.endpoint, method)
            path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)
            found.append((path, method, _who(words), _said(app, rule.endpoint, method)))
    return sorted(found)


def _who(words: tuple[str, ...]) -> str:
    order = [*ROLES, *WHO]
    return ", ".join(WHO.get(word, word) for word in sorted(words, key=order.index)) or "nobody"


def _said(app: Flask, endpoint: str, method: str) -> str:
    view: Any = app.view_functions[endpoint]
    cls = getattr(view, "view_class", None)
    told = getattr(cls, method.lower(), view) if cls else view
    return (told.__doc__ or "").strip().partition("\n")[0]


def _routes(app: Flask) -> list[str]:
    rows = routes(app)
    api = [row for row in rows if row[0].startswith("/api/")]
    pages = [row for row in rows if not row[0].startswith("/api/")]
    lines = ["## JSON routes", "", *_table(api), "## Pages and what surfaces fetch", "", *_table(pages)]
    return lines


def _table(rows: list[tuple[str, str, str, str]]) -> list[str]:
    lines = [f"| `{method} {path}` | {who} | {said.replace('|', '/')} |" for path, method, who, said in rows]
    return ["| route | who may call | what it does |", "| --- | --- | --- |", *lines, ""]


# --- problems --------------------------------------------------------------


def _problems() -> list[str]:
    rows = [f"| `{code}` | {status} | {said} |" for code, (status, said) in sorted(PROBLEMS.items())]
    return [
        "## Problem codes", "", "`application/problem+json` with `type`, `title`, `status`, `detail` and `code`.", "",
        "| code | status | sentence |", "| --- | --- | --- |", *rows,
    ]


def write(parser: argparse.ArgumentParser, app: Flask, out: Path | None) -> str:
    """The page, written to a file when one is named."""
    made = text(parser, app)
    if out:
        out.write_text(made, "utf-8")
    return made
