"""The ledger's keys and compare-and-set rules on a real Redis, inspected with a plain client."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import RedisLedger
from bot.adapters.redis_reader import RedisReader
from bot.domain.changes import (
    EmergencyDeclared,
    LegAccepted,
    LegRejected,
    LegSubmitted,
    LegUnknown,
    PairArmed,
    PairBlocked,
    PairReviewed,
)
from bot.domain.consequences import consequences
from bot.domain.lifecycle import apply
from bot.domain.pair import Role
from bot.domain.reasons import Reason
from bot.engine.pair_book import PairBook
from bot.engine.submission import intended_together
from bot.errors import ClickForbidden, LeaseLost, LedgerConflict
from bot.ports.pairs import AuditLine, Commit, StoredPair
from bot.ports.reservations import Reservation, ReservationRefused
from tests.builders import HEDGE_ACCOUNT, POSITIVE_ACCOUNT, a_baseline, a_pair, an_acceptance, halted

BOTH = (Role.POSITIVE, Role.HEDGE)
ARMED = PairArmed(a_baseline(), a_baseline())


async def received(ledger: RedisLedger, **changes: Any) -> StoredPair:
    stored, _ = await ledger.receive(a_pair(**changes))
    return stored


async def reserved(ledger: RedisLedger, stored: StoredPair) -> Reservation:
    reservation = await ledger.reserve(stored.pair, BOTH)
    assert isinstance(reservation, Reservation)
    return reservation


async def submitted(ledger: RedisLedger, stored: StoredPair, reservation: Reservation, role: Role) -> StoredPair:
    return await ledger.submit(stored, apply(stored.pair, LegSubmitted(role)), reservation, role)


async def with_positive_accepted(ledger: RedisLedger) -> tuple[StoredPair, Reservation]:
    book = PairBook(ledger)
    stored = await received(ledger)
    reservation = await reserved(ledger, stored)
    stored = await book.change(stored, ARMED)
    stored = await submitted(ledger, stored, reservation, Role.POSITIVE)
    return await book.change(stored, an_acceptance(stored.pair, Role.POSITIVE)), reservation


async def refusal(ledger: RedisLedger, **changes: Any) -> ReservationRefused:
    answer = await ledger.reserve((await received(ledger, **changes)).pair, BOTH)
    assert isinstance(answer, ReservationRefused)
    return answer


class TestKeysAsDocumented:
    async def test_lock_is_a_token_that_lapses_after_300_s(
        self, ledger: RedisLedger, connection: RedisConnection
    ) -> None:
        reservation = await reserved(ledger, await received(ledger))
        assert await connection.ask(connection.client.get("lock:arb:arb-1")) == reservation.token
        assert 295 <= await connection.ask(connection.client.ttl("lock:arb:arb-1")) <= 300

    async def test_cooldown_holds_epoch_seconds_for_60_s_and_only_for_the_account_that_bet(
        self, ledger: RedisLedger, connection: RedisConnection
    ) -> None:
        await with_positive_accepted(ledger)
        client = connection.client
        assert await connection.ask(client.keys("cooldown:*")) == ["cooldown:harbourline:harbour:ann"]
        assert abs(int(await connection.ask(client.get("cooldown:harbourline:harbour:ann"))) - time.time()) < 5
        assert 55 <= await connection.ask(client.ttl("cooldown:harbourline:harbour:ann")) <= 60

    async def test_exposure_record_has_the_documented_fields_and_lives_a_day(
        self, ledger: RedisLedger, connection: RedisConnection
    ) -> None:
        stored, _ = await with_positive_accepted(ledger)
        await PairBook(ledger).change(stored, EmergencyDeclared(Reason.DECLINED))
        name = "exposure:harbourline:harbour:pair-1"
        record = json.loads(await connection.ask(connection.client.get(name)))
        assert set(record) >= {
            "bet_pair_id", "arb_id", "whitelabel", "positive_provider", "hedge_provider", "positive_ticket",
            "hedge_ticket", "positive_status", "hedge_status", "exposure_reason", "detected_at", "expected_outcome",
            "actual_outcome", "positive_stake", "hedge_stake", "positive_odds", "hedge_odds", "expected_pnl",
            "actual_pnl",
        }  # fmt: skip
        assert record["positive_ticket"] == "HB10000001"
        assert record["exposure_reason"] == "declined"
        assert abs(record["detected_at"] - time.time()) < 5
        assert 86_390 <= await connection.ask(connection.client.ttl(name)) <= 86_400

    async def test_dry_run_writes_under_its_own_prefix_only(self, redis_url: str, connection: RedisConnection) -> None:
        dry = RedisConnection(redis_url, prefix="dry_run:")
        await RedisLedger(dry, "worker-d").receive(a_pair())
        assert all(name.startswith("dry_run:") for name in await connection.ask(connection.client.keys("*")))
        await dry.close()


class TestChangesAreCompareAndSet:
    async def test_the_same_pair_is_received_once(self, ledger: RedisLedger) -> None:
        assert [(await ledger.receive(a_pair()))[1] for _ in range(2)] == [True, False]

    async def test_a_change_of_an_old_version_is_refused_and_writes_nothing(
        self, ledger: RedisLedger, connection: RedisConnection
    ) -> None:
        stored = await received(ledger)
        await PairBook(ledger).change(stored, ARMED)
        blocked = PairBlocked(Reason.COOLDOWN)
        after = apply(stored.pair, blocked)
        with pytest.raises(LedgerConflict):
            await ledger.commit(stored, Commit(after, consequences(after, blocked), AuditLine("blocked", {})))
        assert await RedisReader(connection).events(10) == []

    async def test_change_and_event_are_written_together(
        self, ledger: RedisLedger, connection: RedisConnection
    ) -> None:
        await PairBook(ledger).change(await received(ledger), PairBlocked(Reason.COOLDOWN, remaining_s=12))
        [event] = await RedisReader(connection).events(10)
        assert (event.type, event.data["reason"], event.data["remainingS"]) == ("arb_blocked", "cooldown", 12)
        assert await RedisReader(connection).undelivered_events() == 1

    async def test_an_operation_sent_again_is_recognised_and_done_once(
        self, ledger: RedisLedger, connection: RedisConnection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run = connection.run

        async def twice(script: str, request: Any) -> Any:
            await run(script, request)  # the reply of this one is lost
            return await run(script, request)

        stored = await received(ledger)
        reservation = await reserved(ledger, stored)
        monkeypatch.setattr(connection, "run", twice)
        stored = await PairBook(ledger).change(stored, ARMED)
        stored = await submitted(ledger, stored, reservation, Role.POSITIVE)
        accepted = an_acceptance(stored.pair, Role.POSITIVE)
        intent = LegSubmitted(Role.HEDGE, stored.pair.hedge.bet.stake)
        stored = await intended_together(ledger, stored, [accepted], intent, reservation)
        assert stored.version == 5
        stored = await PairBook(ledger).change(stored, an_acceptance(stored.pair, Role.HEDGE))
        assert stored == await ledger.load("pair-1")
        types = [e.type for e in await RedisReader(connection).events(10)]
        assert types == ["bet_executed", "bet_executed", "arb_success"]

    async def test_a_ticket_belongs_to_one_leg_for_ever(self, ledger: RedisLedger) -> None:
        first, reservation = await with_positive_accepted(ledger)
        await ledger.release(reservation)
        await ledger.give_up_lease(POSITIVE_ACCOUNT)
        await ledger.take_lease(POSITIVE_ACCOUNT)
        other = await received(ledger, betPairId="pair-2", arbId="arb-2")
        other = replace(other, pair=apply(apply(other.pair, ARMED), LegSubmitted(Role.POSITIVE)))
        ticket = first.pair.positive.ticket
        assert ticket is not None
        accepted = LegAccepted(Role.POSITIVE, ticket, first.pair.positive.bet.stake, first.pair.positive.bet.odds)
        after = apply(other.pair, accepted)
        with pytest.raises(LedgerConflict, match="belongs to pair-1/positive"):
            await ledger.commit(other, Commit(after, consequences(after, accepted), AuditLine("accepted", {})))


class TestReservation:
    async def test_an_arbitrage_is_placed_once_at_a_time(self, ledger: RedisLedger) -> None:
        await reserved(ledger, await received(ledger))
        assert (await refusal(ledger, betPairId="pair-2")).reason == "arb_locked"

    async def test_an_account_is_used_by_one_pair_at_a_time(self, ledger: RedisLedger) -> None:
        await reserved(ledger, await received(ledger))
        assert (await refusal(ledger, betPairId="pair-2", arbId="arb-2")).reason == "account_busy"

    async def test_a_cooldown_blocks_and_says_how_long(self, ledger: RedisLedger) -> None:
        stored, reservation = await with_positive_accepted(ledger)
        await PairBook(ledger).change(stored, EmergencyDeclared(Reason.DECLINED))
        await ledger.release(reservation)
        refused = await refusal(ledger, betPairId="pair-2", arbId="arb-2")
        assert refused.reason == "cooldown"
        assert refused.remaining_s is not None
        assert 55 <= refused.remaining_s <= 60

    @pytest.mark.parametrize("changes", [{"arbId": "arb-2", "rebetOf": "pair-1"}, {}], ids=["rebetOf", "same arbId"])
    async def test_a_pending_review_blocks_a_rebet_until_a_human_has_looked(
        self, ledger: RedisLedger, connection: RedisConnection, changes: dict[str, str]
    ) -> None:
        stored, reservation = await with_positive_accepted(ledger)
        stored = await PairBook(ledger).change(stored, EmergencyDeclared(Reason.DECLINED))
        await ledger.release(reservation)
        await connection.ask(
            connection.client.delete("cooldown:harbourline:harbour:ann", "exposure:harbourline:harbour:pair-1")
        )
        assert (await refusal(ledger, betPairId="pair-2", **changes)).reason == "review_pending"
        await PairBook(ledger).change(stored, PairReviewed("sold by hand"))
        await reserved(ledger, await received(ledger, betPairId="pair-3", **changes))

    async def test_a_bet_without_proof_freezes_its_account_even_after_the_lock_has_lapsed(
        self, ledger: RedisLedger
    ) -> None:
        stored = await received(ledger)
        reservation = await reserved(ledger, stored)
        stored = await PairBook(ledger).change(stored, ARMED)
        stored = await submitted(ledger, stored, reservation, Role.POSITIVE)
        await PairBook(ledger).change(stored, LegUnknown(Role.POSITIVE, "no answer"))
        await ledger.release(reservation)
        assert (await refusal(ledger, betPairId="pair-2", arbId="arb-2")).reason == "account_frozen"
        assert (await refusal(ledger, betPairId="pair-3")).reason == "arb_locked"

    @pytest.mark.parametrize("scope", ["all", "senbien:lotus", "senbien:lotus:binh"])
    async def test_a_halt_blocks_in_its_scope(self, ledger: RedisLedger, scope: str) -> None:
        halt = await halted(ledger, scope, "layout changed")
        refused = await refusal(ledger)
        assert (refused.reason, refused.detail) == ("halted", f"{scope}: layout changed")
        assert await ledger.lift(halt)
        await reserved(ledger, await received(ledger, betPairId="pair-2"))

    async def test_a_release_frees_only_what_is_still_ones_own(
        self, ledger: RedisLedger, connection: RedisConnection
    ) -> None:
        reservation = await reserved(ledger, await received(ledger))
        await connection.ask(connection.client.set("lock:arb:arb-1", "somebody else"))
        await ledger.release(reservation)
        assert await connection.ask(connection.client.get("lock:arb:arb-1")) == "somebody else"
        assert not await ledger.renew(reservation)


class TestIntent:
    async def armed(self, ledger: RedisLedger) -> tuple[StoredPair, Reservation]:
        stored = await received(ledger)
        reservation = await reserved(ledger, stored)
        return await PairBook(ledger).change(stored, ARMED), reservation

    async def test_an_attempt_is_submitted_once_for_ever(self, ledger: RedisLedger) -> None:
        stored, reservation = await self.armed(ledger)
        await submitted(ledger, stored, reservation, Role.POSITIVE)
        with pytest.raises(LedgerConflict):
            await submitted(ledger, stored, reservation, Role.POSITIVE)

    async def test_even_a_restored_version_number_does_not_allow_it_again(
        self, ledger: RedisLedger, connection: RedisConnection
    ) -> None:
        stored, reservation = await self.armed(ledger)
        await submitted(ledger, stored, reservation, Role.POSITIVE)
        await connection.ask(connection.client.hset("pair:pair-1", "version", str(stored.version)))
        with pytest.raises(LedgerConflict, match="submitted before"):
            await submitted(ledger, stored, reservation, Role.POSITIVE)

    @pytest.mark.parametrize(
        "lost", ["lock:arb:arb-1", "busy:harbourline:harbour:ann", "lease:harbourline:harbour:ann"]
    )
    async def test_no_intent_without_lock_reservation_and_lease(
        self, ledger: RedisLedger, connection: RedisConnection, lost: str
    ) -> None:
        stored, reservation = await self.armed(ledger)
        await connection.ask(connection.client.delete(lost))
        with pytest.raises(LeaseLost):
            await submitted(ledger, stored, reservation, Role.POSITIVE)

    async def test_a_worker_that_slept_through_its_lease_finds_its_fence_stale(
        self, ledger: RedisLedger, connection: RedisConnection
    ) -> None:
        stored, reservation = await self.armed(ledger)
        await connection.ask(connection.client.delete(f"lease:{POSITIVE_ACCOUNT}"))
        assert await RedisLedger(connection, "worker-b").take_lease(POSITIVE_ACCOUNT)
        assert not await ledger.take_lease(POSITIVE_ACCOUNT)
        with pytest.raises(LeaseLost, match="another worker"):
            await submitted(ledger, stored, reservation, Role.POSITIVE)

    async def test_a_halt_that_came_after_the_reservation_still_stops_the_click(self, ledger: RedisLedger) -> None:
        stored, reservation = await self.armed(ledger)
        await halted(ledger, "all", "stop")
        with pytest.raises(ClickForbidden, match="stop"):
            await submitted(ledger, stored, reservation, Role.POSITIVE)

    async def test_an_intent_renews_the_lease_so_that_nobody_else_has_the_account_before_the_click(
        self, ledger: RedisLedger, connection: RedisConnection
    ) -> None:
        stored, reservation = await self.armed(ledger)
        await connection.ask(connection.client.pexpire(f"lease:{POSITIVE_ACCOUNT}", 5000))
        await submitted(ledger, stored, reservation, Role.POSITIVE)
        assert await connection.ask(connection.client.pttl(f"lease:{POSITIVE_ACCOUNT}")) > 20_000

    async def test_only_the_account_that_is_clicked_on_must_be_ours(self, ledger: RedisLedger) -> None:
        stored, reservation = await self.armed(ledger)
        await ledger.give_up_lease(HEDGE_ACCOUNT)
        await submitted(ledger, stored, reservation, Role.POSITIVE)


class TestLeases:
    async def test_fences_only_grow(self, ledger: RedisLedger, connection: RedisConnection) -> None:
        first = await connection.ask(connection.client.get(f"lease:{POSITIVE_ACCOUNT}"))
        await ledger.give_up_lease(POSITIVE_ACCOUNT)
        await RedisLedger(connection, "worker-b").take_lease(POSITIVE_ACCOUNT)
        second = await connection.ask(connection.client.get(f"lease:{POSITIVE_ACCOUNT}"))
        assert (first, second) == ("worker-a 1 live", "worker-b 2 live")

    async def test_an_account_has_one_worker_in_all_modes_together(self, ledger: RedisLedger, redis_url: str) -> None:
        rehearsal = RedisConnection(redis_url, "dry_run:")
        dry = RedisLedger(rehearsal, "worker-b")
        assert not await dry.take_lease(POSITIVE_ACCOUNT)
        await ledger.give_up_lease(POSITIVE_ACCOUNT)
        assert await dry.take_lease(POSITIVE_ACCOUNT)
        assert await dry.holds([POSITIVE_ACCOUNT])
        assert not await ledger.take_lease(POSITIVE_ACCOUNT)
        assert await rehearsal.ask(rehearsal.client.get(f"lease:{POSITIVE_ACCOUNT}")) == "worker-b 2 dry_run"
        await rehearsal.close()

    async def test_a_renewal_keeps_the_fence(self, ledger: RedisLedger, connection: RedisConnection) -> None:
        assert await ledger.take_lease(POSITIVE_ACCOUNT)
        assert await connection.ask(connection.client.get(f"lease:{POSITIVE_ACCOUNT}")) == "worker-a 1 live"


class TestWatches:
    async def test_an_acceptance_is_watched_from_the_same_step_on(
        self, ledger: RedisLedger, connection: RedisConnection
    ) -> None:
        await with_positive_accepted(ledger)
        members = await connection.ask(connection.client.zrange(f"watch:due:{POSITIVE_ACCOUNT}", 0, -1))
        assert members == ["harbourline:harbour:ann/pair-1/positive"]

    async def test_a_rejected_leg_is_not_watched(self, ledger: RedisLedger, connection: RedisConnection) -> None:
        stored = await received(ledger)
        reservation = await reserved(ledger, stored)
        stored = await PairBook(ledger).change(stored, ARMED)
        stored = await submitted(ledger, stored, reservation, Role.POSITIVE)
        await PairBook(ledger).change(stored, LegRejected(Role.POSITIVE, Reason.DECLINED))
        assert await connection.ask(connection.client.keys("watch:*")) == []
