"""The browser's own dialogs: each is dismissed at once and remembered; none is answered with yes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from loguru import logger
from playwright.async_api import Dialog, Error, Page

_LEAVING = "beforeunload"


@dataclass(frozen=True, slots=True)
class Said:
    """A dialog of a tab: ``alert``, ``confirm``, ``prompt`` or ``beforeunload``, and its message."""

    page: Page
    kind: str
    message: str


class Dialogs:
    """The dialogs of one session's tabs.

    Dismissing answers every question with no. There is one exception: a page that asks whether to leave it is left when
    a page object navigates away.
    """

    def __init__(self) -> None:
        self._said: list[Said] = []
        self._left: set[Page] = set()

    def attend(self, page: Page) -> None:
        """Dismiss the dialogs of a tab from now on."""
        page.on("dialog", self._dismiss)

    @property
    def moment(self) -> int:
        """The present moment, to be passed to ``since``: the number of dialogs so far."""
        return len(self._said)

    def since(self, moment: int, page: Page) -> tuple[Said, ...]:
        """Return the dialogs of a tab since a moment, oldest first."""
        return tuple(said for said in self._said[moment:] if said.page is page)

    @contextmanager
    def leaving(self, page: Page) -> Iterator[None]:
        """Allow a tab to be left within this context, even if its page asks not to be left."""
        self._left.add(page)
        try:
            yield
        finally:
            self._left.discard(page)

    async def _dismiss(self, dialog: Dialog) -> None:
        page = dialog.page
        if page is not None:
            self._said.append(Said(page, dialog.type, dialog.message))
        logger.info("dismissed {}: {}", dialog.type, dialog.message)
        with suppress(Error):  # the page may be gone by now
            if dialog.type == _LEAVING and page in self._left:
                await dialog.accept()
            else:
                await dialog.dismiss()
