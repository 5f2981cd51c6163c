"""Recording a live page: saved as a person saw it, scrubbed, and with the result of its reading."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from playwright.async_api import BrowserContext, Error, Page

from bot.domain.reasons import Reason
from bot.errors import ConfigurationInvalid, PageDrift, SessionUnusable
from bot.ports.bookmaker import Credentials, PageSnapshot
from providers.kit.browser.site import Site
from providers.kit.pages.bookmaker import described
from providers.kit.pages.page import PageObject
from providers.kit.reading.locators import Locators
from providers.kit.reading.readings import Reading
from providers.kit.reading.snapshot import take_snapshot
from providers.registry import ProviderFolders
from providers.upkeep.recordings import LoadLocators, Recording, Result, meta_of
from providers.upkeep.scrubbing import Scrubber, secrets_of_session

_NOT_CSS = re.compile(r"': '(.*)' is not a valid selector")
_SETTLED_S = 2.0
_LOOK_AGAIN_S = 0.05


@dataclass(frozen=True, slots=True)
class Case:
    """What to record: the names of page and reading in the TOML, and a name for the state of the page."""

    page: str
    name: str
    reading: str


@contextmanager
def named_errors() -> Iterator[None]:
    """Convert browser errors: invalid CSS becomes ConfigurationInvalid, any other error SessionUnusable."""
    try:
        yield
    except Error as error:
        if faulty := _NOT_CSS.search(str(error)):
            raise ConfigurationInvalid(f"locator: {faulty[1]!r} is not CSS that the browser understands") from None
        raise SessionUnusable(Reason.UNREACHABLE, described(error)) from None


class LivePage(PageObject):
    """Any page of a site, by its name. Use it for reading only."""

    def __init__(self, page: Page, site: Site, name: str) -> None:
        self.name = name  # type: ignore[misc]  # a class variable in all other page objects
        super().__init__(page, site)

    async def visit(self, address: str) -> None:
        """Open an address of the site: a path such as ``/event/17``, or a full URL; raises SessionUnusable."""
        with named_errors():
            if "://" in address:
                await self.page.goto(address, wait_until="domcontentloaded", timeout=self.site.timings.page_s * 1000)
            else:
                await self._navigate(address)

    async def settle(self, reading: str) -> None:
        """Wait until the reading succeeds, or until its error has not changed for two seconds."""
        problem, since = "", time.monotonic()
        while time.monotonic() - since < _SETTLED_S:
            try:
                await self.read(reading)
                return
            except (PageDrift, Error) as error:
                if str(error) != problem:
                    problem, since = str(error), time.monotonic()
            await asyncio.sleep(_LOOK_AGAIN_S)

    @property
    def address(self) -> str | None:
        """The page's path in the TOML; None if it has ``{name}`` parts, which only a person can fill in."""
        return None if "{" in self._spec.path else self._spec.path


async def live_result(page: Page, site: Site, page_name: str, reading: str) -> Result:
    """Take a reading of a live page; the result of a PageDrift is the error."""
    try:
        return Result.read(await LivePage(page, site, page_name).read(reading))
    except PageDrift as drift:
        return Result.drifted(drift)


async def record(
    page: Page, site: Site, case: Case, scrubber: Scrubber, folders: ProviderFolders
) -> tuple[Recording, Result]:
    """Write a live page into ``<provider>/<page>/<case>`` of the fixtures, with the values read or the error.

    Raises ConfigurationInvalid, and writes nothing, if the TOML has no such page or reading. Raises SessionUnusable if
    the page belongs to another site.
    """
    site.require_known(page.url)
    with named_errors():
        return await _record(page, site, case, scrubber, folders, await take_snapshot(page, *scrubber.secrets))


async def record_kept(
    blank: Page, site: Site, case: Case, scrubber: Scrubber, folders: ProviderFolders, kept: PageSnapshot
) -> tuple[Recording, Result]:
    """Write a kept page as ``record`` writes a live one; ``blank`` is a page without network access."""
    await blank.set_content(kept.html)
    frozen = replace(site, dialect=replace(site.dialect, clock=lambda: kept.taken_at))
    return await _record(blank, frozen, case, scrubber, folders, kept)


async def _record(
    page: Page, site: Site, case: Case, scrubber: Scrubber, folders: ProviderFolders, snapshot: PageSnapshot
) -> tuple[Recording, Result]:
    reading = Reading.of(site.locators, case.page, case.reading)
    result = await live_result(page, site, case.page, case.reading)
    folder = folders.fixtures / site.locators.provider / case.page / case.name
    recording = Recording(folder, folders.fixtures, folders.selectors, _loaded(site.locators))
    scrubbed = scrubber.scrubbed_result(result)
    _keep(recording, site, reading, replace(snapshot, html=scrubber.scrubbed(snapshot.html)))
    recording.accept(scrubbed)
    return recording, scrubbed


async def account_scrubber(context: BrowserContext, credentials: Credentials, names: Sequence[str]) -> Scrubber:
    """Return a scrubber that removes an account's login, cookies, tokens and names from a recording."""
    stored: dict[str, str] = {}
    for frame in (frame for page in context.pages for frame in page.frames):
        with suppress(Error):  # a frame may be gone or have no storage
            stored |= await frame.evaluate("({ ...sessionStorage })")
    with named_errors():
        of_session = secrets_of_session(await context.storage_state(), stored)
    return Scrubber((credentials.password, *of_session), (credentials.username, *names))


def _keep(recording: Recording, site: Site, reading: Reading, snapshot: PageSnapshot) -> None:
    seen = (snapshot.url, snapshot.taken_at)
    meta = meta_of(site.whitelabel, site.dialect.currency, reading, site.locators.release, seen)
    recording.keep(snapshot.html, meta)


def _loaded(locators: Locators) -> LoadLocators:
    return lambda _provider, _whitelabel: locators
