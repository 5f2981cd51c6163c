"""Locator files in memory: per provider one version in force, and one on disk that may replace it."""

from __future__ import annotations

from collections.abc import Sequence


class MemoryLocatorFiles:
    """Implements the LocatorFiles port."""

    def __init__(self) -> None:
        self.on_disk: dict[str, str] = {}
        self.problems: dict[str, list[str]] = {}
        self.checks: list[str] = []
        self._in_force: dict[str, str] = {}
        self._refused: dict[str, str] = {}

    def version(self, provider: str) -> str:
        return self._in_force.get(provider, "first")

    async def changed(self) -> Sequence[str]:
        return [
            provider
            for provider, version in self.on_disk.items()
            if version not in {self.version(provider), self._refused.get(provider)}
        ]

    async def take_up(self, provider: str) -> Sequence[str]:
        self.checks.append(provider)
        version = self.on_disk.get(provider, self.version(provider))
        if problems := self.problems.get(version, []):
            self._refused[provider] = version
            return problems
        self._in_force[provider] = version
        return []
