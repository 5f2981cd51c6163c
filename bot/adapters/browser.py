"""One Chromium with one context per account: logged in once, kept open, its state restored at the next start.

Playwright drives it through a process of its own, the driver. When that dies, every object that it made is useless and
still looks connected. A browser is therefore asked for an answer before a session is opened in it.
"""

from __future__ import annotations

import asyncio
import json
import math
import os
import sys
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from loguru import logger
from playwright.async_api import Browser, BrowserContext, Error, Frame, Playwright, async_playwright

from bot.adapters.chromium import find_chromium, find_headless_chromium
from bot.domain.pair import Account
from bot.domain.placement import SessionState
from bot.domain.reasons import Reason
from bot.errors import BookmakerError, PartMissing, SessionUnusable
from bot.ports.bookmaker import Bookmaker

_T = TypeVar("_T")
OpenBookmaker = Callable[[Account, BrowserContext], Awaitable[Bookmaker]]

_LOADS_REMEMBERED = 10_000
_ANSWERS_WITHIN_S = 10.0
_ASKED = 2
"""Asked again after a time-out: a process that was stopped, or a machine that slept, finds every time limit passed."""

_CLOSES_WITHIN_S = 5.0
_LOOKS_AGAIN_AFTER_S = 60.0
_VIEWPORT = {"width": 1366, "height": 900}
# Chromium's own background traffic is not needed; behind a closed firewall it fails and fills the log.
_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-default-browser-check",
    "--no-first-run",
)
# A tab in the background must keep its timers and pushes at full speed.
_AWAKE = (
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
)

_NO_SCREEN = "there is no screen here for a window (DISPLAY is not set); run without one"


@dataclass(frozen=True, slots=True)
class BrowserOptions:
    """How the browser runs: with windows and slowed down for people, headless on a server."""

    headed: bool = False
    slow_mo_ms: int = 0


class PageLoadCount:
    """Counts the pages that are loaded in the tabs of accounts, and in their frames."""

    def __init__(self) -> None:
        self._loaded_s: defaultdict[str, deque[float]] = defaultdict(partial(deque, maxlen=_LOADS_REMEMBERED))

    def attend(self, provider: str, context: BrowserContext) -> None:
        """Count page loads in the tabs that a context opens from now on."""
        context.on("page", lambda page: page.on("framenavigated", partial(self._loaded, provider)))

    def within(self, provider: str, seconds: float) -> int:
        """Return the number of page loads at a provider in the last ``seconds``."""
        since_s = time.monotonic() - seconds
        return sum(at_s > since_s for at_s in self._loaded_s[provider])

    def _loaded(self, provider: str, frame: Frame) -> None:
        if not frame.url.startswith("about:"):
            self._loaded_s[provider].append(time.monotonic())


class BrowserSessions:
    """Implements the Bookmakers port. A session is opened at its first use and again after its page or browser died."""

    def __init__(
        self, playwright: Playwright, open_bookmaker: OpenBookmaker, folder: Path, options: BrowserOptions
    ) -> None:
        self._playwright = playwright
        self._own_driver: Playwright | None = None
        self._open_bookmaker = open_bookmaker
        self._folder = folder
        self._options = options
        self._browser: Browser | None = None
        self._launching = asyncio.Lock()
        self._opening: dict[Account, asyncio.Lock] = {}
        self._sessions: dict[Account, tuple[Bookmaker, BrowserContext]] = {}
        self._outdated: set[Account] = set()
        self._looked_again_s: dict[Account, float] = {}
        self.page_loads = PageLoadCount()

    async def session(self, account: Account) -> Bookmaker:
        """Return the account's session, logged in; raises SessionUnusable, PageDrift or PartMissing."""
        async with self._opening.setdefault(account, asyncio.Lock()):
            existing = None if account in self._outdated else self._sessions.get(account)
            if existing is not None and await self._is_usable(*existing):
                return existing[0]
            await self._drop(account)
            self._outdated.discard(account)
            try:
                return await self._open(account)
            except Error as error:  # error texts may quote cookies
                raise SessionUnusable(
                    Reason.UNREACHABLE, f"the browser did not open it: {type(error).__name__}"
                ) from None

    async def session_as_left(self, account: Account) -> Bookmaker:
        """Return the account's session without checking its page; errors as for ``session``."""
        known, opening = self._sessions.get(account), self._opening.get(account)
        if known is None or account in self._outdated or not self._is_alive(known[1]):
            return await self.session(account)
        return await self.session(account) if opening is not None and opening.locked() else known[0]

    @asynccontextmanager
    async def context(self, account: Account) -> AsyncIterator[BrowserContext]:
        """Open a context with the account's saved state and save the state afterwards, without logging in."""
        context = await self._restored_context(self._state_file(account))
        try:
            yield context
        finally:
            with suppress(Error):  # a person may have closed the window
                await self._save_state(account, context)
                await context.close()

    def reopen(self, provider: str) -> None:
        """Open every session at a provider again at its next use."""
        self._outdated |= {account for account in self._sessions if account.provider == provider}

    async def in_browser(self, work: Callable[[Browser], Awaitable[_T]]) -> _T:
        """Run ``work`` that belongs to no account in the same browser.

        Raises PartMissing, SessionUnusable when the browser ends during the work, and the errors of the work itself.
        """
        try:
            return await work(await self._launched())
        except Error as error:
            raise SessionUnusable(Reason.UNREACHABLE, str(error).splitlines()[0]) from None

    async def require_browser(self) -> None:
        """Start the browser, and the driver, again if it does not answer; raises PartMissing if that fails, too."""
        await self._launched()

    async def close(self) -> None:
        """Save the state of every session and close the browser."""
        for account in list(self._sessions):
            await self._drop(account)
        if self._browser is not None:
            await _closed(self._browser)
        if self._own_driver is not None:
            await self._own_driver.stop()

    async def _is_usable(self, bookmaker: Bookmaker, context: BrowserContext) -> bool:
        if not self._is_alive(context):
            return False
        try:
            state = await bookmaker.session_state()
        except BookmakerError:
            return await self._comes_back(bookmaker)
        if state is SessionState.LOGGED_OUT:
            return await self._comes_back(bookmaker)
        if state is SessionState.LOGGED_IN:
            return True
        return await self._opens_again(bookmaker, state)

    async def _opens_again(self, bookmaker: Bookmaker, state: SessionState) -> bool:
        """Load a closed site again, once in a while: its owner may have solved the challenge in another browser."""
        now_s = time.monotonic()
        if now_s - self._looked_again_s.get(bookmaker.account, -math.inf) < _LOOKS_AGAIN_AFTER_S:
            raise SessionUnusable(state.value)
        self._looked_again_s[bookmaker.account] = now_s
        return await self._comes_back(bookmaker)

    def _is_alive(self, context: BrowserContext) -> bool:
        return bool(context.pages) and self._browser is not None and self._browser.is_connected()

    async def _comes_back(self, bookmaker: Bookmaker) -> bool:
        try:
            await bookmaker.login()
        except SessionUnusable as error:
            if error.state == Reason.UNREACHABLE:
                return False  # its page or browser is gone; a new one may reach the site
            raise
        return True

    async def _open(self, account: Account) -> Bookmaker:
        context = await self._restored_context(self._state_file(account))
        self.page_loads.attend(account.provider, context)
        try:
            bookmaker = await self._open_bookmaker(account, context)
            self._sessions[account] = (bookmaker, context)
            await self._save_state(account, context)
        except BaseException:
            self._sessions.pop(account, None)
            with suppress(Error):  # the browser may be gone, and the context with it
                await context.close()
            raise
        return bookmaker

    async def _restored_context(self, state_file: Path) -> BrowserContext:
        browser = await self._launched()
        state = await asyncio.to_thread(_saved_state, state_file)
        try:
            return await browser.new_context(storage_state=state, viewport=_VIEWPORT)  # type: ignore[arg-type]
        except Exception:  # Playwright reports an invalid state file in many ways, and its texts quote cookies
            if state is None or not await _answers(browser):
                raise
            _set_aside(state_file)
        return await browser.new_context(viewport=_VIEWPORT)  # type: ignore[arg-type]

    async def _launched(self) -> Browser:
        async with self._launching:
            if self._browser is None or not await _answers(self._browser):
                self._browser = await self._relaunched(self._browser)
            return self._browser

    async def _relaunched(self, before: Browser | None) -> Browser:
        if before is None:
            return await _launched(self._playwright, self._options)
        logger.warning("the browser does not answer; another one is started")
        await _closed(before)
        try:
            return await _launched(self._playwright, self._options)
        except PartMissing:
            logger.warning("Playwright's driver does not start a browser; another driver is started")
            if self._own_driver is not None:
                await self._own_driver.stop()
            self._playwright = self._own_driver = await async_playwright().start()
            return await _launched(self._playwright, self._options)

    async def _drop(self, account: Account) -> None:
        session = self._sessions.pop(account, None)
        if session is None:
            return
        bookmaker, context = session
        try:
            await self._save_state(account, context)
            await bookmaker.close()
            await context.close()
        except (BookmakerError, Error) as error:
            logger.debug("{}: did not close cleanly: {}", account, str(error).splitlines()[0])

    async def _save_state(self, account: Account, context: BrowserContext) -> None:
        state = await context.storage_state(indexed_db=True)
        await asyncio.to_thread(_write_private, self._state_file(account), json.dumps(state))

    def _state_file(self, account: Account) -> Path:
        # Ids contain no plus sign, so no two accounts share a file.
        return self._folder / f"{account.whitelabel}+{account.provider}+{account.account_id}.json"


@asynccontextmanager
async def browser_sessions(
    open_bookmaker: OpenBookmaker, folder: Path, options: BrowserOptions
) -> AsyncIterator[BrowserSessions]:
    """Run a browser that stores its sessions in ``folder``, which holds cookies and is readable by its owner only."""
    async with async_playwright() as playwright:
        sessions = BrowserSessions(playwright, open_bookmaker, folder, options)
        try:
            yield sessions
        finally:
            await sessions.close()


@asynccontextmanager
async def browser_without_sessions() -> AsyncIterator[Browser]:
    """Run a headless browser for work that belongs to no account; raises PartMissing."""
    async with async_playwright() as playwright:
        browser = await _launched(playwright, BrowserOptions())
        try:
            yield browser
        finally:
            await browser.close()


async def _launched(playwright: Playwright, options: BrowserOptions) -> Browser:
    # Chromium's sandbox does not work for root, and on many a VPS programs run as root.
    arguments = [*_QUIET, *_AWAKE, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    path = await asyncio.to_thread(find_chromium if options.headed else find_headless_chromium)
    try:
        return await playwright.chromium.launch(
            executable_path=path,
            args=arguments,
            headless=not options.headed,
            slow_mo=options.slow_mo_ms,
            handle_sigint=False,
            handle_sigterm=False,
        )
    except Error as error:
        reason = _NO_SCREEN if options.headed and _has_no_screen() else str(error).splitlines()[0]
        raise PartMissing(f"Chromium does not start ({path or 'none found'}): {reason}") from None


async def _answers(browser: Browser) -> bool:
    """Ask the browser for an answer. A dead driver leaves it connected, and one that hangs as well."""
    if not browser.is_connected():
        return False
    for _ in range(_ASKED):
        try:
            async with asyncio.timeout(_ANSWERS_WITHIN_S):
                devtools = await browser.new_browser_cdp_session()
                await devtools.send("Browser.getVersion")
                await devtools.detach()
        except Error:
            return False
        except TimeoutError:
            continue
        return True
    return False


async def _closed(browser: Browser) -> None:
    with suppress(Error, TimeoutError):
        async with asyncio.timeout(_CLOSES_WITHIN_S):
            await browser.close()


def _has_no_screen() -> bool:
    return sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _saved_state(file: Path) -> dict[str, Any] | None:
    try:
        state = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        state = None
    if not isinstance(state, dict):
        _set_aside(file)
        return None
    return state


def _set_aside(file: Path) -> None:
    logger.warning("{} holds no valid session state and is set aside; a new login follows", file)
    with suppress(OSError):
        file.replace(file.with_suffix(".broken"))


def _write_private(file: Path, text: str) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = file.with_suffix(".tmp")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text)
    unfinished.replace(file)
