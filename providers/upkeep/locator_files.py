"""The version of each provider's locators in force, and the check that changed files must pass to replace it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import ConfigurationInvalid
from bot.ports.bookmaker import Whitelabel
from providers.kit.reading.locators import Locators, load_locators
from providers.registry import ProviderFolders

Check = Callable[[str], Awaitable[Sequence[str]]]
"""Returns the problems of reading a provider's recorded pages with its current files."""


@dataclass(frozen=True, slots=True)
class _Edition:
    version: str
    by_whitelabel: Mapping[str, Locators]


class CheckedLocatorFiles:
    """Implements the LocatorFiles port on the TOML files of each provider's folder.

    Raises ConfigurationInvalid if the files of a whitelabel's provider are invalid at the start.
    """

    def __init__(
        self, whitelabels: Collection[Whitelabel], folders: Mapping[str, ProviderFolders], check: Check
    ) -> None:
        self._folders = folders
        self._whitelabels = {
            provider: [brand.name for brand in whitelabels if brand.provider == provider] for provider in folders
        }
        self._check = check
        self._in_force = {provider: self._edition(provider) for provider in folders}
        self._refused: dict[str, tuple[str, str]] = {}
        self._last_seen: dict[str, str] = {}

    def of(self, whitelabel: Whitelabel) -> Locators:
        """Return the locators in force for a whitelabel's pages."""
        return self._in_force[whitelabel.provider].by_whitelabel[whitelabel.name]

    def version(self, provider: str) -> str:
        return self._in_force[provider].version

    async def changed(self) -> Sequence[str]:
        """Return the providers whose files changed and were equal at two looks: an editor may still be writing."""
        seen = {provider: await self._version_on_disk(provider) for provider in self._folders}
        settled = [provider for provider, version in seen.items() if self._last_seen.get(provider) == version]
        self._last_seen = seen
        differing = [provider for provider in settled if seen[provider] != self._in_force[provider].version]
        return [
            provider
            for provider in differing
            if self._refused.get(provider) != (seen[provider], await self._recorded(provider))
        ]

    async def take_up(self, provider: str) -> Sequence[str]:
        version, recorded = await self._version_on_disk(provider), await self._recorded(provider)
        try:
            candidate = await asyncio.to_thread(self._edition, provider)
            problems = await self._check(provider)
        except ConfigurationInvalid as error:
            problems = [str(error)]
        else:
            if await self._version_on_disk(provider) != version:
                return [f"selectors/{provider}.toml changed again while it was checked"]
            if not problems:
                self._in_force[provider] = candidate
        if problems:
            self._refused[provider] = (version, recorded)
        return problems

    def _edition(self, provider: str) -> _Edition:
        folder = self._folders[provider].selectors
        version = _version_of(folder, provider)
        names = self._whitelabels[provider]
        return _Edition(version, {name: load_locators(provider, name, folder) for name in names})

    async def _version_on_disk(self, provider: str) -> str:
        return await asyncio.to_thread(_version_of, self._folders[provider].selectors, provider)

    async def _recorded(self, provider: str) -> str:
        """Return a hash of the recorded pages: refused locators are checked again when it changes."""
        return await asyncio.to_thread(_state_of, self._folders[provider].fixtures / provider)


def _version_of(folder: Path, provider: str) -> str:
    files = sorted((folder / f"{provider}.toml", *folder.glob(f"{provider}.*.toml")))
    content = hashlib.sha256()
    for file in files:
        content.update(f"{file.name}\n".encode())
        content.update(_bytes_of(file))
    return content.hexdigest()[:12]


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:  # an editor may be replacing it; loading it reports the error
        return type(error).__name__.encode()


def _state_of(folder: Path) -> str:
    files = sorted(f"{file} {_bytes_of(file)!r}" for file in folder.rglob("*.*"))
    return hashlib.sha256("\n".join(files).encode()).hexdigest()
