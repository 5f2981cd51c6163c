"""Kept pages: pages stored for later inspection."""

from __future__ import annotations

from typing import Protocol

from bot.ports.bookmaker import PageSnapshot


class Evidence(Protocol):
    """Stores kept pages."""

    async def keep(self, pair_id: str, label: str, snapshot: PageSnapshot) -> str:
        """Store a snapshot under a pair and a label such as ``positive-slip``; returns where it is stored."""
