"""Pages that the locators do not fit: detecting those of a failed server, and keeping the others for the repair."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field

from playwright.async_api import Error, Frame, Page
from pydantic import SecretStr

from bot.domain.pair import Account
from bot.errors import PageDrift
from bot.ports.evidence import Evidence
from providers.kit.reading.snapshot import take_snapshot

_KEPT_AGAIN_AFTER_S = 3600
_FIRST_SERVER_ERROR = 500
_STATUS = "() => performance.getEntriesByType('navigation')[0]?.responseStatus ?? 0"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class DriftWitness:
    """Keeps the drifted pages of one account. The same drift is kept once an hour: sweeps meet it every few seconds."""

    account: Account
    evidence: Evidence
    kept: dict[tuple[str, str, str], tuple[float, str]] = field(default_factory=dict)

    async def keep(self, drift: PageDrift, page: Page, *secrets: SecretStr) -> None:
        """Keep a snapshot of the page without the secrets, and set its place on the error.

        A page that is gone or does not answer is not kept.
        """
        what = (drift.page, drift.field, drift.locator)
        kept_at, where = self.kept.get(what, (float("-inf"), ""))
        if time.monotonic() - kept_at > _KEPT_AGAIN_AFTER_S:
            try:
                snapshot = await take_snapshot(page, *secrets)
            except (Error, TimeoutError):
                return
            where = await self.evidence.keep(self._folder, _file_name(f"{drift.page}.{drift.field}"), snapshot)
            self.kept[what] = time.monotonic(), where
        drift.evidence = where or None

    @property
    def _folder(self) -> str:
        return _file_name(f"drift.{self.account.whitelabel}.{self.account.provider}")


async def server_error_in(*frames: Frame) -> int | None:
    """Return the HTTP status of the first of these frames that the server answered with an error (5xx), else None."""
    for frame in frames:
        try:
            status = int(await frame.evaluate(_STATUS))
        except (Error, TimeoutError):
            continue
        if status >= _FIRST_SERVER_ERROR:
            return status
    return None


def _file_name(text: str) -> str:
    return _UNSAFE.sub("_", text)[:64]
