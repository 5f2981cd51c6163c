"""Circuit breakers, shared by all workers: failures are counted, and a success closes a half-open breaker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from random import SystemRandom

from loguru import logger

from bot.domain.breaker import (
    Breaker,
    BreakerCause,
    BreakerPolicy,
    BreakerState,
    after_failure,
    after_success,
    cause_of,
    probed_by,
    site_of,
)
from bot.domain.events import Announcement, EventType
from bot.domain.pair import Account
from bot.errors import BookmakerError, SessionUnusable
from bot.ports.breakers import BreakerStore

_Decision = Callable[[Breaker, int], Breaker]
_DEFAULT = BreakerPolicy()
_chance = SystemRandom().random


class Breakers:
    """The breakers of sites and accounts, for one worker. A decision is repeated if another worker wrote first."""

    def __init__(
        self,
        store: BreakerStore,
        worker: str,
        policy: BreakerPolicy = _DEFAULT,
        chance: Callable[[], float] = _chance,
    ) -> None:
        self._store = store
        self._worker = worker
        self._policy = policy
        self._chance = chance

    async def record_failure(self, account: Account, error: BookmakerError) -> None:
        """Count an error towards the breaker of its cause. A site that says why it has no session has answered."""
        match cause_of(error):
            case None if isinstance(error, SessionUnusable):
                await self._answered(site_of(account))
            case BreakerCause.LOGIN_LOST as cause:
                await self._answered(site_of(account))
                await self._failed(str(account), cause, str(error))
            case BreakerCause() as cause:
                await self._failed(site_of(account), cause, str(error))

    async def record_success(self, account: Account) -> None:
        """Clear the failures of an account and its site after a good reading, and close half-open breakers."""
        await self._answered(site_of(account), str(account))

    async def half_open(self) -> Sequence[str]:
        """Return the scopes whose breaker is half-open and should be tried now."""
        known, now = await self._store.known()
        return [each.breaker.scope for each in known if each.breaker.state(_ms(now)) is BreakerState.HALF_OPEN]

    async def rests(self, account: Account) -> bool:
        """Say whether an account's own breaker is open, so that its login must not be tried now."""
        [stored], now = await self._store.read([str(account)])
        return stored.breaker.state(_ms(now)) is BreakerState.OPEN

    async def take_probe(self, scope: str) -> bool:
        """Take the right to try a half-open scope; False if another worker has it or the scope is not half-open."""
        [stored], now = await self._store.read([scope])
        probed = probed_by(stored.breaker, self._worker, self._policy, _ms(now))
        return probed != stored.breaker and await self._store.replace(stored, probed)

    async def reset(self, scope: str) -> bool:
        """Clear all failures and pauses of a scope at a human's request; False if its breaker was not open."""
        while True:
            [stored], now = await self._store.read([scope])
            if stored.breaker.opened is None:
                return False
            blank = Breaker(scope=scope)
            if await self._store.replace(stored, blank, _news(stored.breaker, blank, _ms(now))):
                return True

    async def _failed(self, scope: str, cause: BreakerCause, detail: str) -> None:
        chance = self._chance()
        await self._decide(scope, lambda b, now_ms: after_failure(b, cause, detail, self._policy, now_ms, chance))

    async def _answered(self, *scopes: str) -> None:
        stored, now = await self._store.read(scopes)
        for each in stored:
            if after_success(each.breaker, _ms(now)) != each.breaker:
                await self._decide(each.breaker.scope, after_success)

    async def _decide(self, scope: str, decision: _Decision) -> None:
        while True:
            [stored], now = await self._store.read([scope])
            after = decision(stored.breaker, _ms(now))
            if after == stored.breaker:
                return
            if await self._store.replace(stored, after, _news(stored.breaker, after, _ms(now))):
                return


def _news(before: Breaker, after: Breaker, now_ms: int) -> Announcement | None:
    if before.opened is None and after.opened is not None:
        opened = after.opened
        logger.error("{}: no new pairs: {} {}", after.scope, opened.cause.value, opened.reason)
        data = {"scope": after.scope, "cause": opened.cause.value, "reason": opened.reason}
        return Announcement(EventType.BREAKER_OPENED, data | {"triedAgainInS": _seconds(opened.until_ms - now_ms)})
    if before.opened is not None and after.opened is None:
        opened = before.opened
        logger.info("{}: takes new pairs again", after.scope)
        data = {"scope": after.scope, "cause": opened.cause.value, "reason": opened.reason}
        return Announcement(EventType.BREAKER_CLOSED, data | {"openForS": _seconds(now_ms - opened.since_ms)})
    return None


def _seconds(milliseconds: int) -> int:
    return round(milliseconds / 1000)


def _ms(time: datetime) -> int:
    return int(time.timestamp() * 1000)  # rounds down, so it is never later than the real time
