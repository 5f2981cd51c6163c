"""Acts on errors of pages and sessions: halts and announces them, and keeps the circuit breakers up to date."""

from __future__ import annotations

from loguru import logger

from bot.domain.events import Announcement, EventType
from bot.domain.halt import Halt, HaltCause
from bot.domain.pair import Account
from bot.domain.placement import SessionState
from bot.engine.breakers import Breakers
from bot.errors import BookmakerError, PageDrift, SessionUnusable
from bot.ports.halts import Halts
from bot.ports.locators import LocatorFiles

_NEEDS_ITS_OWNER = {
    SessionState.CHALLENGE.value: HaltCause.CHALLENGE,
    SessionState.RESTRICTED.value: HaltCause.RESTRICTED,
}


class SiteHealth:
    """Halts sites and accounts and announces why, once a day for each cause. Repeated failures open a breaker."""

    def __init__(self, ledger: Halts, locators: LocatorFiles, breakers: Breakers) -> None:
        self._ledger = ledger
        self._locators = locators
        self.breakers = breakers

    async def failed(self, account: Account, error: BookmakerError) -> None:
        """Halt the provider for a drifted page, the account for a challenge or restriction; count other failures."""
        logger.warning("{}: {}", account, error)
        if isinstance(error, PageDrift):
            await self._halt_provider(account, error)
        elif isinstance(error, SessionUnusable) and error.state in _NEEDS_ITS_OWNER:
            await self._halt_account(account, error)
        await self.breakers.record_failure(account, error)

    async def succeeded(self, account: Account) -> None:
        """Record a good reading of an account; raises LedgerUnavailable."""
        await self.breakers.record_success(account)

    async def _halt_provider(self, account: Account, error: PageDrift) -> None:
        scope = f"{account.whitelabel}:{account.provider}"
        version = self._locators.version(account.provider)
        if error.locators not in {None, version}:
            logger.info("{}: the page was read by locators {}, which are no longer in force", account, error.locators)
            return
        where = {"page": error.page, "field": error.field, "locator": error.locator, "evidence": error.evidence}
        data = {"scope": scope, "account": str(account), "reason": str(error), "locators": version, **where}
        key = f"halted.{scope}.{error.page}.{error.field}.{version}"
        halt = Halt(scope, HaltCause.DRIFT, str(error), version)
        await self._ledger.halt(halt, Announcement(EventType.PROVIDER_HALTED, data), key)

    async def _halt_account(self, account: Account, error: SessionUnusable) -> None:
        data = {"account": str(account), "state": error.state, "reason": str(error)}
        halt = Halt(str(account), _NEEDS_ITS_OWNER[error.state], str(error))
        announcement = Announcement(EventType.ACCOUNT_CHALLENGE, data)
        await self._ledger.halt(halt, announcement, f"challenge.{account}.{error.state}")
