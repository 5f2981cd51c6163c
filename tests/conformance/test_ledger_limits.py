"""Limits on staked, open and lost amounts, in the ledger on Redis and the one in memory.

Counts are read through the port itself: the refusal of a pair that would pass a limit names the total.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import RedisLedger
from bot.domain.changes import (
    EmergencyDeclared,
    LegAccepted,
    LegArmed,
    LegRejected,
    LegResettled,
    LegRestaked,
    LegSettled,
    LegSubmitted,
    LegUnknown,
    PairBlocked,
    PairFailed,
    StakesRounded,
)
from bot.domain.lifecycle import apply
from bot.domain.limits import AccountLimits, Limits
from bot.domain.money import Money
from bot.domain.odds import Odds
from bot.domain.outcome import Outcome
from bot.domain.pair import Account, Role
from bot.domain.reasons import Reason
from bot.domain.settlement import judgement
from bot.errors import LedgerConflict
from bot.ports.pairs import StoredPair
from bot.ports.reservations import Reservation, ReservationRefused
from tests.builders import HEDGE_ACCOUNT, POSITIVE_ACCOUNT, a_baseline, an_acceptance, euros
from tests.conformance.ledger_hand import ACCOUNTS, BOTH, LASTING, OTHER, Hand, Opening
from tests.fakes.ledger import LedgerStore, MemoryLedger

OTHER_ACCOUNTS = (Account("harbourline", "harbour", "carl"), Account("senbien", "lotus", "dung"))
ELSEWHERE: dict[str, Any] = OTHER | {"positiveBet": {"accountId": "carl"}, "hedgeBet": {"accountId": "dung"}}
A_CENT = euros("0.01")
ACCOUNT_CENT = AccountLimits(stake_per_day=A_CENT)
ODDS = Odds.parse("2.10")


async def outcome(hand: Hand, limits: Limits) -> ReservationRefused | None:
    """Return the refusal, if any, of another pair of 100.00 and 105.00 EUR on other accounts under these limits."""
    stored = await hand.received(**ELSEWHERE)
    answer = await hand.ledger.reserve(stored.pair, BOTH, limits)
    if isinstance(answer, ReservationRefused):
        return answer
    await hand.ledger.release(answer)
    return None


async def counted(hand: Hand, limits: Limits, asked: str = "205.00") -> Decimal:
    refused = await outcome(hand, limits)
    assert refused is not None
    return Decimal(refused.detail.split(" is ")[1].split()[0]) - Decimal(asked)


async def staked(hand: Hand) -> str:
    """Return what all accounts in EUR have staked today and have open."""
    today = await counted(hand, Limits(stake_per_day={"EUR": A_CENT}))
    still_open = await counted(hand, Limits(open_stake={"EUR": A_CENT}))
    return f"{today} {still_open}"


async def lost(hand: Hand) -> str:
    refused = await outcome(hand, Limits(daily_loss={"EUR": A_CENT}))
    return refused.detail.split(" is ")[1] if refused else "nothing"


async def hedged(hand: Hand) -> StoredPair:
    stored, reservation = await hand.accepted()
    stored = await hand.submitted(stored, reservation, Role.HEDGE)
    stored = await hand.changed(stored, an_acceptance(stored.pair, Role.HEDGE))
    await hand.ledger.release(reservation)
    return stored


async def settled(hand: Hand, stored: StoredPair, positive: Outcome, hedge: Outcome) -> StoredPair:
    stored = await hand.changed(stored, LegSettled(Role.POSITIVE, positive, None))
    stored = await hand.changed(stored, LegSettled(Role.HEDGE, hedge, None))
    return await hand.changed(stored, *judgement(stored.pair, Decimal("0.05")))


async def resettled(hand: Hand, stored: StoredPair, outcome: Outcome, previous: Outcome) -> StoredPair:
    stored = await hand.changed(stored, LegResettled(Role.HEDGE, outcome, None, previous))
    return await hand.changed(stored, *judgement(stored.pair, Decimal("0.05")))


class LimitsContract:
    """The contract of every ledger. ``opened`` opens a worker on the store that all workers of a test share."""

    @pytest.fixture
    async def hand(self, opened: Opening) -> Hand:
        hand = await opened("worker-a", LASTING).leased()
        for account in OTHER_ACCOUNTS:
            assert await hand.ledger.take_lease(account)
        return hand

    @pytest.mark.parametrize(
        ("limits", "words"),
        [
            # 100.00 and 105.00 EUR already count; the other pair, on other accounts, asks for the same again
            (Limits(stake_per_day={"EUR": euros("410.01")}), None),
            (Limits(stake_per_day={"EUR": euros("410.00")}), None),
            (Limits(stake_per_day={"EUR": euros("409.99")}), "EUR stake_per_day: limit 409.99 EUR, is 410.00 EUR"),
            (Limits(open_stake={"EUR": euros("410.01")}), None),
            (Limits(open_stake={"EUR": euros("410.00")}), None),
            (Limits(open_stake={"EUR": euros("409.99")}), "EUR open_stake: limit 409.99 EUR, is 410.00 EUR"),
            (Limits(stake_per_day={"USD": Money(Decimal(1), "USD")}), None),
        ],
    )
    async def test_all_accounts_of_a_currency_may_go_to_its_limit_together_and_no_further(
        self, hand: Hand, limits: Limits, words: str | None
    ) -> None:
        await hand.reserved(await hand.received())
        refused = await outcome(hand, limits)
        assert (refused.detail if refused else None) == words

    @pytest.mark.parametrize(
        ("account", "limit", "words"),
        [
            (POSITIVE_ACCOUNT, AccountLimits(stake_per_day=euros("200.01")), None),
            (POSITIVE_ACCOUNT, AccountLimits(stake_per_day=euros("200.00")), None),
            (
                POSITIVE_ACCOUNT,
                AccountLimits(stake_per_day=euros("199.99")),
                "harbourline:harbour:ann stake_per_day: limit 199.99 EUR, is 200.00 EUR",
            ),
            (HEDGE_ACCOUNT, AccountLimits(open_stake=euros("210.01")), None),
            (HEDGE_ACCOUNT, AccountLimits(open_stake=euros("210.00")), None),
            (
                HEDGE_ACCOUNT,
                AccountLimits(open_stake=euros("209.99")),
                "senbien:lotus:binh open_stake: limit 209.99 EUR, is 210.00 EUR",
            ),
            (OTHER_ACCOUNTS[0], AccountLimits(open_stake=A_CENT), None),
        ],
    )
    async def test_an_account_may_go_to_its_limit_and_no_further(
        self, hand: Hand, account: Account, limit: AccountLimits, words: str | None
    ) -> None:
        await hand.ledger.release(await hand.reserved(await hand.received()))
        answer = await hand.ledger.reserve((await hand.received(**OTHER)).pair, BOTH, Limits({account: limit}))
        assert (answer.detail if isinstance(answer, ReservationRefused) else None) == words

    @pytest.mark.parametrize(
        ("limit", "words"),
        [
            ("205.01", None),
            ("205.00", "EUR daily_loss: limit 205.00 EUR, is 205.00 EUR"),
            ("204.99", "EUR daily_loss: limit 204.99 EUR, is 205.00 EUR"),
        ],
    )
    async def test_no_new_pair_once_the_day_has_lost_the_limit(self, hand: Hand, limit: str, words: str | None) -> None:
        await settled(hand, await hedged(hand), Outcome.LOST, Outcome.LOST)
        refused = await outcome(hand, Limits(daily_loss={"EUR": euros(limit)}))
        assert (refused.detail if refused else None) == words

    async def test_a_refusal_by_a_day_s_limit_says_when_the_day_is_over_and_counts_nothing(self, hand: Hand) -> None:
        stored = await hand.received()
        refused = await hand.ledger.reserve(stored.pair, BOTH, Limits(stake_per_day={"EUR": A_CENT}))
        assert isinstance(refused, ReservationRefused)
        assert (refused.reason, 0 < (refused.remaining_s or 0) <= 86_400) == ("stake_per_day", True)
        refused = await hand.ledger.reserve(stored.pair, BOTH, Limits(open_stake={"EUR": A_CENT}))
        assert isinstance(refused, ReservationRefused)
        assert refused.remaining_s is None
        assert await staked(hand) == "0.00 0.00"

    async def test_both_stakes_count_from_the_reservation_on_and_once(self, hand: Hand) -> None:
        stored, just_enough = await hand.received(), Limits(open_stake={"EUR": euros("205.00")})
        assert await staked(hand) == "0.00 0.00"
        for _ in range(2):
            reservation = await hand.ledger.reserve(stored.pair, BOTH, just_enough)
            assert isinstance(reservation, Reservation)
            await hand.ledger.release(reservation)
            assert await staked(hand) == "205.00 205.00"

    async def test_stakes_that_were_rounded_count_as_rounded(self, hand: Hand) -> None:
        stored = await hand.changed(await hand.received(), StakesRounded(euros("95"), euros("100")))
        assert await staked(hand) == "0.00 0.00"
        await hand.reserved(stored)
        assert await staked(hand) == "195.00 195.00"

    async def test_a_pair_that_came_to_nothing_counts_nothing(self, hand: Hand) -> None:
        stored = await hand.received()
        await hand.reserved(stored)
        await hand.changed(stored, PairBlocked(Reason.MIN_MARGIN))
        assert await staked(hand) == "0.00 0.00"

    async def test_what_a_dead_worker_had_reserved_is_freed_when_its_pair_is_taken_up(
        self, hand: Hand, opened: Opening
    ) -> None:
        await hand.reserved(await hand.received())
        for account in ACCOUNTS:
            await hand.ledger.give_up_lease(account)
        successor = await opened("worker-b", LASTING).leased()
        stored = await successor.ledger.load("pair-1")
        assert stored is not None
        await successor.changed(stored, PairFailed(Reason.INTERRUPTED))
        assert await staked(hand) == "0.00 0.00"

    async def test_a_pair_that_somebody_else_has_ended_is_not_reserved_and_counts_nothing(self, hand: Hand) -> None:
        stored = await hand.received()
        await hand.changed(stored, PairFailed(Reason.INTERRUPTED))
        with pytest.raises(LedgerConflict, match="has changed since it was received"):
            await hand.ledger.reserve(stored.pair, BOTH)
        assert await staked(hand) == "0.00 0.00"

    async def test_a_bet_that_was_not_taken_counts_nothing_and_one_that_nobody_knows_of_goes_on(
        self, hand: Hand
    ) -> None:
        stored, reservation = await hand.armed()
        stored = await hand.submitted(stored, reservation, Role.POSITIVE)
        stored = await hand.changed(stored, LegUnknown(Role.POSITIVE, "no answer"))
        assert await staked(hand) == "205.00 205.00"
        await hand.changed(stored, LegRejected(Role.POSITIVE, Reason.DECLINED))
        assert await staked(hand) == "0.00 0.00"

    async def test_what_is_taken_of_a_stake_is_what_counts(self, hand: Hand) -> None:
        stored, reservation = await hand.armed()
        stored = await hand.submitted(stored, reservation, Role.POSITIVE)
        stored = await hand.changed(stored, LegAccepted(Role.POSITIVE, "HB10000001", euros("40.00"), ODDS))
        assert await staked(hand) == "145.00 145.00"
        stored = await hand.changed(stored, LegRestaked(Role.POSITIVE, euros("70.00")))
        assert await staked(hand) == "175.00 175.00"
        await hand.changed(stored, EmergencyDeclared(Reason.DECLINED))
        assert await staked(hand) == "70.00 70.00"

    async def test_a_hedge_counts_what_its_last_attempt_asks_for(self, hand: Hand) -> None:
        stored, reservation = await hand.accepted()
        after = apply(apply(stored.pair, LegArmed(Role.HEDGE, a_baseline())), LegSubmitted(Role.HEDGE, euros("84.00")))
        await hand.ledger.submit(stored, after, reservation, Role.HEDGE)
        assert await staked(hand) == "184.00 184.00"

    async def test_no_limit_stops_a_hedge_whose_positive_bet_is_accepted(self, hand: Hand) -> None:
        stored, reservation = await hand.accepted()
        await hand.ledger.release(reservation)
        nothing_more = Limits(dict.fromkeys(ACCOUNTS, ACCOUNT_CENT), {"EUR": A_CENT}, {"EUR": A_CENT}, {"EUR": A_CENT})
        assert isinstance(await hand.ledger.reserve(stored.pair, [Role.HEDGE], nothing_more), Reservation)
        assert await staked(hand) == "205.00 205.00"

    async def test_a_settled_bet_is_no_longer_open_but_was_staked_today(self, hand: Hand) -> None:
        stored = await hand.changed(await hedged(hand), LegSettled(Role.POSITIVE, Outcome.WON, None))
        assert await staked(hand) == "205.00 105.00"
        await hand.changed(stored, LegSettled(Role.HEDGE, Outcome.LOST, None))
        assert await staked(hand) == "205.00 0.00"

    async def test_a_ticket_whose_watch_has_ended_is_no_longer_open(self, hand: Hand) -> None:
        await hedged(hand)
        [watch, _] = sorted(await hand.watches(), key=lambda watch: watch.role is Role.HEDGE)
        await hand.ledger.unwatch(watch)
        assert await staked(hand) == "205.00 105.00"

    async def test_a_day_s_loss_is_the_sum_of_its_results_and_a_correction_replaces_what_it_corrects(
        self, hand: Hand
    ) -> None:
        stored = await settled(hand, await hedged(hand), Outcome.LOST, Outcome.LOST)
        assert await lost(hand) == "205.00 EUR"
        stored = await resettled(hand, stored, Outcome.VOID, Outcome.LOST)
        assert await lost(hand) == "100.00 EUR"
        stored = await resettled(hand, stored, Outcome.WON, Outcome.VOID)
        assert await lost(hand) == "nothing"
        await resettled(hand, stored, Outcome.LOST, Outcome.WON)
        assert await lost(hand) == "205.00 EUR"


class TestRedisLedger(LimitsContract):
    @pytest.fixture
    async def opened(self, redis_url: str) -> AsyncIterator[Opening]:
        connection = RedisConnection(redis_url)
        yield lambda worker, times: Hand(RedisLedger(connection, worker, times))
        await connection.close()


class TestMemoryLedger(LimitsContract):
    @pytest.fixture
    def opened(self) -> Opening:
        store = LedgerStore(lambda: datetime.now(UTC))
        return lambda worker, times: Hand(MemoryLedger(store, worker, times))
