"""Too much trouble pauses new pairs until a human resumes; hedges are still placed."""

from __future__ import annotations

from bot.domain.halt import HaltCause
from bot.domain.outcome import Outcome
from bot.domain.pair import PairState
from bot.domain.policies import PausePolicy
from bot.engine.trouble_watch import TroubleWatch
from tests.builders import HEDGE_ACCOUNT, POSITIVE_ACCOUNT
from tests.fakes.bookmaker import Answer
from tests.integration.engine.conftest import Engine

POLICY = PausePolicy(emergencies_per_hour=2, exposures_in_a_row=2)


async def placed(engine: Engine, number: int, *hedge: Answer) -> PairState:
    """Place a pair of its own; its accounts do not cool down here, which other tests are about."""
    client = engine.connection.client
    await engine.connection.ask(client.delete(f"cooldown:{POSITIVE_ACCOUNT}", f"cooldown:{HEDGE_ACCOUNT}"))
    engine.hedge.order(*hedge)
    return (await engine.place(betPairId=f"pair-{number}", arbId=f"arb-{number}")).state


async def an_emergency(engine: Engine, number: int) -> None:
    assert await placed(engine, number, *[Answer.REJECT] * 3) is PairState.EMERGENCY


async def test_so_many_emergencies_in_an_hour_pause_new_pairs_until_a_human_resumes(engine: Engine) -> None:
    watch = TroubleWatch(engine.ledger, engine.clock, PausePolicy(emergencies_per_hour=2, exposures_in_a_row=100))
    await an_emergency(engine, 1)
    await watch.look()
    assert await engine.ledger.halts() == []
    await an_emergency(engine, 2)
    for _ in range(2):
        await watch.look()
    [pause] = await engine.ledger.halts()
    assert pause.cause is HaltCause.EMERGENCIES_PER_HOUR
    assert "2 emergencies within an hour" in (await engine.event("provider_halted"))["reason"]
    assert await placed(engine, 3) is PairState.BLOCKED
    assert await engine.ledger.lift(pause)
    await watch.look()
    assert await engine.ledger.halts() == [], "what a human has looked into does not count again"
    assert await placed(engine, 4) is PairState.HEDGED


async def test_emergencies_of_more_than_an_hour_ago_do_not_count(engine: Engine) -> None:
    watch = TroubleWatch(engine.ledger, engine.clock, POLICY)
    for number in (1, 2):
        await an_emergency(engine, number)
    client = engine.connection.client
    for index in ("emergencies", "exposed"):
        await engine.connection.ask(client.zadd(index, {"pair-1": 1_000}))
    await engine.connection.ask(client.zadd("reconciled", {"pair-0": 2_000}))
    await watch.look()
    assert await engine.ledger.halts() == []


async def test_so_many_exposures_in_a_row_pause_new_pairs_and_a_good_pair_ends_the_row(engine: Engine) -> None:
    watch = TroubleWatch(engine.ledger, engine.clock, POLICY)
    await ended(engine, 1, Outcome.LOST, Outcome.LOST)
    await ended(engine, 2, Outcome.LOST, Outcome.WON)
    await ended(engine, 3, Outcome.LOST, Outcome.LOST)
    await watch.look()
    assert await engine.ledger.halts() == []
    await ended(engine, 4, Outcome.LOST, Outcome.LOST)
    await watch.look()
    [pause] = await engine.ledger.halts()
    assert (pause.cause, pause.reason.startswith("2 pairs in a row")) == (HaltCause.EXPOSURES_IN_A_ROW, True)


async def ended(engine: Engine, number: int, positive: Outcome, hedge: Outcome) -> None:
    """Place a pair and let both bets settle."""
    assert await placed(engine, number) is PairState.HEDGED
    for site, outcome in ((engine.positive, positive), (engine.hedge, hedge)):
        site.settle(list(site.bets)[-1], outcome)
    await engine.sweep_both()
