"""What all providers' bookmakers share: tabs of one context, and a click after which nothing is ever raised."""

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
"""How often a slip is pressed where the guard holds presses back and then finds nothing wrong, as when nodes move."""

_tab_in_use: ContextVar[Page] = ContextVar("tab_in_use")
"""The tab that a call looks at; the history may be read in one while a slip is armed in the other."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Everything that a provider needs to open one account's session in a browser context.

    ``version`` names that of the locators.
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
        """Note by which locators a page drifted, and have it kept as it is, where somebody keeps evidence."""
        drift.locators = self.version
        if self.drift_witness is not None and drift.evidence is None:
            await self.drift_witness.keep(drift, page, self.credentials.password)

    @property
    def site(self) -> Site:
        """What the account's page objects share."""
        dialect = Dialect.of(self.locators, self.whitelabel, self.currency)
        return Site(self.whitelabel, self.locators, dialect, self.timings)


def reports_browser_trouble(
    act: Callable[Concatenate[_B, _P], Awaitable[_T]],
) -> Callable[Concatenate[_B, _P], Coroutine[Any, Any, _T]]:
    """Have a page that drifts kept, and make SessionUnusable of a server that fails and of what the browser raises.

    The latter is a site that does not answer, or a tab that is gone. Not for a click that submits a bet.
    """

    @wraps(act)
    async def reporting(self: _B, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        _tab_in_use.set(self._page)
        try:
            return await act(self, *args, **kwargs)
        except PageDrift as drift:
            tab = _tab_in_use.get()
            if (status := await server_error_in(tab.main_frame, *self._site.frames.of(tab))) is not None:
                why = f"HTTP {status}, and the page is not one that we know"
                raise SessionUnusable(Reason.SERVER_ERROR, why) from None
            await self._opening.witness(drift, tab)
            raise
        except (Error, TimeoutError) as error:
            raise SessionUnusable(_trouble_in(error), described(error)) from None
        except asyncio.CancelledError:
            self._history.note_given_up(_tab_in_use.get())
            raise

    return reporting


class WebBookmaker(ABC):
    """One account's session in a browser, with a tab to bet in and one for the history, which never disturbs a slip.

    A provider implements the abstract methods and may extend the others; ``submit`` is not for it to write. The port
    ``Bookmaker`` says what each must promise.
    """

    def __init__(self, opening: Opening, page: Page) -> None:
        self._opening = opening
        self._site = opening.site
        self._page = self._site.attend(page)
        self._before_click = 0
        self._history = HistoryTab(self._open_tab)
        self._armed: tuple[str, Values] | None = None

    @property
    def account(self) -> Account:
        """The account whose session this is."""
        return self._opening.account

    @reports_browser_trouble
    async def login(self) -> None:
        """Bring the session to logged-in, using what the context restored; raises SessionUnusable."""
        session = self._session
        self._site.landing.leave()
        await self._arrive()
        if await session.state() is SessionState.LOGGED_OUT:
            await LoginPage(self._page, self._site).log_in(self._opening.credentials)
        await session.require_logged_in()
        self._site.settle(self._page.url)
        if not await session.belongs_to(self._opening.credentials.username):
            raise SessionUnusable(SessionState.LOGGED_OUT.value, "the restored session is somebody else's")
        await session.dismiss_interruptions()

    @reports_browser_trouble
    async def session_state(self) -> SessionState:
        """Read the session's state from positive markers on the betting page; raises LocatorMissing without any."""
        return await self._session.state()

    @reports_browser_trouble
    async def balance(self) -> Money:
        """Read the balance from the betting page; raises SessionUnusable when nobody is logged in."""
        session = self._session
        state, balance = await asyncio.gather(session.require_logged_in(), session.balance(), return_exceptions=True)
        if isinstance(state, BaseException):
            raise state
        return balance if isinstance(balance, Money) else await session.balance()

    async def changed(self, slip: ArmedSlip) -> Reason:
        """Wait until the slip no longer shows what was armed, as the page itself notices, and name the reason."""
        try:
            while True:
                guard = await self._guarded(self._values_of(slip))
                await guard.disturbed()
        except CannotArm as refusal:
            return refusal.reason

    async def stand_by(self, slip: ArmedSlip) -> None:
        """Have a guard over the slip and the mouse on its button, so that only the press is left to do."""
        guard = await self._guarded(self._values_of(slip))
        if not await guard.pointed(self._site.timings.page_s):
            raise CannotArm(Reason.BUTTON_NOT_READY, "the mouse does not get to the button")

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
        raise CannotArm(Reason.BUTTON_NOT_READY, "the slip shows what was armed, but its button cannot be hit")

    def leave_history(self) -> None:
        """Have the history's tab go to an empty page."""
        self._history.leave()

    @reports_browser_trouble
    async def disarm(self) -> None:
        """Empty the slip."""
        await self._slip.clear()

    @reports_browser_trouble
    async def snapshot(self) -> PageSnapshot:
        """Take the betting page as it is."""
        holders = self._site.frames.of(self._page)
        return await take_snapshot(self._page, self._opening.credentials.password, holders=holders)

    async def close(self) -> None:
        """Close both tabs; the context, and with it the session's state, belongs to the caller."""
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
        """Read what became of the bet, within the time for an answer; whatever is raised becomes ``Unknown``."""
        return await self._slip.answer(slip, self._site.timings.answer_s)

    @property
    def _session(self) -> SessionPage:
        return SessionPage(self._page, self._site)

    @property
    def _slip(self) -> SlipPage:
        return SlipPage(self._page, self._site)

    async def _arm(self, values: Values) -> ArmedSlip:
        """Remember what the slip's reading ``armed`` showed, so that the click happens only if it still does."""
        self._armed = (secrets.token_hex(8), values)
        self._site.guards.begin(self._page, self._slip.guard(values))  # whoever presses waits for it, and nobody else
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
            raise CannotArm(Reason.SLIP_GONE, "another slip was armed since, or this one was submitted")
        return values

    async def _guarded(self, values: Values) -> Guard:
        """Return the guard that stands undisturbed over the slip, or set up another; raises CannotArm."""
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
        """Press the button and read the answer; None when the guard has held the press back."""
        self._before_click = self._site.dialogs.moment
        try:
            async with asyncio.timeout(self._site.timings.answer_s + _GRACE_S):
                return await self._answer_to_press(guard, slip)
        except PageDrift as drift:
            await self._opening.witness(drift, self._page)
            return Unknown(described(drift), drift)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the bet may have been taken
            return Unknown(described(error))

    async def _answer_to_press(self, guard: Guard, slip: ArmedSlip) -> Placement | None:
        press = asyncio.create_task(self._press())
        press.add_done_callback(_told_by_the_answer)
        await asyncio.sleep(0)  # the press is on its way before anything else is asked of the page
        answer, held_back = asyncio.create_task(self._answer(slip)), asyncio.create_task(guard.held_back(press))
        try:
            await asyncio.wait({answer, held_back}, return_when=asyncio.FIRST_COMPLETED)
            return None if held_back.done() else answer.result()
        finally:
            for each in (press, answer, held_back):
                each.cancel()  # a press was sent, once; only its confirmation is awaited no more

    async def _press(self) -> None:
        """Press where the guard has had the mouse moved to; both halves are sent at once."""
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
        """Open the whitelabel's own address, from which a restored session may lead to the host of its login."""
        try:
            await self._session.goto()
        except Error:
            if self._site.locators.hosts is None:
                raise
            await self._opening.context.clear_cookies()  # what was restored leads to a host that is gone
            await self._session.goto()

    async def _history_tab(self) -> Page:
        page = await self._history.opened()
        _tab_in_use.set(page)
        await self._history.empty_if_given_up(page)
        return page

    async def _open_tab(self) -> Page:
        return self._site.attend(await self._opening.context.new_page())


def _told_by_the_answer(click: asyncio.Task[None]) -> None:
    """Take note of an error of the click: whoever waits for its answer then learns that there is none."""
    if not click.cancelled() and (error := click.exception()) is not None:
        logger.warning("the browser did not confirm the click: {}", str(error).splitlines()[0])


def _trouble_in(error: Exception) -> Reason:
    """Tell a server that answers with nothing but a status from one that does not answer."""
    return Reason.SERVER_ERROR if "ERR_HTTP_RESPONSE_CODE_FAILURE" in str(error) else Reason.UNREACHABLE


def described(error: Exception) -> str:
    """Name an error for a detail text: in full where it is our own, by its first line where it is the browser's."""
    if isinstance(error, PairguardError):
        return str(error)
    lines = str(error).splitlines()
    return f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__
