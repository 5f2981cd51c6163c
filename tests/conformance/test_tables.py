"""The generated tables are up to date and complete. ``make matrix`` writes them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from providers.registry import known_providers
from tests.conformance.bookmakers.harnesses import WITHOUT_PRACTICE_SITE, harnesses
from tests.conformance.collection import Collection
from tests.conformance.tables import (
    BEHAVIOUR_TABLE,
    CASES,
    PROVIDERS,
    PROVIDERS_README,
    SUITE_README,
    behaviours_table,
    cases_table,
    holes,
    in_ranges,
    providers_table,
    section,
    with_section,
)

_ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def collection() -> Collection:
    """What pytest collects, in a process of its own."""
    command = [sys.executable, "-m", "tests.conformance.collection"]
    answer = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    return Collection.from_json(answer.stdout)


def test_every_registered_provider_has_a_stand_or_is_declared_to_have_no_practice_site() -> None:
    alone = known_providers() - harnesses().keys() - WITHOUT_PRACTICE_SITE
    assert not alone, f"name a harness of {sorted(alone)}: tests/conformance/README.md says how"


def test_every_provider_passes_every_case_that_its_site_can_show(collection: Collection) -> None:
    assert section(SUITE_README.read_text(), CASES) == cases_table(collection, collection.tried)
    assert section(PROVIDERS_README.read_text(), PROVIDERS) == providers_table(collection, collection.tried)


def test_every_case_is_tried_on_some_provider(collection: Collection) -> None:
    tried = {case for cases in collection.tried.values() for case in cases}
    assert collection.cases.keys() - tried == set()


def test_every_behaviour_of_sites_is_shown_seen_and_covered(collection: Collection) -> None:
    assert holes(collection) == []


def test_the_table_of_behaviours_is_what_the_markers_say(collection: Collection) -> None:
    assert section(SUITE_README.read_text(), BEHAVIOUR_TABLE) == behaviours_table(collection)


def test_a_case_that_fails_shows_in_the_tables() -> None:
    found = Collection({"BX-01": "one thing", "BX-02": "another"}, {"harbour": ["BX-01", "BX-02"]}, {}, {})
    assert "| BX-02 | another | ✗ |" in cases_table(found, {"harbour": ["BX-01"]})
    assert "| 1 of 2: BX-01 |" in providers_table(found, {"harbour": ["BX-01"]})


def test_a_case_that_a_site_cannot_show_is_neither_passed_nor_failed() -> None:
    found = Collection({"BX-01": "one thing", "BX-02": "another"}, {"harbour": ["BX-01"]}, {}, {})
    assert "| BX-02 | another | – |" in cases_table(found, found.tried)
    assert "| 1 of 1: BX-01 | BX-02 |" in providers_table(found, found.tried)


def test_an_unknown_behaviour_and_one_that_nobody_covers_are_holes() -> None:
    found = holes(Collection({}, {}, {"UI-99z": ["unit/test_x.py"], "UI-01a": ["unit/test_x.py"]}, {}))
    assert "UI-99z: named by a test, but no such behaviour is listed" in found
    assert any(hole.startswith("UI-01a: no test covers it") for hole in found)
    assert not any(hole.startswith("UI-01a: no test sees it") for hole in found)


@pytest.mark.parametrize(
    ("chosen", "written"),
    [([], ""), (["a"], "a"), (["a", "b"], "a to b"), (["d", "a", "b"], "a to b, d"), (["b", "d"], "b, d")],
)
def test_ids_that_follow_each_other_are_written_as_a_range(chosen: list[str], written: str) -> None:
    assert in_ranges(chosen, ["a", "b", "c", "d"]) == written


def test_only_the_section_between_the_marks_is_replaced() -> None:
    before = "Intro\n\n<!-- cases: written by make matrix -->\nold\n<!-- end of cases -->\nMore\n"
    after = with_section(before, "cases", "new")
    assert (section(after, "cases"), after.startswith("Intro\n"), after.endswith("\nMore\n")) == ("new", True, True)
