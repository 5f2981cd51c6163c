"""What a worker resumes when it starts, and what it leaves alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import RedisLedger
from bot.domain.changes import Change, LegSubmitted, PairArmed
from bot.domain.lifecycle import apply
from bot.domain.pair import LegState, PairState, Role
from bot.engine.hedging import HedgeRules
from bot.engine.pair_book import PairBook
from bot.engine.recovery import Recovery
from bot.ports.pairs import StoredPair
from bot.ports.reservations import Reservation
from tests.builders import HEDGE_ACCOUNT, POSITIVE_ACCOUNT, a_baseline, a_pair, an_acceptance
from tests.fakes.bookmaker import Answer
from tests.integration.engine.conftest import Engine

BOTH = (Role.POSITIVE, Role.HEDGE)


async def interrupted(engine: Engine, *changes: Change, **job: Any) -> StoredPair:
    """Leave a pair as a worker that dies after these changes; submissions go through the ledger's own door."""
    stored, _ = await engine.ledger.receive(a_pair(**job))
    reservation = await engine.ledger.reserve(stored.pair, BOTH)
    assert isinstance(reservation, Reservation)
    for change in (PairArmed(a_baseline(), a_baseline()), *changes):
        if isinstance(change, LegSubmitted):
            after = apply(stored.pair, change)
            stored = await engine.ledger.submit(stored, after, reservation, change.role)
        else:
            stored = await PairBook(engine.ledger).change(stored, change)
    return stored  # a dead worker releases nothing


async def test_two_workers_with_one_lease_each_do_not_block_each_other(engine: Engine) -> None:
    both = (POSITIVE_ACCOUNT, HEDGE_ACCOUNT)
    ledgers = [RedisLedger(engine.connection, name) for name in ("worker-b", "worker-c")]
    await engine.recovery.give_up_leases()
    for account, ledger in zip(both, ledgers, strict=True):
        assert await ledger.take_lease(account)
    acting: list[RedisLedger] = []

    async def serve(ledger: RedisLedger) -> None:
        worker = Recovery(ledger, engine.executor, engine.clock, both)
        await worker.take_leases(retry_s=0.01)
        assert acting == []
        acting.append(ledger)
        await engine.ledger.now()
        acting.remove(ledger)
        await worker.give_up_leases()

    async with asyncio.timeout(30):
        await asyncio.gather(*map(serve, ledgers))


async def test_a_pair_without_a_click_fails_as_interrupted(engine: Engine) -> None:
    await interrupted(engine)
    await engine.recovery.walk()
    pair = await engine.pair()
    assert (pair.state, pair.reason) == (PairState.FAILED, "interrupted")
    assert engine.positive.clicks == []


async def test_an_intent_whose_bet_the_history_shows_is_accepted_and_hedged(engine: Engine) -> None:
    stored = await interrupted(engine, LegSubmitted(Role.POSITIVE))
    engine.positive.take(stored.pair.positive.bet, stored.pair.positive.bet.odds)
    await engine.recovery.walk()
    pair = await engine.pair()
    assert pair.state is PairState.HEDGED
    assert (engine.positive.clicks, engine.hedge.clicks) == ([], ["bet-2"])


async def test_an_intent_without_proof_stays_unknown_after_any_number_of_looks(engine: Engine) -> None:
    await interrupted(engine, LegSubmitted(Role.POSITIVE))
    for _ in range(10):
        await engine.recovery.walk()
    pair = await engine.pair()
    assert pair.positive.state is LegState.UNKNOWN
    assert engine.positive.clicks == engine.hedge.clicks == []
    assert (await engine.events()).count("placement_unknown") == 1


async def test_an_accepted_positive_is_hedged_within_the_limits(engine: Engine) -> None:
    stored = await interrupted(engine, LegSubmitted(Role.POSITIVE), an_acceptance(a_pair(), Role.POSITIVE))
    assert stored.pair.state is PairState.PLACING_HEDGE
    await engine.recovery.walk()
    assert (await engine.pair()).state is PairState.HEDGED
    assert (engine.positive.clicks, engine.hedge.clicks) == ([], ["bet-2"])


async def test_an_accepted_positive_is_hedged_after_its_job_has_expired(
    engine: Engine,
) -> None:
    accepted = an_acceptance(a_pair(), Role.POSITIVE)
    await interrupted(engine, LegSubmitted(Role.POSITIVE), accepted, expiresAt="2020-01-01T00:00:00Z")
    await engine.recovery.walk()
    assert (await engine.pair()).state is PairState.HEDGED


async def test_an_interruption_that_is_too_long_is_an_emergency_without_a_click(
    connection: RedisConnection, ledger: RedisLedger
) -> None:
    engine = Engine(connection, ledger, hedge_rules=HedgeRules(resume_within_s=-(10**9)))
    await interrupted(engine, LegSubmitted(Role.POSITIVE), an_acceptance(a_pair(), Role.POSITIVE))
    await engine.recovery.walk()
    pair = await engine.pair()
    assert (pair.state, pair.reason) == (PairState.EMERGENCY, "hedge_too_late")
    emergency = await engine.event("arb_emergency")
    assert "resume_within_s" in emergency["detail"]
    assert emergency["cashOutUnknown"] == "not looked for"
    assert engine.hedge.clicks == []


async def test_an_accepted_positive_that_cannot_be_hedged_is_an_emergency(engine: Engine) -> None:
    await interrupted(engine, LegSubmitted(Role.POSITIVE), an_acceptance(a_pair(), Role.POSITIVE))
    engine.hedge.order(*[Answer.REJECT] * 3)
    await engine.recovery.walk()
    assert (await engine.pair()).state is PairState.EMERGENCY


async def elsewhere(connection: RedisConnection, ledger: RedisLedger, *names: str) -> Engine:
    """Build an engine whose worker has further accounts of these names at both bookmakers."""
    more = [replace(account, account_id=name) for account in (POSITIVE_ACCOUNT, HEDGE_ACCOUNT) for name in names]
    for account in more:
        assert await ledger.take_lease(account)
    return Engine(connection, ledger, more_accounts=tuple(more))


def job_of(name: str) -> dict[str, Any]:
    """Return the changes for a pair on the accounts of a name."""
    account = {"accountId": name}
    return {"betPairId": f"pair-{name}", "arbId": f"arb-{name}", "positiveBet": account, "hedgeBet": account}


async def hedged_while_walking(engine: Engine, bet_pair_id: str) -> None:
    walking = asyncio.create_task(engine.recovery.walk())
    async with asyncio.timeout(10):
        while (await engine.pair(bet_pair_id)).state is not PairState.HEDGED:
            await asyncio.sleep(0.02)
    assert not walking.done(), "another pair is still waited for, and with it the first job"
    walking.cancel()
    await asyncio.gather(walking, return_exceptions=True)


async def test_a_bookmaker_that_does_not_answer_delays_no_pair_of_other_accounts(
    connection: RedisConnection, ledger: RedisLedger
) -> None:
    engine = await elsewhere(connection, ledger, "bea")
    await interrupted(engine, LegSubmitted(Role.POSITIVE), an_acceptance(a_pair(), Role.POSITIVE))
    engine.hedge.history_hangs = True
    stored = await interrupted(engine, LegSubmitted(Role.POSITIVE), **job_of("bea"))
    bet = stored.pair.positive.bet
    engine.bookmakers.sites[bet.account].take(bet, bet.odds)
    await hedged_while_walking(engine, "pair-bea")


async def test_a_pair_whose_positive_stands_alone_is_resumed_before_unknown_ones(
    connection: RedisConnection, ledger: RedisLedger
) -> None:
    unknown = [f"ann-{number}" for number in range(6)]
    engine = await elsewhere(connection, ledger, *unknown, "bea")
    for name in unknown:
        stored = await interrupted(engine, LegSubmitted(Role.POSITIVE), **job_of(name))
        engine.bookmakers.sites[stored.pair.positive.bet.account].history_hangs = True
    await interrupted(engine, LegSubmitted(Role.POSITIVE), an_acceptance(a_pair(), Role.POSITIVE), **job_of("bea"))
    await hedged_while_walking(engine, "pair-bea")


async def test_a_redelivered_job_is_never_executed_again(engine: Engine) -> None:
    first = await engine.place()
    again = await engine.place()
    assert again == first
    assert (engine.positive.clicks, engine.hedge.clicks) == (["bet-1"], ["bet-2"])


async def test_a_job_delivered_twice_at_once_is_executed_once(engine: Engine) -> None:
    first, second = await asyncio.gather(engine.place(), engine.place())
    assert first == second
    assert (engine.positive.clicks, engine.hedge.clicks) == (["bet-1"], ["bet-2"])


@pytest.mark.parametrize("answer", [Answer.STAY_SILENT, Answer.WAIT])
async def test_a_redelivered_job_does_not_click_an_undecided_leg(engine: Engine, answer: Answer) -> None:
    engine.positive.order(answer)
    await engine.place()
    await engine.place()
    assert engine.positive.clicks == ["bet-1"]
    assert engine.hedge.clicks == []
