"""What somebody needs who maintains a provider: an account's live page to record, read and try locators on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bot.adapters.browser import BrowserOptions, browser_sessions, browser_without_sessions
from bot.adapters.evidence import read_evidence
from bot.adapters.masking import register_secret
from bot.adapters.redis_ledger import LedgerTimes, RedisLedger
from bot.bootstrap.connections import ledger_connection, worker_name
from bot.config import Settings
from bot.domain.pair import Account
from bot.errors import ConfigurationInvalid
from bot.ports.bookmaker import Bookmaker, Whitelabel
from bot.services.account_hold import held
from providers.kit.browser.site import Timings
from providers.kit.pages.bookmaker import Opening
from providers.kit.reading.locators import Locators, load_locators
from providers.registry import open_session, provider_folders
from providers.upkeep.checking import replayed, replaying
from providers.upkeep.live import LiveAccount, LiveReading, live_readings, open_live
from providers.upkeep.recorder import Case, LivePage, account_scrubber, record, record_kept
from providers.upkeep.recordings import Finding, Recording, Result
from providers.upkeep.scrubbing import Scrubber
from providers.upkeep.workbench import Workbench

__all__ = [
    "BrowserOptions",
    "LiveReading",
    "Recorded",
    "RecordingOrder",
    "Workbench",
    "check_live",
    "open_workbench",
    "record_evidence",
    "record_page",
]


@dataclass(frozen=True, slots=True)
class RecordingOrder:
    """What to record: ``page`` and ``reading`` as the TOML names them, ``case`` names the state that the page is in.

    ``address`` is a path of the site or a URL; without one it is the page's own. ``names`` are what the site calls the
    customer, besides the username.
    """

    page: str
    case: str
    reading: str
    address: str | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recorded:
    """A page as it was recorded, what was read, and where the saved page does not read as the live one did."""

    recording: Recording
    result: Result
    differences: tuple[Finding, ...]


async def record_page(
    settings: Settings,
    account: str,
    order: RecordingOrder,
    options: BrowserOptions,
    when_ready: Callable[[], Awaitable[None]] | None,
) -> Recorded:
    """Open an account's session, go to a page and record it; ``when_ready`` waits for a person who brings it there.

    Raises ConfigurationInvalid for names that the provider does not have, LeaseLost for an account that a worker
    holds, and SessionUnusable when the site does not answer.
    """
    _check_order(settings, account, order)
    async with _live_account(settings, account, options) as live:
        page = LivePage(live.page, live.site, order.page)
        await _brought_there(page, order, when_ready)
        scrubber = await account_scrubber(live.opening.context, live.opening.credentials, order.names)
        folders = provider_folders(live.opening.whitelabel.provider)
        case = Case(order.page, order.case, order.reading)
        recording, result = await record(live.page, live.site, case, scrubber, folders)
        async with replaying(live.browser) as blank:
            return Recorded(recording, result, recording.findings(await replayed(blank, recording)))


async def record_evidence(settings: Settings, account: str, order: RecordingOrder, evidence: Path) -> Recorded:
    """Record a page that was kept as evidence of an account's provider; nobody logs in.

    Raises ConfigurationInvalid for names that the provider does not have, and for a file that is no kept page.
    """
    _check_order(settings, account, order)
    kept = await asyncio.to_thread(read_evidence, evidence)
    opening = _opening(settings, _account_named(settings, account), None)
    scrubber = Scrubber((opening.credentials.password,), (opening.credentials.username, *order.names))
    folders = provider_folders(opening.whitelabel.provider)
    case = Case(order.page, order.case, order.reading)
    async with browser_without_sessions() as browser, replaying(browser) as blank:
        recording, result = await record_kept(blank, opening.site, case, scrubber, folders, kept)
        return Recorded(recording, result, recording.findings(await replayed(blank, recording)))


def _check_order(settings: Settings, account: str, order: RecordingOrder) -> None:
    _locators(settings.brands[_account_named(settings, account).whitelabel]).reading(order.page, order.reading)


async def _brought_there(
    page: LivePage, order: RecordingOrder, when_ready: Callable[[], Awaitable[None]] | None
) -> None:
    address = order.address or page.address
    if address is not None:
        await page.visit(address)
    elif when_ready is None:
        raise ConfigurationInvalid(f"--url: page {order.page!r} has no address of its own; name one, or use --headed")
    if when_ready is None:
        await page.settle(order.reading)
    else:
        await when_ready()


async def check_live(settings: Settings, account: str, event: str | None) -> list[LiveReading]:
    """Log in to an account and take every reading that needs no bet; errors as for ``record_page``."""
    async with _live_account(settings, account, BrowserOptions()) as live:
        return [reading async for reading in live_readings(live, event)]


@asynccontextmanager
async def open_workbench(settings: Settings, account: str, options: BrowserOptions) -> AsyncIterator[Workbench]:
    """Open an account's session for a person to try locators on; errors as for ``record_page``.

    Where nobody can be logged in, the workbench has the page that the login ended on, and its ``problem``.
    """
    async with _live_account(settings, account, options) as live:
        yield Workbench(live, provider_folders(live.opening.whitelabel.provider))


@asynccontextmanager
async def _live_account(settings: Settings, name: str, options: BrowserOptions) -> AsyncIterator[LiveAccount]:
    account = _account_named(settings, name)
    credentials = settings.credentials(account)
    register_secret(credentials.password)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(_held(settings, account))
        opening, folder = partial(_opening, settings), settings.data_dir / "sessions"

        async def open_in(account: Account, context: Any) -> Bookmaker:
            return await open_session(opening(account, context))

        sessions = await stack.enter_async_context(browser_sessions(open_in, folder, options))
        context = await stack.enter_async_context(sessions.context(account))
        yield await open_live(opening(account, context))


def _opening(settings: Settings, account: Account, context: Any) -> Opening:
    brand = settings.brands[account.whitelabel]
    return Opening(
        account=account,
        whitelabel=brand,
        credentials=settings.credentials(account),
        currency=settings.account_currencies[account],
        context=context,
        locators=_locators(brand),
        timings=Timings(settings.timing.page_s, settings.timing.answer_s),
    )


def _locators(brand: Whitelabel) -> Locators:
    return load_locators(brand.provider, brand.name, provider_folders(brand.provider).selectors)


def _account_named(settings: Settings, name: str) -> Account:
    """Find an account by ``whitelabel:provider:id``, by ``whitelabel:id``, or by an id that only one account has."""
    accounts = list(settings.account_currencies)
    found = [each for each in accounts if name in {str(each), f"{each.whitelabel}:{each.account_id}", each.account_id}]
    if len(found) == 1:
        return found[0]
    known = ", ".join(map(str, found or accounts)) or "none"
    raise ConfigurationInvalid(f"ACCOUNT: {name!r} is {'ambiguous' if found else 'not configured'}; there are {known}")


@asynccontextmanager
async def _held(settings: Settings, account: Account) -> AsyncIterator[None]:
    lease_s = settings.timing.lease_s
    async with ledger_connection(settings) as connection:
        ledger = RedisLedger(connection, worker_name("cli"), LedgerTimes(lease_s=lease_s))
        async with held(ledger, account, renew_every_s=lease_s / 3):
            yield
