"""The hedge after its first refusal: at other odds, for a smaller stake, in part, or not at all."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import RedisLedger
from bot.domain.changes import LegRejected
from bot.domain.hedge import residual
from bot.domain.odds import Odds
from bot.domain.outcome import Outcome
from bot.domain.pair import LegState, PairState, Role
from bot.domain.placement import TicketState
from bot.domain.reasons import Reason
from bot.engine.hedging import HedgeRules
from bot.errors import BookmakerError, LocatorMissing, SessionUnusable
from tests.builders import euros
from tests.fakes.bookmaker import Answer, FakeSite
from tests.integration.engine.conftest import Engine


def odds_move(site: FakeSite, odds: str) -> None:
    """Refuse the first click because the price moves."""
    site.order(Answer.REJECT)
    site.on_click = lambda: site.move(odds)


class TestOddsMoved:
    @pytest.mark.parametrize(
        ("odds", "max_loss", "stake"),
        [("2.20", "0", "95.00"), ("1.97", "0", "107.00"), ("1.91", "0", "110.00"), ("1.80", "0.07", "117.00")],
    )
    async def test_inside_max_loss_the_hedge_is_armed_again_for_the_stake_that_fits(
        self, engine: Engine, odds: str, max_loss: str, stake: str
    ) -> None:
        odds_move(engine.hedge, odds)
        pair = await engine.place(maxLoss=max_loss)
        assert pair.state is PairState.HEDGED
        assert (pair.hedge.attempt, pair.hedge.stake, pair.hedge.odds) == (2, euros(stake), Odds.parse(odds))
        assert "exposure_alert" not in await engine.events()

    async def test_outside_max_loss_is_an_emergency_that_names_control_limit_and_value(self, engine: Engine) -> None:
        odds_move(engine.hedge, "1.80")
        pair = await engine.place(maxLoss="0.0699")
        assert (pair.state, pair.reason) == (PairState.EMERGENCY, "max_loss")
        assert (len(engine.hedge.clicks), engine.hedge.bets) == (1, {})
        emergency = await engine.event("arb_emergency")
        assert emergency["detail"] == "max_loss: limit -6.99 EUR, is -7.00 EUR"
        assert emergency["holdingPnl"]["lost"] == "-100.00 EUR"
        hedge_now = emergency["hedgeNow"]
        assert (hedge_now["odds"], hedge_now["stake"]) == ("1.80", "117.00 EUR")
        assert (hedge_now["pnl"]["won"], hedge_now["pnl"]["lost"]) == ("-7.00 EUR", "-6.40 EUR")

    async def test_odds_that_recover_within_the_window_are_taken(self, engine: Engine) -> None:
        shown = iter(("2.00", "1.80", "1.80", "2.00", "2.00"))
        engine.hedge.order(Answer.REJECT)
        engine.hedge.on_arm = lambda: engine.hedge.move(next(shown))
        pair = await engine.place()
        assert (pair.state, pair.hedge.stake) == (PairState.HEDGED, euros("105.00"))
        assert len(engine.hedge.clicks) == 2

    async def test_the_owners_setting_holds_where_the_job_says_nothing(
        self, connection: RedisConnection, ledger: RedisLedger
    ) -> None:
        generous = Engine(connection, ledger, hedge_rules=HedgeRules(max_loss=Decimal("0.07")))
        odds_move(generous.hedge, "1.80")
        assert (await generous.place()).state is PairState.HEDGED

    async def test_another_line_is_never_taken_for_a_better_price(self, engine: Engine) -> None:
        engine.hedge.order(Answer.REJECT)

        def line_moves() -> None:
            engine.hedge.line = Decimal("3.5")

        engine.hedge.on_click = line_moves
        pair = await engine.place(maxLoss="1")
        assert (pair.state, pair.reason) == (PairState.EMERGENCY, "line_as_asked")
        assert (await engine.event("arb_emergency"))["hedgeNowUnknown"] == "line_as_asked"


class TestStakeLimited:
    @pytest.mark.parametrize("slip_names_maximum", [False, True])
    async def test_the_allowed_part_is_placed_and_the_rest_is_reported(
        self, engine: Engine, slip_names_maximum: bool
    ) -> None:
        def limit_told() -> None:
            engine.hedge.max_stake = euros("40.99")
            engine.hedge.slip_names_maximum = slip_names_maximum

        engine.hedge.order(Answer.SLIP_HAS_CHANGED)
        engine.positive.on_click = limit_told
        pair = await engine.place()
        assert (pair.state, pair.reason, pair.needs_review) == (PairState.EXPOSURE_EVENT, "hedge_limited", True)
        assert (pair.hedge.stake, pair.hedge.whole_stake) == (euros("40.00"), euros("105.00"))
        assert len(engine.hedge.bets) == 1
        alert = await engine.event("exposure_alert")
        assert (alert["severity"], alert["residualStake"]) == ("critical", "65.00 EUR")
        assert (alert["outcomePnl"]["won"], alert["outcomePnl"]["lost"]) == ("70.00 EUR", "-60.00 EUR")
        assert "arb_success" not in await engine.events()

    async def test_the_limit_of_a_refusal_is_taken_at_once(self, engine: Engine) -> None:
        engine.hedge.max_stake = euros("40.00")
        before = engine.clock.monotonic_s()
        assert (await engine.place()).hedge.stake == euros("40.00")
        assert engine.clock.monotonic_s() - before < HedgeRules().retry_delay_s

    async def test_a_limit_below_one_step_is_an_emergency(self, engine: Engine) -> None:
        engine.hedge.max_stake = euros("0.99")
        pair = await engine.place()
        assert (pair.state, pair.reason) == (PairState.EMERGENCY, "stake_above_maximum")
        assert engine.hedge.bets == {}

    @pytest.mark.parametrize(
        ("balance", "stake", "missing"), [("107.00", "107.00", None), ("106.99", "106.00", "1.00")]
    )
    async def test_a_balance_that_does_not_cover_the_new_stake_limits_the_hedge(
        self, engine: Engine, balance: str, stake: str, missing: str | None
    ) -> None:
        engine.hedge.balance = Decimal(balance)
        odds_move(engine.hedge, "1.97")
        pair = await engine.place()
        assert (pair.hedge.stake, residual(pair.hedge)) == (euros(stake), euros(missing) if missing else None)

    async def test_a_balance_below_one_step_is_an_emergency_at_once(self, engine: Engine) -> None:
        def all_is_gone() -> None:
            engine.hedge.balance = Decimal("0.50")

        engine.hedge.order(Answer.REJECT)
        engine.hedge.on_click = all_is_gone
        pair = await engine.place()
        assert (pair.state, pair.reason, len(engine.hedge.clicks)) == (PairState.EMERGENCY, "insufficient_funds", 1)

    async def test_both_results_are_judged_by_the_actual_stakes(self, engine: Engine) -> None:
        engine.hedge.max_stake = euros("40.00")
        pair = await engine.place()
        engine.positive.settle(pair.positive.ticket or "", Outcome.LOST)
        engine.hedge.settle(pair.hedge.ticket or "", Outcome.WON)
        await engine.sweep_both()
        pair = await engine.pair()
        assert pair.verdict is not None
        assert (pair.verdict.actual_pnl, pair.needs_review) == (euros("-60.00"), True)

    async def test_a_limited_stake_at_worse_odds_is_judged_by_the_price_of_the_whole(self, engine: Engine) -> None:
        odds_move(engine.hedge, "1.91")
        engine.hedge.max_stake = euros("40.00")
        pair = await engine.place()
        assert (pair.state, pair.reason) == (PairState.EXPOSURE_EVENT, "hedge_limited")
        assert (pair.hedge.stake, pair.hedge.whole_stake) == (euros("40.00"), euros("110.00"))


class TestPartlyAccepted:
    async def test_a_partly_taken_hedge_exposes_the_pair(self, engine: Engine) -> None:
        engine.hedge.accepted_stake = euros("30.00")
        pair = await engine.place()
        assert (pair.state, pair.reason) == (PairState.EXPOSURE_EVENT, "hedge_partly_accepted")
        assert (await engine.event("exposure_alert"))["residualStake"] == "75.00 EUR"
        assert len(engine.hedge.clicks) == 1

    async def test_a_part_that_only_the_history_shows_exposes_the_pair(self, engine: Engine) -> None:
        engine.hedge.accepted_stake = euros("30.00")
        engine.hedge.order(Answer.TAKE_AND_STAY_SILENT)
        pair = await engine.place()
        assert (pair.state, pair.reason) == (PairState.EXPOSURE_EVENT, "hedge_partly_accepted")

    async def test_a_part_of_the_positive_is_hedged_in_full(self, engine: Engine) -> None:
        engine.positive.accepted_stake = euros("40.00")
        pair = await engine.place()
        assert (pair.state, pair.hedge.stake, pair.hedge.whole_stake) == (
            PairState.HEDGED,
            euros("42.00"),
            euros("42.00"),
        )


class TestAttemptsCountAcrossInterruptions:
    async def _not_found_by_a_human(self, engine: Engine, *answers: Answer) -> None:
        engine.hedge.order(*answers, Answer.STAY_SILENT)
        assert (await engine.place()).hedge.state is LegState.UNKNOWN
        stored = await engine.ledger.load("pair-1")
        assert stored is not None
        await engine.book.resolve(stored, LegRejected(Role.HEDGE, Reason.NOT_PLACED), "not in My Bets")
        await engine.recovery.walk()

    async def test_a_hedge_that_a_human_did_not_find_is_tried_with_the_attempts_left(self, engine: Engine) -> None:
        await self._not_found_by_a_human(engine, Answer.REJECT)
        pair = await engine.pair()
        assert (pair.state, pair.hedge.attempt) == (PairState.HEDGED, 3)

    async def test_with_none_left_it_is_an_emergency_for_the_last_reason(self, engine: Engine) -> None:
        await self._not_found_by_a_human(engine, Answer.REJECT, Answer.REJECT)
        pair = await engine.pair()
        assert (pair.state, pair.reason) == (PairState.EMERGENCY, "not_placed")
        assert len(engine.hedge.clicks) == 3

    async def test_the_price_is_judged_again_as_after_any_refusal(self, engine: Engine) -> None:
        engine.hedge.on_click = lambda: engine.hedge.move("1.80")
        await self._not_found_by_a_human(engine)
        pair = await engine.pair()
        assert (pair.state, pair.reason) == (PairState.EMERGENCY, "max_loss")
        assert len(engine.hedge.clicks) == 1


class TestWindow:
    @pytest.mark.parametrize("seconds", [25, 29])
    async def test_stands_still_while_the_bookmaker_reviews_the_bet(self, engine: Engine, seconds: int) -> None:
        def refuse_at_last() -> None:
            if engine.clock.monotonic_s() >= seconds:
                engine.hedge.decide("LO00000001", TicketState.REJECTED)

        engine.hedge.order(Answer.WAIT)
        engine.hedge.on_click = lambda: setattr(engine.hedge, "on_look", refuse_at_last)
        pair = await engine.place()
        assert (pair.state, pair.hedge.ticket, pair.hedge.attempt) == (PairState.HEDGED, "LO00000002", 2)

    @pytest.mark.parametrize(("delay_s", "clicks"), [(9.9, 3), (10, 2), (20, 1)])
    async def test_ends_the_attempts_when_the_next_would_come_too_late(
        self, connection: RedisConnection, ledger: RedisLedger, delay_s: float, clicks: int
    ) -> None:
        engine = Engine(connection, ledger, hedge_rules=HedgeRules(window_s=20, retry_delay_s=delay_s))
        engine.hedge.order(*[Answer.REJECT] * 3)
        assert (await engine.place()).state is PairState.EMERGENCY
        assert len(engine.hedge.clicks) == clicks


class TestCashOut:
    @pytest.mark.parametrize("offer", ["95.00", None])
    async def test_an_emergency_names_the_cash_out_of_the_positive_bet(self, engine: Engine, offer: str | None) -> None:
        engine.positive.cash_out = euros(offer) if offer else None
        engine.hedge.order(*[Answer.REJECT] * 3)
        await engine.place()
        emergency = await engine.event("arb_emergency")
        assert (emergency["cashOut"], emergency["cashOutUnknown"]) == (f"{offer} EUR" if offer else None, None)

    async def test_the_cash_out_is_not_read_before_the_emergency_is_certain(self, engine: Engine) -> None:
        readings: list[int] = []
        engine.hedge.order(*[Answer.REJECT] * 3)
        engine.hedge.on_click = lambda: readings.append(engine.positive.readings)
        await engine.place()
        assert (readings, engine.positive.readings) == ([1, 1, 1], 2)

    @pytest.mark.parametrize(
        ("error", "why"),
        [
            (SessionUnusable("logged_out"), "SessionUnusable: session is logged_out"),
            (LocatorMissing("harbour", "bets", "stake", ".stake", "is not on the page"), "LocatorMissing: "),
        ],
    )
    async def test_a_history_that_cannot_be_read_never_hides_the_emergency(
        self, engine: Engine, error: BookmakerError, why: str
    ) -> None:
        def history_breaks() -> None:
            engine.positive.history_error = error

        engine.hedge.order(*[Answer.REJECT] * 3)
        engine.hedge.on_click = history_breaks
        assert (await engine.place()).state is PairState.EMERGENCY
        emergency = await engine.event("arb_emergency")
        assert emergency["cashOut"] is None
        assert emergency["cashOutUnknown"].startswith(why)

    async def test_a_page_that_never_answers_delays_the_emergency_only_briefly(
        self, connection: RedisConnection, ledger: RedisLedger
    ) -> None:
        engine = Engine(connection, ledger, hedge_rules=HedgeRules(cash_out_within_s=0.01))

        def history_hangs() -> None:
            engine.positive.history_hangs = True

        engine.hedge.order(*[Answer.REJECT] * 3)
        engine.hedge.on_click = history_hangs
        assert (await engine.place()).state is PairState.EMERGENCY
        assert (await engine.event("arb_emergency"))["cashOutUnknown"] == "TimeoutError"
