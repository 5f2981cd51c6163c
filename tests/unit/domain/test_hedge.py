"""The lowest price at which a hedge is still placed, and what a hedge that is too small leaves open."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.changes import Change, LegAccepted, LegArmed, LegRejected, LegSettled, LegSubmitted, PairExposed
from bot.domain.consequences import consequences
from bot.domain.hedge import refusal_of_price, residual, taken_at, with_exposure
from bot.domain.lifecycle import apply
from bot.domain.limits import ControlRefusal
from bot.domain.money import exact
from bot.domain.odds import Odds, OddsStyle
from bot.domain.outcome import Outcome
from bot.domain.pair import Pair, PairState, Role
from bot.domain.reasons import Reason
from bot.domain.sizing import hedge_bet_at
from tests.builders import a_baseline, a_pair_in, after, an_acceptance, euros


def accepted(stake: str = "100.00", odds: str = "2.10", **changes: Any) -> Pair:
    """Accept the positive bet, which asks for 100.00 EUR at 2.10; the hedge asks for 105.00 EUR at 2.00, 1.95 or up."""
    acceptance = LegAccepted(Role.POSITIVE, "HB10000007", euros(stake), Odds.parse(odds))
    return apply(a_pair_in(PairState.PLACING_POSITIVE, **changes), acceptance)


def refused(pair: Pair, odds: str, max_loss: str, style: OddsStyle = OddsStyle.DECIMAL) -> ControlRefusal | None:
    price = Odds.parse(odds, style)
    return refusal_of_price(pair, hedge_bet_at(pair, price).stake, price, exact(max_loss))


class TestMaxLoss:
    @pytest.mark.parametrize(
        ("odds", "worst"), [("1.92", None), ("1.91", None), ("1.90", "-1.00 EUR"), ("1.80", "-7.00 EUR")]
    )
    def test_by_default_a_hedge_may_cost_the_whole_profit_and_not_a_cent_more(
        self, odds: str, worst: str | None
    ) -> None:
        refusal = refused(accepted(), odds, "0")
        assert (refusal and refusal.value) == worst

    @pytest.mark.parametrize(("max_loss", "is_refused"), [("0.0699", True), ("0.07", False), ("0.0701", False)])
    def test_a_sure_loss_may_reach_the_limit_and_no_further(self, max_loss: str, is_refused: bool) -> None:
        assert (refused(accepted(), "1.80", max_loss) is not None) is is_refused

    @pytest.mark.parametrize(("max_loss", "is_refused"), [("0.0719", True), ("0.072", False), ("0.0721", False)])
    def test_the_limit_is_a_fraction_of_what_was_accepted(self, max_loss: str, is_refused: bool) -> None:
        refusal = refused(accepted("50.00"), "1.80", max_loss)
        assert (refusal is not None) is is_refused
        assert refusal is None or refusal.value == "-3.60 EUR"

    def test_a_refusal_names_control_limit_and_value(self) -> None:
        refusal = refused(accepted(), "1.80", "0.02")
        assert str(refusal) == "max_loss: limit -2.00 EUR, is -7.00 EUR"
        assert refusal is not None
        assert refusal.price_is_gone

    @pytest.mark.parametrize(
        ("setting", "job", "is_refused"), [("0", "0.07", False), ("1", "0", True), ("0.07", None, False)]
    )
    def test_the_jobs_own_limit_wins_over_the_setting(self, setting: str, job: str | None, is_refused: bool) -> None:
        assert (refused(accepted(maxLoss=job), "1.80", setting) is not None) is is_refused

    @pytest.mark.parametrize(("odds", "is_refused"), [("1.51", False), ("1.50", False), ("1.49", True)])
    def test_down_to_its_minimum_odds_the_job_allows_the_hedge_at_any_loss(self, odds: str, is_refused: bool) -> None:
        generous = accepted(hedgeBet={"minOdds": "1.50"})
        assert (refused(generous, odds, "0") is not None) is is_refused

    def test_odds_are_compared_as_prices_in_any_style(self) -> None:
        assert refused(accepted(), "0.91", "0", OddsStyle.HONG_KONG) is None
        assert refused(accepted(), "0.90", "0", OddsStyle.HONG_KONG) is not None

    @pytest.mark.parametrize(("max_loss", "is_refused"), [("0.0666", True), ("0.0667", False)])
    def test_a_pair_in_two_currencies_is_judged_in_that_of_the_positive_bet(
        self, max_loss: str, is_refused: bool
    ) -> None:
        pair = accepted(fxRate="0.00004", hedgeBet={"currency": "VND", "stake": "2625000"})
        assert (refused(pair, "1.80", max_loss) is not None) is is_refused

    def test_with_the_whole_stake_allowed_to_be_lost_no_price_is_refused(self) -> None:
        assert refused(accepted(), "1.01", "1") is None

    def test_what_the_limit_allows_becomes_the_minimum(self) -> None:
        bet = accepted().hedge.bet
        assert taken_at(bet, Odds.parse("1.92")).min_odds == Odds.parse("1.92")
        assert taken_at(bet, Odds.parse("2.30")) == bet


def hedged(taken: str, asked: str = "105.00", whole: str | None = None) -> Pair:
    """Accept ``taken`` of a hedge that asked for ``asked``, where ``whole`` would have covered the positive."""
    pair = accepted()
    steps: list[Change] = [
        LegArmed(Role.HEDGE, a_baseline(), euros(whole) if whole else None),
        LegSubmitted(Role.HEDGE, euros(asked)),
        LegAccepted(Role.HEDGE, "2000000007", euros(taken), Odds.parse("2.00")),
    ]
    return after(pair, *steps)


class TestResidual:
    @pytest.mark.parametrize(
        ("taken", "asked", "whole", "missing"),
        [
            ("105.00", "105.00", None, None),
            ("105.01", "105.00", None, None),
            ("104.99", "105.00", None, "0.01"),
            ("40.00", "40.00", "105.00", "65.00"),
            ("40.00", "40.00", "40.00", None),
            ("39.99", "40.00", "40.00", "0.01"),
            ("30.00", "40.00", "105.00", "75.00"),
        ],
    )
    def test_is_what_the_accepted_stake_lacks_of_the_whole(
        self, taken: str, asked: str, whole: str | None, missing: str | None
    ) -> None:
        assert residual(hedged(taken, asked, whole).hedge) == (euros(missing) if missing else None)

    def test_a_hedge_that_is_not_accepted_has_none(self) -> None:
        assert residual(accepted().hedge) is None
        assert residual(a_pair_in(PairState.EMERGENCY).hedge) is None

    def test_the_whole_stake_of_an_attempt_says_nothing_about_the_next(self) -> None:
        pair = after(
            accepted(),
            LegArmed(Role.HEDGE, a_baseline(), euros("117.00")),
            LegSubmitted(Role.HEDGE, euros("117.00")),
            LegRejected(Role.HEDGE, Reason.DECLINED),
            LegArmed(Role.HEDGE, a_baseline()),
            LegSubmitted(Role.HEDGE, euros("105.00")),
            LegAccepted(Role.HEDGE, "2000000007", euros("105.00"), Odds.parse("2.00")),
        )
        assert residual(pair.hedge) is None


class TestExposureInTheSameStep:
    @pytest.mark.parametrize(
        ("taken", "asked", "whole", "reason"),
        [
            ("105.00", "105.00", None, None),
            ("40.00", "40.00", "105.00", Reason.HEDGE_LIMITED),
            ("30.00", "40.00", "105.00", Reason.HEDGE_PARTLY_ACCEPTED),
            ("104.99", "105.00", None, Reason.HEDGE_PARTLY_ACCEPTED),
        ],
    )
    def test_a_hedge_accepted_for_less_than_the_whole_exposes_the_pair(
        self, taken: str, asked: str, whole: str | None, reason: Reason | None
    ) -> None:
        pair = after(
            accepted(),
            LegArmed(Role.HEDGE, a_baseline(), euros(whole) if whole else None),
            LegSubmitted(Role.HEDGE, euros(asked)),
        )
        acceptance = LegAccepted(Role.HEDGE, "2000000007", euros(taken), Odds.parse("2.00"))
        exposed = () if reason is None else (PairExposed(reason),)
        assert with_exposure(pair, [acceptance]) == (acceptance, *exposed)
        assert after(pair, *with_exposure(pair, [acceptance])).needs_review is (reason is not None)

    def test_a_positive_bet_of_which_less_is_accepted_does_not_for_its_hedge_is_made_to_fit(self) -> None:
        pair = a_pair_in(PairState.PLACING_POSITIVE)
        acceptance = LegAccepted(Role.POSITIVE, "HB10000007", euros("40.00"), Odds.parse("2.10"))
        assert with_exposure(pair, [acceptance]) == (acceptance,)

    def test_a_hedge_of_a_bet_that_has_become_void_exposes_the_pair_and_is_no_success(self) -> None:
        void = after(accepted(), LegSettled(Role.POSITIVE, Outcome.VOID, None))
        pair = after(void, LegArmed(Role.HEDGE, a_baseline()), LegSubmitted(Role.HEDGE))
        acceptance = an_acceptance(pair, Role.HEDGE)
        changes = with_exposure(pair, [acceptance])
        assert changes == (acceptance, PairExposed(Reason.POSITIVE_VOID))
        announced = [each.type.value for each in consequences(after(pair, acceptance), acceptance).announcements]
        assert announced == ["bet_executed"]

    def test_what_is_no_acceptance_is_left_as_it_is(self) -> None:
        pair = a_pair_in(PairState.HEDGED)
        assert with_exposure(pair, ()) == ()
        assert with_exposure(pair, [PairExposed(Reason.STAKE_CHANGED_HEDGE)]) == (
            PairExposed(Reason.STAKE_CHANGED_HEDGE),
        )


class TestLimitOfARefusal:
    def test_is_kept_until_another_is_named(self) -> None:
        submitted = after(a_pair_in(PairState.PLACING_HEDGE), LegSubmitted(Role.HEDGE))
        limited = apply(submitted, LegRejected(Role.HEDGE, Reason.STAKE_ABOVE_MAXIMUM, "", euros("40.00")))
        again = after(limited, LegArmed(Role.HEDGE, a_baseline()), LegSubmitted(Role.HEDGE))
        assert apply(again, LegRejected(Role.HEDGE, Reason.ODDS_CHANGED)).hedge.limit == euros("40.00")
        lower = LegRejected(Role.HEDGE, Reason.STAKE_ABOVE_MAXIMUM, "", euros("30.00"))
        assert apply(again, lower).hedge.limit == euros("30.00")

    def test_says_nothing_about_a_hedge_accepted_in_full(self) -> None:
        pair = after(accepted(), LegArmed(Role.HEDGE, a_baseline()), LegSubmitted(Role.HEDGE))
        assert residual(apply(pair, an_acceptance(pair, Role.HEDGE)).hedge) is None
