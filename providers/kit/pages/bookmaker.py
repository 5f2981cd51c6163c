"""Base class of all bookmakers: two tabs in one browser context, and a submit that raises nothing after its click."""

from __future__ import annotations

import asyncio
import secrets
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from loguru import logger
from playwright.async_api import BrowserContext, Error, Page

from bot.domain.money import Money
from bot.domain.odds import Odds
from bot.domain.pair import Account, Bet
from bot.domain.placement import ArmedSlip, HistoryReading, Placement, SessionState, Unknown
from bot.domain.reasons import Reason
from bot.errors import BookmakerError, CannotArm, PageDrift, PairguardError, SessionUnusable
from bot.ports.bookmaker import Credentials, PageSnapshot, Whitelabel
from providers.kit.browser.guard import Guard
from providers.kit.browser.history_tab import HistoryTab
from providers.kit.browser.site import Site, Timings
from providers.kit.pages.drift import DriftWitness, server_error_in
from providers.kit.pages.session import LoginPage, SessionPage
from providers.kit.pages.slip import SlipPage
from providers.kit.reading.locators import Locators
from providers.kit.reading.parsing import Dialect
from providers.kit.reading.readings import Values, return_shown
from providers.kit.reading.snapshot import take_snapshot

_P = ParamSpec("_P")
_T = TypeVar("_T")
_B = TypeVar("_B", bound="WebBookmaker")

_GRACE_S = 2.0
_PRESSES = 3
"""Maximum number of presses per submit: another follows only if the guard held one back and the slip is unchanged."""

_tab_in_use: ContextVar[Page] = ContextVar("tab_in_use")
"""The tab that the current call uses: history can be read in one tab while a slip is armed in the other."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Everything that a provider needs to open one account's session in a browser context.

    ``version`` is the version of the locators.
    """

    account: Account
    whitelabel: Whitelabel
    credentials: Credentials
    currency: str
    context: BrowserContext
    locators: Locators
    timings: Timings = field(default_factory=Timings)
    version: str | None = None
    drift_witness: DriftWitness | None = None

    async def witness(self, drift: PageDrift, page: Page) -> None:
        """Record the version of the locators on the error, and keep the page if there is a ``drift_witness``."""
        drift.locators = self.version
        if self.drift_witness is not None and drift.evidence is None:
            await self.drift_witness.keep(drift, page, self.credentials.password)

    @property
    def site(self) -> Site:
        """A new ``Site`` for the account's page objects to share."""
        dialect = Dialect.of(self.locators, self.whitelabel, self.currency)
        return Site(self.whitelabel, self.locators, dialect, self.timings)


def reports_browser_trouble(
    act: Callable[Concatenate[_B, _P], Awaitable[_T]],
) -> Callable[Concatenate[_B, _P], Coroutine[Any, Any, _T]]:
    """Keep a page that drifts, and turn server errors (HTTP 5xx) and browser errors into SessionUnusable.

    A browser error means that the site does not answer or that the tab is gone. Do not use this for the click that
    submits a bet.
    """

    @wraps(act)
    async def reporting(self: _B, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        _tab_in_use.set(self._page)
        try:
            return await act(self, *args, **kwargs)
        except PageDrift as drift:
            tab = _tab_in_use.get()
            if (status := await server_error_in(tab.main_frame, *self._site.frames.of(tab))) is not None:
                raise SessionUnusable(Reason.SERVER_ERROR, f"HTTP {status}, and the page is unknown") from None
            await self._opening.witness(drift, tab)
            raise
        except SessionUnusable as error:
            # Proof of one tab counts for all: pages made on the server show in the other what was true before.
            self._has_ended = self._has_ended or error.state == SessionState.LOGGED_OUT.value
            raise
        except (Error, TimeoutError) as error:
            raise SessionUnusable(_trouble_in(error), described(error)) from None
        except asyncio.CancelledError:
            self._history.note_given_up(_tab_in_use.get())
            raise

    return reporting


class WebBookmaker(ABC):
    """One account's browser session: one tab to bet in, and another for the history, so that reading disturbs no slip.

    A provider implements the abstract methods and may extend the others, except ``submit``. The port ``Bookmaker``
    defines what each method promises.
    """

    def __init__(self, opening: Opening, page: Page) -> None:
        self._opening = opening
        self._site = opening.site
        self._page = self._site.attend(page)
        self._before_click = 0
        self._history = HistoryTab(self._open_tab)
        self._armed: tuple[str, Values] | None = None
        self._has_ended = False

    @property
    def account(self) -> Account:
        """The account that is logged in."""
        return self._opening.account

    @reports_browser_trouble
    async def login(self) -> None:
        """Log in, unless the context restored a session that is still logged in; raises SessionUnusable."""
        session = self._session
        self._site.landing.leave()
        await self._arrive()
        if await session.state() is SessionState.LOGGED_OUT:
            await LoginPage(self._page, self._site).log_in(self._opening.credentials)
        await session.require_logged_in()
        self._site.settle(self._page.url)
        if not await session.belongs_to(self._opening.credentials.username):
            raise SessionUnusable(SessionState.LOGGED_OUT.value, "the restored session belongs to another user")
        self._has_ended = False
        await session.dismiss_interruptions()

    @reports_browser_trouble
    async def session_state(self) -> SessionState:
        """Read the session's state from positive markers of the betting page; raises LocatorMissing if none shows.

        It is logged out, too, as long as no login has followed a page of either tab that said so.
        """
        state = await self._session.state()
        return SessionState.LOGGED_OUT if self._has_ended and state is SessionState.LOGGED_IN else state

    @reports_browser_trouble
    async def balance(self) -> Money:
        """Read the balance from the betting page; raises SessionUnusable if nobody is logged in."""
        session = self._session
        state, balance = await asyncio.gather(session.require_logged_in(), session.balance(), return_exceptions=True)
        if isinstance(state, BaseException):
            raise state
        return balance if isinstance(balance, Money) else await session.balance()

    async def changed(self, slip: ArmedSlip) -> Reason:
        """Wait until the guard in the page sees that the slip no longer shows what was armed, and return the reason."""
        try:
            while True:
                guard = await self._guarded(self._values_of(slip))
                await guard.disturbed()
        except CannotArm as refusal:
            return refusal.reason

    async def stand_by(self, slip: ArmedSlip) -> None:
        """Wait until the guard is in place and the mouse is on the button, so that only the press remains."""
        guard = await self._guarded(self._values_of(slip))
        if not await guard.pointed(self._site.timings.page_s):
            raise CannotArm(Reason.BUTTON_NOT_READY, "the mouse did not reach the button")

    async def submit(self, slip: ArmedSlip) -> Placement:
        """Click once, provided that the slip still shows what was armed, and read the answer.

        Raises CannotArm when no click was made; after the click everything but proof is ``Unknown``.
        """
        values, self._armed = self._values_of(slip), None
        for _ in range(_PRESSES):
            guard = await self._guarded(values)
            placement = await self._placed(guard, slip)
            if placement is not None:
                return placement
        raise CannotArm(Reason.BUTTON_NOT_READY, "the slip shows what was armed, but its button cannot be pressed")

    def leave_history(self) -> None:
        """Send the history tab to an empty page."""
        self._history.leave()

    @reports_browser_trouble
    async def disarm(self) -> None:
        """Empty the slip."""
        await self._slip.clear()

    @reports_browser_trouble
    async def snapshot(self) -> PageSnapshot:
        """Take a snapshot of the betting page."""
        holders = self._site.frames.of(self._page)
        return await take_snapshot(self._page, self._opening.credentials.password, holders=holders)

    async def close(self) -> None:
        """Close both tabs; the context and its session state belong to the caller."""
        await self._history.close()
        if not self._page.is_closed():
            await self._page.close()

    @abstractmethod
    async def arm(self, bet: Bet) -> ArmedSlip:
        """Make a slip ready and read it back."""

    @abstractmethod
    async def history(self, since: datetime, until_found: frozenset[str]) -> HistoryReading:
        """Read the bet history."""

    async def _answer(self, slip: ArmedSlip) -> Placement:
        """Read the site's answer within ``answer_s``; an error raised here becomes ``Unknown``."""
        return await self._slip.answer(slip, self._site.timings.answer_s)

    @property
    def _session(self) -> SessionPage:
        return SessionPage(self._page, self._site)

    @property
    def _slip(self) -> SlipPage:
        return SlipPage(self._page, self._site)

    async def _arm(self, values: Values) -> ArmedSlip:
        """Remember what the reading ``armed`` showed, so that the click happens only if the slip still shows it."""
        self._armed = (secrets.token_hex(8), values)
        self._site.guards.begin(self._page, self._slip.guard(values))  # not awaited: only a press needs it
        return ArmedSlip(
            odds=values.get("odds", Odds),
            stake=values.get("stake", Money),
            line=values.find("line", Decimal),
            potential_return=return_shown(values),
            handle=self._armed[0],
        )

    def _values_of(self, slip: ArmedSlip) -> Values:
        handle, values = self._armed or ("", Values({}))
        if slip.handle != handle:
            raise CannotArm(Reason.SLIP_GONE, "another slip was armed later, or this one was already submitted")
        return values

    async def _guarded(self, values: Values) -> Guard:
        """Return the guard of the slip if it is undisturbed, else set up a new one; raises CannotArm."""
        standing = await self._site.guards.settled(self._page)
        if isinstance(standing, Guard) and standing.is_undisturbed and not self._page.is_closed():
            return standing
        try:
            if isinstance(standing, CannotArm) and standing.reason is Reason.BUTTON_COVERED:
                await self._slip.dismiss_interruptions()
            return await self._site.guards.over(self._page, self._slip.guard(values))
        except CannotArm:
            raise
        except Exception as error:  # noqa: BLE001 - no click was made, and the caller must know that
            raise CannotArm(await self._why_unreadable(values), described(error)) from None

    async def _placed(self, guard: Guard, slip: ArmedSlip) -> Placement | None:
        """Press the button and read the answer; None if the guard held the press back."""
        self._before_click = self._site.dialogs.moment
        try:
            async with asyncio.timeout(self._site.timings.answer_s + _GRACE_S):
                return await self._answer_to_press(guard, slip)
        except PageDrift as drift:
            await self._opening.witness(drift, self._page)
            return Unknown(described(drift), drift)
        except Exception as error:  # noqa: BLE001 - after any error the bet may have been taken
            return Unknown(described(error))

    async def _answer_to_press(self, guard: Guard, slip: ArmedSlip) -> Placement | None:
        press = asyncio.create_task(self._press())
        press.add_done_callback(_told_by_the_answer)
        await asyncio.sleep(0)  # sends the press before the page is asked anything else
        answer, held_back = asyncio.create_task(self._answer(slip)), asyncio.create_task(guard.held_back(press))
        try:
            await asyncio.wait({answer, held_back}, return_when=asyncio.FIRST_COMPLETED)
            return None if held_back.done() else answer.result()
        finally:
            for each in (press, answer, held_back):
                each.cancel()  # the press was sent once: this only ends the wait for its confirmation

    async def _press(self) -> None:
        """Press where the guard moved the mouse to; button down and button up are sent together."""
        await asyncio.gather(self._page.mouse.down(), self._page.mouse.up())

    async def _why_unreadable(self, armed: Values) -> Reason:
        try:
            if await self._session.shown("logged_out"):
                return Reason.SESSION_ENDED
            return await self._slip.why_unreadable(armed)
        except BookmakerError:
            return Reason.SLIP_UNREADABLE
        except Error:
            return Reason.PAGE_GONE

    async def _arrive(self) -> None:
        """Open the whitelabel's base URL, which may redirect a restored session to the host of its login."""
        try:
            await self._session.goto()
        except Error:
            if self._site.locators.hosts is None:
                raise
            await self._opening.context.clear_cookies()  # the restored session redirects to a host that is gone
            await self._session.goto()

    async def _history_tab(self) -> Page:
        page = await self._history.opened()
        _tab_in_use.set(page)
        await self._history.empty_if_given_up(page)
        return page

    async def _open_tab(self) -> Page:
        return self._site.attend(await self._opening.context.new_page())


def _told_by_the_answer(click: asyncio.Task[None]) -> None:
    """Log an error of the click. The wait for the answer then ends without one."""
    if not click.cancelled() and (error := click.exception()) is not None:
        logger.warning("the browser did not confirm the click: {}", str(error).splitlines()[0])


def _trouble_in(error: Exception) -> Reason:
    """Return ``server_error`` if the server answered with a bare status, ``unreachable`` if it did not answer."""
    return Reason.SERVER_ERROR if "ERR_HTTP_RESPONSE_CODE_FAILURE" in str(error) else Reason.UNREACHABLE


def described(error: Exception) -> str:
    """Return an error as detail text: in full if it is our own, else its class and its first line."""
    if isinstance(error, PairguardError):
        return str(error)
    lines = str(error).splitlines()
    return f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__
