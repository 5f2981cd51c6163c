"""A changed page is read correctly or refused with a named error, never misread.

``MUTANTS=2000 MUTANT_SEED=7 pytest tests/browser/test_mutants.py`` draws that many mutants of each provider's recorded
pages. A mutant that is misread is reported with its seed.
"""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import Page

from providers.upkeep.recordings import Recording, recordings
from tests.browser.mutants import KINDS, Specimen, Tally, tallied

_COUNT = int(os.environ.get("MUTANTS", "70"))
_SEED = int(os.environ.get("MUTANT_SEED", "1"))
PROVIDERS = sorted({recording.meta.provider for recording in recordings()})


def of(provider: str) -> list[Recording]:
    return [each for each in recordings() if each.expected is not None and each.meta.provider == provider]


@pytest.mark.timeout(0)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_mutant_is_read_wrongly(page: Page, provider: str, capsys: pytest.CaptureFixture[str]) -> None:
    tally = tallied(page, of(provider), _COUNT, _SEED)
    with capsys.disabled():
        print(f"\n{provider}: seed {_SEED}: {tally}")  # noqa: T201 - a measurement to be shown
    assert tally.wrong == [], "\n".join(map(str, tally.wrong))
    assert tally.mutants == _COUNT
    assert {kind for kind in KINDS if tally.read[kind] + tally.refused[kind]} == kinds_that_can_be_drawn(provider)


def kinds_that_can_be_drawn(provider: str) -> set[str]:
    """Return all kinds, but renamed classes only where the provider's pages have classes."""
    has_classes = any("class=" in recording.markup for recording in of(provider))
    return set(KINDS) if has_classes else {*KINDS} - {"rename_classes"}


def test_a_page_with_another_price_counts_as_misread(page: Page) -> None:
    """Check that the judge can fail: another price on the page must count as a misreading, not as another layout."""
    recording = next(each for each in of("harbour") if each.name == "harbour/event/prices")
    specimen, tally = Specimen.of(page, recording), Tally()
    specimen.frame.evaluate("document.querySelector('[data-test-id=event-name]').textContent = 'Others v Strangers'")
    specimen.judge("wrap", 0, tally)
    assert [wrong.differences for wrong in tally.wrong] == [
        ("event is 'Others v Strangers', not 'Northgate United v Port Alder'",)
    ]
