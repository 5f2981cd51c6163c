"""From a job to a hedged pair, or to the reason why not."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from redis import Redis

from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import RedisLedger
from bot.domain.money import Money
from bot.domain.odds import Odds
from bot.domain.outcome import Outcome
from bot.domain.pair import Account, LegState, PairState, Role
from bot.domain.placement import TicketState
from bot.domain.reasons import Reason
from bot.engine.placing import PlacingRules
from bot.engine.tasks import end
from bot.errors import BookmakerError, CannotArm, LocatorMissing, SessionUnusable
from bot.ports.pairs import Commit, StoredPair
from tests.builders import HEDGE_ACCOUNT, POSITIVE_ACCOUNT, euros
from tests.fakes.bookmaker import Answer
from tests.integration.engine.conftest import Engine


class TestBothAccepted:
    async def test_positive_is_clicked_before_the_hedge_and_both_are_on_record(self, engine: Engine) -> None:
        order: list[str] = []
        engine.positive.on_click = lambda: order.append("positive")
        engine.hedge.on_click = lambda: order.append("hedge")
        pair = await engine.place()
        assert order == ["positive", "hedge"]
        assert pair.state is PairState.HEDGED
        assert (pair.positive.ticket, pair.hedge.ticket) == ("HB00000001", "LO00000001")
        assert await engine.events() == ["bet_executed", "bet_executed", "arb_success"]

    async def test_intent_is_durable_before_each_click(self, engine: Engine, redis_url: str) -> None:
        on_record: list[Any] = []
        with Redis.from_url(redis_url, decode_responses=True) as plain:
            for site in (engine.positive, engine.hedge):
                site.on_click = lambda: on_record.append(plain.hgetall("pair:pair-1"))
            await engine.place()
        at_positive, at_hedge = on_record
        assert at_positive["state"] == "placing_positive"
        assert "attempt:positive:1" in at_positive
        assert "attempt:hedge:1" not in at_positive
        assert at_hedge["state"] == "placing_hedge"
        assert "attempt:hedge:1" in at_hedge

    async def test_evidence_of_slips_and_receipts_is_kept_after_the_clicks(self, engine: Engine) -> None:
        engine.positive.on_click = lambda: engine.evidence.labels.append("click")
        engine.hedge.on_click = lambda: engine.evidence.labels.append("click")
        await engine.place()
        kept = [label.removeprefix("pair-1/") for label in engine.evidence.labels]
        assert kept[:2] == ["click", "click"]
        assert sorted(kept[2:]) == ["hedge-receipt", "hedge-slip", "positive-receipt", "positive-slip"]

    async def test_pages_of_the_slips_are_kept_while_an_answer_is_slow(
        self, connection: RedisConnection, ledger: RedisLedger
    ) -> None:
        engine = Engine(connection, ledger, PlacingRules(evidence_waits_s=0.01))
        engine.positive.order(Answer.TAKE_AND_HANG)
        placing = asyncio.create_task(engine.place())
        async with asyncio.timeout(10):
            while len(engine.evidence.labels) < len(Role):
                await asyncio.sleep(0.01)
        placing.cancel()
        assert sorted(engine.evidence.labels) == ["pair-1/hedge-slip", "pair-1/positive-slip"]

    async def test_the_arbitrage_and_the_accounts_are_free_again_but_cool_down(self, engine: Engine) -> None:
        await engine.place()
        client = engine.connection.client
        assert await engine.connection.ask(client.keys("lock:*")) == []
        assert await engine.connection.ask(client.keys("busy:*")) == []
        second = await engine.place(betPairId="pair-2", arbId="arb-2")
        assert (second.state, second.reason) == (PairState.BLOCKED, "cooldown")
        assert len(engine.positive.clicks) == 1

    async def test_the_hedge_is_scaled_to_the_accepted_part_of_the_positive(self, engine: Engine) -> None:
        engine.positive.accepted_stake = euros("40.00")
        pair = await engine.place()
        assert pair.positive.stake == euros("40.00")
        assert pair.hedge.stake == euros("42.00")


class TestNoClick:
    @pytest.mark.parametrize("leg", ["positive", "hedge"])
    @pytest.mark.parametrize(
        ("error", "reason"),
        [
            (CannotArm(Reason.SELECTION_SUSPENDED), "selection_suspended"),
            (SessionUnusable("maintenance"), "{leg}_page_unusable"),
            (LocatorMissing("harbour", "slip", "stake", ".stake", "is not on the page"), "{leg}_page_unusable"),
        ],
        ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
    )
    async def test_a_slip_that_cannot_be_armed_fails_the_pair(
        self, engine: Engine, leg: str, error: BookmakerError, reason: str
    ) -> None:
        getattr(engine, leg).arm_error = error
        pair = await engine.place()
        assert (pair.state, pair.reason) == (PairState.FAILED, reason.format(leg=leg))
        assert engine.positive.clicks == engine.hedge.clicks == []

    async def test_a_drifted_page_halts_its_provider_and_is_named(self, engine: Engine) -> None:
        engine.hedge.arm_error = LocatorMissing("lotus", "slip", "stake", "#stake", "is not on the page")
        await engine.place()
        assert (await engine.event("provider_halted"))["locator"] == "#stake"
        engine.hedge.arm_error = None
        assert (await engine.place(betPairId="pair-2", arbId="arb-2")).reason == "halted"

    async def test_a_challenge_halts_the_account_and_asks_its_owner(self, engine: Engine) -> None:
        engine.positive.arm_error = SessionUnusable("challenge")
        await engine.place()
        assert (await engine.event("account_challenge"))["account"] == "harbourline:harbour:ann"
        assert (await engine.place(betPairId="pair-2", arbId="arb-2")).reason == "halted"

    @pytest.mark.parametrize(
        ("error", "event"),
        [
            (SessionUnusable("challenge"), "account_challenge"),
            (LocatorMissing("harbour", "slip", "stake", "#stake", "is not on the page"), "provider_halted"),
        ],
        ids=["challenge", "drift"],
    )
    async def test_each_halt_is_announced_also_the_second_of_its_kind_within_a_day_and_none_twice(
        self, engine: Engine, error: BookmakerError, event: str
    ) -> None:
        for _ in range(2):
            for _ in range(2):  # while it stands, the same trouble is no news
                await engine.health.failed(POSITIVE_ACCOUNT, error)
            [halt] = await engine.ledger.halts()
            assert await engine.ledger.lift(halt)
        ids = [each.id for each in await engine.view.events(1000) if each.type == event]
        assert len(ids) == len(set(ids)) == 2

    @pytest.mark.parametrize("leg", ["positive", "hedge"])
    async def test_odds_below_the_minimum_fail_the_pair(self, engine: Engine, leg: str) -> None:
        getattr(engine, leg).price = Odds.parse("1.90")
        pair = await engine.place()
        assert (pair.state, pair.reason) == (PairState.FAILED, "minimum_odds")
        assert engine.positive.clicks == engine.hedge.clicks == []
        assert await engine.events() == ["arb_failed"]

    @pytest.mark.parametrize("account", [POSITIVE_ACCOUNT, HEDGE_ACCOUNT])
    async def test_no_slip_stays_armed_without_a_complete_history(self, engine: Engine, account: Account) -> None:
        engine.bookmakers.sites[account].complete = False
        assert (await engine.place()).reason == "history_incomplete"
        assert [session._armed for session in engine.bookmakers._sessions.values()] == [None, None]

    async def test_a_balance_below_the_stake_blocks_the_pair(self, engine: Engine) -> None:
        engine.hedge.balance = Decimal("104.99")
        assert (await engine.place()).reason == "balance_covers_stake"
        assert engine.positive.clicks == []

    async def test_an_expired_job_is_blocked_before_any_page_is_touched(self, engine: Engine) -> None:
        pair = await engine.place(expiresAt="2020-01-01T00:00:00Z")
        assert (pair.state, pair.reason) == (PairState.BLOCKED, "expires_at")
        assert engine.positive.readings == 0

    async def test_a_history_that_is_not_complete_forbids_the_bet(self, engine: Engine) -> None:
        engine.positive.complete = False
        assert (await engine.place()).reason == "history_incomplete"

    async def test_a_dry_run_does_everything_but_the_click(self, engine: Engine) -> None:
        dry = Engine(engine.connection, engine.ledger, rules=PlacingRules(clicks=False))
        pair = await dry.place()
        assert (pair.state, pair.reason) == (PairState.BLOCKED, "dry_run")
        assert dry.positive.readings == 1
        assert dry.positive.clicks == dry.hedge.clicks == []

    @pytest.mark.parametrize("leg", ["positive", "hedge"])
    async def test_neither_is_clicked_unless_of_both_only_the_click_is_left_to_do(
        self, engine: Engine, leg: str
    ) -> None:
        getattr(engine, leg).stand_by_error = CannotArm(Reason.BUTTON_COVERED)
        pair = await engine.place()
        assert (pair.state, pair.reason) == (PairState.FAILED, "button_covered")
        assert engine.positive.clicks == engine.hedge.clicks == []
        assert [session._armed for session in engine.bookmakers._sessions.values()] == [None, None]

    async def test_a_slip_that_changed_at_the_last_moment_is_not_clicked(self, engine: Engine) -> None:
        engine.positive.order(Answer.SLIP_HAS_CHANGED)
        pair = await engine.place()
        assert (pair.state, pair.reason) == (PairState.FAILED, "slip_changed")
        assert engine.positive.clicks == engine.hedge.clicks == []


class TestPositiveNotAccepted:
    async def test_a_drifted_answer_halts_its_provider_while_the_history_proves_the_bet(self, engine: Engine) -> None:
        engine.positive.order(Answer.TAKE_AND_SHOW_A_STRANGE_PAGE)
        assert (await engine.place()).state is PairState.HEDGED
        assert (await engine.event("provider_halted"))["page"] == "slip.receipt"
        assert (await engine.place(betPairId="pair-2", arbId="arb-2")).reason == "halted"

    async def test_a_rejected_positive_cancels_the_hedge(self, engine: Engine) -> None:
        engine.positive.order(Answer.REJECT)
        pair = await engine.place()
        assert (pair.state, pair.reason) == (PairState.FAILED, "declined")
        assert engine.hedge.clicks == []
        assert await engine.events() == ["bet_failed", "arb_failed"]
        assert await engine.connection.ask(engine.connection.client.keys("cooldown:*")) == []

    @pytest.mark.parametrize(
        "answer", [Answer.TAKE_AND_STAY_SILENT, Answer.TAKE_AND_NAME_NO_TICKET, Answer.TAKE_AND_CRASH]
    )
    async def test_a_bet_taken_without_an_answer_is_found_in_the_history_and_then_hedged(
        self, engine: Engine, answer: Answer
    ) -> None:
        engine.positive.order(answer)
        pair = await engine.place()
        assert pair.state is PairState.HEDGED
        assert pair.positive.ticket == "HB00000001"
        assert len(engine.positive.clicks) == len(engine.hedge.clicks) == 1
        assert (await engine.events())[0] == "placement_unknown"

    async def test_a_bet_without_proof_stays_unknown_and_its_hedge_is_not_clicked(self, engine: Engine) -> None:
        engine.positive.order(Answer.STAY_SILENT)
        pair = await engine.place()
        assert (pair.state, pair.positive.state) == (PairState.PLACING_POSITIVE, LegState.UNKNOWN)
        assert engine.hedge.clicks == []
        assert (await engine.place(betPairId="pair-2", arbId="arb-2")).reason == "account_frozen"

    async def test_two_rows_that_could_be_the_bet_prove_nothing(self, engine: Engine) -> None:
        engine.positive.order(Answer.TAKE_AND_STAY_SILENT)
        bet = (await engine.place(expiresAt="2020-01-01T00:00:00Z", betPairId="pair-0", arbId="arb-0")).positive.bet

        def another_hand_bets_the_same() -> None:
            engine.positive.take(bet, bet.odds)

        engine.positive.on_click = another_hand_bets_the_same
        pair = await engine.place()
        assert pair.positive.state is LegState.UNKNOWN
        assert engine.hedge.clicks == []

    async def test_a_bet_under_review_is_hedged_only_when_it_is_accepted(self, engine: Engine) -> None:
        engine.positive.order(Answer.WAIT)
        pair = await engine.place()
        assert (pair.positive.state, engine.hedge.clicks) == (LegState.WAITING, [])
        engine.positive.decide("HB00000001", TicketState.OPEN)
        await engine.recovery.walk()
        assert (await engine.pair()).state is PairState.HEDGED

    async def test_a_bet_under_review_that_is_refused_fails_the_pair(self, engine: Engine) -> None:
        engine.positive.order(Answer.WAIT)
        await engine.place()
        engine.positive.decide("HB00000001", TicketState.REJECTED)
        await engine.recovery.walk()
        assert (await engine.pair()).state is PairState.FAILED
        assert engine.hedge.clicks == []


class TestHedgeNotAccepted:
    async def test_a_known_rejection_is_tried_again_as_a_new_attempt(self, engine: Engine) -> None:
        engine.hedge.order(Answer.REJECT)
        pair = await engine.place()
        assert pair.state is PairState.HEDGED
        assert pair.hedge.attempt == 2

    async def test_three_rejections_are_an_emergency_with_an_exposure(self, engine: Engine) -> None:
        engine.hedge.order(Answer.REJECT, Answer.REJECT, Answer.REJECT)
        pair = await engine.place()
        assert (pair.state, pair.reason, pair.needs_review) == (PairState.EMERGENCY, "declined", True)
        assert len(engine.hedge.clicks) == 3
        emergency = await engine.event("arb_emergency")
        assert emergency["holdingPnl"] == {
            "won": "110.00 EUR", "lost": "-100.00 EUR", "void": "0.00 EUR",
            "half_won": "55.00 EUR", "half_lost": "-50.00 EUR",
        }  # fmt: skip
        alert = await engine.event("exposure_alert")
        assert (alert["severity"], alert["requiresManualReview"], alert["autoRebetDisabled"]) == (
            "critical",
            True,
            True,
        )

    async def test_an_unknown_hedge_is_never_clicked_again(self, engine: Engine) -> None:
        engine.hedge.order(Answer.STAY_SILENT)
        pair = await engine.place()
        assert (pair.state, pair.hedge.state) == (PairState.PLACING_HEDGE, LegState.UNKNOWN)
        for _ in range(5):
            await engine.recovery.walk()
        assert len(engine.hedge.clicks) == 1
        assert "arb_emergency" not in await engine.events()

    async def test_the_positive_of_an_emergency_is_watched_to_its_end(self, engine: Engine) -> None:
        engine.hedge.order(Answer.REJECT, Answer.REJECT, Answer.REJECT)
        pair = await engine.place()
        engine.positive.settle(pair.positive.ticket or "", Outcome.WON)
        await engine.sweep_both()
        pair = await engine.pair()
        assert pair.state is PairState.EMERGENCY
        assert pair.verdict is not None
        assert pair.verdict.actual_pnl == Money(Decimal("110.00"), "EUR")


class TestSessionsAsTheyWereLeft:
    async def test_a_working_session_is_used_without_a_check(self, engine: Engine) -> None:
        await engine.place()
        assert engine.positive.looked_after == engine.hedge.looked_after == 0

    @pytest.mark.parametrize(
        "error", [SessionUnusable("logged_out"), LocatorMissing("p", "slip", "odds", "#odds", "!")]
    )
    async def test_a_lost_session_is_restored_and_used_once_more(self, engine: Engine, error: BookmakerError) -> None:
        engine.hedge.lost = error
        assert (await engine.place()).state is PairState.HEDGED
        assert (engine.positive.looked_after, engine.hedge.looked_after) == (0, 1)
        assert (engine.positive.armings, engine.hedge.armings) == (1, 2)

    async def test_a_session_that_stays_lost_fails_the_pair_after_the_second_try(self, engine: Engine) -> None:
        engine.hedge.arm_error = SessionUnusable("logged_out")
        pair = await engine.place()
        assert (pair.state, pair.reason) == (PairState.FAILED, "hedge_page_unusable")
        assert (engine.hedge.armings, engine.positive.clicks) == (2, [])

    async def test_a_refused_bet_is_not_tried_again(self, engine: Engine) -> None:
        engine.hedge.arm_error = CannotArm(Reason.EVENT_NOT_FOUND)
        assert (await engine.place()).reason == "event_not_found"
        assert (engine.hedge.looked_after, engine.hedge.armings) == (0, 1)


class TestCancelledAroundTheClick:
    @pytest.fixture(autouse=True)
    def _a_ledger_that_takes_its_time(self, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
        prompt = engine.ledger.commit

        async def late(before: StoredPair, commit: Commit) -> StoredPair:
            await asyncio.sleep(0.2)
            return await prompt(before, commit)

        monkeypatch.setattr(engine.ledger, "commit", late)

    @pytest.mark.parametrize("role", list(Role))
    async def test_a_cancelled_worker_leaves_a_leg_unknown_never_rejected(self, engine: Engine, role: Role) -> None:
        site = engine.positive if role is Role.POSITIVE else engine.hedge
        site.order(Answer.TAKE_AND_HANG)
        clicked = asyncio.Event()
        site.on_click = clicked.set
        placing = asyncio.create_task(engine.place())
        await clicked.wait()
        await end({placing})  # which cancels again and again
        assert placing.cancelled()
        assert (await engine.pair()).leg(role).state is LegState.UNKNOWN
        await engine.recovery.walk()
        pair = await engine.pair()
        assert pair.state is PairState.HEDGED
        assert len(engine.positive.clicks) == len(engine.hedge.clicks) == 1
