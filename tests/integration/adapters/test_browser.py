"""One browser, a context per account: sessions are kept, saved privately, restored, and reopened after a failure.

Starting a browser takes longer than most of these tests. A test that starts or ends one has its own; the others share
one, and have contexts of their own in it.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Error, Playwright
from pydantic import SecretStr

from bot.adapters import browser
from bot.adapters.browser import BrowserOptions, BrowserSessions, OpenBookmaker, browser_sessions
from bot.domain.odds import OddsStyle
from bot.domain.pair import Account
from bot.domain.placement import SessionState
from bot.errors import PartMissing, SessionUnusable
from bot.ports.bookmaker import Bookmaker, Credentials, Whitelabel
from bot.practice.sites.accounts import AccountDraft
from bot.practice.sites.faults import FaultKind, FaultOrder
from bot.practice.sites.servers import PracticeSites
from providers.registry import open_bookmaker
from tests.chaos import processes

pytestmark = pytest.mark.asyncio(loop_scope="session")  # that of the shared browser

ANN = Account("harbourline", "harbour", "ann")
BEN = Account("harbourline", "harbour", "ben")
PASSWORD = "practice-secret-1"

Accident = Callable[[BrowserContext], Awaitable[None]]
Contexts = list[BrowserContext]
Sessions = Callable[..., AbstractAsyncContextManager[BrowserSessions]]


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def practice_sites(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PracticeSites]:
    """The practice sites, with accounts for ann and ben."""
    practice_sites = await PracticeSites.start(tmp_path_factory.mktemp("sandbox"))
    for account in (ANN, BEN):
        draft = AccountDraft(account.account_id, PASSWORD, "harbourline", "EUR", Decimal(100), {})
        practice_sites.sites["harbour"].put_account(draft)
    yield practice_sites
    await practice_sites.stop()


@pytest.fixture
def contexts() -> Contexts:
    """The browser contexts in which sessions were opened, oldest first."""
    return []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of session states."""
    return tmp_path / "data" / "sessions"


@pytest.fixture
def whitelabel(practice_sites: PracticeSites) -> Whitelabel:
    """The practice site where ann and ben have accounts."""
    return Whitelabel("harbourline", "harbour", practice_sites.addresses.harbour, "en", OddsStyle.DECIMAL, "UTC")


@pytest.fixture
def opening(whitelabel: Whitelabel, contexts: Contexts) -> Callable[[str], OpenBookmaker]:
    """Return a function that logs in with the password it was made for."""

    def with_password(password: str) -> OpenBookmaker:
        async def open_in(account: Account, context: BrowserContext) -> Bookmaker:
            contexts.append(context)
            credentials = Credentials(account.account_id, SecretStr(password))
            return await open_bookmaker(account, whitelabel, credentials, "EUR", context)

        return open_in

    return with_password


@pytest.fixture
def own_browser(opening: Callable[[str], OpenBookmaker], folder: Path, driver: Playwright) -> Sessions:
    """Start a browser whose sessions log in with a password, by default the right one."""

    @asynccontextmanager
    async def started(password: str = PASSWORD) -> AsyncIterator[BrowserSessions]:
        sessions = BrowserSessions(driver, opening(password), folder, BrowserOptions())
        try:
            yield sessions
        finally:
            await sessions.close()

    return started


@pytest.fixture
def sessions(own_browser: Sessions, chrome: Browser) -> Sessions:
    """Open sessions as in a browser of their own, but in the shared one, which stays open."""

    @asynccontextmanager
    async def started(password: str = PASSWORD) -> AsyncIterator[BrowserSessions]:
        async with own_browser(password) as sessions:
            sessions._browser = chrome
            try:
                yield sessions
            finally:
                sessions._browser = None

    return started


def state_file(folder: Path) -> Path:
    [file] = [file for file in folder.iterdir() if file.suffix == ".json"]
    return file


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def set_aside(folder: Path) -> list[str]:
    """Return the contents of files that were not session states."""
    return [file.read_text() for file in folder.glob("*.broken")]


async def test_a_session_is_opened_at_first_use_and_kept(own_browser: Sessions, contexts: Contexts) -> None:
    async with own_browser() as started:
        assert contexts == []
        first = await started.session(ANN)
        assert await first.session_state() is SessionState.LOGGED_IN
        assert await started.session(ANN) is first
        assert len(contexts) == 1


async def test_pages_that_a_session_loads_are_counted_for_its_provider(sessions: Sessions) -> None:
    async with sessions() as started:
        session = await started.session(ANN)
        before = started.page_loads.within("harbour", 60)
        assert before > 0
        await session.history(datetime.now(UTC), frozenset())
        assert started.page_loads.within("harbour", 60) > before
        assert started.page_loads.within("lotus", 60) == 0
        assert started.page_loads.within("harbour", 0) == 0


async def test_callers_at_the_same_time_get_one_session(sessions: Sessions, contexts: Contexts) -> None:
    async with sessions() as started:
        one, other = await asyncio.gather(started.session(ANN), started.session(ANN))
        assert one is other
        assert len(contexts) == 1


async def test_two_accounts_share_the_browser_and_nothing_else(sessions: Sessions, contexts: Contexts) -> None:
    async with sessions() as started:
        ann, ben = await asyncio.gather(started.session(ANN), started.session(BEN))
        assert (ann.account, ben.account) == (ANN, BEN)
        assert contexts[0].browser is contexts[1].browser
        assert await contexts[0].cookies() != await contexts[1].cookies()


async def test_the_state_is_its_owners_only(sessions: Sessions, folder: Path) -> None:
    async with sessions() as started:
        await started.session(ANN)
        assert mode(state_file(folder)) == 0o600
    assert mode(folder) == 0o700
    assert PASSWORD not in state_file(folder).read_text()


async def test_the_next_start_needs_no_password(opening: Callable[[str], OpenBookmaker], folder: Path) -> None:
    async with browser_sessions(opening(PASSWORD), folder, BrowserOptions()) as started:
        await started.session(ANN)
    async with browser_sessions(opening("not the password"), folder, BrowserOptions()) as restarted:
        assert await (await restarted.session(ANN)).session_state() is SessionState.LOGGED_IN


@pytest.mark.parametrize("content", ["", "[]", '{"cookies": [{"name": "x"}]}'])
async def test_a_broken_state_is_set_aside_and_a_login_follows(sessions: Sessions, folder: Path, content: str) -> None:
    async with sessions() as started:
        await started.session(ANN)
    file = state_file(folder)
    file.write_text(content)
    async with sessions() as restarted:
        assert await (await restarted.session(ANN)).session_state() is SessionState.LOGGED_IN
    assert set_aside(folder) == [content]
    assert json.loads(file.read_text())["cookies"]


async def test_accounts_whose_names_run_together_keep_their_states_apart(sessions: Sessions) -> None:
    async with sessions() as started:
        names = [Account("a.b", "c", "d"), Account("a", "b.c", "d"), Account("a", "b", "c.d")]
        assert len({started._state_file(account) for account in names}) == 3


async def test_a_refused_login_leaves_no_context_behind(
    sessions: Sessions, contexts: Contexts, chrome: Browser
) -> None:
    before = list(chrome.contexts)
    async with sessions(password="wrong") as started:
        with pytest.raises(SessionUnusable, match="logged_out"):
            await started.session(ANN)
        [context] = contexts
        assert context.browser is chrome
        assert chrome.contexts == before


async def test_a_session_that_the_site_ended_is_logged_in_again(
    sessions: Sessions, practice_sites: PracticeSites
) -> None:
    async with sessions() as started:
        first = await started.session(ANN)
        practice_sites.sites["harbour"].end_sessions("ann")
        await _until_logged_out(first)
        assert await (await started.session(ANN)).session_state() is SessionState.LOGGED_IN


async def test_a_challenge_that_its_owner_has_solved_is_noticed_without_a_restart(
    sessions: Sessions, practice_sites: PracticeSites, contexts: Contexts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "_LOOKS_AGAIN_AFTER_S", 0)  # else a minute between two looks at a closed site
    faults = practice_sites.sites["harbour"].faults
    async with sessions() as started:
        await started.session(ANN)
        faults.add(FaultOrder(FaultKind.CHALLENGE, username="ann"))
        await contexts[0].pages[0].reload()
        with pytest.raises(SessionUnusable, match="challenge"):
            await started.session(ANN)
        faults.solve_challenge("ann")  # in another browser
        assert await (await started.session(ANN)).session_state() is SessionState.LOGGED_IN


async def test_a_closed_site_is_not_loaded_again_and_again(
    sessions: Sessions, practice_sites: PracticeSites, contexts: Contexts
) -> None:
    faults = practice_sites.sites["harbour"].faults
    async with sessions() as started:
        await started.session(ANN)
        faults.add(FaultOrder(FaultKind.CHALLENGE, username="ann"))
        await contexts[0].pages[0].reload()
        loads = []
        for _ in range(3):
            with pytest.raises(SessionUnusable, match="challenge"):
                await started.session(ANN)
            loads.append(started.page_loads.within("harbour", 60))
        faults.clear()
        assert loads[1] == loads[2]


async def _until_logged_out(bookmaker: Bookmaker) -> None:
    async with asyncio.timeout(10):
        while await bookmaker.session_state() is not SessionState.LOGGED_OUT:
            await asyncio.sleep(0.02)


async def _close_page(context: BrowserContext) -> None:
    await context.pages[0].close()


async def _close_context(context: BrowserContext) -> None:
    await context.close()


async def _crash_page(context: BrowserContext) -> None:
    page = context.pages[0]
    async with page.expect_event("crash"):
        with suppress(Error):
            await page.goto("chrome://crash")


async def _crash_browser(context: BrowserContext) -> None:
    assert context.browser is not None
    gone = asyncio.Event()
    context.browser.once("disconnected", lambda _: gone.set())
    with suppress(Error):
        await (await context.browser.new_browser_cdp_session()).send("Browser.crash")
    await gone.wait()


@pytest.fixture
def sessions_before(accident: Accident, sessions: Sessions, own_browser: Sessions) -> Sessions:
    """Open sessions where an accident harms no other test: a crash may take pages of others with it."""
    return own_browser if accident in (_crash_page, _crash_browser) else sessions


@pytest.mark.parametrize("accident", [_close_page, _close_context, _crash_page, _crash_browser])
async def test_after_an_accident_the_next_use_opens_the_session_again(
    sessions_before: Sessions, contexts: Contexts, accident: Accident
) -> None:
    async with sessions_before() as started:
        before = {account: await started.session(account) for account in (ANN, BEN)}
        await accident(contexts[0])
        for account in (ANN, BEN):
            assert await (await started.session(account)).session_state() is SessionState.LOGGED_IN
        assert await started.session(ANN) is not before[ANN]


async def test_a_session_as_it_was_left_is_not_looked_at(sessions: Sessions, practice_sites: PracticeSites) -> None:
    async with sessions() as started:
        first = await started.session_as_left(ANN)
        practice_sites.sites["harbour"].end_sessions("ann")
        await _until_logged_out(first)
        assert await started.session_as_left(ANN) is first
        assert await first.session_state() is SessionState.LOGGED_OUT


@pytest.mark.parametrize("accident", [_close_page, _close_context, _crash_browser])
async def test_what_is_no_longer_open_is_not_used_as_it_was_left(
    sessions_before: Sessions, contexts: Contexts, accident: Accident
) -> None:
    async with sessions_before() as started:
        before = await started.session(ANN)
        await accident(contexts[0])
        after = await started.session_as_left(ANN)
        assert after is not before
        assert await after.session_state() is SessionState.LOGGED_IN


async def test_a_session_that_is_to_be_reopened_is_not_used_as_it_was_left(
    sessions: Sessions, contexts: Contexts
) -> None:
    async with sessions() as started:
        before = await started.session(ANN)
        started.reopen("harbour")
        assert await started.session_as_left(ANN) is not before
        assert len(contexts) == 2


async def test_a_browser_that_ends_while_a_session_is_opened_leaves_it_unusable_and_the_next_use_opens_it(
    opening: Callable[[str], OpenBookmaker], folder: Path, driver: Playwright
) -> None:
    accidents, open_bookmaker_in = [_crash_browser], opening(PASSWORD)

    async def open_in(account: Account, context: BrowserContext) -> Bookmaker:
        if accidents:
            await accidents.pop()(context)
        return await open_bookmaker_in(account, context)

    started = BrowserSessions(driver, open_in, folder, BrowserOptions())
    with pytest.raises(SessionUnusable, match="unreachable"):
        await started.session(ANN)
    assert await (await started.session(ANN)).session_state() is SessionState.LOGGED_IN
    await started.close()


async def test_a_driver_that_dies_is_replaced_and_no_state_is_set_aside(
    opening: Callable[[str], OpenBookmaker], folder: Path
) -> None:
    others = set(processes.drivers(os.getpid()))
    async with browser_sessions(opening(PASSWORD), folder, BrowserOptions()) as started:
        before = {account: await started.session(account) for account in (ANN, BEN)}
        processes.kill([pid for pid in processes.drivers(os.getpid()) if pid not in others])
        for account in (ANN, BEN):
            after = await started.session(account)
            assert after is not before[account]
            assert await after.session_state() is SessionState.LOGGED_IN
        assert set_aside(folder) == []


async def test_a_browser_that_hangs_is_replaced(
    own_browser: Sessions, contexts: Contexts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "_ANSWERS_WITHIN_S", 0.5)  # only shortens how long a stopped process is waited for
    others = set(processes.browsers(os.getpid()))
    async with own_browser() as started:
        await started.session(ANN)
        stopped = [pid for pid in processes.browsers(os.getpid()) if pid not in others]
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        await started.require_browser()
        assert await (await started.session(BEN)).session_state() is SessionState.LOGGED_IN
        processes.kill(stopped)


async def test_without_a_browser_the_missing_part_is_named(
    own_browser: Sessions, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(browser, "find_headless_chromium", lambda: tmp_path / "no-chromium-here")
    async with own_browser() as started:
        with pytest.raises(PartMissing, match="no-chromium-here"):
            await started.session(ANN)


async def test_without_a_screen_a_window_is_refused_with_the_reason(
    folder: Path, driver: Playwright, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(variable, raising=False)
    started = BrowserSessions(driver, _nobody, folder, BrowserOptions(headed=True))
    with pytest.raises(PartMissing, match="there is no screen here"):
        await started.session(ANN)


async def _nobody(_account: Account, _context: BrowserContext) -> Bookmaker:
    raise AssertionError("no browser, no session")
