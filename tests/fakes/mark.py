"""A mark in memory."""

from __future__ import annotations


class MemoryMark:
    """Remembers one position."""

    def __init__(self, position: str | None = None) -> None:
        self.position = position

    async def read(self) -> str | None:
        return self.position

    async def write(self, position: str) -> None:
        self.position = position
