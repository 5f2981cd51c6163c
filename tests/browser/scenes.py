"""Scenes to record: what happens on a practice site before its page is saved."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import BrowserContext, Page

from bot.ports.bookmaker import Whitelabel
from bot.practice.sites.servers import Addresses
from tests.integration.practice.control_client import Control


@dataclass(frozen=True, slots=True)
class Stage:
    """What a scene works with: empty practice sites and an empty browser context."""

    control: Control
    addresses: Addresses
    context: BrowserContext


@dataclass(frozen=True, slots=True)
class Scene:
    """A page in a certain state, and the reading that is taken from it.

    ``play`` returns the browser's page; ``whitelabel`` finds the brand by the sites' addresses.
    """

    page: str
    case: str
    reading: str
    whitelabel: Callable[[Addresses], Whitelabel]
    currency: str
    play: Callable[[Stage], Awaitable[Page]]
