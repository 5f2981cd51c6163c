"""What a broken page or session entails: no new bets there, and somebody is told."""

from __future__ import annotations

from loguru import logger

from bot.domain.events import Announcement, EventType
from bot.domain.pair import Account
from bot.domain.placement import SessionState
from bot.errors import BookmakerError, PageDrift, SessionUnusable
from bot.ports import Ledger

_NEEDS_ITS_OWNER = frozenset({SessionState.CHALLENGE.value, SessionState.RESTRICTED.value})


class Alarms:
    """Halts what must not be bet on and announces why, once a day for each cause."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def raise_for(self, account: Account, error: BookmakerError) -> None:
        """Halt the provider for a page that drifted, the account for a challenge or restriction; else only log."""
        logger.warning("{}: {}", account, error)
        if isinstance(error, PageDrift):
            await self._halt_provider(account, error)
        elif isinstance(error, SessionUnusable) and error.state in _NEEDS_ITS_OWNER:
            await self._halt_account(account, error)

    async def _halt_provider(self, account: Account, error: PageDrift) -> None:
        scope = f"{account.whitelabel}:{account.provider}"
        await self._ledger.halt(scope, str(error))
        where = {"page": error.page, "field": error.field, "locator": error.locator}
        data = {"scope": scope, "account": str(account), "reason": str(error), **where}
        key = f"halted.{scope}.{error.page}.{error.field}"
        await self._ledger.announce(Announcement(EventType.PROVIDER_HALTED, data), key)

    async def _halt_account(self, account: Account, error: SessionUnusable) -> None:
        await self._ledger.halt(str(account), str(error))
        data = {"account": str(account), "state": error.state, "reason": str(error)}
        await self._ledger.announce(
            Announcement(EventType.ACCOUNT_CHALLENGE, data), f"challenge.{account}.{error.state}"
        )
