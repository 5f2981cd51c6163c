"""A sportsbook in a frame of a whitelabel's shell. Its own session depends on that of the shell."""

from __future__ import annotations

from typing import ClassVar

from bot.domain.placement import SessionState
from bot.errors import SessionUnusable
from providers.kit.pages.session import ENDINGS, MemberPage, SessionPage
from providers.kit.pages.view import all_ended


class EmbeddedPage(MemberPage):
    """A page in the frame, which the shell removes when the session ends."""

    async def _check_frame_may_come(self) -> None:
        shell = SessionPage(self.page, self.site)
        for ending in await shell.shown(*shell.known(*ENDINGS)):
            raise SessionUnusable(ending)


class EmbeddedSession(EmbeddedPage, SessionPage):
    """The session as every page in the frame shows it; ``[pages.view]`` in the TOML."""

    name: ClassVar[str] = "view"


class ShellSession(SessionPage):
    """The shell with the frame in it: the session is logged in only if both show it."""

    async def state(self) -> SessionState:
        """Look at both at once; unless both show a login, wait for their markers.

        The shell is asked last, because it removes the frame when the session ends.
        """
        try:
            if all(await all_ended(self._view.shows_logged_in(), self.shell.shows_logged_in())):
                return SessionState.LOGGED_IN
            view = await self._view.state()
        except SessionUnusable as ended:
            return SessionState(ended.state)
        return await super().state() if view is SessionState.LOGGED_IN else view

    async def enter_view(self) -> None:
        """Make sure that the frame shows a login, opening the shell if needed; raises SessionUnusable."""
        if not (await self.shell.shows_logged_in() and await self._view.shows_logged_in()):
            await self.goto()
            await self.require_logged_in()

    @property
    def shell(self) -> SessionPage:
        """The shell by itself."""
        return SessionPage(self.page, self.site)

    @property
    def _view(self) -> EmbeddedSession:
        return EmbeddedSession(self.page, self.site)
