"""The generated tables: which cases each provider passes, and which tests cover the behaviours of sites.

``python -m tests.conformance.tables`` (``make matrix``) runs the suite and rewrites the tables. ``--behaviours``
runs nothing and rewrites only the table of behaviours.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path

import pytest

from bot.practice.sites.behaviours import BEHAVIOURS, Behaviour
from tests.conformance.bookmakers.harnesses import harnesses
from tests.conformance.collection import Collection, collected

_ROOT = Path(__file__).parents[2]
_SUITE = "tests/conformance/bookmakers"
SUITE_README = _ROOT / "tests" / "conformance" / "README.md"
PROVIDERS_README = _ROOT / "providers" / "README.md"
CASES, BEHAVIOUR_TABLE, PROVIDERS = "cases", "behaviours", "providers"

Passed = Mapping[str, Iterable[str]]
"""The cases that each provider passes, by the provider's name."""


def cases_table(collection: Collection, passed: Passed) -> str:
    """Return the table of cases by provider: ✓ passes, ✗ fails, – its site cannot show it."""
    names = sorted(collection.tried)
    rows = [
        [case, sentence, *(_result(case, collection.tried[name], passed.get(name, ())) for name in names)]
        for case, sentence in collection.cases.items()
    ]
    return table(["case", "what every provider does", *(f"`{name}`" for name in names)], rows)


def providers_table(collection: Collection, passed: Passed) -> str:
    """Return a table with one row per provider."""
    rows = []
    for name, harness in harnesses().items():
        tried, fine = collection.tried.get(name, []), sorted(passed.get(name, ()))
        brands = ", ".join(f"`{brand.name}`" for brand in harness.brands)
        left_out = in_ranges([case for case in collection.cases if case not in tried], [*collection.cases])
        passes = f"{len(fine)} of {len(tried)}: {in_ranges(fine, [*collection.cases])}"
        rows.append([f"`{name}`", _what_it_is(name), brands, passes, left_out or "–"])
    return table(["provider", "what it is", "brands at its practice site", "passes", "its site cannot show"], rows)


def behaviours_table(collection: Collection) -> str:
    """Return the table of sites' behaviours: who shows each, how it is ordered, and which tests see and cover it."""
    rows = [
        [
            behaviour.id,
            behaviour.says,
            ", ".join(behaviour.shown_by),
            behaviour.ordered_by,
            _files(collection.shows.get(behaviour.id, ())),
            _files(collection.covers.get(behaviour.id, ())),
        ]
        for behaviour in BEHAVIOURS
    ]
    return table(["", "what sites do", "shown by", "ordered by", "seen by", "covered by"], rows)


def holes(collection: Collection) -> list[str]:
    """Return what is missing in the table of behaviours, and ids in tests that are not listed."""
    known = {behaviour.id for behaviour in BEHAVIOURS}
    named = {*collection.shows, *collection.covers}
    strangers = [f"{each}: named by a test, but no such behaviour is listed" for each in sorted(named - known)]
    return strangers + [hole for behaviour in BEHAVIOURS for hole in _holes_of(behaviour, collection)]


def in_ranges(chosen: Sequence[str], order: Sequence[str]) -> str:
    """Abbreviate ids: consecutive ones become a range."""
    runs: list[list[str]] = []
    for id_ in sorted(chosen, key=order.index):
        if runs and order.index(runs[-1][-1]) + 1 == order.index(id_):
            runs[-1].append(id_)
        else:
            runs.append([id_])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def section(text: str, name: str) -> str:
    """Return the text between the marks of a generated section; raises ValueError without them."""
    start, end = _marks(name)
    return text[text.index(start) + len(start) : text.index(end)].strip()


def with_section(text: str, name: str, content: str) -> str:
    """Return a text with a generated section replaced."""
    start, end = _marks(name)
    return f"{text[: text.index(start)]}{start}\n\n{content}\n\n{text[text.index(end) :]}"


def _marks(name: str) -> tuple[str, str]:
    return f"<!-- {name}: written by make matrix -->", f"<!-- end of {name} -->"


def _result(case: str, tried: Iterable[str], passed: Iterable[str]) -> str:
    if case not in tried:
        return "–"
    return "✓" if case in passed else "✗"


def _what_it_is(provider: str) -> str:
    words = inspect.getdoc(import_module(f"providers.{provider}")) or ""
    return words.splitlines()[0].partition(": ")[2].rstrip(".")


def _holes_of(behaviour: Behaviour, collection: Collection) -> list[str]:
    missing = {
        "no practice site shows it": not behaviour.shown_by,
        "no test sees it on a practice page": behaviour.id not in collection.shows,
        "no test covers it": behaviour.id not in collection.covers,
    }
    return [f"{behaviour.id}: {problem} ({behaviour.says})" for problem, is_so in missing.items() if is_so]


def _files(tests: Iterable[str]) -> str:
    return ", ".join(test if test.startswith("BX-") else f"`{test}`" for test in tests)


class _Results:
    """Records which cases pass while the suite runs."""

    def __init__(self) -> None:
        self._results: dict[tuple[str, str], bool] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        facts = dict(report.user_properties)
        if not {"case", "provider"} <= facts.keys():
            return
        key = (str(facts["provider"]), str(facts["case"]))
        self._results[key] = self._results.get(key, True) and report.passed

    @property
    def passed(self) -> Passed:
        names = {name for name, _ in self._results}
        return {name: [case for (who, case), fine in self._results.items() if who == name and fine] for name in names}


def _rewrite(file: Path, sections: Mapping[str, str]) -> None:
    text = file.read_text()
    for name, content in sections.items():
        text = with_section(text, name, content)
    file.write_text(text)


def main(arguments: Sequence[str]) -> int:
    """Rewrite the tables; return status 1 when a case failed or the table of behaviours has a hole."""
    collection = collected()
    _rewrite(SUITE_README, {BEHAVIOUR_TABLE: behaviours_table(collection)})
    missing = holes(collection)
    sys.stdout.write("".join(f"{hole}\n" for hole in missing))
    if "--behaviours" in arguments:
        return 1 if missing else 0
    results = _Results()
    status = pytest.main(["--quiet", *(arguments or ("-n", "2")), _SUITE], plugins=[results])
    _rewrite(SUITE_README, {CASES: cases_table(collection, results.passed)})
    _rewrite(PROVIDERS_README, {PROVIDERS: providers_table(collection, results.passed)})
    return 1 if missing or status else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
