"""Practice sites and a browser context that tests share, each made as new between two tests."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import astuple, fields
from itertools import count
from pathlib import Path

from playwright.async_api import BrowserContext, CDPSession, Page

from bot.practice.sites.practice_site import PracticeSite
from bot.practice.sites.servers import PracticeSites

_NUMBERS = count(1)
_STORED = "local_storage,indexeddb,cache_storage,service_workers"
_TURNS = 20  # of the event loop; each ended request needs a few


async def renew_sites(practice_sites: PracticeSites, folder: Path) -> None:
    """Give every site the state of a site that has just been started, at the same addresses.

    Requests that hang and traders that wait belong to the old state and end with it.
    """
    for site in practice_sites.sites.values():
        site.stop()
        _dismiss_traders(site)
    for _ in range(_TURNS):
        await asyncio.sleep(0)
    data_dir = folder / f"renewal-{next(_NUMBERS)}"
    for site in practice_sites.sites.values():
        _renew(site, data_dir)


def _dismiss_traders(site: PracticeSite) -> None:
    decisions = {f"decide {bet.ticket}" for bet in site.ledger.bets()}
    for task in asyncio.all_tasks():
        if task.get_name() in decisions:
            task.cancel()


def _renew(site: PracticeSite, data_dir: Path) -> None:
    """Replace every field by that of a new site, so that no field can be forgotten."""
    new, old_ledger = PracticeSite.open(site.profile, data_dir), site.ledger
    for field in fields(PracticeSite):
        setattr(site, field.name, getattr(new, field.name))
    site.__post_init__()  # its sessions last as long as its own settings say
    old_ledger.close()


class SharedWindow:
    """A browser context for many tests.

    Its first tab stays. It keeps the process alive that renders the pages of the tests, which has their scripts
    compiled.
    """

    def __init__(self, keeper: Page, devtools: CDPSession, origins: Sequence[str]) -> None:
        self.context = keeper.context
        self._keeper = keeper
        self._devtools = devtools
        self._origins = origins

    @classmethod
    async def open(cls, context: BrowserContext, practice_sites: PracticeSites | None = None) -> SharedWindow:
        """Open the window for pages of the sites, or without sites for pages that tests make up."""
        keeper = await context.new_page()
        devtools = await context.new_cdp_session(keeper)
        if practice_sites is None:
            return cls(keeper, devtools, ())
        await keeper.goto(f"{practice_sites.addresses.harbour}/assets/style.css")
        return cls(keeper, devtools, astuple(practice_sites.addresses))

    async def renew(self) -> None:
        """Take away all other tabs, routes, cookies and stored values; only the cache of files stays."""
        await self.context.unroute_all()
        for tab in self.context.pages:
            if tab is not self._keeper:
                await tab.close()
        await self.context.clear_cookies()
        for origin in self._origins:
            await self._devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": _STORED})
