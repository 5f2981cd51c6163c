"""Every settlement is booked to the cent: all results of every vocabulary, corrections, cash-outs, late and no results.

A worker in a process of its own has placed all pairs and read all results in its browser.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
import pytest_asyncio

from bot.domain.outcome import Outcome
from bot.domain.pair import PairState, Role
from bot.practice.sites.brands import Brand
from bot.practice.sites.records import BetResult
from providers.kit.reading.locators import load_locators
from tests.integration.pairs.fates import FATES, NEVER, RESULTS, TIMEOUTS, Fate
from tests.integration.pairs.settling import BRANDS, Course, played

pytestmark = pytest.mark.timeout(300)  # the first test waits for all pairs
NO_RESULTS = frozenset({"open", "waiting", "rejected"})
NOT_WRITTEN = {"Hoà", "Huỷ"}
"""Other spellings of words; the practice sites write one of each."""


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """All pairs, placed and settled at the same time."""
    return await played(tmp_path_factory.mktemp("settlement"), FATES)


def named(fates: Iterable[Fate]) -> pytest.MarkDecorator:
    """Run one test for each pair."""
    return pytest.mark.parametrize("fate", [pytest.param(fate, id=fate.name) for fate in fates])


@named(RESULTS)
async def test_a_result_is_booked_as_it_is_paid(course: Course, fate: Fate) -> None:
    standing = course.first[fate.name]
    assert standing.outcomes == fate.at_first
    verdict = standing.pair.verdict
    assert verdict is not None
    assert (verdict.reason, verdict.actual_pnl and verdict.actual_pnl.amount) == (fate.reason, standing.paid)
    assert standing.pair.state is (PairState.EXPOSURE_EVENT if fate.reason else PairState.RECONCILED)


@named(RESULTS)
async def test_a_corrected_result_is_booked_as_it_is_paid_then(course: Course, fate: Fate) -> None:
    standing = course.then[fate.name]
    assert standing.outcomes == fate.in_the_end
    verdict = standing.pair.verdict
    assert verdict is not None
    assert verdict.actual_pnl is not None
    assert verdict.actual_pnl.amount == standing.paid
    if fate.in_the_end != fate.at_first:
        assert (verdict.reason or "").startswith("resettled_")
        assert standing.pair.state is PairState.EXPOSURE_EVENT


@named([*TIMEOUTS, NEVER])
async def test_what_is_not_settled_in_time_is_an_exposure_without_a_sum(course: Course, fate: Fate) -> None:
    standing = course.first[fate.name]
    assert standing.outcomes == fate.at_first
    assert (standing.pair.state, standing.pair.reason) == (PairState.EXPOSURE_EVENT, fate.reason)
    assert standing.pair.verdict is not None
    assert standing.pair.verdict.actual_pnl is None
    announced = {event.data["leg"] for event in course.events if _is_timeout(event.type, event.data, fate)}
    assert announced == {
        role.value for role, outcome in zip(Role, fate.at_first, strict=True) if outcome is Outcome.TIMEOUT
    }


@named(TIMEOUTS)
async def test_what_comes_after_the_time_out_is_booked_as_it_is_paid(course: Course, fate: Fate) -> None:
    standing = course.then[fate.name]
    assert standing.outcomes == fate.in_the_end
    verdict = standing.pair.verdict
    assert verdict is not None
    assert verdict.actual_pnl is not None
    assert (verdict.actual_pnl.amount, standing.pair.state) == (standing.paid, PairState.RECONCILED)


async def test_a_watch_that_ends_without_a_result_is_announced_and_only_that_one_ends(course: Course) -> None:
    ended = [event.data for event in course.events if event.data.get("watch") == "ended"]
    assert [(data["betPairId"], data["leg"]) for data in ended] == [(NEVER.name, Role.HEDGE.value)]
    tickets = {(name, role): bet.ticket for name, each in course.then.items() for role, bet in each.bets.items()}
    assert set(tickets.values()) - course.still_watched == {tickets[NEVER.name, Role.HEDGE]}


class TestCompleteness:
    """The table of pairs is complete."""

    @pytest.mark.parametrize("brand", BRANDS, ids=lambda brand: brand.name)
    @pytest.mark.parametrize("phase", ["first", "then"])
    async def test_every_result_is_booked_and_corrected_to_at_every_brand(self, brand: Brand, phase: str) -> None:
        met = {
            result
            for fate in RESULTS
            for where, result in zip(fate.brands, getattr(fate, phase), strict=True)
            if where is brand
        }
        assert met == set(BetResult)

    @pytest.mark.parametrize("site", sorted({brand.site for brand in BRANDS}))
    async def test_every_word_for_a_result_that_a_vocabulary_knows_was_read(self, course: Course, site: str) -> None:
        brands = [brand for brand in BRANDS if brand.site == site]
        statuses = {
            word: meaning for brand in brands for word, meaning in load_locators(site, brand.name).statuses.items()
        }
        results = {word for word, meaning in statuses.items() if meaning not in NO_RESULTS}
        assert results - NOT_WRITTEN == set().union(*(course.words[brand] for brand in brands))


def _is_timeout(kind: str, data: Mapping[str, Any], fate: Fate) -> bool:
    return kind == "settlement_timeout" and data["betPairId"] == fate.name and "watch" not in data
