"""Questions as values: those that do not wait for each other's answers are asked together, in one round trip."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")
Tuples = list[tuple[Any, ...]]


@dataclass(frozen=True, eq=False)
class Question(Generic[T_co]):
    """A statement that is not asked yet, and how its rows (tuples in the order of the columns) are read.

    Without a statement nothing is asked, and there are no rows: see `nothing`."""

    sql: str
    params: Mapping[str, Any]
    read: Callable[[Tuples], T_co]

    def then(self, make: Callable[[T_co], U]) -> Question[U]:
        """The same question, and what is made of its answer."""
        return Question(self.sql, self.params, lambda rows: make(self.read(rows)))


class Answers:
    """What came back, by question."""

    def __init__(self, questions: Sequence[Question[Any]], rows: Sequence[Tuples]) -> None:
        self._read = {q: q.read(found) for q, found in zip(questions, rows, strict=True)}

    def __getitem__(self, question: Question[T]) -> T:
        found: T = self._read[question]
        return found


def nothing(answer: T) -> Question[T]:
    """A question that needs no asking: its answer is known."""
    return Question("", {}, lambda _: answer)
