"""A reading of a long bet history in one round trip, against reading it locator by locator.

Both read the same fields of the same settled bets on Harbour's live practice page, in turn, and must read the same.
The peer is what a good engineer writes first: for each row a locator, for each field of it a locator's text.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

from playwright.async_api import Frame, Locator, Page, async_playwright
from pydantic import SecretStr

from bot.adapters.chromium import find_headless_chromium
from bot.ports.bookmaker import Credentials
from providers.harbour import BetsPage
from providers.kit.browser.site import Site, Timings
from providers.kit.reading.locators import FieldSpec
from providers.kit.reading.parsing import parse
from providers.kit.reading.readings import Values
from tests.bench.targets import Targets, conclude
from tests.conformance.bookmakers.customer import opened
from tests.conformance.bookmakers.harnesses import HARBOUR

ROWS = 500
OURS_RUNS, PEER_RUNS = 20, 3
_OURS_PER_PEER = OURS_RUNS // PEER_RUNS
_TARGET = 100
_LOGIN = Credentials("reader", SecretStr("made-up-1"))


class CountedFrame:
    """A frame that counts how often the browser is asked something."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self.round_trips = 0

    async def evaluate(self, script: str, argument: Any = None) -> Any:
        """Ask the browser, as a frame does."""
        self.round_trips += 1
        return await self._frame.evaluate(script, argument)


class CountedPage(BetsPage):
    """My bets, read through a frame that counts."""

    def __init__(self, page: Page, site: Site) -> None:
        super().__init__(page, site)
        self.counted = CountedFrame(page.main_frame)

    async def frame(self) -> Frame:
        """Return the counting frame."""
        return cast("Frame", self.counted)


async def measured() -> dict[str, Any]:
    """Read by turns and return the figures."""
    async with _long_history() as bets:
        ours, peer, trips, read = [], [], 0, Values({})
        for _ in range(PEER_RUNS):
            for _ in range(_OURS_PER_PEER):
                before = bets.counted.round_trips
                seconds, read = await _timed(lambda: bets.read("settled"))
                ours.append(seconds)
                trips = bets.counted.round_trips - before
            seconds, read_by_locators = await _timed(lambda: _by_locators(bets.page, bets.site))
            peer.append(seconds)
            _require_same(read, read_by_locators)
    ours_ms, peer_ms = (statistics.median(each) * 1000 for each in (ours, peer))
    return {
        "rows": ROWS,
        "fields": len(bets.site.locators.reading("bets", "settled").row),
        "round_trips": trips,
        "ours_ms_p50": round(ours_ms, 1),
        "peer_ms_p50": round(peer_ms, 1),
        "ratio": round(peer_ms / ours_ms, 1),
    }


@asynccontextmanager
async def _long_history() -> AsyncIterator[CountedPage]:
    unsandboxed = ["--no-sandbox"] if os.geteuid() == 0 else []
    brand = HARBOUR.brands[0]
    async with async_playwright() as playwright, HARBOUR.site(Path(tempfile.mkdtemp())) as site:
        browser = await playwright.chromium.launch(executable_path=find_headless_chromium(), args=unsandboxed)
        context = await browser.new_context()
        await site.open_account(brand, _LOGIN.username, _LOGIN.password.get_secret_value())
        customer = await opened(HARBOUR, site, brand, _LOGIN, context, Timings(page_s=30))
        await site.offer("m1")
        for number, ticket in enumerate(await site.record(_LOGIN.username, "m1", "1x2-home", ROWS)):
            await site.settle(ticket, ("won", "lost", "void")[number % 3])
        yield await _all_shown(customer.bookmaker, context.pages[0])
        await browser.close()


async def _all_shown(bookmaker: Any, page: Page) -> CountedPage:
    bets = BetsPage(page, bookmaker._site)
    for tab in ("open", "settled"):
        await bets.show(tab)
    while "total" not in (await bets.read_until("settled", lambda seen: seen.get("tab", str) == "settled")).values:
        await bets.scroll_to_end()
    return CountedPage(page, bets.site)


async def _timed(act: Callable[[], Awaitable[Any]]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = await act()
    return time.perf_counter() - began, result


async def _by_locators(page: Page, site: Site) -> list[dict[str, Any]]:
    spec = site.locators.reading("bets", "settled")
    assert spec.rows is not None
    rows = page.locator(spec.rows[0].css)
    return [await _row(rows.nth(number), spec.row, site) for number in range(await rows.count())]


async def _row(row: Locator, fields: dict[str, FieldSpec], site: Site) -> dict[str, Any]:
    read = {}
    for name, field in fields.items():
        node = row.locator(field.at[0].css.replace(":scope > ", "> "))
        if await node.count() == 0:
            continue
        taken = await node.get_attribute(field.take[1:]) if field.take.startswith("@") else await node.inner_text()
        read[name] = parse(taken or "", field, site.dialect)
    return read


def _require_same(ours: Values, peer: Sequence[dict[str, Any]]) -> None:
    if [dict(row.values) for row in ours.rows] != list(peer):
        raise SystemExit("the two ways have not read the same")


def main() -> None:
    """Print the figures for people, then for programs; status 1 when the target is missed."""
    figures = asyncio.run(measured())
    print(f"{figures['rows']} rows × {figures['fields']} fields, read in {figures['round_trips']} round trip")
    print(f"  ours              {figures['ours_ms_p50']:>9.1f} ms (median of {OURS_RUNS // PEER_RUNS * PEER_RUNS})")
    print(f"  by locators       {figures['peer_ms_p50']:>9.1f} ms (median of {PEER_RUNS})")
    print(f"  {figures['ratio']:.0f} times faster; the target is {_TARGET}")
    conclude("reading", figures, Targets(at_least={"ratio": _TARGET}).missed(figures))


if __name__ == "__main__":
    main()
