"""One queue of work per account, the most urgent first."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.pair import Account
from bot.engine.lanes import Lane, Lanes, Priority
from tests.builders import HEDGE_ACCOUNT, POSITIVE_ACCOUNT


async def work(lane: Lane, priority: Priority, name: str, done: list[str]) -> None:
    async with lane.turn(priority):
        await asyncio.sleep(0)
        done.append(name)


async def test_the_most_urgent_waiter_goes_first_and_equals_in_order_of_arrival() -> None:
    lane, done = Lane(), list[str]()
    async with lane.turn(Priority.SWEEP):
        waiting = [
            asyncio.create_task(work(lane, priority, name, done))
            for priority, name in [
                (Priority.SLOW_WATCH, "slow"),
                (Priority.SWEEP, "sweep 1"),
                (Priority.SWEEP, "sweep 2"),
                (Priority.CLICK, "click"),
            ]
        ]
        await asyncio.sleep(0)
    await asyncio.gather(*waiting)
    assert done == ["click", "sweep 1", "sweep 2", "slow"]


async def test_only_one_has_a_turn() -> None:
    lane, inside, most = Lane(), 0, 0

    async def enter() -> None:
        nonlocal inside, most
        async with lane.turn(Priority.SWEEP):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(enter() for _ in range(20)))
    assert most == 1


async def test_a_cancelled_waiter_does_not_keep_the_lane() -> None:
    lane, done = Lane(), list[str]()
    async with lane.turn(Priority.SWEEP):
        impatient = asyncio.create_task(work(lane, Priority.CLICK, "impatient", done))
        patient = asyncio.create_task(work(lane, Priority.SWEEP, "patient", done))
        await asyncio.sleep(0)
        impatient.cancel()
    await patient
    assert done == ["patient"]


async def test_a_waiter_cancelled_when_its_turn_comes_passes_it_on() -> None:
    lane, done = Lane(), list[str]()
    turn = lane.turn(Priority.SWEEP)
    await turn.__aenter__()
    first = asyncio.create_task(work(lane, Priority.CLICK, "first", done))
    second = asyncio.create_task(work(lane, Priority.SWEEP, "second", done))
    await asyncio.sleep(0)
    await turn.__aexit__(None, None, None)
    first.cancel()
    await asyncio.wait_for(second, 1)
    assert done == ["second"]


async def test_two_callers_of_the_same_lanes_in_opposite_order_both_get_them() -> None:
    lanes = Lanes()

    async def take(*accounts: Account) -> None:
        async with lanes.turns(accounts, Priority.CLICK):
            await asyncio.sleep(0)

    both = (POSITIVE_ACCOUNT, HEDGE_ACCOUNT)
    await asyncio.wait_for(asyncio.gather(take(*both), take(*reversed(both))), 1)
    assert lanes.lane(POSITIVE_ACCOUNT).is_free


class TestGivingWay:
    @pytest.mark.parametrize("urgent", [Priority.CLICK, Priority.PROOF, Priority.ARMING])
    async def test_a_reading_is_dropped_for_a_bet_or_a_proof(self, urgent: Priority) -> None:
        lane, done, reading = Lane(), list[str](), Reading()
        async with lane.turn(Priority.SWEEP) as turn:
            waiting = asyncio.create_task(work(lane, urgent, "urgent", done))
            assert await turn.unless_wanted(reading.pages(100)) is None
        await waiting
        assert done == ["urgent"]
        assert reading.ended_at == reading.read < 100, "it went on after it was given up"

    @pytest.mark.parametrize("patient", [Priority.SWEEP, Priority.KEEP_ALIVE, Priority.SLOW_WATCH])
    async def test_a_reading_is_finished_before_work_that_can_wait(self, patient: Priority) -> None:
        lane, done, reading = Lane(), list[str](), Reading()
        async with lane.turn(Priority.SLOW_WATCH) as turn:
            waiting = asyncio.create_task(work(lane, patient, "patient", done))
            assert await turn.unless_wanted(reading.pages(5)) == 5
            assert done == []
        await waiting

    async def test_an_urgent_waiter_goes_before_one_that_came_earlier(self) -> None:
        lane, done = Lane(), list[str]()
        async with lane.turn(Priority.CLICK):
            sweep = asyncio.create_task(work(lane, Priority.SWEEP, "sweep", done))
            click = asyncio.create_task(work(lane, Priority.CLICK, "click", done))
            await asyncio.sleep(0)
        await asyncio.gather(sweep, click)
        assert done == ["click", "sweep"]

    async def test_an_error_of_a_reading_is_raised(self) -> None:
        async def failing() -> None:
            await asyncio.sleep(0)
            raise ValueError("no such page")

        async with Lane().turn(Priority.SWEEP) as turn:
            with pytest.raises(ValueError, match="no such page"):
                await turn.unless_wanted(failing())

    async def test_a_sweep_that_is_cancelled_leaves_no_reading_behind(self) -> None:
        lane, reading = Lane(), Reading()

        async def sweep() -> None:
            async with lane.turn(Priority.SWEEP) as turn:
                await turn.unless_wanted(reading.pages(100))

        sweeping = asyncio.create_task(sweep())
        await asyncio.sleep(0.01)
        sweeping.cancel()
        await asyncio.gather(sweeping, return_exceptions=True)
        assert reading.ended_at == reading.read < 100
        assert lane.is_free


class Reading:
    """A reading of a history with many pages, one turn of the loop per page."""

    def __init__(self) -> None:
        self.read = 0
        self.ended_at: int | None = None

    async def pages(self, count: int) -> int:
        try:
            while self.read < count:
                await asyncio.sleep(0.001)
                self.read += 1
        finally:
            self.ended_at = self.read
        return self.read


async def test_a_pair_counts_as_placing_from_its_wait_until_its_lanes_are_passed_on() -> None:
    lanes = Lanes()

    async def place() -> None:
        async with lanes.turns_to_place([POSITIVE_ACCOUNT, HEDGE_ACCOUNT]):
            pass

    async with lanes.lane(POSITIVE_ACCOUNT).turn(Priority.SWEEP):
        placing = asyncio.create_task(place())
        await asyncio.sleep(0)
        assert lanes.is_placing
    await placing
    assert not lanes.is_placing
