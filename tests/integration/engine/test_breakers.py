"""Sites and logins that keep failing: new pairs stop there, all else continues, and the stop ends by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import RedisLedger
from bot.domain.breaker import BreakerPolicy
from bot.domain.outcome import Outcome
from bot.domain.pair import Account, LegState, Pair, PairState
from bot.domain.placement import TicketState
from bot.engine.breakers import Breakers
from bot.engine.prober import Prober
from bot.engine.session_keeper import SessionKeeper
from bot.engine.site_health import SiteHealth
from bot.errors import LedgerUnavailable, SessionUnusable
from bot.ports.breakers import StoredBreaker
from tests.builders import HEDGE_ACCOUNT, POSITIVE_ACCOUNT
from tests.fakes.bookmaker import Answer, FakeBookmakers, FakeSite
from tests.fakes.breakers import MemoryBreakers
from tests.integration.engine.conftest import Engine

SITE = "harbourline:harbour"
LONG = BreakerPolicy(failures=2, pause_s=300)
AT_ONCE = BreakerPolicy(failures=2, pause_s=0, max_pause_s=0)
CAUSES = {
    "logged_out": (str(POSITIVE_ACCOUNT), "login_lost"),
    "unreachable": (SITE, "time_out"),
    "server_error": (SITE, "server_error"),
    "maintenance": (SITE, "server_error"),
}
ANOTHER_PAIR = {"betPairId": "pair-2", "arbId": "arb-2"}


class Unanswering(MemoryBreakers):
    """A store that never answers."""

    async def read(self, scopes: Sequence[str]) -> tuple[Sequence[StoredBreaker], datetime]:
        raise LedgerUnavailable(f"no answer about {scopes}")


@pytest.fixture
def slow(connection: RedisConnection, ledger: RedisLedger) -> Engine:
    """An engine whose open breakers pause for minutes."""
    return Engine(connection, ledger, breaker_policy=LONG)


@pytest.fixture
def brisk(connection: RedisConnection, ledger: RedisLedger) -> Engine:
    """An engine whose open breakers may be tried at once."""
    return Engine(connection, ledger, breaker_policy=AT_ONCE)


async def fail(engine: Engine, state: str, account: Account = POSITIVE_ACCOUNT) -> None:
    for _ in range(engine.breaker_policy.failures):
        await engine.health.failed(account, SessionUnusable(state))


async def cool(engine: Engine) -> None:
    client = engine.connection.client
    await engine.connection.ask(client.delete(f"cooldown:{POSITIVE_ACCOUNT}", f"cooldown:{HEDGE_ACCOUNT}"))


async def events_of_breakers(engine: Engine) -> list[str]:
    return [event for event in await engine.events() if event.startswith("breaker")]


@pytest.mark.parametrize("state", CAUSES)
async def test_each_cause_blocks_new_pairs_until_a_reading_succeeds(brisk: Engine, state: str) -> None:
    scope, cause = CAUSES[state]
    brisk.positive.session_error = SessionUnusable(state)
    keeper = SessionKeeper(brisk.ledger, brisk.bookmakers, brisk.health, brisk.lanes, brisk.clock, [POSITIVE_ACCOUNT])
    for _ in range(AT_ONCE.failures):
        await keeper.look_after_all()
    blocked = await brisk.place()
    assert (blocked.state, blocked.reason) == (PairState.BLOCKED, "breaker_open")
    data = await brisk.event("arb_blocked")
    assert data["remainingS"] >= 1
    assert f"{scope}: {cause} 2 times in a row within 60 s" in data["detail"]

    await brisk.prober().try_half_open()
    assert (await brisk.place(**ANOTHER_PAIR)).reason == "breaker_open"
    brisk.positive.session_error = None
    await brisk.prober().try_half_open()
    assert (brisk.positive.balances, brisk.positive.clicks) == (1, [])
    assert (await brisk.place(betPairId="pair-3", arbId="arb-3")).state is PairState.HEDGED
    assert await events_of_breakers(brisk) == ["breaker_opened", "breaker_closed"]
    assert {(await brisk.event(kind))["scope"] for kind in await events_of_breakers(brisk)} == {scope}


async def test_results_are_booked_while_the_breaker_is_open(slow: Engine) -> None:
    pair = await slow.place()
    await fail(slow, "unreachable")
    slow.positive.settle(_ticket(pair), Outcome.WON)
    await slow.sweep(POSITIVE_ACCOUNT)
    assert (await slow.pair()).positive.state is LegState.SETTLED
    await cool(slow)
    assert (await slow.place(**ANOTHER_PAIR)).reason == "breaker_open"


async def test_a_successful_sweep_after_the_pause_closes_the_breaker(brisk: Engine) -> None:
    await brisk.place()
    await cool(brisk)
    await fail(brisk, "unreachable")
    await brisk.sweep(POSITIVE_ACCOUNT)
    assert (await brisk.place(**ANOTHER_PAIR)).state is PairState.HEDGED


async def test_a_failed_sweep_counts(slow: Engine) -> None:
    await slow.place()
    slow.positive.history_error = SessionUnusable("server_error")
    for _ in range(LONG.failures):
        await slow.sweep(POSITIVE_ACCOUNT)
    assert await events_of_breakers(slow) == ["breaker_opened"]
    watch = f"watch:{POSITIVE_ACCOUNT}/pair-1/positive"
    assert await slow.connection.ask(slow.connection.client.hget(watch, "polls")) == "0"


async def test_a_login_that_is_lost_is_not_typed_again_by_every_sweep(slow: Engine) -> None:
    await slow.place()
    await fail(slow, "logged_out")
    readings = slow.positive.readings
    await slow.sweep(POSITIVE_ACCOUNT)
    assert slow.positive.readings == readings
    await slow.sweep(HEDGE_ACCOUNT)
    assert slow.hedge.readings > 0


async def test_a_hedge_is_placed_although_its_site_s_breaker_has_opened_since_the_first_click(slow: Engine) -> None:
    slow.positive.order(Answer.WAIT)
    pair = await slow.place()
    await fail(slow, "unreachable", HEDGE_ACCOUNT)
    slow.positive.decide(_ticket(pair), TicketState.OPEN)
    resumed = await slow.executor.resume(pair.bet_pair_id)
    assert resumed is not None
    assert resumed.stored.pair.state is PairState.HEDGED
    await cool(slow)
    assert (await slow.place(**ANOTHER_PAIR)).reason == "breaker_open"


async def test_one_of_two_workers_tries_a_site_that_both_have_accounts_at(brisk: Engine, redis_url: str) -> None:
    carl, site = Account("harbourline", "harbour", "carl"), FakeSite("HB")
    connection = RedisConnection(redis_url)
    other = Engine(connection, RedisLedger(connection, "worker-b"), breaker_policy=AT_ONCE, worker="worker-b")
    assert await other.ledger.take_lease(carl)
    bookmakers = FakeBookmakers({carl: site})
    prober = Prober(other.ledger, bookmakers, other.health, other.lanes, other.clock, [carl])
    await fail(brisk, "unreachable")
    assert await other.breakers.half_open() == [SITE]
    await asyncio.gather(brisk.prober().try_half_open(), prober.try_half_open())
    assert brisk.positive.balances + site.balances == 1
    assert await other.breakers.half_open() == []
    await connection.close()


async def test_an_account_that_another_worker_holds_is_not_tried(brisk: Engine) -> None:
    await fail(brisk, "unreachable")
    await brisk.ledger.give_up_lease(POSITIVE_ACCOUNT)
    await brisk.prober().try_half_open()
    assert brisk.positive.balances == 0
    assert await brisk.breakers.half_open() == [SITE]


@pytest.mark.parametrize("error", [None, SessionUnusable("unreachable")], ids=["good", "bad"])
async def test_sessions_are_checked_although_the_ledger_does_not_answer(
    engine: Engine, error: SessionUnusable | None
) -> None:
    health = SiteHealth(
        engine.ledger, engine.locators, Breakers(Unanswering(lambda: datetime.now(UTC), []), "worker-a")
    )
    engine.positive.session_error = error
    await SessionKeeper(
        engine.ledger, engine.bookmakers, health, engine.lanes, engine.clock, [POSITIVE_ACCOUNT]
    ).look_after_all()
    assert engine.lanes.lane(POSITIVE_ACCOUNT).is_free


def _ticket(pair: Pair) -> str:
    assert pair.positive.ticket is not None
    return pair.positive.ticket
