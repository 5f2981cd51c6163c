"""The owner's limits, from the job to the reason why not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import RedisLedger
from bot.domain.limits import AccountLimits, Limits
from bot.domain.odds import Odds
from bot.domain.outcome import Outcome
from bot.domain.pair import PairState, Role
from bot.domain.placement import TicketState
from bot.engine.placing import PlacingRules
from bot.ports.reservations import Reservation
from tests.builders import HEDGE_ACCOUNT, POSITIVE_ACCOUNT, a_pair, euros
from tests.fakes.bookmaker import Answer
from tests.fakes.ledger import LedgerStore, MemoryLedger
from tests.integration.engine.conftest import Engine

NOON = datetime(2030, 1, 31, 12, tzinfo=UTC)
SECOND: dict[str, Any] = {"betPairId": "pair-2", "arbId": "arb-2"}


def ago(seconds: float) -> str:
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()


Limited = Callable[[Limits], Engine]


@pytest.fixture
def limited(connection: RedisConnection, ledger: RedisLedger) -> Limited:
    """Build an engine under the limits that a test names."""
    return lambda limits: Engine(connection, ledger, PlacingRules(limits=limits))


async def open_stake(engine: Engine) -> int:
    client = engine.connection.client
    return sum(int(units) for units in await engine.connection.ask(client.hvals("open:EUR")))


def of_hedge(**limits: Any) -> Limits:
    amounts: dict[str, Any] = {name: euros(value) for name, value in limits.items()}
    return Limits(accounts={HEDGE_ACCOUNT: AccountLimits(**amounts)})


COARSE = Limits(
    accounts={
        POSITIVE_ACCOUNT: AccountLimits(stake_step=euros("60")),
        HEDGE_ACCOUNT: AccountLimits(stake_step=euros("100")),
    }
)


class TestBlocked:
    @pytest.mark.parametrize(
        ("limits", "detail"),
        [
            (of_hedge(stake_per_bet="104.99"), "hedge stake_per_bet: limit 104.99 EUR, is 105.00 EUR"),
            (of_hedge(stake_per_day="104.99"), f"{HEDGE_ACCOUNT} stake_per_day: limit 104.99 EUR, is 105.00 EUR"),
            (of_hedge(open_stake="104.99"), f"{HEDGE_ACCOUNT} open_stake: limit 104.99 EUR, is 105.00 EUR"),
            (of_hedge(minimum_stake="105.01"), "hedge minimum_stake: limit 105.01 EUR, is 105.00 EUR"),
            (COARSE, "worst case after rounding, stake_step: limit 0.00 EUR, is -34.00 EUR"),
            (Limits(stake_per_day={"EUR": euros("204.99")}), "EUR stake_per_day: limit 204.99 EUR, is 205.00 EUR"),
            (Limits(open_stake={"EUR": euros("204.99")}), "EUR open_stake: limit 204.99 EUR, is 205.00 EUR"),
            (Limits(min_margin=Decimal("0.0244")), "min_margin: limit 0.0244, is 0.0243"),
        ],
        ids=lambda value: value.split(":")[0] if isinstance(value, str) else "",
    )
    async def test_a_pair_beyond_a_limit_is_blocked_before_any_click_and_the_event_says_control_limit_and_value(
        self, limited: Limited, limits: Limits, detail: str
    ) -> None:
        engine = limited(limits)
        pair = await engine.place()
        assert pair.state is PairState.BLOCKED
        assert f"{pair.reason}:" in detail
        event = await engine.event("arb_blocked")
        assert (event["reason"], event["detail"]) == (pair.reason, detail)
        assert engine.positive.clicks == engine.hedge.clicks == []
        assert await open_stake(engine) == 0

    @pytest.mark.parametrize(
        ("limits", "reason"),
        [(Limits(min_margin=Decimal("0.01")), "min_margin"), (Limits(max_slippage=Decimal("0.005")), "max_slippage")],
    )
    async def test_the_odds_on_the_slips_count(self, limited: Limited, limits: Limits, reason: str) -> None:
        engine = limited(limits)
        engine.positive.price = Odds.parse("2.06")
        assert (await engine.place()).reason == reason
        engine.positive.price = None
        assert (await engine.place(**SECOND)).state is PairState.HEDGED

    @pytest.mark.parametrize(("age_s", "state"), [(5, PairState.HEDGED), (45, PairState.BLOCKED)])
    async def test_a_stale_pair_is_blocked_before_any_page_is_touched(
        self, limited: Limited, age_s: float, state: PairState
    ) -> None:
        engine = limited(Limits(max_age_s=30))
        assert (await engine.place(foundAt=ago(age_s))).state is state
        assert (engine.positive.readings == 0) is (state is PairState.BLOCKED)

    async def test_a_pair_that_grew_stale_while_its_slips_were_armed_is_not_clicked(
        self, connection: RedisConnection
    ) -> None:
        now = [NOON]
        ledger = MemoryLedger(LedgerStore(lambda: now[0]), "worker-a")
        for account in (POSITIVE_ACCOUNT, HEDGE_ACCOUNT):
            assert await ledger.take_lease(account)
        engine = Engine(connection, ledger, PlacingRules(limits=Limits(max_age_s=10)))
        engine.hedge.on_arm = lambda: now.append(now.pop() + timedelta(seconds=11))
        pair = await engine.place(foundAt=NOON.isoformat())
        assert (pair.state, pair.reason) == (PairState.BLOCKED, "max_age")
        assert engine.hedge.readings == 1
        assert engine.positive.clicks == []

    async def test_a_new_pair_is_blocked_after_the_daily_loss(self, limited: Limited) -> None:
        engine = limited(Limits(daily_loss={"EUR": euros("205.00")}))
        await engine.place()
        for site in (engine.positive, engine.hedge):
            [ticket] = site.bets
            site.settle(ticket, Outcome.LOST)
        await engine.sweep_both()
        second = await engine.place(**SECOND)
        assert (second.state, second.reason) == (PairState.BLOCKED, "daily_loss")
        blocked = [event for event in await engine.view.events(100) if event.type == "arb_blocked"]
        assert blocked[0].data["detail"] == "EUR daily_loss: limit 205.00 EUR, is 205.00 EUR"
        assert 0 < blocked[0].data["remainingS"] <= 86_400


class TestRounding:
    async def test_stakes_are_rounded_before_the_slips_are_armed_and_the_audit_says_so(self, limited: Limited) -> None:
        engine = limited(of_hedge(stake_step="10"))
        pair = await engine.place()
        assert (pair.positive.stake, pair.hedge.stake) == (euros("95"), euros("100"))
        assert [row.stake for row in engine.hedge.bets.values()] == [euros("100")]
        whats = [entry.what for entry in await engine.view.audit_of("pair-1")]
        assert whats[:2] == ["received", "stakes_rounded"]
        assert await open_stake(engine) == 19_500

    async def test_a_hedge_of_a_part_of_the_positive_is_rounded_to_the_same_step(self, limited: Limited) -> None:
        engine = limited(of_hedge(stake_step="5"))
        engine.positive.accepted_stake = euros("40.00")
        pair = await engine.place()
        assert (pair.positive.stake, pair.hedge.stake) == (euros("40.00"), euros("40"))


class TestHowOften:
    @pytest.mark.parametrize("control", ["bets_per_minute", "bets_per_hour"])
    async def test_an_account_at_its_bet_rate_blocks_a_new_pair_and_says_how_long(
        self, limited: Limited, control: str
    ) -> None:
        once: dict[str, Any] = {control: 1}
        engine = limited(Limits(accounts={HEDGE_ACCOUNT: AccountLimits(**once)}))
        assert (await engine.place()).state is PairState.HEDGED
        client = engine.connection.client
        await engine.connection.ask(client.delete(f"cooldown:{POSITIVE_ACCOUNT}", f"cooldown:{HEDGE_ACCOUNT}"))
        blocked = await engine.place(**SECOND)
        assert (blocked.state, blocked.reason) == (PairState.BLOCKED, control)
        data = await engine.event("arb_blocked")
        assert data["detail"] == f"{HEDGE_ACCOUNT} {control}: limit 1, is 2"
        assert 0 < data["remainingS"] <= {"bets_per_minute": 60, "bets_per_hour": 3600}[control]


class TestHedgesAreNotLimited:
    async def test_a_hedge_is_placed_although_every_limit_was_exceeded_while_its_positive_waited(
        self, limited: Limited
    ) -> None:
        just_enough, nothing = {"EUR": euros("205.00")}, {"EUR": euros("0.01")}
        engine = limited(Limits(stake_per_day=just_enough, open_stake=just_enough, daily_loss=nothing))
        engine.positive.order(Answer.WAIT)
        assert (await engine.place()).state is PairState.PLACING_POSITIVE
        client = engine.connection.client
        [day] = await engine.connection.ask(client.keys("staked:EUR:*"))
        for name in (day, "open:EUR", day.replace("staked", "result")):
            units = "-9999" if name.startswith("result") else "9999"
            await engine.connection.ask(client.hset(name, "pair-9:positive", units))
        engine.positive.decide("HB00000001", TicketState.OPEN)
        await engine.recovery.walk()
        assert (await engine.pair()).state is PairState.HEDGED
        assert (await engine.place(**SECOND)).reason == "stake_per_day"


class TestCrash:
    async def test_stakes_reserved_by_a_dead_worker_are_freed_when_the_pair_is_resumed(self, engine: Engine) -> None:
        stored, _ = await engine.ledger.receive(a_pair())
        assert isinstance(await engine.ledger.reserve(stored.pair, tuple(Role)), Reservation)
        assert await open_stake(engine) == 20_500
        await engine.recovery.walk()
        assert (await engine.pair()).state is PairState.FAILED
        assert await open_stake(engine) == 0
