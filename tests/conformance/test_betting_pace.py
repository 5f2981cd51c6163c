"""Betting rates of accounts and cooldown violations, in the ledger on Redis and the one in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import LedgerTimes, RedisLedger
from bot.adapters.redis_reader import RedisReader
from bot.domain.changes import EmergencyDeclared, LegAccepted, LegRejected, LegSubmitted, PairFailed
from bot.domain.limits import AccountLimits, Limits
from bot.domain.odds import Odds
from bot.domain.pair import Account, Role
from bot.domain.reasons import Reason
from bot.ports.pairs import StoredPair
from bot.ports.reservations import Reservation, ReservationRefused
from tests.builders import HEDGE_ACCOUNT, POSITIVE_ACCOUNT, euros
from tests.conformance.ledger_hand import ARMED, BOTH, OTHER, Hand, Opening
from tests.fakes.ledger import LedgerStore, MemoryLedger

ANN = str(POSITIVE_ACCOUNT)
LONG_LEASED = LedgerTimes(lease_s=7200, first_look_s=0)
REJECTED = LegRejected(Role.POSITIVE, Reason.DECLINED)
ODDS = Odds.parse("2.10")
Violations = Callable[[], Awaitable[Mapping[str, int]]]
LetPass = Callable[[float], Awaitable[None]]


def at_most(account: Account, *, minute: int | None = None, hour: int | None = None) -> Limits:
    return Limits(accounts={account: AccountLimits(bets_per_minute=minute, bets_per_hour=hour)})


async def first_bet_rejected(hand: Hand) -> None:
    """End a pair after its first click: one account has bet once, the other never, and neither cools down."""
    stored, reservation = await hand.armed()
    stored = await hand.submitted(stored, reservation, Role.POSITIVE)
    await hand.changed(stored, REJECTED)
    await hand.ledger.release(reservation)


async def past_the_gate(hand: Hand, stored: StoredPair, *roles: Role) -> None:
    """Write acceptances that were not allowed: no reservation, no intent."""
    for role in roles:
        ticket = f"{stored.pair.bet_pair_id}-{role.value}"
        accepted = LegAccepted(role, ticket, euros("100.00"), ODDS)
        stored = await hand.changed(stored, LegSubmitted(role), accepted)


async def answer(hand: Hand, limits: Limits) -> Reservation | ReservationRefused:
    return await hand.ledger.reserve((await hand.received(**OTHER)).pair, BOTH, limits)


class PaceContract:
    """The contract of every ledger. ``opened`` opens a worker on the store that all workers of a test share."""

    @pytest.fixture
    async def hand(self, opened: Opening) -> Hand:
        return await opened("worker-a", LONG_LEASED).leased()

    @pytest.mark.parametrize(
        ("limits", "control", "left_s"),
        [
            (at_most(POSITIVE_ACCOUNT, minute=1), "bets_per_minute", 60),
            (at_most(POSITIVE_ACCOUNT, hour=1), "bets_per_hour", 3600),
            (at_most(POSITIVE_ACCOUNT, minute=1, hour=1), "bets_per_minute", 60),
        ],
    )
    async def test_an_account_that_has_bet_as_often_as_it_may_takes_no_new_pair_and_says_until_when(
        self, hand: Hand, limits: Limits, control: str, left_s: int
    ) -> None:
        await first_bet_rejected(hand)
        refused = await answer(hand, limits)
        assert isinstance(refused, ReservationRefused)
        assert (refused.reason, refused.detail) == (control, f"{ANN} {control}: limit 1, is 2")
        assert left_s - 10 < (refused.remaining_s or 0) <= left_s

    @pytest.mark.parametrize(
        "limits",
        [at_most(POSITIVE_ACCOUNT, minute=2), at_most(POSITIVE_ACCOUNT, hour=2), at_most(HEDGE_ACCOUNT, hour=1)],
    )
    async def test_what_has_bet_less_often_may_bet(self, hand: Hand, limits: Limits) -> None:
        await first_bet_rejected(hand)
        assert isinstance(await answer(hand, limits), Reservation)

    async def test_the_bet_that_leaves_the_span_first_says_how_long_it_takes(
        self, hand: Hand, let_pass: LetPass
    ) -> None:
        await first_bet_rejected(hand)
        await let_pass(50)
        refused = await answer(hand, at_most(POSITIVE_ACCOUNT, minute=1))
        assert isinstance(refused, ReservationRefused)
        assert 0 < (refused.remaining_s or 0) <= 10
        await let_pass(11)
        assert isinstance(await answer(hand, at_most(POSITIVE_ACCOUNT, minute=1)), Reservation)

    async def test_a_pair_that_was_never_clicked_is_no_bet(self, hand: Hand) -> None:
        stored, reservation = await hand.armed()
        await hand.changed(stored, PairFailed(Reason.INTERRUPTED))
        await hand.ledger.release(reservation)
        assert isinstance(await answer(hand, at_most(POSITIVE_ACCOUNT, minute=1)), Reservation)

    async def test_no_rate_stops_a_hedge_whose_positive_bet_is_accepted_but_it_counts(self, hand: Hand) -> None:
        await first_bet_rejected(hand)
        stored, reservation = await hand.accepted(**OTHER)
        await hand.ledger.release(reservation)
        reservation_again = await hand.ledger.reserve(stored.pair, [Role.HEDGE], at_most(POSITIVE_ACCOUNT, minute=1))
        assert isinstance(reservation_again, Reservation)
        stored = await hand.submitted(stored, reservation_again, Role.HEDGE)
        await hand.changed(stored, LegRejected(Role.HEDGE, Reason.DECLINED), EmergencyDeclared(Reason.DECLINED))
        await hand.ledger.release(reservation_again)
        another = await hand.received(betPairId="pair-3", arbId="arb-3")
        refused = await hand.ledger.reserve(another.pair, BOTH, at_most(HEDGE_ACCOUNT, hour=1))
        assert isinstance(refused, ReservationRefused)
        assert refused.reason == "bets_per_hour"

    async def test_workers_that_ask_at_once_do_not_pass_a_rate_together(self, hand: Hand) -> None:
        limits, clicked = at_most(POSITIVE_ACCOUNT, minute=2), list[str]()

        async def bet(number: int) -> None:
            stored = await hand.received(betPairId=f"pair-{number}", arbId=f"arb-{number}")
            reservation = await hand.ledger.reserve(stored.pair, BOTH, limits)
            if isinstance(reservation, ReservationRefused):
                return
            stored = await hand.submitted(await hand.changed(stored, ARMED), reservation, Role.POSITIVE)
            clicked.append(stored.pair.bet_pair_id)
            await hand.changed(stored, REJECTED)
            await hand.ledger.release(reservation)

        for _ in range(3):
            await asyncio.gather(*(bet(number) for number in range(len(clicked) * 10, len(clicked) * 10 + 8)))
        assert len(clicked) == 2

    async def test_an_acceptance_while_the_account_cools_down_is_counted(
        self, hand: Hand, violations: Violations
    ) -> None:
        await hand.accepted()
        assert await violations() == {}
        other = await hand.changed(await hand.received(**OTHER), ARMED)
        await past_the_gate(hand, other, Role.POSITIVE)
        assert await violations() == {ANN: 1}

    async def test_a_pair_s_two_accounts_and_a_bet_after_the_cooldown_are_no_violations(
        self, hand: Hand, violations: Violations, let_pass: LetPass
    ) -> None:
        await past_the_gate(hand, await hand.changed(await hand.received(), ARMED), Role.POSITIVE, Role.HEDGE)
        await let_pass(61)
        await past_the_gate(hand, await hand.changed(await hand.received(**OTHER), ARMED), Role.POSITIVE)
        assert await violations() == {}


class TestRedisLedger(PaceContract):
    @pytest.fixture
    async def connection(self, redis_url: str) -> AsyncIterator[RedisConnection]:
        connection = RedisConnection(redis_url)
        yield connection
        await connection.close()

    @pytest.fixture
    def opened(self, connection: RedisConnection) -> Opening:
        return lambda worker, times: Hand(RedisLedger(connection, worker, times))

    @pytest.fixture
    def violations(self, connection: RedisConnection) -> Violations:
        return RedisReader(connection).cooldown_violations

    @pytest.fixture
    def let_pass(self, connection: RedisConnection) -> LetPass:
        """Make the records in Redis older, because its time cannot be set."""

        async def older(seconds: float) -> None:
            client = connection.client
            async for name in client.scan_iter(match="bets:*"):
                for member in await connection.ask(client.zrange(name, 0, -1)):
                    await connection.ask(client.zincrby(name, -seconds * 1000, member))
            for name in [name async for name in client.scan_iter(match="cooldown:*")]:
                left_ms = await connection.ask(client.pttl(name))
                await connection.ask(client.pexpire(name, left_ms - round(seconds * 1000)))

        return older


class TestMemoryLedger(PaceContract):
    @pytest.fixture
    def store(self) -> LedgerStore:
        self.passed = timedelta(0)
        return LedgerStore(lambda: datetime.now(UTC) + self.passed)

    @pytest.fixture
    def opened(self, store: LedgerStore) -> Opening:
        return lambda worker, times: Hand(MemoryLedger(store, worker, times))

    @pytest.fixture
    def violations(self, store: LedgerStore) -> Violations:
        async def counted() -> Mapping[str, int]:
            return {str(account): times for account, times in store.cooldown_violations.items() if times}

        return counted

    @pytest.fixture
    def let_pass(self) -> LetPass:
        async def later(seconds: float) -> None:
            self.passed += timedelta(seconds=seconds)

        return later
