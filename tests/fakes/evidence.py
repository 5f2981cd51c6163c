"""Kept pages in memory."""

from __future__ import annotations

from bot.ports.bookmaker import PageSnapshot


class EvidenceShelf:
    """Keeps the labels of kept pages, in the order of their snapshots."""

    def __init__(self) -> None:
        self.labels: list[str] = []

    async def keep(self, pair_id: str, label: str, snapshot: PageSnapshot) -> str:
        self.labels.append(f"{pair_id}/{label}")
        return f"memory:{pair_id}/{label}"
