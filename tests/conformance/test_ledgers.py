"""The contract of the Ledger port, for the ledger on Redis and the one in memory that replaces it in tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import LedgerTimes, RedisLedger
from bot.domain.changes import (
    EmergencyDeclared,
    LegAccepted,
    LegRejected,
    LegSubmitted,
    LegUnknown,
    LegWaiting,
    PairBlocked,
    PairReviewed,
)
from bot.domain.consequences import consequences
from bot.domain.exposure import naked
from bot.domain.halt import HaltCause
from bot.domain.lifecycle import apply
from bot.domain.pair import LegState, Role
from bot.domain.reasons import Reason
from bot.domain.watch import Window
from bot.errors import ClickForbidden, ClicksFrozen, LeaseLost, LedgerConflict
from bot.ports.pairs import AuditLine, Commit
from bot.ports.reservations import Reservation, ReservationRefused
from tests.builders import HEDGE_ACCOUNT, POSITIVE_ACCOUNT, TICKETS, a_look, a_pair, an_acceptance, halted
from tests.conformance.ledger_hand import ACCOUNTS, ARMED, BOTH, LASTING, OTHER, OTHER_ACCOUNTS, Hand, Opening
from tests.fakes.ledger import LedgerStore, MemoryLedger

IN_TEN_MINUTES = timedelta(minutes=10)
LAPSING = LedgerTimes(lock_s=1, lease_s=1, cooldown_s=1, first_look_s=0)


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await condition():
            await asyncio.sleep(0.05)


class LedgerContract:
    """The contract of every ledger. ``opened`` opens a worker on the store that all workers of a test share."""

    @pytest.fixture
    async def hand(self, opened: Opening) -> Hand:
        return await opened("worker-a", LASTING).leased()

    async def test_a_pair_is_received_once(self, hand: Hand) -> None:
        first, is_new = await hand.ledger.receive(a_pair())
        again, is_new_again = await hand.ledger.receive(a_pair(arbId="another"))
        assert (is_new, is_new_again) == (True, False)
        assert again == first == await hand.ledger.load("pair-1")
        assert await hand.ledger.load("pair-2") is None

    async def test_a_change_of_an_old_version_writes_nothing(self, hand: Hand) -> None:
        stored = await hand.received()
        latest = await hand.changed(stored, ARMED)
        blocked = PairBlocked(Reason.COOLDOWN)
        after = apply(stored.pair, blocked)
        with pytest.raises(LedgerConflict):
            await hand.ledger.commit(stored, Commit(after, consequences(after, blocked), AuditLine("blocked", {})))
        assert await hand.ledger.load("pair-1") == latest
        assert latest.version == stored.version + 1

    async def test_unplaced_pairs_are_those_whose_placing_has_not_ended_oldest_first(self, hand: Hand) -> None:
        stored, reservation = await hand.armed()
        other = await hand.received(**OTHER)
        assert await hand.ledger.unplaced_pairs() == ["pair-1", "pair-2"]
        await hand.changed(other, PairBlocked(Reason.COOLDOWN))
        assert await hand.ledger.unplaced_pairs() == ["pair-1"]
        for role in BOTH:
            stored = await hand.submitted(stored, reservation, role)
            assert await hand.ledger.unplaced_pairs() == ["pair-1"]
            stored = await hand.changed(stored, an_acceptance(stored.pair, role))
        assert await hand.ledger.unplaced_pairs() == []

    async def test_pairs_are_loaded_together_as_each_by_itself(self, hand: Hand) -> None:
        first, other = await hand.received(), await hand.received(**OTHER)
        loaded = await hand.ledger.load_all(["pair-2", "pair-1", "pair-3"])
        assert loaded == {"pair-1": first, "pair-2": other}
        assert await hand.ledger.load_all([]) == {}

    async def test_a_ticket_is_claimed_by_its_acceptance_and_not_before(self, hand: Hand) -> None:
        stored, reservation = await hand.armed()
        stored = await hand.submitted(stored, reservation, Role.POSITIVE)
        stored = await hand.changed(stored, LegUnknown(Role.POSITIVE, "no answer"))
        assert await hand.ledger.claimed_tickets(POSITIVE_ACCOUNT) == set()
        await hand.changed(stored, an_acceptance(stored.pair, Role.POSITIVE))
        assert await hand.ledger.claimed_tickets(POSITIVE_ACCOUNT) == {TICKETS[Role.POSITIVE]}
        assert await hand.ledger.claimed_tickets(HEDGE_ACCOUNT) == set()

    async def test_a_ticket_belongs_to_one_leg_for_ever(self, hand: Hand) -> None:
        await hand.accepted()
        other = await hand.received(**OTHER)
        submitted = LegSubmitted(Role.POSITIVE, other.pair.positive.bet.stake)
        other = replace(other, pair=apply(apply(other.pair, ARMED), submitted))
        bet = other.pair.positive.bet
        accepted = LegAccepted(Role.POSITIVE, TICKETS[Role.POSITIVE], bet.stake, bet.odds)
        after = apply(other.pair, accepted)
        with pytest.raises(LedgerConflict, match="belongs to pair-1/positive"):
            await hand.ledger.commit(other, Commit(after, consequences(after, accepted), AuditLine("accepted", {})))

    async def test_positions_only_grow(self, hand: Hand) -> None:
        stored = await hand.received()
        before = await hand.ledger.position()
        await hand.changed(stored, ARMED)
        after = await hand.ledger.position()
        assert _order(before) < _order(after)

    async def test_an_arbitrage_is_placed_once_at_a_time(self, hand: Hand) -> None:
        reservation = await hand.reserved(await hand.received())
        assert (await hand.refusal(betPairId="pair-3")).reason == "arb_locked"
        assert (await hand.refusal(**OTHER)).reason == "account_busy"
        await hand.ledger.release(reservation)
        await hand.reserved(await hand.received(**OTHER))

    async def test_a_release_frees_only_what_is_ones_own(self, hand: Hand) -> None:
        stored = await hand.received()
        old = await hand.reserved(stored)
        await hand.ledger.release(old)
        new = await hand.reserved(stored)
        await hand.ledger.release(old)
        assert not await hand.ledger.renew(old)
        assert await hand.ledger.renew(new)

    async def test_a_reservation_lapses_unless_it_is_renewed(self, opened: Opening) -> None:
        first = opened("worker-a", LAPSING)
        reservation = await (await first.leased()).reserved(await first.received())

        async def another_is_possible() -> bool:
            other = await (await first.leased()).received(**OTHER)
            return isinstance(await first.ledger.reserve(other.pair, BOTH), Reservation)

        await until(another_is_possible)
        assert not await first.ledger.renew(reservation)

    async def test_a_cooldown_blocks_says_how_long_and_ends(self, opened: Opening) -> None:
        hand = await opened("worker-a", LedgerTimes(cooldown_s=2)).leased()
        stored, reservation = await hand.accepted()
        stored = await hand.changed(stored, EmergencyDeclared(Reason.DECLINED))
        await hand.ledger.release(reservation)
        refused = await hand.refusal(**OTHER)
        assert (refused.reason, refused.remaining_s in (1, 2)) == ("cooldown", True)
        await hand.ledger.release(await hand.reserved(stored, [Role.HEDGE]))

        other = await hand.received(**OTHER)

        async def it_is_over() -> bool:
            return isinstance(await hand.ledger.reserve(other.pair, BOTH), Reservation)

        await until(it_is_over)

    @pytest.mark.parametrize("changes", [{"arbId": "arb-2", "rebetOf": "pair-1"}, {}], ids=["rebetOf", "same arbId"])
    async def test_a_pending_review_blocks_a_rebet(self, hand: Hand, changes: dict[str, str]) -> None:
        stored, reservation = await hand.accepted()
        stored = await hand.changed(stored, EmergencyDeclared(Reason.DECLINED))
        await hand.ledger.release(reservation)
        assert (await hand.refusal(betPairId="pair-2", **changes)).reason == "review_pending"
        await hand.changed(stored, PairReviewed("sold by hand"))
        assert (await hand.refusal(betPairId="pair-3", **changes)).reason == "cooldown"

    async def test_a_bet_without_proof_freezes_its_account_and_its_arbitrage(self, hand: Hand) -> None:
        stored, reservation = await hand.armed()
        stored = await hand.submitted(stored, reservation, Role.POSITIVE)
        await hand.changed(stored, LegUnknown(Role.POSITIVE, "no answer"))
        await hand.ledger.release(reservation)
        assert (await hand.refusal(**OTHER)).reason == "account_frozen"
        assert (await hand.refusal(betPairId="pair-3")).reason == "arb_locked"

    @pytest.mark.parametrize("scope", ["all", "senbien:lotus", "senbien:lotus:binh"])
    async def test_a_halt_blocks_in_its_scope(self, hand: Hand, scope: str) -> None:
        await halted(hand.ledger, scope, "layout changed")
        refused = await hand.refusal()
        assert (refused.reason, refused.detail) == ("halted", f"{scope}: layout changed")

    @pytest.mark.parametrize("scope", ["all", "senbien", "senbien:lotus", "senbien:lotus:binh"])
    @pytest.mark.parametrize(
        "cause", [HaltCause.PAUSE, HaltCause.FREEZE, HaltCause.EMERGENCIES_PER_HOUR, HaltCause.EXPOSURES_IN_A_ROW]
    )
    async def test_a_stop_by_hand_blocks_new_pairs_in_its_scope(self, hand: Hand, scope: str, cause: HaltCause) -> None:
        await halted(hand.ledger, scope, "on holiday", cause=cause, locators=None)
        refused = await hand.refusal()
        assert (refused.reason, refused.detail) == (cause.value, f"{scope}: on holiday")

    async def test_before_the_first_click_the_halts_and_reviews_of_both_legs_are_asked(self, hand: Hand) -> None:
        stored, reservation = await hand.armed()
        halt = await halted(hand.ledger, "senbien:lotus:binh", "restricted")
        with pytest.raises(ClickForbidden, match="restricted"):
            await hand.submitted(stored, reservation, Role.POSITIVE)
        await hand.ledger.lift(halt)
        await halted(hand.ledger, "all", "on holiday", cause=HaltCause.PAUSE, locators=None)
        with pytest.raises(ClickForbidden, match="pause"):
            await hand.submitted(stored, reservation, Role.POSITIVE)

    async def test_a_review_that_comes_up_before_the_first_click_forbids_it(self, hand: Hand) -> None:
        stored, reservation = await hand.armed(rebetOf="pair-2")
        await hand.leased(OTHER_ACCOUNTS)
        other, held = await hand.accepted(
            betPairId="pair-2", arbId="arb-2", positiveBet={"accountId": "carl"}, hedgeBet={"accountId": "dora"}
        )
        await hand.changed(other, EmergencyDeclared(Reason.DECLINED))
        await hand.ledger.release(held)
        with pytest.raises(ClickForbidden, match="review"):
            await hand.submitted(stored, reservation, Role.POSITIVE)

    @pytest.mark.parametrize("scope", ["harbourline", "harbourline:harbour", "harbourline:harbour:ann"])
    async def test_what_is_wrong_at_the_positive_s_site_forbids_no_hedge(self, hand: Hand, scope: str) -> None:
        stored, reservation = await hand.accepted()
        await halted(hand.ledger, scope, "restricted", cause=HaltCause.RESTRICTED, locators=None)
        await hand.ledger.release(reservation)
        again = await hand.reserved(stored, [Role.HEDGE])
        await hand.submitted(stored, again, Role.HEDGE)

    @pytest.mark.parametrize("cause", [cause for cause in HaltCause if cause.lets_hedges_pass])
    async def test_a_pause_lets_the_hedge_of_an_accepted_bet_pass(self, hand: Hand, cause: HaltCause) -> None:
        stored, reservation = await hand.accepted()
        await halted(hand.ledger, "all", "on holiday", cause=cause, locators=None)
        await hand.ledger.release(reservation)
        again = await hand.reserved(stored, [Role.HEDGE])
        await hand.submitted(stored, again, Role.HEDGE)

    async def test_a_freeze_stops_the_hedge_too_and_says_that_it_was_by_hand(self, hand: Hand) -> None:
        stored, reservation = await hand.accepted()
        await halted(hand.ledger, "all", "something is odd", cause=HaltCause.FREEZE, locators=None)
        with pytest.raises(ClicksFrozen, match="something is odd"):
            await hand.submitted(stored, reservation, Role.HEDGE)
        await hand.ledger.release(reservation)
        refused = await hand.ledger.reserve(stored.pair, [Role.HEDGE])
        assert isinstance(refused, ReservationRefused)
        assert (refused.reason, refused.reason.forbids_hedge) == ("freeze", False)

    async def test_a_halt_that_needs_a_repair_is_named_before_one_by_hand(self, hand: Hand) -> None:
        await halted(hand.ledger, "all", "on holiday", cause=HaltCause.FREEZE, locators=None)
        await halted(hand.ledger, "harbourline:harbour", "restricted", cause=HaltCause.RESTRICTED, locators=None)
        assert (await hand.refusal()).reason == "halted"

    async def test_an_older_pair_that_waits_for_its_review_forbids_no_hedge(self, hand: Hand) -> None:
        await hand.leased(OTHER_ACCOUNTS)
        other, held = await hand.accepted(
            betPairId="pair-2", positiveBet={"accountId": "carl"}, hedgeBet={"accountId": "dora"}
        )
        await hand.changed(other, EmergencyDeclared(Reason.DECLINED))
        await hand.ledger.release(held)
        stored = await hand.received()
        assert (await hand.refusal()).reason == "review_pending"
        stored = await hand.changed(stored, ARMED, LegSubmitted(Role.POSITIVE))
        stored = await hand.changed(stored, an_acceptance(stored.pair, Role.POSITIVE))
        await hand.submitted(stored, await hand.reserved(stored, [Role.HEDGE]), Role.HEDGE)

    @pytest.mark.parametrize("scope", ["all", "harbourline:harbour", "harbourline:harbour:ann"])
    async def test_no_intent_after_a_halt(self, hand: Hand, scope: str) -> None:
        stored, reservation = await hand.armed()
        await halted(hand.ledger, scope, "layout changed")
        with pytest.raises(ClickForbidden, match="layout changed"):
            await hand.submitted(stored, reservation, Role.POSITIVE)

    async def test_an_attempt_is_submitted_once(self, hand: Hand) -> None:
        stored, reservation = await hand.armed()
        await hand.submitted(stored, reservation, Role.POSITIVE)
        with pytest.raises(LedgerConflict):
            await hand.submitted(stored, reservation, Role.POSITIVE)

    async def test_an_acceptance_and_the_intent_of_its_hedge_are_written_together(self, hand: Hand) -> None:
        stored, reservation = await hand.armed()
        stored = await hand.submitted(stored, reservation, Role.POSITIVE)
        after = await hand.accepted_and_submitted(stored, reservation)
        assert after == await hand.ledger.load("pair-1")
        assert [leg.state for leg in after.pair.legs] == [LegState.ACCEPTED, LegState.SUBMITTING]
        assert await hand.ledger.claimed_tickets(POSITIVE_ACCOUNT) == {TICKETS[Role.POSITIVE]}
        with pytest.raises(LedgerConflict):
            await hand.accepted_and_submitted(stored, reservation)

    async def test_an_intent_that_is_not_allowed_leaves_the_acceptance_written(self, hand: Hand) -> None:
        stored, reservation = await hand.armed()
        stored = await hand.submitted(stored, reservation, Role.POSITIVE)
        await halted(hand.ledger, "senbien:lotus", "layout changed")
        with pytest.raises(ClickForbidden, match="layout changed"):
            await hand.accepted_and_submitted(stored, reservation)
        left = await hand.ledger.load("pair-1")
        assert left is not None
        assert [leg.state for leg in left.pair.legs] == [LegState.ACCEPTED, LegState.ARMED]

    async def test_an_acceptance_that_cannot_be_written_leaves_no_intent(self, hand: Hand) -> None:
        stored, reservation = await hand.armed()
        stored = await hand.submitted(stored, reservation, Role.POSITIVE)
        latest = await hand.changed(stored, LegUnknown(Role.POSITIVE, "no answer"))
        with pytest.raises(LedgerConflict):
            await hand.accepted_and_submitted(stored, reservation)
        assert await hand.ledger.load("pair-1") == latest

    async def test_no_intent_without_reservation(self, hand: Hand) -> None:
        stored, reservation = await hand.armed()
        await hand.ledger.release(reservation)
        with pytest.raises(LeaseLost, match="no longer held"):
            await hand.submitted(stored, reservation, Role.POSITIVE)
        assert await hand.ledger.load("pair-1") == stored

    async def test_no_intent_and_no_reservation_without_lease(self, hand: Hand) -> None:
        stored, reservation = await hand.armed()
        await hand.ledger.give_up_lease(POSITIVE_ACCOUNT)
        with pytest.raises(LeaseLost, match="no worker holds"):
            await hand.submitted(stored, reservation, Role.POSITIVE)
        assert (await hand.refusal(**OTHER)).reason == "account_not_leased"

    async def test_no_intent_while_the_account_cools_down(self, hand: Hand) -> None:
        stored, reservation = await hand.accepted()
        stored = await hand.changed(stored, EmergencyDeclared(Reason.DECLINED))
        await hand.ledger.release(reservation)
        other = await hand.received(**OTHER)
        reservation = await hand.reserved(other, [Role.HEDGE])
        other = await hand.changed(other, ARMED)
        with pytest.raises(ClickForbidden, match="cooldown"):
            await hand.submitted(other, reservation, Role.POSITIVE)

    async def test_an_account_has_one_worker_until_it_is_given_up(self, opened: Opening, hand: Hand) -> None:
        other = opened("worker-b", LASTING)
        assert not await other.ledger.take_lease(POSITIVE_ACCOUNT)
        assert await hand.ledger.holds(ACCOUNTS)
        await other.ledger.give_up_lease(POSITIVE_ACCOUNT)
        assert await hand.ledger.holds(ACCOUNTS)
        await hand.ledger.give_up_lease(POSITIVE_ACCOUNT)
        assert await other.ledger.take_lease(POSITIVE_ACCOUNT)
        assert not await hand.ledger.holds(ACCOUNTS)
        assert await hand.ledger.holds([HEDGE_ACCOUNT])

    async def test_a_worker_that_slept_through_its_lease_finds_its_fence_stale(self, opened: Opening) -> None:
        sleeper, other = opened("worker-a", LedgerTimes(lease_s=1)), opened("worker-b", LASTING)
        stored, reservation = await (await sleeper.leased()).armed()

        async def taken_over() -> bool:
            return await other.ledger.take_lease(POSITIVE_ACCOUNT)

        await until(taken_over)
        assert not await sleeper.ledger.take_lease(POSITIVE_ACCOUNT)
        with pytest.raises(LeaseLost, match="another worker"):
            await sleeper.submitted(stored, reservation, Role.POSITIVE)

    async def test_a_lease_that_came_back_does_not_revive_what_was_reserved_under_the_one_before(
        self, opened: Opening, hand: Hand
    ) -> None:
        stored, reservation = await hand.armed()
        await hand.ledger.give_up_lease(POSITIVE_ACCOUNT)
        other = opened("worker-b", LASTING)
        assert await other.ledger.take_lease(POSITIVE_ACCOUNT)
        await other.ledger.give_up_lease(POSITIVE_ACCOUNT)
        assert await hand.ledger.take_lease(POSITIVE_ACCOUNT)
        with pytest.raises(LeaseLost):
            await hand.submitted(stored, reservation, Role.POSITIVE)

    async def test_who_holds_both_leases_takes_over_at_once_what_a_dead_worker_had_reserved(
        self, opened: Opening, hand: Hand
    ) -> None:
        stored, lost = await hand.accepted()
        for account in ACCOUNTS:  # as when they lapse
            await hand.ledger.give_up_lease(account)
        successor = await opened("worker-b", LASTING).leased()
        own = await successor.reserved(stored, [Role.HEDGE])
        assert not await hand.ledger.renew(lost)
        await hand.ledger.release(lost)
        with pytest.raises(LeaseLost):
            await hand.submitted(stored, lost, Role.HEDGE)
        await successor.submitted(stored, own, Role.HEDGE)

    async def test_a_new_pair_takes_what_a_dead_worker_had_reserved_without_a_bet(
        self, opened: Opening, hand: Hand
    ) -> None:
        await hand.armed()
        for account in ACCOUNTS:
            await hand.ledger.give_up_lease(account)
        successor = await opened("worker-b", LASTING).leased()
        await successor.reserved(await successor.received(**OTHER))

    async def test_the_accounts_of_a_bet_that_stands_alone_are_kept_for_its_hedge(
        self, opened: Opening, hand: Hand
    ) -> None:
        stored, _ = await hand.accepted()
        for account in ACCOUNTS:
            await hand.ledger.give_up_lease(account)
        successor = await opened("worker-b", LASTING).leased()
        assert (await successor.refusal(**OTHER)).reason == "account_busy"
        await successor.reserved(stored, [Role.HEDGE])

    async def test_one_lease_is_not_enough_to_take_over(self, opened: Opening, hand: Hand) -> None:
        stored, _ = await hand.accepted()
        await hand.ledger.give_up_lease(POSITIVE_ACCOUNT)
        other = opened("worker-b", LASTING)
        assert await other.ledger.take_lease(POSITIVE_ACCOUNT)
        refused = await other.ledger.reserve(stored.pair, [Role.HEDGE])
        assert isinstance(refused, ReservationRefused)
        assert refused.reason == "account_not_leased"

    async def test_a_worker_takes_its_own_pair_up_again_although_a_release_was_lost(self, hand: Hand) -> None:
        stored, lost = await hand.accepted()
        own = await hand.reserved(stored, [Role.HEDGE])
        with pytest.raises(LeaseLost):
            await hand.submitted(stored, lost, Role.HEDGE)
        await hand.submitted(stored, own, Role.HEDGE)

    async def test_a_pair_whose_placing_has_ended_holds_nothing_although_its_release_was_lost(self, hand: Hand) -> None:
        stored = await hand.received()
        await hand.reserved(stored)
        await hand.changed(stored, PairBlocked(Reason.COOLDOWN))
        await hand.reserved(await hand.received(**OTHER))

    async def test_what_a_living_worker_has_reserved_is_named_and_kept(self, hand: Hand) -> None:
        await hand.armed()
        busy = await hand.refusal(**OTHER)
        assert (busy.reason, "pair-1" in busy.detail) == ("account_busy", True)

    async def test_a_positive_bet_stands_alone_from_its_acceptance_to_that_of_its_hedge(self, hand: Hand) -> None:
        stored, reservation = await hand.armed()
        stored = await hand.submitted(stored, reservation, Role.POSITIVE)
        assert await hand.ledger.naked_since() == {}
        before = await hand.ledger.now()
        stored = await hand.changed(stored, an_acceptance(stored.pair, Role.POSITIVE))
        [(pair, since)] = (await hand.ledger.naked_since()).items()
        assert (pair, before <= since <= await hand.ledger.now()) == ("pair-1", True)
        stored = await hand.submitted(stored, reservation, Role.HEDGE)
        assert await hand.ledger.naked_since() == {"pair-1": since}
        await hand.changed(stored, an_acceptance(stored.pair, Role.HEDGE))
        assert await hand.ledger.naked_since() == {}

    async def test_a_bet_under_review_stands_alone_too_and_an_emergency_ends_it(self, hand: Hand) -> None:
        stored, reservation = await hand.armed()
        stored = await hand.submitted(stored, reservation, Role.POSITIVE)
        stored = await hand.changed(stored, LegWaiting(Role.POSITIVE, "HB1"))
        assert [*await hand.ledger.naked_since()] == ["pair-1"]
        stored = await hand.changed(stored, an_acceptance(stored.pair, Role.POSITIVE))
        assert [*await hand.ledger.naked_since()] == ["pair-1"]
        await hand.changed(stored, EmergencyDeclared(Reason.DECLINED))
        assert await hand.ledger.naked_since() == {}

    async def test_a_naked_pair_is_announced_once_and_its_end_once(self, hand: Hand) -> None:
        stored, _ = await hand.accepted()
        alert = naked(stored.pair, 11)
        for _ in range(2):
            await hand.ledger.announce_covered("pair-1", alert)
            await hand.ledger.announce_naked("pair-1", alert)
        assert await hand.ledger.announced_naked() == await hand.ledger.naked_since() != {}
        await hand.changed(stored, EmergencyDeclared(Reason.DECLINED))
        for _ in range(2):
            await hand.ledger.announce_naked("pair-1", alert)
            await hand.ledger.announce_covered("pair-1", alert)
        assert await hand.ledger.announced_naked() == {}

    async def test_an_accepted_ticket_is_watched_and_a_look_is_counted_once(self, hand: Hand) -> None:
        stored, reservation = await hand.armed()
        stored = await hand.submitted(stored, reservation, Role.POSITIVE)
        assert await hand.watches() == []
        await hand.changed(stored, an_acceptance(stored.pair, Role.POSITIVE))
        [watch] = await hand.watches()
        assert (watch.bet_pair_id, watch.role, watch.ticket) == ("pair-1", Role.POSITIVE, TICKETS[Role.POSITIVE])
        assert (watch.polls, watch.looks, watch.window) == (0, 0, None)
        now = await hand.ledger.now()
        await hand.ledger.looked_at([(watch, a_look(watch, now))])
        await hand.ledger.looked_at([(watch, a_look(watch, now + IN_TEN_MINUTES))])
        [again] = await hand.watches()
        assert (again.polls, again.looks, again.window) == (1, 1, Window.FAST)
        assert abs(again.due - now) < timedelta(milliseconds=1)
        await hand.ledger.looked_at([(again, a_look(again, now + IN_TEN_MINUTES, covered=False))])
        assert await hand.watches() == []

    async def test_a_look_that_covered_nothing_uses_up_no_poll_and_is_counted_once(self, hand: Hand) -> None:
        await hand.accepted()
        [watch] = await hand.watches()
        for _ in range(2):
            await hand.ledger.looked_at([(watch, a_look(watch, watch.since, covered=False))])
        [watch] = await hand.watches()
        assert (watch.polls, watch.unhealthy, watch.looks) == (0, 1, 1)

    async def test_looks_that_are_recorded_together_count_each_once(self, hand: Hand) -> None:
        stored, reservation = await hand.accepted()
        stored = await hand.submitted(stored, reservation, Role.HEDGE)
        await hand.changed(stored, an_acceptance(stored.pair, Role.HEDGE))
        first, other = await hand.watches()
        await hand.ledger.looked_at([(first, a_look(first, first.since))])
        await hand.ledger.looked_at([(watch, a_look(watch, watch.since)) for watch in (first, other)])
        await hand.ledger.looked_at([])
        assert [(watch.polls, watch.looks) for watch in await hand.watches()] == [(1, 1), (1, 1)]

    async def test_each_account_is_late_by_its_own_longest_due_ticket(self, hand: Hand) -> None:
        assert await hand.ledger.overdue_s([POSITIVE_ACCOUNT, HEDGE_ACCOUNT]) == {}
        await hand.accepted()
        [watch] = await hand.watches()
        await hand.ledger.looked_at([(watch, a_look(watch, await hand.ledger.now() - IN_TEN_MINUTES))])
        overdue = await hand.ledger.overdue_s([POSITIVE_ACCOUNT, HEDGE_ACCOUNT])
        assert list(overdue) == [POSITIVE_ACCOUNT]
        assert 599 < overdue[POSITIVE_ACCOUNT] < 660
        assert await hand.ledger.overdue_s([HEDGE_ACCOUNT]) == {}
        [watch] = await hand.watches()
        await hand.ledger.looked_at([(watch, a_look(watch, await hand.ledger.now() + IN_TEN_MINUTES))])
        assert (await hand.ledger.overdue_s([POSITIVE_ACCOUNT]))[POSITIVE_ACCOUNT] < -540

    async def test_a_ticket_is_not_watched_after_its_watch_was_ended(self, hand: Hand) -> None:
        await hand.accepted()
        [watch] = await hand.watches()
        await hand.ledger.unwatch(watch)
        assert await hand.watches() == []

    async def test_a_rejected_leg_is_not_watched(self, hand: Hand) -> None:
        stored, reservation = await hand.armed()
        stored = await hand.submitted(stored, reservation, Role.POSITIVE)
        await hand.changed(stored, LegRejected(Role.POSITIVE, Reason.DECLINED))
        assert await hand.watches() == []


class TestRedisLedger(LedgerContract):
    @pytest.fixture
    async def opened(self, redis_url: str) -> AsyncIterator[Opening]:
        connection = RedisConnection(redis_url)
        yield lambda worker, times: Hand(RedisLedger(connection, worker, times))
        await connection.close()


class TestMemoryLedger(LedgerContract):
    @pytest.fixture
    def opened(self) -> Opening:
        store = LedgerStore(lambda: datetime.now(UTC))
        return lambda worker, times: Hand(MemoryLedger(store, worker, times))


def _order(position: str) -> tuple[int, ...]:
    return tuple(int(part) for part in position.split("-"))
