"""Questions to a document that are asked together, so that their answers describe the same moment."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

from bot.errors import PageDrift
from providers.kit.reading.readings import script

T = TypeVar("T")
U = TypeVar("U")

_FILES = {
    "entered": ("read.js", "type.js"),
    "shownNow": ("wait.js",),
    "target": ("press.js",),
    "readAsText": ("read.js",),
    "readAllAsText": ("read.js",),
}


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """A function of the scripts, its argument, and how to interpret its answer."""

    function: str
    argument: Any
    interpret: Callable[[Any], T]

    @property
    def request(self) -> tuple[str, Any]:
        """The question as the argument of the scripts."""
        return self.function, self.argument

    def then(self, further: Callable[[T], U]) -> Question[U]:
        """Return a question that asks the same and converts the answer further."""
        return Question(self.function, self.argument, lambda raw: further(self.interpret(raw)))


class Answers:
    """A document's answers to several questions; each answer is interpreted when it is requested."""

    def __init__(self, questions: Collection[Question[Any]], raw: Collection[Any]) -> None:
        self._raw = {id(question): answer for question, answer in zip(questions, raw, strict=True)}
        self._questions = questions  # kept so that their ids stay unique

    def to(self, question: Question[T]) -> T:
        """Return the answer to one of the questions; raises what its interpretation raises."""
        return question.interpret(self._raw[id(question)])

    def find(self, question: Question[T]) -> T | None:
        """Return the answer, or None if the page did not show all of it."""
        try:
            return self.to(question)
        except (PageDrift, KeyError):
            return None


NOTHING = Answers((), ())
"""The answers of a document that did not answer."""


@lru_cache(maxsize=256)
def asking(call: str, *functions: str, files: tuple[str, ...] = ()) -> str:
    """Build the script ``call`` with only the files that these functions need."""
    needed = dict.fromkeys(file for name in functions for file in _FILES[name])
    return script(call, *dict.fromkeys(("dom.js", *files, *needed, "together.js")))
