"""Politeness: readings that no bet waits for keep to a provider's limit of page loads."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from random import SystemRandom

from bot.domain.policies import WorkPolicy
from bot.ports.clock import Clock

_MINUTE_S = 60
_chance = SystemRandom().random

Pace = Callable[[str], Awaitable[None]]
"""Waits until a reading at a provider may begin. Bets, arming and proof never call it."""


async def at_once(_provider: str) -> None:
    """Wait for nothing."""


class Pacer:
    """Spaces readings of each provider so that its page loads stay below a number per minute.

    ``loaded`` returns how many pages were loaded at a provider in the last given seconds. Page loads for bets count but
    never wait: readings make room for them. Every gap is lengthened at random by up to the share ``jitter``, so that
    readings do not come at regular times.
    """

    def __init__(
        self,
        per_minute: Mapping[str, int],
        loaded: Callable[[str, float], int],
        clock: Clock,
        jitter: float = WorkPolicy().jitter,
        chance: Callable[[], float] = _chance,
    ) -> None:
        self._per_minute = per_minute
        self._loaded = loaded
        self._clock = clock
        self._jitter = jitter
        self._chance = chance
        self._queues: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._next_s: dict[str, float] = {}

    async def turn(self, provider: str) -> None:
        """Wait until a reading at a provider may begin, in order of arrival; without a limit it begins at once."""
        limit = self._per_minute.get(provider)
        if limit is None:
            return
        async with self._queues[provider]:
            await self._sleep_until(self._next_s.get(provider, 0))
            while self._loaded(provider, _MINUTE_S) >= limit:
                await self._clock.sleep(self._gap_s(limit))
            self._next_s[provider] = self._clock.monotonic_s() + self._gap_s(limit)

    async def _sleep_until(self, moment_s: float) -> None:
        left_s = moment_s - self._clock.monotonic_s()
        if left_s > 0:
            await self._clock.sleep(left_s)

    def _gap_s(self, limit: int) -> float:
        return _MINUTE_S / limit * (1 + self._jitter * self._chance())
