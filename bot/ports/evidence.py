"""Pages that are kept for people to look at later."""

from __future__ import annotations

from typing import Protocol

from bot.ports.bookmaker import PageSnapshot


class Evidence(Protocol):
    """Keeps what pages showed."""

    async def keep(self, pair_id: str, label: str, snapshot: PageSnapshot) -> str:
        """Store a snapshot under a pair and a label such as ``positive-slip``; returns where it lies."""
