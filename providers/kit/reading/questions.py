"""Questions to a document that are asked together, so that their answers are of one and the same moment."""

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
    "told": ("read.js",),
    "toldAll": ("read.js",),
}


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """One of the scripts' functions with its argument, and what its answer means."""

    function: str
    argument: Any
    interpret: Callable[[Any], T]

    @property
    def told(self) -> tuple[str, Any]:
        """The question as the scripts take it."""
        return self.function, self.argument

    def then(self, further: Callable[[T], U]) -> Question[U]:
        """Ask the same, and make something else of the answer."""
        return Question(self.function, self.argument, lambda raw: further(self.interpret(raw)))


class Answers:
    """What a document answered to several questions at once; each answer is interpreted when it is asked for."""

    def __init__(self, questions: Collection[Question[Any]], raw: Collection[Any]) -> None:
        self._raw = {id(question): answer for question, answer in zip(questions, raw, strict=True)}
        self._questions = questions  # as long as they are kept, their ids are theirs

    def to(self, question: Question[T]) -> T:
        """Return the answer to one of the questions; raises what its interpretation raises."""
        return question.interpret(self._raw[id(question)])

    def find(self, question: Question[T]) -> T | None:
        """Return the answer, or None where the page did not show all of it."""
        try:
            return self.to(question)
        except (PageDrift, KeyError):
            return None


NOTHING = Answers((), ())
"""The answers of a document that was not there to be asked."""


@lru_cache(maxsize=256)
def asking(call: str, *functions: str, files: tuple[str, ...] = ()) -> str:
    """Build the script ``call`` with no more than these functions of the kit, which it asks together."""
    needed = dict.fromkeys(file for name in functions for file in _FILES[name])
    return script(call, *dict.fromkeys(("dom.js", *files, *needed, "together.js")))
