"""Reading an account's live site without a bet: session, balance, history and, if one is named, an event."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playwright.async_api import Browser, Page

from bot.errors import BookmakerError, PairguardError, PartMissing
from bot.ports.bookmaker import Bookmaker
from providers.kit.browser.site import Site
from providers.kit.pages.bookmaker import Opening, described
from providers.kit.reading.readings import Values
from providers.registry import open_session
from providers.upkeep.recorder import LivePage

_HISTORY = timedelta(days=30)
_EVENT = "{event}"


@dataclass(frozen=True, slots=True)
class LiveAccount:
    """An account's session for a person to inspect. After a failed login it has a ``problem``, no ``bookmaker``."""

    opening: Opening
    page: Page
    site: Site
    bookmaker: Bookmaker | None = None
    problem: BookmakerError | None = None

    @property
    def browser(self) -> Browser:
        """The browser of the page; raises PartMissing if it is gone."""
        if (browser := self.opening.context.browser) is None:
            raise PartMissing("the browser of this session is gone")
        return browser


@dataclass(frozen=True, slots=True)
class LiveReading:
    """One result of reading the live site: ``detail`` is what was read, or the name and text of the error."""

    name: str
    ok: bool
    detail: str


async def open_live(opening: Opening) -> LiveAccount:
    """Open an account's session and log in; if that fails, return the page that it ended on."""
    site = opening.site
    try:
        bookmaker = await open_session(opening)
        page = opening.context.pages[0]
        site.settle(page.url)
    except BookmakerError as problem:
        pages = opening.context.pages
        return LiveAccount(opening, pages[-1] if pages else await opening.context.new_page(), site, problem=problem)
    return LiveAccount(opening, page, site, bookmaker)


async def live_readings(account: LiveAccount, event: str | None) -> AsyncIterator[LiveReading]:
    """Take every reading that needs no bet, one after the other. Arms nothing and clicks no price.

    Event pages are those whose path in the TOML contains ``{event}``.
    """
    if account.bookmaker is None:
        yield LiveReading("login", ok=False, detail=f"{type(account.problem).__name__}: {account.problem}")
        return
    yield await _taken("session", _session(account.bookmaker))
    yield await _taken("balance", _balance(account.bookmaker))
    yield await _taken("history", _history(account.bookmaker))
    if event is None:
        return
    for name, spec in account.site.locators.pages.items():
        if _EVENT in spec.path:
            event_page = LivePage(account.page, account.site, name)
            yield await _taken(name, _visit(event_page, event))
            for reading in spec.readings:
                yield await _taken(f"{name}.{reading}", _reading(event_page, reading))


async def _taken(name: str, telling: Awaitable[str]) -> LiveReading:
    try:
        return LiveReading(name, ok=True, detail=await telling)
    except PairguardError as error:
        return LiveReading(name, ok=False, detail=f"{type(error).__name__}: {error}")
    except Exception as error:  # noqa: BLE001 - a browser error is a result, too
        return LiveReading(name, ok=False, detail=described(error))


async def _session(bookmaker: Bookmaker) -> str:
    return (await bookmaker.session_state()).value


async def _balance(bookmaker: Bookmaker) -> str:
    return str(await bookmaker.balance())


async def _history(bookmaker: Bookmaker) -> str:
    reading = await bookmaker.history(datetime.now(UTC) - _HISTORY, frozenset())
    rows = f"{len(reading.rows)} bet{'' if len(reading.rows) == 1 else 's'}"
    return f"{rows} in the last {_HISTORY.days} days, {'all' if reading.complete else 'not all'} of them"


async def _visit(page: LivePage, event: str) -> str:
    await page.goto(event=event)
    return "opened"


async def _reading(page: LivePage, name: str) -> str:
    return summary(await page.read_until(name, lambda _values: True))


def summary(values: Values) -> str:
    """Write a reading's values in one line."""
    fields = [f"{name} {value}" for name, value in values.values.items()]
    rows = f"{len(values.rows)} row{'' if len(values.rows) == 1 else 's'}"
    return ", ".join([*fields, rows] if values.rows or not fields else fields)
