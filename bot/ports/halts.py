"""Stops with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.events import Announcement
from bot.domain.halt import Halt
from bot.domain.pauses import Troubles


class Halts(Protocol):
    """Stops with a reason, for everything, a site or an account. Methods raise LedgerUnavailable."""

    async def halt(self, halt: Halt, announcement: Announcement, key: str) -> None:
        """Stop new bets in a scope for a cause, and announce it once per key; halts for other causes stay."""

    async def halts(self) -> Sequence[Halt]:
        """Return every halt."""

    async def troubles(self, within_s: float) -> Troubles:
        """Count the emergencies within a time and the exposures in a row, since a human last resumed from each."""

    async def lift(self, halt: Halt, announcement: Announcement | None = None) -> bool:
        """End a halt and announce it; False if the scope has no halt for its cause, or one under other locators."""
