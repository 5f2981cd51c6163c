"""Evidence in memory."""

from __future__ import annotations

from bot.ports.bookmaker import PageSnapshot


class EvidenceShelf:
    """Keeps labels in the order in which snapshots were taken."""

    def __init__(self) -> None:
        self.labels: list[str] = []

    async def keep(self, pair_id: str, label: str, snapshot: PageSnapshot) -> str:
        self.labels.append(f"{pair_id}/{label}")
        return f"memory:{pair_id}/{label}"
