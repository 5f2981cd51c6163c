"""Regression tests of bugs that these histories found, each at its worst moment."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.changes import LegRejected
from bot.domain.events import EventType
from bot.domain.pair import LegState, PairState, Role
from bot.domain.placement import TicketState
from bot.domain.reasons import Reason
from bot.engine.executor import Executor, Resumed
from bot.engine.pair_book import PairBook
from bot.errors import IllegalTransition
from tests.builders import HEDGE_ACCOUNT, POSITIVE_ACCOUNT
from tests.chaos.interleavings.crash_points import Fault, Injection
from tests.chaos.interleavings.histories import History, journal_of, judged
from tests.chaos.interleavings.lagging_site import NEVER_S, HistoryManner
from tests.chaos.interleavings.virtual_time import play
from tests.chaos.interleavings.world import Parts, Scenario, World
from tests.fakes.bookmaker import Answer
from tests.fakes.ledger import MemoryLedger

PAUSED = (Fault.PAUSE_BEFORE, Fault.PAUSE_AFTER)


def number_of(history: History, worker: str, name: str) -> int:
    """Return the number of a worker's first call of that name."""
    return next(call.number for call in journal_of(history) if (call.worker, call.name) == (worker, name))


@pytest.mark.parametrize("second", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER, *PAUSED], ids=str)
@pytest.mark.parametrize("pause_s", [50, 57, 62])
def test_the_late_answer_to_one_attempt_is_not_held_for_an_answer_to_the_next(pause_s: float, second: Fault) -> None:
    """The first worker freezes after its click. Its successor learns of the refusal, clicks again and freezes, too.

    Then the first worker records its answer.
    """
    refused_late = Scenario(hedge=(Answer.WAIT, Answer.ACCEPT), review=TicketState.REJECTED)
    click = number_of(History(refused_late), "worker-1", "lotus.submit")
    frozen = Injection(click, Fault.PAUSE_AFTER, pause_s)
    next_click = number_of(History(refused_late, (frozen,)), "worker-2", "lotus.submit")
    judgement = judged(History(refused_late, (frozen, Injection(next_click, second))))
    assert judgement.details == []


@pytest.mark.parametrize("pause_s", [17, 57])
@pytest.mark.parametrize("nth", [0, 1], ids=["positive", "hedge"])
def test_no_click_follows_a_permission_that_has_grown_old(nth: int, pause_s: float) -> None:
    permissions = [call.number for call in journal_of(History(Scenario())) if call.name == "ledger.commit_and_submit"]
    judgement = judged(History(Scenario(), (Injection(permissions[nth], Fault.PAUSE_AFTER, pause_s),)))
    assert judgement.details == []


@pytest.mark.parametrize("scenario", [Scenario(positive=(Answer.WAIT,)), Scenario(hedge=(Answer.WAIT,))], ids=str)
def test_a_bet_under_review_that_no_history_shows_is_announced_as_unknown(scenario: Scenario) -> None:
    hidden = Scenario(scenario.positive, scenario.hedge, HistoryManner("never shows a bet", lag_s=NEVER_S))
    assert judged(History(hidden)).details == []


def test_two_workers_with_one_of_two_accounts_each_do_not_wait_for_each_other_for_ever() -> None:
    async def history() -> set[str | None]:
        world = World(Scenario())
        first, second = world.worker(), world.worker()
        assert await first.recovery._ledger.take_lease(POSITIVE_ACCOUNT)
        assert await second.recovery._ledger.take_lease(HEDGE_ACCOUNT)
        keeping = [asyncio.create_task(worker.recovery.keep_leases(5)) for worker in (first, second)]
        await asyncio.sleep(60)
        for task in keeping:
            task.cancel()
        return {world.store.lessee(account) for account in (POSITIVE_ACCOUNT, HEDGE_ACCOUNT)}

    lessees = play(history)
    assert len(lessees) == 1
    assert None not in lessees


class ExecutorThatStumbles(Executor):
    """Raises a bug of our own whenever it resumes the first pair."""

    async def resume(self, bet_pair_id: str) -> Resumed | None:
        if bet_pair_id == "pair-1":
            raise IllegalTransition("pair pair-1", "received", "submitted")
        return await super().resume(bet_pair_id)


def test_a_pair_that_cannot_be_taken_up_does_not_bring_the_worker_down() -> None:
    click = number_of(History(Scenario()), "worker-1", "harbour.submit")
    crashed = History(Scenario(redelivers=False), (Injection(click, Fault.CRASH_AFTER),))
    judgement = judged(crashed, Parts(executor=ExecutorThatStumbles))
    assert judgement.found["fell"] == 0
    assert not [detail for detail in judgement.details if "pair-2" in detail]


def test_a_bet_that_is_accepted_after_a_human_has_ruled_it_out_is_announced() -> None:
    """The worker freezes between intent and click, a human says that nothing was placed, and then the click happens."""
    click = number_of(History(Scenario()), "worker-1", "harbour.submit")

    async def history() -> World:
        world = World(Scenario(), (Injection(click, Fault.PAUSE_BEFORE, 60),))
        playing = asyncio.create_task(world.placed())
        await asyncio.sleep(45)  # its lease has lapsed, and a successor has the account
        ledger = MemoryLedger(world.store, "a person")
        stored = await ledger.load("pair-1")
        assert stored is not None
        assert stored.pair.positive.state is LegState.UNKNOWN
        await PairBook(ledger).resolve(stored, LegRejected(Role.POSITIVE, Reason.NOT_PLACED), "nothing in the list")
        await playing
        world.end()
        return world

    world = play(history)
    [stray] = [event.data for event in world.store.events if event.data.get("stray")]
    assert world.store.pairs["pair-1"].pair.state is PairState.FAILED
    assert (stray["leg"], stray["stray"]) == ("positive", "HB00000001")
    assert EventType.PLACEMENT_UNKNOWN in {event.type for event in world.store.events if event.data is stray}


def test_a_click_that_never_returns_ends_as_unknown() -> None:
    async def history() -> World:
        world = World(Scenario(hedge=(Answer.TAKE_AND_HANG,)), hangs_for_s=1000)
        await world.placed()
        world.end()
        return world

    world = play(history)
    assert [process.is_dead for process in world.processes] == [False]
    assert world.store.pairs["pair-1"].pair.state is PairState.HEDGED
