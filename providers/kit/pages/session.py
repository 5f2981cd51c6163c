"""Reading the session's state from positive markers, and logging in."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.money import Money
from bot.domain.placement import SessionState
from bot.errors import SessionUnusable
from bot.ports.bookmaker import Credentials
from providers.kit.pages.page import PageObject
from providers.kit.reading.locators import Locator
from providers.kit.reading.questions import Answers, Question
from providers.kit.reading.readings import Values

_BY_WEIGHT = (
    SessionState.CHALLENGE,
    SessionState.MAINTENANCE,
    SessionState.RESTRICTED,
    SessionState.LOGGED_OUT,
    SessionState.LOGGED_IN,
)

_CLOSED = (SessionState.CHALLENGE.value, SessionState.MAINTENANCE.value, SessionState.RESTRICTED.value)
ENDINGS = (SessionState.LOGGED_OUT.value, *_CLOSED)
"""The states in which betting is impossible; nodes are named after them."""


class SessionPage(PageObject):
    """The session as every page of the site shows it.

    The TOML's ``[pages.session.nodes]`` are named after the session states; the reading ``account`` has the
    ``balance`` and, where pages show it, the ``username``.
    """

    name: ClassVar[str] = "session"

    async def state(self) -> SessionState:
        """Wait for a marker and return its state; raises LocatorMissing if there is none."""
        shown = await self.wait_for_any(*self.known(*_BY_WEIGHT))
        return next(state for state in _BY_WEIGHT if state.value in shown)

    async def shows_logged_in(self) -> bool:
        """Return whether the page now shows the marker of a login, and no other."""
        return await self.shown(*self.known(*_BY_WEIGHT)) == {SessionState.LOGGED_IN.value}

    @property
    def is_logged_in(self) -> Question[bool]:
        """Ask whether the page shows the marker of a login, and no other."""
        markers = self.awaited(*self.known(*_BY_WEIGHT))
        return Question("shownNow", markers, lambda shown: set(shown) == {SessionState.LOGGED_IN.value})

    @property
    def endings(self) -> dict[str, Locator]:
        """The nodes of the states in which betting is impossible."""
        return {name: self._node(name) for name in self.known(*ENDINGS)}

    async def require_logged_in(self) -> None:
        """Raise SessionUnusable unless the page shows that somebody is logged in."""
        state = await self.state()
        if state is not SessionState.LOGGED_IN:
            raise SessionUnusable(state.value)

    async def balance(self) -> Money:
        """Read the balance."""
        return (await self.read("account")).get("balance", Money)

    async def belongs_to(self, username: str) -> bool:
        """Return whether the page shows this username; True if it shows none."""
        shown = (await self.read("account")).find("username", str)
        return shown is None or shown.casefold() == username.casefold()


class LoginPage(PageObject):
    """The login form: nodes ``username``, ``password``, ``submit``, ``refused`` and ``logged_in``.

    It may also have ``challenge``, ``maintenance`` and ``restricted``, named after their states.
    """

    name: ClassVar[str] = "login"

    async def log_in(self, credentials: Credentials) -> None:
        """Fill in the form and wait for the answer; raises SessionUnusable if the login is refused."""
        await self.goto()
        await self.enter("username", credentials.username)
        await self.enter_secret("password", credentials.password)
        await self.click("submit")
        shown = await self.wait_for_any("logged_in", *self.known("refused", *_CLOSED))
        for state in shown.intersection(_CLOSED):
            raise SessionUnusable(state)
        if "refused" in shown:
            raise SessionUnusable(SessionState.LOGGED_OUT.value, "the site refused the login")


class MemberPage(PageObject):
    """A page for logged-in customers; its nodes include those of ``ENDINGS`` that it may show instead."""

    async def open(self, *nodes: str, **parts: str) -> frozenset[str]:
        """Open the page and return which of these nodes it shows; raises SessionUnusable if the session has ended."""
        return (await self.open_and_ask(nodes, **parts))[0]

    async def open_and_read(self, name: str, *nodes: str, **parts: str) -> tuple[frozenset[str], Values]:
        """Open the page and read it if it shows the first of these nodes; otherwise the values are empty."""
        reading = self.reading(name)
        shown, answers = await self.open_and_ask(nodes, reading, **parts)
        if nodes[0] not in shown:
            return shown, Values({})
        return shown, answers.find(reading) or await self.read(name)

    async def open_and_ask(
        self, nodes: tuple[str, ...], *questions: Question[Any], **parts: str
    ) -> tuple[frozenset[str], Answers]:
        """Open the page, wait for one of these nodes, and ask the questions in that look; raises as ``open`` does."""
        await self.goto(**parts)
        shown, answers = await self.wait_and_ask((*nodes, *self.known(*ENDINGS)), *questions)
        _require_no_ending(shown)
        return shown, answers


def _require_no_ending(shown: frozenset[str]) -> None:
    for ending in shown.intersection(ENDINGS):
        raise SessionUnusable(ending)
