"""Circuit breakers on Redis and in memory: what they stop and let pass, and that all workers see the same."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from bot.adapters.redis_breakers import RedisBreakers
from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import RedisLedger
from bot.domain.breaker import Breaker, BreakerPolicy, BreakerState
from bot.domain.pair import Account, Role
from bot.engine.breakers import Breakers
from bot.errors import ClickForbidden, SessionUnusable
from bot.ports.breakers import BreakerStore
from bot.ports.reservations import Reservation, ReservationRefused
from tests.builders import HEDGE_ACCOUNT, POSITIVE_ACCOUNT
from tests.conformance.ledger_hand import BOTH, LASTING, Hand
from tests.fakes.ledger import LedgerStore, MemoryLedger

SITE = "harbourline:harbour"
TIME_OUT = SessionUnusable("unreachable", "no answer")
LASTS = BreakerPolicy(failures=3, pause_s=300, jitter=0)
AT_ONCE = BreakerPolicy(failures=3, pause_s=0, max_pause_s=0)
WORKERS = 8


@dataclass
class Worker:
    """One worker's ledger and its breakers."""

    hand: Hand
    store: BreakerStore
    name: str

    def breakers(self, policy: BreakerPolicy = LASTS) -> Breakers:
        return Breakers(self.store, self.name, policy)

    async def breaker(self, scope: str = SITE) -> Breaker:
        [stored], _ = await self.store.read([scope])
        return stored.breaker


Opening = Callable[[str], Worker]


async def opened_by(worker: Worker, error: SessionUnusable = TIME_OUT, policy: BreakerPolicy = LASTS) -> None:
    for _ in range(policy.failures):
        await worker.breakers(policy).record_failure(POSITIVE_ACCOUNT, error)


class BreakerContract:
    """The contract of every breaker store, together with the ledger beside it. All workers of a test share one."""

    @pytest.mark.parametrize(
        ("state", "scope", "words"),
        [
            ("unreachable", SITE, "time_out 3 times in a row within 60 s, last: session is unreachable: no answer"),
            (
                "server_error",
                SITE,
                "server_error 3 times in a row within 60 s, last: session is server_error: no answer",
            ),
            (
                "maintenance",
                SITE,
                "server_error 3 times in a row within 60 s, last: session is maintenance: no answer",
            ),
            (
                "logged_out",
                f"{SITE}:ann",
                "login_lost 3 times in a row within 60 s, last: session is logged_out: no answer",
            ),
        ],
    )
    async def test_each_cause_stops_a_new_pair_and_says_how_long(
        self, opened: Opening, state: str, scope: str, words: str
    ) -> None:
        worker = opened("worker-a")
        await worker.hand.leased()
        await opened_by(worker, SessionUnusable(state, "no answer"))
        refused = await worker.hand.refusal()
        assert (refused.reason, refused.detail) == ("breaker_open", f"{scope}: {words}")
        assert 290 < (refused.remaining_s or 0) <= 300

    async def test_what_has_not_failed_often_enough_stops_nothing(self, opened: Opening) -> None:
        worker = opened("worker-a")
        await worker.hand.leased()
        for _ in range(LASTS.failures - 1):
            await worker.breakers().record_failure(POSITIVE_ACCOUNT, TIME_OUT)
        assert isinstance(await worker.hand.ledger.reserve((await worker.hand.received()).pair, BOTH), Reservation)

    async def test_one_account_that_fails_does_not_stop_a_site_that_another_reads_well(self, opened: Opening) -> None:
        worker, breakers = opened("worker-a"), opened("worker-b").breakers()
        for _ in range(5 * LASTS.failures):
            await worker.breakers().record_failure(POSITIVE_ACCOUNT, TIME_OUT)
            await breakers.record_success(Account("harbourline", "harbour", "carl"))
        assert (await worker.breaker()).opened is None

    async def test_a_hedge_is_reserved_and_clicked_although_the_breaker_is_open(self, opened: Opening) -> None:
        worker = opened("worker-a")
        await worker.hand.leased()
        stored, reservation = await worker.hand.accepted()
        await worker.hand.ledger.release(reservation)
        for _ in range(LASTS.failures):
            await worker.breakers().record_failure(HEDGE_ACCOUNT, TIME_OUT)
        assert (await worker.hand.refusal(betPairId="pair-2", arbId="arb-2")).reason == "breaker_open"
        reservation = await worker.hand.reserved(stored, [Role.HEDGE])
        await worker.hand.submitted(stored, reservation, Role.HEDGE)

    @pytest.mark.parametrize("account", [POSITIVE_ACCOUNT, HEDGE_ACCOUNT])
    async def test_no_first_click_once_either_site_s_breaker_has_opened(
        self, opened: Opening, account: Account
    ) -> None:
        worker = opened("worker-a")
        await worker.hand.leased()
        stored, reservation = await worker.hand.armed()
        for _ in range(LASTS.failures):
            await worker.breakers().record_failure(account, TIME_OUT)
        with pytest.raises(ClickForbidden, match="breaker open"):
            await worker.hand.submitted(stored, reservation, Role.POSITIVE)

    async def test_a_half_open_breaker_still_stops_new_pairs_until_a_reading_goes_well(self, opened: Opening) -> None:
        worker = opened("worker-a")
        await worker.hand.leased()
        await opened_by(worker, policy=AT_ONCE)
        assert await worker.breakers().half_open() == [SITE]
        refused = await worker.hand.refusal()
        assert (refused.reason, refused.remaining_s) == ("breaker_open", 1)
        await worker.breakers().record_success(POSITIVE_ACCOUNT)
        answer = await worker.hand.ledger.reserve((await worker.hand.received()).pair, BOTH)
        assert not isinstance(answer, ReservationRefused)

    async def test_a_success_within_the_pause_closes_nothing(self, opened: Opening) -> None:
        worker = opened("worker-a")
        await opened_by(worker)
        await worker.breakers().record_success(POSITIVE_ACCOUNT)
        assert (await worker.breaker()).opened is not None
        assert await worker.breakers().half_open() == []

    async def test_failures_of_workers_that_meet_at_once_are_all_counted(self, opened: Opening) -> None:
        workers = [opened(f"worker-{number}") for number in range(WORKERS)]
        policy = BreakerPolicy(failures=WORKERS + 1)
        failing = [worker.breakers(policy).record_failure(POSITIVE_ACCOUNT, TIME_OUT) for worker in workers]
        await asyncio.gather(*failing)
        assert len((await workers[0].breaker()).failures) == WORKERS
        await workers[0].breakers(policy).record_failure(POSITIVE_ACCOUNT, TIME_OUT)
        standing = [await worker.breaker() for worker in workers]
        assert standing == [standing[0]] * WORKERS
        assert standing[0].opened is not None

    async def test_of_workers_that_ask_at_once_one_tries_a_half_open_breaker(self, opened: Opening) -> None:
        workers = [opened(f"worker-{number}") for number in range(WORKERS)]
        await opened_by(workers[0], policy=AT_ONCE)
        may_try = await asyncio.gather(*(worker.breakers().take_probe(SITE) for worker in workers))
        assert sum(may_try) == 1
        prober = workers[may_try.index(True)].name
        for worker in workers:
            breaker = await worker.breaker()
            assert breaker.opened is not None
            assert breaker.opened.prober == prober

    async def test_a_try_that_fails_opens_it_again_for_everybody(self, opened: Opening) -> None:
        one, other = opened("worker-a"), opened("worker-b")
        await opened_by(one, policy=AT_ONCE)
        assert await one.breakers().take_probe(SITE)
        await one.breakers().record_failure(POSITIVE_ACCOUNT, TIME_OUT)
        assert (await other.breaker()).state(_now_ms()) is BreakerState.OPEN
        assert not await other.breakers().take_probe(SITE)

    async def test_a_site_that_shows_why_there_is_no_session_has_answered(self, opened: Opening) -> None:
        worker = opened("worker-a")
        await opened_by(worker, policy=AT_ONCE)
        await worker.breakers().record_failure(POSITIVE_ACCOUNT, SessionUnusable("logged_out"))
        assert (await worker.breaker()).opened is None
        assert len((await worker.breaker(str(POSITIVE_ACCOUNT))).failures) == 1

    async def test_a_version_is_replaced_once(self, opened: Opening) -> None:
        worker = opened("worker-a")
        [stored], _ = await worker.store.read([SITE])
        assert await worker.store.replace(stored, stored.breaker)
        assert not await worker.store.replace(stored, stored.breaker)
        known, _ = await worker.store.known()
        assert [(each.breaker.scope, each.version) for each in known] == [(SITE, 1)]


class TestRedisBreakers(BreakerContract):
    @pytest.fixture
    async def opened(self, redis_url: str) -> AsyncIterator[Opening]:
        connections = list[RedisConnection]()

        def open_worker(name: str) -> Worker:
            connection = RedisConnection(redis_url)  # one connection for each worker, so that they really race
            connections.append(connection)
            return Worker(Hand(RedisLedger(connection, name, LASTING)), RedisBreakers(connection), name)

        yield open_worker
        for connection in connections:
            await connection.close()

    async def test_an_operation_sent_again_is_recognised_and_done_once(self, redis_url: str) -> None:
        connection = RedisConnection(redis_url)
        doc = json.dumps({"scope": SITE, "version": 1, "op": "op-1"})
        request = {"scope": SITE, "version": 0, "op": "op-1", "doc": doc, "event": False}
        assert [await connection.run("breaker", request) for _ in range(2)] == [1, 1]
        assert await connection.run("breaker", request | {"op": "op-2"}) == 0
        await connection.close()


class TestMemoryBreakers(BreakerContract):
    @pytest.fixture
    def opened(self) -> Opening:
        store = LedgerStore(lambda: datetime.now(UTC))
        return lambda name: Worker(Hand(MemoryLedger(store, name, LASTING)), store.breakers, name)


def _now_ms() -> int:
    return round(datetime.now(UTC).timestamp() * 1000)
