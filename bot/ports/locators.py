"""The locator files of the providers, which change while a worker runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class LocatorFiles(Protocol):
    """The files that say where things are on each provider's pages, and the versions of them that are in force."""

    def version(self, provider: str) -> str:
        """Name the version that a provider's pages are read by now."""

    async def changed(self) -> Sequence[str]:
        """Return the providers whose files say something else than what is in force, or was refused, and lie still."""

    async def take_up(self, provider: str) -> Sequence[str]:
        """Put a provider's files in force, provided that they read every recorded page rightly.

        Returns what is wrong with them; then what was in force stays so. Raises SessionUnusable when they could not be
        tried, and nothing is decided.
        """
