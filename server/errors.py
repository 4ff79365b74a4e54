"""Refusals: raised from any depth, turned into an answer in one place (server/http.py)."""

from __future__ import annotations

from typing import Any, NoReturn

from schemas.problems import PROBLEMS


class Refusal(Exception):
    """A named refusal with its Chinese sentence. `pointer` names the field (JSON pointer), `fields` several."""

    def __init__(
        self, code: str, pointer: str = "", fields: list[dict[str, str]] | None = None, **values: Any
    ) -> None:
        status, sentence = PROBLEMS[code]
        self.code = code
        self.status = status
        self.pointer = pointer
        self.fields = fields or []
        self.values = values
        self.sentence = sentence.format(**values)
        super().__init__(f"{code}: {self.sentence}")


def refuse(code: str, pointer: str = "", **values: Any) -> NoReturn:
    """Raise the refusal `code` of the catalogue `schemas/problems.py`."""
    raise Refusal(code, pointer, **values)
