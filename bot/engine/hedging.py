"""The hedge of an accepted positive bet: placed within its limits, or an emergency is declared."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from loguru import logger

from bot.domain.changes import Change, EmergencyDeclared, LegArmed
from bot.domain.hedge import refusal_of_price, taken_at
from bot.domain.lifecycle import HEDGE_PROVABLY_NOT_PLACED, UNDECIDED, apply
from bot.domain.limits import ControlRefusal
from bot.domain.money import Money
from bot.domain.pair import Bet, LegState, Pair, Role
from bot.domain.policies import HedgePolicy, PlacingPolicy
from bot.domain.reasons import Reason, known
from bot.domain.risk import refusal_of
from bot.domain.settlement import judgement
from bot.domain.sizing import hedge_bet, hedge_bet_at, limited
from bot.domain.watch import WatchPolicy
from bot.engine.arming import LegArmer, PreparedLeg
from bot.engine.pair_book import PairBook
from bot.engine.proving import Prover
from bot.engine.site_health import SiteHealth
from bot.engine.submission import LegSubmitter
from bot.errors import BookmakerError, CannotArm, ClickForbidden, ClicksFrozen, LeaseLost, LedgerConflict
from bot.ports.clock import Clock
from bot.ports.pairs import StoredPair
from bot.ports.reservations import Reservation


@dataclass(frozen=True, slots=True)
class HedgeRules(HedgePolicy):
    """The hedge policy, and the limits that hedging shares with placing and settlement.

    ``cash_out_within_s`` is how long an emergency may look for a cash-out offer.
    """

    cash_out_within_s: float = 5
    acceptance_wait_s: float = PlacingPolicy().acceptance_wait_s
    pnl_tolerance: Decimal = WatchPolicy().pnl_tolerance


@dataclass(frozen=True, slots=True)
class _Refused:
    """Why an attempt provably led to no bet.

    ``limit`` is the largest stake that the bookmaker allows, and ``undecided_s`` how long the proof took.
    """

    reason: Reason
    detail: str = ""
    limit: Money | None = None
    undecided_s: float = 0


_Attempted = tuple[StoredPair, _Refused | None]


@dataclass(frozen=True, slots=True)
class Hedging:
    """Places hedges. The caller holds both lanes and the reservation."""

    armer: LegArmer
    submitter: LegSubmitter
    prover: Prover
    book: PairBook
    health: SiteHealth
    clock: Clock
    rules: HedgeRules

    async def hedge(self, stored: StoredPair, reservation: Reservation, prepared: PreparedLeg | None) -> StoredPair:
        """Submit the hedge. After a known rejection, arm and try again within the rules, else declare an emergency.

        ``prepared`` is the slip armed beforehand. It is used if its stake still fits what was accepted. Attempts made
        before an interruption count. Time in which a bookmaker or a human decides about an attempt does not count
        towards the window. An answer that proves nothing ends the attempts: the leg stays unknown, and no emergency is
        declared.
        """
        hedge = stored.pair.hedge
        before = _Refused(known(hedge.reason) or Reason.NO_ATTEMPT_LEFT, limit=hedge.limit)
        first = partial(self._attempt, stored, reservation, prepared, hedge.limit)
        return await self._until_placed(stored, reservation, before, first, self._attempts_left(stored))

    async def go_on(self, stored: StoredPair, reservation: Reservation) -> StoredPair:
        """Continue as ``hedge`` does, from a first attempt that has already been submitted."""
        first = partial(self._decided, stored)
        before = _Refused(Reason.NO_ATTEMPT_LEFT)
        return await self._until_placed(stored, reservation, before, first, 1 + self._attempts_left(stored))

    def fits(self, pair: Pair, prepared: PreparedLeg) -> bool:
        """Say whether an armed slip has the stake that fits the accepted positive bet, at an allowed price."""
        return prepared.slip.stake == hedge_bet(pair).stake and self._refusal(pair, prepared) is None

    def _attempts_left(self, stored: StoredPair) -> int:
        return self.rules.max_attempts - stored.pair.hedge.attempt

    async def _until_placed(
        self,
        stored: StoredPair,
        reservation: Reservation,
        refused: _Refused,
        attempt: Callable[[], Awaitable[_Attempted]],
        attempts: int,
    ) -> StoredPair:
        clock = self.clock
        end = clock.monotonic_s() + self.rules.window_s
        for attempts_left in reversed(range(attempts)):
            stored, answer = await attempt()
            if answer is None:
                return stored
            is_new_limit = answer.limit is not None and answer.limit != refused.limit
            refused = replace(answer, limit=answer.limit or refused.limit)
            delay_s = 0 if is_new_limit else self.rules.retry_delay_s
            end += answer.undecided_s
            if attempts_left == 0 or refused.reason.is_final or clock.monotonic_s() + delay_s >= end:
                break
            await clock.sleep(delay_s)
            attempt = partial(self._attempt, stored, reservation, None, refused.limit)
        declared = EmergencyDeclared(refused.reason, refused.detail)
        return await self._declare(stored, await self._with_cash_out(stored.pair, declared))

    def too_late(self, pair: Pair, now: datetime) -> bool:
        """Say whether a hedge was interrupted for too long to be placed.

        An expired job does not matter: its positive bet stands, and the hedge is judged by its current price.
        """
        armed_at = pair.positive.baseline.taken_at if pair.positive.baseline else now
        return now - armed_at > timedelta(seconds=self.rules.resume_within_s)

    async def give_up(self, stored: StoredPair, reason: Reason, detail: str) -> StoredPair:
        """Declare an emergency: the positive bet stands alone. Nothing happens while a hedge may yet be accepted.

        The caller needs no lane, since no page is read.
        """
        return await self._declare(stored, EmergencyDeclared(reason, detail))

    async def _declare(self, stored: StoredPair, declared: EmergencyDeclared) -> StoredPair:
        return await self.book.decide(stored, lambda pair: self._emergency(pair, declared))

    async def _with_cash_out(self, pair: Pair, declared: EmergencyDeclared) -> EmergencyDeclared:
        """Add the cash-out offer for the positive bet, if it can be read within ``cash_out_within_s``.

        If the worker dies here, the pair has no attempts left, and the next worker declares the emergency at once.
        """
        try:
            async with asyncio.timeout(self.rules.cash_out_within_s):
                row = await self.prover.row_of(pair.positive)
        except Exception as error:  # noqa: BLE001 - the emergency must be declared after any error here
            return replace(declared, cash_out_unknown=f"{type(error).__name__}: {error}".rstrip(": "))
        if row is None:
            return replace(declared, cash_out_unknown="the history does not show the bet")
        return replace(declared, cash_out=row.cash_out, cash_out_unknown=None)

    async def _attempt(
        self, stored: StoredPair, reservation: Reservation, prepared: PreparedLeg | None, limit: Money | None
    ) -> _Attempted:
        """Try once. No refusal: the hedge is accepted, undecided or frozen, or the pair is no longer ours."""
        account = stored.pair.hedge.bet.account
        try:
            if prepared is None or prepared.slip.stake != hedge_bet(stored.pair).stake:
                stored, prepared = await self._armed(stored, limit)
            refusal = self._refusal(stored.pair, prepared)
            if refusal is not None:
                await self.armer.disarm(prepared)
                return stored, _Refused(refusal.control, str(refusal))
            stored = await self.submitter.submit(stored, Role.HEDGE, prepared, reservation)
        except CannotArm as error:
            return stored, _Refused(error.reason, str(error), _as_money(error.limit, stored.pair))
        except BookmakerError as error:
            await self.health.failed(account, error)
            return stored, _Refused(Reason.HEDGE_PAGE_UNUSABLE, str(error))
        except ClicksFrozen as error:
            logger.warning("pair {}: the hedge waits: {}", stored.pair.bet_pair_id, error)
            if prepared is not None:
                await self.armer.disarm(prepared)
            return stored, None
        except ClickForbidden as error:
            logger.error("pair {}: no hedge: {}", stored.pair.bet_pair_id, error)
            return stored, _Refused(Reason.CLICK_NOT_ALLOWED, str(error))
        except (LeaseLost, LedgerConflict) as error:
            # Another worker now holds the account and continues the pair. Our emergency would contradict its hedge.
            logger.error("pair {}: it is no longer ours: {}", stored.pair.bet_pair_id, error)
            return stored, None
        return await self._decided(stored)

    async def _decided(self, stored: StoredPair) -> _Attempted:
        answered_at = self.clock.monotonic_s()
        if stored.pair.hedge.state in UNDECIDED:
            stored = await self.prover.seek(stored, Role.HEDGE, self.rules.acceptance_wait_s)
        hedge = stored.pair.hedge
        if hedge.state is not LegState.REJECTED:
            return stored, None
        undecided_s = self.clock.monotonic_s() - answered_at
        return stored, _Refused(known(hedge.reason) or Reason.DECLINED, limit=hedge.limit, undecided_s=undecided_s)

    async def _armed(self, stored: StoredPair, limit: Money | None) -> tuple[StoredPair, PreparedLeg]:
        """Arm the slip for the full hedge at the odds that it shows, or for the part that limit and balance allow.

        If the odds have moved, the slip is armed a second time for the stake that fits them. That delays the hedge for
        a moment, but an unbalanced hedge would use up part of ``max_loss``. If the odds move again, the slip is judged
        as it is.
        """
        pair = stored.pair
        last_seen = pair.hedge.baseline.odds if pair.hedge.baseline else None
        whole = hedge_bet_at(pair, last_seen or pair.hedge.bet.odds)
        prepared = await self.armer.arm(_allowed(pair, whole, limit))
        whole = hedge_bet_at(pair, prepared.slip.odds)
        bet = _covered(pair, _allowed(pair, whole, limit), prepared.baseline.balance)
        if bet.stake != prepared.slip.stake:
            prepared = await self.armer.rearm(prepared, bet)
        stored = await self.book.change(stored, LegArmed(Role.HEDGE, prepared.baseline, whole.stake))
        return stored, prepared

    def _refusal(self, pair: Pair, prepared: PreparedLeg) -> ControlRefusal | None:
        hedge, odds = pair.hedge, prepared.slip.odds
        as_asked = refusal_of(prepared.armed(hedge.model_copy(update={"bet": taken_at(prepared.bet, odds)})))
        whole_stake = hedge.whole_stake or prepared.bet.stake
        return as_asked or refusal_of_price(pair, whole_stake, odds, self.rules.max_loss)

    def _emergency(self, pair: Pair, declared: EmergencyDeclared) -> tuple[Change, ...]:
        if pair.hedge.state not in HEDGE_PROVABLY_NOT_PLACED:
            return ()
        return declared, *judgement(apply(pair, declared), self.rules.pnl_tolerance)


def _allowed(pair: Pair, bet: Bet, limit: Money | None) -> Bet:
    allowed = limited(pair, bet, limit)
    if allowed is None:
        raise CannotArm(Reason.STAKE_ABOVE_MAXIMUM, f"only {limit} of {bet.stake} is allowed, less than one stake step")
    return allowed


def _covered(pair: Pair, bet: Bet, balance: Money | None) -> Bet:
    covered = limited(pair, bet, balance)
    if covered is None:
        raise CannotArm(Reason.INSUFFICIENT_FUNDS, f"the balance is {balance}")
    return covered


def _as_money(limit: Decimal | None, pair: Pair) -> Money | None:
    return None if limit is None else Money(limit, pair.hedge.bet.stake.currency)
