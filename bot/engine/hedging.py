"""The hedge of an accepted positive bet: placed within its limits, or an emergency is declared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from loguru import logger

from bot.domain.changes import Change, EmergencyDeclared, LegArmed
from bot.domain.lifecycle import HEDGE_PROVABLY_NOT_PLACED, apply
from bot.domain.pair import LegState, Pair, Role
from bot.domain.risk import refusal_of, refusal_of_age
from bot.domain.settlement import judgement
from bot.domain.sizing import hedge_bet
from bot.engine.leg_placer import UNRESOLVED, LegPlacer, PreparedLeg
from bot.errors import BookmakerError, CannotArm, ClickForbidden, LeaseLost, LedgerConflict
from bot.ports import Reservation, StoredPair

_PAGE_UNUSABLE = "hedge_page_unusable"
_CLICK_NOT_ALLOWED = "click_not_allowed"
_FINAL = frozenset({_CLICK_NOT_ALLOWED, "insufficient_funds", "account_restricted"})


@dataclass(frozen=True, slots=True)
class HedgeRules:
    """How often and how long a known-rejected hedge is tried again before an emergency is declared."""

    max_attempts: int = 3
    window_s: float = 20
    retry_delay_s: float = 1
    acceptance_wait_s: float = 30
    pnl_tolerance: Decimal = Decimal("0.05")
    resume_within_s: float = 900


class Hedging:
    """Places hedges. The caller holds both lanes and the reservation."""

    def __init__(self, placer: LegPlacer, rules: HedgeRules) -> None:
        self._placer = placer
        self._book = placer.book
        self._rules = rules

    async def hedge(self, stored: StoredPair, reservation: Reservation, prepared: PreparedLeg | None) -> StoredPair:
        """Submit the hedge; after a known rejection arm and try again within the rules, else declare an emergency.

        ``prepared`` is the slip armed beforehand, used if it still asks for the stake that fits what was accepted.
        An answer that proves nothing ends the attempts: the leg stays unknown and no emergency is declared on a guess.
        """
        clock = self._placer.clock
        end = clock.monotonic_s() + self._rules.window_s
        for attempts_left in reversed(range(self._rules.max_attempts)):
            stored, reason = await self._attempt(stored, reservation, prepared)
            if reason is None:
                return stored
            prepared = None
            is_last = attempts_left == 0 or clock.monotonic_s() + self._rules.retry_delay_s >= end
            if is_last or reason in _FINAL:
                return await self.give_up(stored, reason)
            await clock.sleep(self._rules.retry_delay_s)
        return stored

    def too_late(self, pair: Pair, now: datetime) -> str | None:
        """Say why a hedge that was interrupted must not be placed any more, or None while it may."""
        if refusal_of_age(pair, now):
            return "expires_at"
        armed_at = pair.positive.baseline.taken_at if pair.positive.baseline else now
        return "hedge_too_late" if now - armed_at > timedelta(seconds=self._rules.resume_within_s) else None

    async def give_up(self, stored: StoredPair, reason: str) -> StoredPair:
        """Declare an emergency: the positive bet stands alone. Nothing happens while a hedge may yet be accepted."""
        return await self._book.decide(stored, lambda pair: self._emergency(pair, reason))

    async def _attempt(
        self, stored: StoredPair, reservation: Reservation, prepared: PreparedLeg | None
    ) -> tuple[StoredPair, str | None]:
        """Try once; the reason is None when the hedge is accepted or unknown, or the pair is no longer ours."""
        bet = hedge_bet(stored.pair)
        try:
            if prepared is None or prepared.slip.stake != bet.stake:
                prepared = await self._placer.prepare(bet)
                stored = await self._book.change(stored, LegArmed(Role.HEDGE, prepared.baseline))
            refusal = refusal_of(prepared.armed(stored.pair.hedge.model_copy(update={"bet": bet})))
            if refusal is not None:
                await self._placer.disarm(prepared)
                return stored, refusal.control
            stored = await self._placer.submit(stored, Role.HEDGE, prepared, reservation)
        except CannotArm as error:
            return stored, error.reason
        except BookmakerError as error:
            await self._placer.alarms.raise_for(bet.account, error)
            return stored, _PAGE_UNUSABLE
        except ClickForbidden as error:
            logger.error("pair {}: no hedge: {}", stored.pair.bet_pair_id, error)
            return stored, _CLICK_NOT_ALLOWED
        except (LeaseLost, LedgerConflict) as error:
            # Whoever holds the account now goes on with the pair; an emergency of ours would cross its hedge.
            logger.error("pair {}: it is no longer ours: {}", stored.pair.bet_pair_id, error)
            return stored, None
        if stored.pair.hedge.state in UNRESOLVED:
            stored = await self._placer.seek_proof(stored, Role.HEDGE, self._rules.acceptance_wait_s)
        return stored, stored.pair.hedge.reason if stored.pair.hedge.state is LegState.REJECTED else None

    def _emergency(self, pair: Pair, reason: str) -> tuple[Change, ...]:
        if pair.hedge.state not in HEDGE_PROVABLY_NOT_PLACED:
            return ()
        declared = EmergencyDeclared(reason)
        return declared, *judgement(apply(pair, declared), self._rules.pnl_tolerance)
