"""The known providers: modules of this package that have locators, and packages that declare an entry point.

A provider is an async function ``open_bookmaker(opening: Opening) -> Bookmaker``. In this package it is in the module
``providers.<name>``. Another package declares it in the entry point group ``pairguard.providers``, and keeps
``<name>.toml`` in a folder ``selectors`` beside the module and its recorded pages in a folder ``fixtures``.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from playwright.async_api import BrowserContext

import providers
from bot.domain.pair import Account
from bot.errors import ConfigurationInvalid, PageDrift
from bot.ports.bookmaker import Bookmaker, Credentials, Whitelabel
from providers.kit.browser.site import Timings
from providers.kit.pages.bookmaker import Opening
from providers.kit.reading.locators import SELECTORS_FOLDER, load_locators

OpenProvider = Callable[[Opening], Awaitable[Bookmaker]]

FIXTURES_FOLDER = Path(__file__).resolve().parents[1] / "fixtures"
_GROUP = "pairguard.providers"


@dataclass(frozen=True, slots=True)
class ProviderFolders:
    """The folders of a provider's TOML files (``<name>.toml``) and of its recorded pages (``<name>/``)."""

    selectors: Path
    fixtures: Path


def known_providers() -> frozenset[str]:
    """Return the names that a whitelabel's ``provider`` may have."""
    return frozenset(_own_providers()) | frozenset(_foreign_providers())


def provider_folders(name: str) -> ProviderFolders:
    """Return a provider's folders; raises ConfigurationInvalid for an unknown provider."""
    return _provider(name)[1]


def provider_module(name: str) -> Path:
    """Return the file of a provider's module; raises ConfigurationInvalid for an unknown provider."""
    return Path(inspect.getfile(_provider(name)[0]))


async def open_bookmaker(
    account: Account,
    whitelabel: Whitelabel,
    credentials: Credentials,
    currency: str,
    context: BrowserContext,
    timings: Timings | None = None,
) -> Bookmaker:
    """Open an account's session with the locators now in the provider's files; raises as ``open_session`` does."""
    locators = load_locators(whitelabel.provider, whitelabel.name, provider_folders(whitelabel.provider).selectors)
    return await open_session(
        Opening(account, whitelabel, credentials, currency, context, locators, timings or Timings())
    )


async def open_session(opening: Opening) -> Bookmaker:
    """Open an account's session in a browser context and log in if needed.

    The opening's witness keeps a page that drifts. Raises ConfigurationInvalid for an unknown provider, and
    SessionUnusable and PageDrift as ``Bookmaker.login`` does.
    """
    open_provider, _ = _provider(opening.whitelabel.provider)
    try:
        return await open_provider(opening)
    except PageDrift as drift:
        if opening.context.pages:
            await opening.witness(drift, opening.context.pages[-1])
        raise


def _provider(name: str) -> tuple[OpenProvider, ProviderFolders]:
    if name in _own_providers():
        folders = ProviderFolders(SELECTORS_FOLDER, FIXTURES_FOLDER)
        return import_module(f"providers.{name}").open_bookmaker, folders
    if entry_point := _foreign_providers().get(name):
        open_provider: OpenProvider = entry_point.load()
        package = Path(inspect.getfile(open_provider)).parent
        return open_provider, ProviderFolders(package / "selectors", package / "fixtures")
    known = ", ".join(sorted(known_providers()))
    raise ConfigurationInvalid(f"provider: there is no {name!r}; known are {known}")


@cache
def _own_providers() -> frozenset[str]:
    modules = {module.name for module in pkgutil.iter_modules(providers.__path__)}
    return frozenset(name for name in modules if (SELECTORS_FOLDER / f"{name}.toml").is_file())


def _foreign_providers() -> dict[str, EntryPoint]:
    return {entry_point.name: entry_point for entry_point in entry_points(group=_GROUP)}
