"""Pairs whose positive bet stands alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from bot.domain.events import Announcement


class NakedStore(Protocol):
    """Which pairs are naked, and which of them have been announced. Methods raise LedgerUnavailable."""

    async def naked_since(self) -> Mapping[str, datetime]:
        """Return every pair whose positive bet stands alone, and since when; times of the ledger."""

    async def announced_naked(self) -> Mapping[str, datetime]:
        """Return every pair that was announced as naked and not yet as over, and since when it was naked."""

    async def announce_naked(self, bet_pair_id: str, announcement: Announcement) -> None:
        """Announce a naked pair, once as long as it is naked; nothing if it is no longer."""

    async def announce_covered(self, bet_pair_id: str, announcement: Announcement) -> None:
        """Announce once that an announced pair is no longer naked; nothing if it still is."""
