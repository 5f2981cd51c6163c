"""What the page objects of one account share: address, locators, formats and time limits."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.async_api import Page

from bot.domain.policies import PagePolicy
from bot.ports.bookmaker import Whitelabel
from providers.kit.browser.dialogs import Dialogs
from providers.kit.browser.frames import Frames
from providers.kit.browser.guard import Guards
from providers.kit.browser.hosts import Landing, require_known
from providers.kit.browser.windows import Windows
from providers.kit.reading.locators import Locators
from providers.kit.reading.parsing import Dialect

_PAGE = PagePolicy()


@dataclass(frozen=True, slots=True)
class Timings:
    """Time limits: for a page or node to be ready, and for the answer to a submitted bet."""

    page_s: float = _PAGE.page_s
    answer_s: float = _PAGE.answer_s


@dataclass(frozen=True, slots=True)
class Site:
    """The state that the page objects of one account share."""

    whitelabel: Whitelabel
    locators: Locators
    dialect: Dialect
    timings: Timings
    dialogs: Dialogs = field(default_factory=Dialogs)
    windows: Windows = field(default_factory=Windows)
    landing: Landing = field(default_factory=Landing)
    frames: Frames = field(default_factory=Frames)
    guards: Guards = field(default_factory=Guards)

    @property
    def address(self) -> str:
        """The address that paths are appended to: the whitelabel's, or the one that the login led to."""
        return self.landing.address(self.whitelabel.base_url)

    def attend(self, page: Page) -> Page:
        """Dismiss a tab's dialogs and close the windows that it opens from now on; return the tab."""
        self.dialogs.attend(page)
        self.windows.attend(page)
        return page

    def settle(self, url: str) -> None:
        """Stay at the host that the login led to; raises SessionUnusable for one that the TOML does not allow."""
        self.landing.settle(url, self.whitelabel.base_url, self.locators.hosts)

    def require_known(self, url: str) -> None:
        """Raise SessionUnusable for an address at a host that the TOML does not allow."""
        require_known(url, self.whitelabel.base_url, self.locators.hosts)
