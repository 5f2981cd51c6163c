"""Recorded pages as their maintainer uses them: listed, read again, accepted, and checked with the locators."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.adapters.browser import browser_without_sessions
from bot.errors import ConfigurationInvalid
from providers.registry import known_providers, provider_folders
from providers.upkeep.checking import check_provider, replayed, replaying
from providers.upkeep.recordings import Finding, Recording, Result, recordings
from providers.upkeep.scaffold import create_provider

__all__ = [
    "Finding",
    "Recording",
    "Rerun",
    "Result",
    "check_providers",
    "create_provider",
    "find_recordings",
    "rerun_recordings",
]


@dataclass(frozen=True, slots=True)
class Rerun:
    """A recording, what it reads as now, and where that is not what is expected."""

    recording: Recording
    result: Result
    findings: tuple[Finding, ...]


def find_recordings(target: str | None) -> list[Recording]:
    """Return the recordings of ``provider``, ``provider/page`` or ``provider/page/case``, or all.

    Raises ConfigurationInvalid for an unknown provider and for a target that names no recording.
    """
    wanted = (target or "").strip("/")
    provider = wanted.split("/")[0]
    names = [provider] if provider else sorted(known_providers())
    found = [recording for name in names for recording in _recordings_of(name)]
    named = [each for each in found if not wanted or f"{each.name}/".startswith(f"{wanted}/")]
    if target is not None and not named:
        known = ", ".join(each.name for each in found) or "none"
        raise ConfigurationInvalid(f"there is no recording {target!r}; there are {known}")
    return named


async def rerun_recordings(targets: Collection[Recording]) -> list[Rerun]:
    """Read recorded pages again, with the locators as they are now; raises ConfigurationInvalid for a faulty file."""
    async with browser_without_sessions() as browser, replaying(browser) as page:
        return [
            Rerun(recording, result, recording.findings(result))
            for recording in targets
            for result in [await replayed(page, recording)]
        ]


async def check_providers(names: Sequence[str]) -> dict[str, tuple[Finding, ...]]:
    """Check the TOMLs and recorded pages of these providers, or of all; nothing found means green.

    Raises ConfigurationInvalid for an unknown provider.
    """
    for name in names:
        provider_folders(name)
    async with browser_without_sessions() as browser:
        found = {}
        for name in names or sorted(known_providers()):
            try:
                found[name] = await check_provider(name, browser)
            except ConfigurationInvalid as error:
                found[name] = (Finding(name, "locators", "valid files", str(error)),)
        return found


def _recordings_of(provider: str) -> list[Recording]:
    folders = provider_folders(provider)
    return recordings(folders.fixtures, provider, folders.selectors)
