"""What pytest collects, without running it: cases, the providers that each runs on, and tests that name a behaviour.

``python -m tests.conformance.collection`` prints it as JSON.
"""

from __future__ import annotations

import io
import json
import sys
from collections import defaultdict
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import pytest

from tests.conformance.bookmakers.cases import Case

_WHERE = ("tests/unit/providers", "tests/unit/practice", "tests/conformance", "tests/integration", "tests/browser")
_ONLY_COLLECT = ("--collect-only", "-qq", "-p", "no:cacheprovider", "-p", "no:xdist")
_NAMING = ("@case(", "mark.covers(", "mark.shows(")
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Collection:
    """Sentences of cases by id, cases by the provider that runs them, and tests by the behaviour that they name.

    A test is named by its case, such as ``BX-07``, or by its file.
    """

    cases: Mapping[str, str]
    tried: Mapping[str, list[str]]
    shows: Mapping[str, list[str]]
    covers: Mapping[str, list[str]]

    @classmethod
    def of(cls, items: list[pytest.Item]) -> Self:
        """Sort the collected tests."""
        cases: dict[str, str] = {}
        tried: dict[str, set[str]] = defaultdict(set)
        named: dict[str, dict[str, set[str]]] = {"shows": defaultdict(set), "covers": defaultdict(set)}
        for item in items:
            case = Case.of(item) if isinstance(item, pytest.Function) else None
            if case is not None:
                cases[case.id] = case.sentence
                if not (providers := providers_of(item)):
                    continue
                for provider in providers:
                    tried[provider].add(case.id)
            for marker, tests in named.items():
                for behaviour in behaviours_of(item, marker):
                    tests[behaviour].add(case.id if case else _file(item))
        return cls(dict(sorted(cases.items())), *map(_sorted, (tried, named["shows"], named["covers"])))

    @classmethod
    def from_json(cls, text: str) -> Self:
        return cls(**json.loads(text))


def behaviours_of(item: pytest.Item, marker: str) -> set[str]:
    """Return the ids of behaviours that a test names by a marker, on itself, its class or its module."""
    return {behaviour for mark in item.iter_markers(marker) for behaviour in mark.args}


def providers_of(item: pytest.Item) -> list[str]:
    """Return the provider that a case runs on, or nothing if no harness can show what it needs."""
    return [value for name, value in item.user_properties if name == "provider" and isinstance(value, str)]


def collected() -> Collection:
    """Collect every file with a test that names a case or a behaviour; needs a process of its own."""
    collector = _Collector()
    with redirect_stdout(io.StringIO()) as said:
        status = pytest.main([*_ONLY_COLLECT, *_files_that_name()], plugins=[collector])
    if status != pytest.ExitCode.OK:
        raise RuntimeError(f"pytest could not collect:\n{said.getvalue()}")
    return Collection.of(collector.items)


def _files_that_name() -> list[str]:
    """Return the files that contain one of the marks: importing the others takes long and tells nothing."""
    files = (file for folder in _WHERE for file in sorted((_ROOT / folder).rglob("test_*.py")))
    return [str(file) for file in files if any(mark in file.read_text("utf-8") for mark in _NAMING)]


class _Collector:
    def __init__(self) -> None:
        self.items: list[pytest.Item] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.items = list(session.items)


def _file(item: pytest.Item) -> str:
    return item.path.relative_to(item.config.rootpath / "tests").as_posix()


def _sorted(tests: Mapping[str, set[str]]) -> dict[str, list[str]]:
    return {name: sorted(tests[name]) for name in sorted(tests)}


def _as_json(collection: Collection) -> str:
    facts: dict[str, Any] = asdict(collection)
    return json.dumps(facts)


if __name__ == "__main__":
    sys.stdout.write(_as_json(collected()))
