"""Arming a leg: its slip is filled in and read back, and one click is left to do."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TypeVar

from loguru import logger

from bot.domain.odds import Odds
from bot.domain.pair import Baseline, Bet, Leg
from bot.domain.placement import ArmedSlip
from bot.domain.risk import ArmedLeg
from bot.engine.baselines import BaselineCache, HistoryBaseline, read_baseline
from bot.errors import BookmakerError, CannotArm
from bot.ports.bookmaker import Bookmaker, Bookmakers, PageSnapshot
from bot.ports.clock import LedgerClock

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class PreparedLeg:
    """A leg whose slip, armed for ``bet``, waits for one click. The caller has the session to itself.

    ``snapshot`` is the page with the slip, if it was taken when the slip was armed.
    """

    bookmaker: Bookmaker
    bet: Bet
    slip: ArmedSlip
    baseline: Baseline
    snapshot: PageSnapshot | None = None

    def armed(self, leg: Leg) -> ArmedLeg:
        """Return the values that the risk controls judge."""
        return ArmedLeg(leg, self.slip, self.baseline.balance)


@dataclass(frozen=True, slots=True)
class LegArmer:
    """Arms slips and empties them. The caller holds the account's lane."""

    bookmakers: Bookmakers
    ledger_clock: LedgerClock
    baselines: BaselineCache | None = None

    async def arm(self, bet: Bet) -> PreparedLeg:
        """Read the account's history and arm the slip, at the same time; raises BookmakerError.

        The session is used as it was left. If it cannot be used, it is looked at, logged in if needed, and used once
        more. The baseline is always from before any click.
        """
        try:
            return await self._armed(await self.bookmakers.session_as_left(bet.account), bet)
        except CannotArm:
            raise
        except BookmakerError as error:
            logger.info("{}: the session is looked at, since it could not be used: {}", bet.account, error)
        return await self._armed(await self.bookmakers.session(bet.account), bet)

    async def rearm(self, prepared: PreparedLeg, bet: Bet) -> PreparedLeg:
        """Arm the slip for another stake. The baseline still holds, since nothing was clicked in between."""
        slip = await prepared.bookmaker.arm(bet)
        baseline = prepared.baseline.model_copy(update={"odds": _price_of(bet, slip)})
        return PreparedLeg(prepared.bookmaker, bet, slip, baseline)

    async def disarm(self, *prepared: PreparedLeg) -> None:
        """Empty slips that are not to be submitted. A failure is only logged, since nothing was bet."""
        for leg in prepared:
            await _empty_slip(leg.bookmaker)

    async def with_snapshot(self, prepared: PreparedLeg) -> PreparedLeg:
        """Return the leg with a snapshot of its slip, taken now if there is none."""
        return prepared if prepared.snapshot else replace(prepared, snapshot=await _snapshot(prepared.bookmaker))

    async def _armed(self, bookmaker: Bookmaker, bet: Bet) -> PreparedLeg:
        reading, arming = self._history_baseline(bookmaker), bookmaker.arm(bet)
        history, slip = await asyncio.gather(reading, arming, return_exceptions=True)
        try:
            before, armed = _unless_failed(history), _unless_failed(slip)
            baseline = _baseline(bookmaker, before, _price_of(bet, armed))
            return PreparedLeg(bookmaker, bet, armed, *await asyncio.gather(baseline, _snapshot(bookmaker)))
        except BookmakerError:
            if isinstance(slip, ArmedSlip):
                await _empty_slip(bookmaker)
            raise

    async def _history_baseline(self, bookmaker: Bookmaker) -> HistoryBaseline:
        known = self.baselines.find(bookmaker.account) if self.baselines else None
        return known or await read_baseline(self.ledger_clock, bookmaker)


async def _baseline(bookmaker: Bookmaker, history: HistoryBaseline, odds: Odds | None) -> Baseline:
    """Complete a baseline while the slip is armed; the balance is read last, when its page is not needed any more."""
    return Baseline(taken_at=history.taken_at, tickets=history.tickets, balance=await bookmaker.balance(), odds=odds)


async def _snapshot(bookmaker: Bookmaker) -> PageSnapshot | None:
    try:
        return await bookmaker.snapshot()
    except BookmakerError:
        return None  # it is tried again before the click


async def _empty_slip(bookmaker: Bookmaker) -> None:
    try:
        await bookmaker.disarm()
    except BookmakerError as error:
        logger.warning("{}: slip not emptied: {}", bookmaker.account, error)


def _price_of(bet: Bet, slip: ArmedSlip) -> Odds | None:
    return slip.odds if slip.line == bet.line else None


def _unless_failed(result: _T | BaseException) -> _T:
    if isinstance(result, BaseException):
        raise result
    return result
