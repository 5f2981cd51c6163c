"""The locator files of the providers, which change while a worker runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class LocatorFiles(Protocol):
    """Each provider's locator files, and the versions that are in force."""

    def version(self, provider: str) -> str:
        """Return the version that is in force for a provider."""

    async def changed(self) -> Sequence[str]:
        """Return the providers with new files: not in force, not refused before, and no longer being written."""

    async def take_up(self, provider: str) -> Sequence[str]:
        """Put a provider's files in force if they read every recorded page correctly.

        Returns the problems. If there are any, the version in force stays. Raises SessionUnusable when the files could
        not be checked; then nothing is decided.
        """
