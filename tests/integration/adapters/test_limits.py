"""Counts towards the limits on a real Redis: at once, after a crash, after lost replies, over midnight."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import pytest

from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import RedisLedger
from bot.domain.changes import LegAccepted, LegSettled, LegSubmitted, PairArmed, PairBlocked
from bot.domain.lifecycle import apply
from bot.domain.limits import Limits
from bot.domain.money import Money
from bot.domain.odds import Odds
from bot.domain.outcome import Outcome
from bot.domain.pair import Account, Pair, Role
from bot.domain.reasons import Reason
from bot.domain.settlement import judgement
from bot.engine.pair_book import PairBook
from bot.ports.pairs import StoredPair
from bot.ports.reservations import Reservation, ReservationRefused
from tests.builders import HEDGE_ACCOUNT, POSITIVE_ACCOUNT, a_baseline, a_pair, an_acceptance, euros
from tests.chaos.redis_server import MortalRedis

BOTH = (Role.POSITIVE, Role.HEDGE)
ROUNDS, WORKERS, TRIES = 10, 4, 5
ALLOWED = 7  # of the 20 pairs of a round, of 205.00 EUR each
LIMITS = {
    "stake_per_day": Limits(stake_per_day={"EUR": euros("205.00").times(ALLOWED)}),
    "open_stake": Limits(open_stake={"EUR": euros("205.00").times(ALLOWED)}),
}


class Betting:
    """A worker with a connection and two accounts of its own."""

    def __init__(self, url: str, number: int) -> None:
        self.connection = RedisConnection(url)
        self.ledger = RedisLedger(self.connection, f"worker-{number}")
        self.number = number

    async def take_leases(self) -> None:
        for account in (Account("harbourline", "harbour", self._id), Account("senbien", "lotus", self._id)):
            assert await self.ledger.take_lease(account)

    async def try_to_reserve(self, limits: Limits, turn: str) -> list[Pair]:
        """Try to reserve several pairs in turn, as fast as possible; return those that were reserved."""
        reserved = []
        for attempt in range(TRIES):
            stored, _ = await self.ledger.receive(self._pair(f"{turn}-{self.number}-{attempt}"))
            answer = await self.ledger.reserve(stored.pair, BOTH, limits)
            if isinstance(answer, Reservation):
                reserved.append(stored.pair)
                await self.ledger.release(answer)
        return reserved

    async def block(self, pair: Pair) -> None:
        await PairBook(self.ledger).change(StoredPair(pair, 1), PairBlocked(Reason.MIN_MARGIN))

    @property
    def _id(self) -> str:
        return f"w{self.number}"

    def _pair(self, name: str) -> Pair:
        bets = {"positiveBet": {"accountId": self._id}, "hedgeBet": {"accountId": self._id}}
        return a_pair(betPairId=name, arbId=name, **bets)


@pytest.fixture
async def workers(redis_url: str) -> AsyncIterator[list[Betting]]:
    async with AsyncExitStack() as stack:
        betting = [Betting(redis_url, number) for number in range(WORKERS)]
        for worker in betting:
            stack.push_async_callback(worker.connection.close)
            await worker.take_leases()
        yield betting


async def fields(connection: RedisConnection, name: str) -> dict[str, str]:
    return cast("dict[str, str]", await connection.ask(connection.client.hgetall(name)))


async def total(connection: RedisConnection, pattern: str) -> int:
    names = [name async for name in connection.client.scan_iter(match=pattern)]
    return sum([int(units) for name in names for units in (await fields(connection, name)).values()])


async def reserved(ledger: RedisLedger, **changes: Any) -> tuple[StoredPair, Reservation]:
    stored, _ = await ledger.receive(a_pair(**changes))
    reservation = await ledger.reserve(stored.pair, BOTH)
    assert isinstance(reservation, Reservation)
    return stored, reservation


async def hedged(ledger: RedisLedger, positive: LegAccepted | None = None) -> StoredPair:
    book = PairBook(ledger)
    stored, reservation = await reserved(ledger)
    stored = await book.change(stored, PairArmed(a_baseline(), a_baseline()))
    for role in BOTH:
        stored = await ledger.submit(stored, apply(stored.pair, LegSubmitted(role)), reservation, role)
        accepted = an_acceptance(stored.pair, role)
        stored = await book.change(stored, (positive or accepted) if role is Role.POSITIVE else accepted)
    await ledger.release(reservation)
    return stored


async def both_lost(ledger: RedisLedger, stored: StoredPair) -> StoredPair:
    lost = [LegSettled(role, Outcome.LOST, None) for role in Role]
    after = apply(apply(stored.pair, lost[0]), lost[1])
    return await PairBook(ledger).change(stored, *lost, *judgement(after, euros("0.05").amount))


class TestTwoWorkersTogether:
    @pytest.mark.parametrize("control", LIMITS)
    async def test_workers_that_bet_at_once_never_pass_a_limit_that_their_accounts_share(
        self, workers: list[Betting], control: str
    ) -> None:
        for turn in range(ROUNDS):
            won = await asyncio.gather(*(worker.try_to_reserve(LIMITS[control], f"{turn}") for worker in workers))
            pairs = [(worker, pair) for worker, its in zip(workers, won, strict=True) for pair in its]
            assert len(pairs) == ALLOWED
            assert await total(workers[0].connection, "staked:EUR:*") == ALLOWED * 20_500
            assert await total(workers[0].connection, "staked:*:w*") == ALLOWED * 20_500
            await asyncio.gather(*(worker.block(pair) for worker, pair in pairs))
            assert await total(workers[0].connection, "staked:*") == await total(workers[0].connection, "open:*") == 0

    async def test_workers_that_follow_one_another_on_an_account_share_its_day(
        self, ledger: RedisLedger, redis_url: str
    ) -> None:
        limits = Limits(stake_per_day={"EUR": euros("409.99")})
        _, reservation = await reserved(ledger)
        await ledger.release(reservation)
        successor = RedisConnection(redis_url)
        other = RedisLedger(successor, "worker-b")
        for account in (POSITIVE_ACCOUNT, HEDGE_ACCOUNT):
            await ledger.give_up_lease(account)
            assert await other.take_lease(account)
        stored, _ = await other.receive(a_pair(betPairId="pair-2", arbId="arb-2"))
        answer = await other.reserve(stored.pair, BOTH, limits)
        assert isinstance(answer, ReservationRefused)
        assert answer.reason == "stake_per_day"
        await successor.close()

    async def test_a_loss_that_one_worker_books_stops_the_other(
        self, ledger: RedisLedger, workers: list[Betting]
    ) -> None:
        limits = Limits(daily_loss={"EUR": euros("205.00")})
        assert len(await workers[0].try_to_reserve(limits, "before")) == TRIES
        await both_lost(ledger, await hedged(ledger))
        assert await workers[0].try_to_reserve(limits, "after") == []


async def test_what_counts_survives_a_redis_that_was_killed_and_a_worker_that_was_started_again(
    tmp_path: Path,
) -> None:
    redis = MortalRedis(tmp_path / "redis")
    await redis.start()
    before = RedisConnection(redis.url)
    ledger = RedisLedger(before, "worker-a")
    for account in (POSITIVE_ACCOUNT, HEDGE_ACCOUNT):
        assert await ledger.take_lease(account)
    await hedged(ledger)
    counted = {name: await fields(before, name) async for name in before.client.scan_iter(match="staked:*")}
    await before.close()
    redis.kill()
    await redis.start()
    after = RedisConnection(redis.url)
    assert {name: await fields(after, name) async for name in after.client.scan_iter(match="staked:*")} == counted
    assert await total(after, "open:EUR") == 20_500
    await after.close()
    await redis.stop()


class TestOperationsSentAgain:
    async def test_nothing_counts_twice_when_every_reply_is_lost_once(
        self, ledger: RedisLedger, connection: RedisConnection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run = connection.run

        async def twice(script: str, request: Any) -> Any:
            await run(script, request)  # the reply of this one is lost
            return await run(script, request)

        monkeypatch.setattr(connection, "run", twice)
        partly = LegAccepted(Role.POSITIVE, "HB10000001", euros("40.00"), Odds.parse("2.10"))
        stored = await hedged(ledger, partly)
        assert await total(connection, "staked:EUR:*") == await total(connection, "open:EUR") == 14_500
        await both_lost(ledger, stored)
        assert await total(connection, "result:EUR:*") == -14_500
        assert await total(connection, "open:*") == 0


class TestKeysAsDocumented:
    async def test_a_leg_counts_under_its_account_and_its_currency_for_some_days(
        self, ledger: RedisLedger, connection: RedisConnection
    ) -> None:
        before = datetime.now(UTC).date()
        await hedged(ledger)
        [of_currency] = [name async for name in connection.client.scan_iter(match="staked:EUR:*")]
        day = of_currency.removeprefix("staked:EUR:")
        assert str(before) <= day <= str(datetime.now(UTC).date())
        assert await fields(connection, of_currency) == {"pair-1:positive": "10000", "pair-1:hedge": "10500"}
        assert await fields(connection, f"staked:{POSITIVE_ACCOUNT}:{day}") == {"pair-1:positive": "10000"}
        assert await fields(connection, f"open:{HEDGE_ACCOUNT}") == {"pair-1:hedge": "10500"}
        assert await fields(connection, "open:EUR") == {"pair-1:positive": "10000", "pair-1:hedge": "10500"}
        assert 7 * 86_400 < await connection.ask(connection.client.ttl(of_currency)) <= 8 * 86_400
        assert await connection.ask(connection.client.ttl("open:EUR")) == -1

    async def test_amounts_are_in_the_minor_units_of_their_currency(
        self, ledger: RedisLedger, connection: RedisConnection
    ) -> None:
        await reserved(ledger, hedgeBet={"stake": "9876543", "currency": "VND"}, fxRate="0.0000333333")
        assert await fields(connection, "open:VND") == {"pair-1:hedge": "9876543"}
        refused = Limits(open_stake={"VND": Money(euros("9876543").amount, "VND")})
        other, _ = await ledger.receive(
            a_pair(betPairId="pair-2", arbId="arb-2", hedgeBet={"stake": "1", "currency": "VND"}, fxRate="0.00003")
        )
        await connection.ask(connection.client.delete(f"busy:{POSITIVE_ACCOUNT}", f"busy:{HEDGE_ACCOUNT}"))
        answer = await ledger.reserve(other.pair, BOTH, refused)
        assert isinstance(answer, ReservationRefused)
        assert answer.detail == "VND open_stake: limit 9876543 VND, is 9876544 VND"


class TestDays:
    async def test_the_calendar_of_the_scripts_is_python_s(self, connection: RedisConnection) -> None:
        first, last = (datetime(year, 1, 1, tzinfo=UTC) for year in (1999, 2105))
        common = (files("bot.adapters") / "lua" / "common.lua").read_text("utf-8")
        loop = (
            "local days = {} for at = tonumber(ARGV[3]), tonumber(ARGV[4]) do days[#days + 1] = day_of(at * 86400) end"
        )
        span = [int(moment.timestamp()) // 86_400 for moment in (first, last)]
        days = await connection.ask(
            connection.client.eval(f"{common}\n{loop} return days", 0, "", "{}", str(span[0]), str(span[1]))
        )
        assert days == [str((first + timedelta(days=n)).date()) for n in range(span[1] - span[0] + 1)]

    async def test_a_new_day_begins_with_nothing_staked_and_a_correction_goes_to_the_day_that_it_is_about(
        self, ledger: RedisLedger, connection: RedisConnection
    ) -> None:
        book, limits = PairBook(ledger), Limits(stake_per_day={"EUR": euros("205.00")})
        stored, reservation = await reserved(ledger)
        stored = await book.change(stored, PairArmed(a_baseline(), a_baseline()))
        stored = await ledger.submit(
            stored, apply(stored.pair, LegSubmitted(Role.POSITIVE)), reservation, Role.POSITIVE
        )
        await self._let_a_day_pass(connection)
        await book.change(stored, LegAccepted(Role.POSITIVE, "HB10000001", euros("40.00"), Odds.parse("2.10")))
        await ledger.release(reservation)
        assert await fields(connection, "staked:EUR:2020-02-29") == {"pair-1:positive": "4000", "pair-1:hedge": "10500"}
        assert await total(connection, "staked:EUR:*") == 14_500
        other, _ = await ledger.receive(a_pair(betPairId="pair-2", arbId="arb-2"))
        await connection.ask(connection.client.delete(f"cooldown:{POSITIVE_ACCOUNT}"))
        assert isinstance(await ledger.reserve(other.pair, BOTH, limits), Reservation)

    @staticmethod
    async def _let_a_day_pass(connection: RedisConnection) -> None:
        names = [name async for name in connection.client.scan_iter(match="staked:*")]
        for name in names:
            await connection.ask(connection.client.rename(name, f"{name.rpartition(':')[0]}:2020-02-29"))
        await connection.ask(connection.client.hset("pair:pair-1", "counted_on", "2020-02-29"))
