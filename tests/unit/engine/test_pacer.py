"""Readings are spaced, so that a provider's page loads stay within its limit; time passes only in sleeps."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from bot.engine.pacer import Pacer
from tests.fakes.clock import QuickClock

PROVIDER = "harbour"


@dataclass
class Loads:
    """Page loads by the clock of a test; each reading loads a fixed number of pages at once."""

    clock: QuickClock
    at_s: list[float] = field(default_factory=list)

    def load(self, pages: int = 1) -> None:
        self.at_s += [self.clock.monotonic_s()] * pages

    def within(self, provider: str, seconds: float) -> int:
        assert provider == PROVIDER
        return sum(at_s > self.clock.monotonic_s() - seconds for at_s in self.at_s)


@pytest.fixture
def clock() -> QuickClock:
    return QuickClock()


@pytest.fixture
def loads(clock: QuickClock) -> Loads:
    return Loads(clock)


def paced(clock: QuickClock, loads: Loads, chance: float = 0) -> Pacer:
    return Pacer({PROVIDER: 6}, loads.within, clock, jitter=0.5, chance=lambda: chance)


async def read(pacer: Pacer, loads: Loads, times: int, pages: int = 1) -> list[float]:
    began = list[float]()
    for _ in range(times):
        await pacer.turn(PROVIDER)
        began.append(loads.clock.monotonic_s())
        loads.load(pages)
    return began


@pytest.mark.parametrize(("chance", "gap_s"), [(0, 10), (0.5, 12.5)])
async def test_readings_are_spaced_evenly_and_chance_lengthens_the_gap(
    clock: QuickClock, loads: Loads, chance: float, gap_s: float
) -> None:
    assert await read(paced(clock, loads, chance), loads, 4) == [0, gap_s, 2 * gap_s, 3 * gap_s]


async def test_page_loads_for_bets_make_readings_wait(clock: QuickClock, loads: Loads) -> None:
    loads.load(6)
    assert await read(paced(clock, loads), loads, 1) == [60]


@pytest.mark.parametrize("pages", [1, 2, 3, 6])
async def test_page_loads_per_minute_stay_within_the_limit_plus_one_reading(
    clock: QuickClock, loads: Loads, pages: int
) -> None:
    await read(paced(clock, loads), loads, 30, pages)
    assert max(sum(start <= at_s < start + 60 for at_s in loads.at_s) for start in loads.at_s) < 6 + pages


async def test_readings_that_wait_together_begin_one_after_the_other(clock: QuickClock, loads: Loads) -> None:
    pacer, began = paced(clock, loads), list[float]()

    async def one() -> None:
        await pacer.turn(PROVIDER)
        began.append(clock.monotonic_s())

    await asyncio.gather(*(one() for _ in range(4)))
    assert [later - earlier for earlier, later in pairwise(began)] == [10, 10, 10]


async def test_a_cancelled_wait_does_not_block_the_next(clock: QuickClock, loads: Loads) -> None:
    pacer = paced(clock, loads)
    await pacer.turn(PROVIDER)
    given_up = asyncio.create_task(pacer.turn(PROVIDER))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.wait({given_up})
    await pacer.turn(PROVIDER)


async def test_a_provider_without_a_limit_waits_for_nothing(clock: QuickClock, loads: Loads) -> None:
    for _ in range(100):
        await paced(clock, loads).turn("lotus")
    assert clock.monotonic_s() == 0
