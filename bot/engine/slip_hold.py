"""Slips that are held ready: armed again as soon as they stop showing what a click is to submit."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from types import TracebackType
from typing import Any, Self

from loguru import logger

from bot.domain.reasons import Reason
from bot.engine.arming import LegArmer, PreparedLeg
from bot.errors import BookmakerError, CannotArm
from bot.ports.clock import Clock

_AGAIN_AFTER_S = 0.2


async def prepared_together(
    armer: LegArmer, clock: Clock, preparations: Iterable[Coroutine[Any, Any, PreparedLeg]], max_age_s: float
) -> list[PreparedLeg | BaseException]:
    """Prepare legs at the same time and hold each ready slip until all are ready.

    Returns one result for each of ``preparations``, in their order: the prepared leg, or the error.
    """
    preparing = [asyncio.create_task(each) for each in preparations]

    async def held(own: asyncio.Task[PreparedLeg]) -> PreparedLeg:
        async with SlipHold(armer, clock, await own, max_age_s) as hold:
            await asyncio.wait(preparing)
            return await hold.taken()

    try:
        return await asyncio.gather(*map(held, preparing), return_exceptions=True)
    finally:
        for each in preparing:
            each.cancel()


class SlipHold:
    """An armed slip that is watched while the caller waits for something else. The session is in use until the end.

    A slip that has changed, or that is older than ``max_age_s``, is armed again. ``last`` is the slip as last armed, or
    None while it is not armed.
    """

    def __init__(self, armer: LegArmer, clock: Clock, prepared: PreparedLeg, max_age_s: float) -> None:
        self.last: PreparedLeg | None = prepared
        self._armer = armer
        self._clock = clock
        self._prepared = prepared
        self._max_age_s = max_age_s
        self._error: BookmakerError | None = None
        self._is_ending = False
        self._is_arming = False

    async def __aenter__(self) -> Self:
        self._watch = asyncio.create_task(self._keep(), name=f"hold {self._prepared.bet.bet_id}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.end()

    async def end(self) -> None:
        """Stop watching. An arming in progress is finished first, so that no half-filled slip is left."""
        self.let_go()
        await asyncio.wait({self._watch})
        if not self._watch.cancelled() and (error := self._watch.exception()) is not None:
            logger.warning("{}: the slip was not watched: {!r}", self._prepared.bet.account, error)

    def let_go(self) -> PreparedLeg | None:
        """Return the slip to be clicked at once, without waiting for the watch to end; None while it is not armed.

        The click itself finds out whether the page has changed since.
        """
        self._is_ending = True
        if not self._is_arming:
            self._watch.cancel()
        return self.last

    async def taken(self) -> PreparedLeg:
        """End the hold and return the slip with everything done but the click; raises BookmakerError if that fails.

        Then nothing competes with the other leg's click, and no problem is found only after that click.
        """
        await self.end()
        if self.last is None:
            raise self._error or CannotArm(Reason.SLIP_GONE)
        try:
            await self.last.bookmaker.stand_by(self.last.slip)
        except BookmakerError:
            await self._armer.disarm(self.last)
            raise
        return self.last

    async def _keep(self) -> None:
        while not self._is_ending and self.last is not None:
            reason = await self._stale(self.last)
            logger.info("{}: the slip is armed again: {}", self._prepared.bet.account, reason)
            await self._arm_again()

    async def _stale(self, prepared: PreparedLeg) -> str:
        try:
            async with asyncio.timeout(self._max_age_s):
                return await prepared.bookmaker.changed(prepared.slip)
        except TimeoutError:
            return "too_old"

    async def _arm_again(self) -> None:
        self.last, self._is_arming = None, True
        try:
            while self.last is None:
                try:
                    self.last = await self._armer.rearm(self._prepared, self._prepared.bet)
                except CannotArm as error:
                    self._error = error
                    if self._is_ending:
                        return
                    await self._clock.sleep(_AGAIN_AFTER_S)
        except BookmakerError as error:
            self._error = error
        finally:
            self._is_arming = False
