"""Delivery of events from the outbox, at least once, with retries over days."""

from __future__ import annotations

from loguru import logger

from bot.errors import DeliveryFailed, LedgerError
from bot.ports.clock import Clock
from bot.ports.outbox import EventSink, Outbox, OutboxEntry

# Five seconds to six hours, then every six hours: a receiver may be away for days and misses nothing.
_RETRY_IN_S = (5, 15, 60, 300, 1800, 7200, 21600)

_LOOK_EVERY_S = 0.05


class Publisher:
    """Delivers events from the outbox to the sink."""

    def __init__(self, outbox: Outbox, sink: EventSink, clock: Clock) -> None:
        self._outbox = outbox
        self._sink = sink
        self._clock = clock
        self._is_delivering = False

    async def run(self) -> None:
        """Deliver without end. A failed delivery is postponed, so that one event never blocks another."""
        while True:
            try:
                async for entry in self._outbox.entries():
                    self._is_delivering = True
                    await self._deliver(entry)
                    self._is_delivering = False
            except LedgerError as error:
                self._is_delivering = False
                logger.warning("delivery waits: {}", error)
                await self._clock.sleep(1)

    async def empty(self, within_s: float) -> None:
        """Wait until no event is due, at most ``within_s``. The rest is delivered after the next start."""
        end = self._clock.monotonic_s() + within_s
        while self._clock.monotonic_s() < end and (self._is_delivering or await self._outbox.due()):
            await self._clock.sleep(_LOOK_EVERY_S)

    async def _deliver(self, entry: OutboxEntry) -> None:
        try:
            await self._sink.deliver(entry)
        except DeliveryFailed as error:
            retry_in_s = retry_delay_s(entry.attempts)
            logger.warning("event {} ({}) not delivered, again in {} s: {}", entry.id, entry.type, retry_in_s, error)
            await self._outbox.postponed(entry, retry_in_s)
            return
        await self._outbox.delivered(entry)


def retry_delay_s(attempts: int) -> float:
    """Return the wait after a failed attempt, given how many had failed before."""
    return _RETRY_IN_S[min(attempts, len(_RETRY_IN_S) - 1)]
