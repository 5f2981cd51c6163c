"""A look at a slip that begins before the click is allowed: it spares time, and never a look that is due."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest
from playwright.async_api import BrowserContext, Page
from pydantic import SecretStr

from bot.domain.odds import OddsStyle
from bot.domain.pair import Account, Bet
from bot.domain.placement import ArmedSlip, HistoryReading, Placement, Unknown
from bot.errors import CannotArm
from bot.ports import Credentials, Whitelabel
from providers.bookmaker import Opening, WebBookmaker
from providers.locators import Locators
from providers.site import Timings
from tests.builders import a_pair

LOCATORS = {
    "provider": "made-up",
    "numbers": {"default": {"decimal_mark": ".", "decimals": [2]}},
    "pages": {
        "session": {"nodes": {"logged_in": "#odds", "logged_out": "form"}, "readings": {}},
        "slip": {
            "nodes": {"place": "#place", "receipt": "#receipt"},
            "readings": {
                "armed": {
                    "fields": {
                        "odds": {"at": "#odds", "kind": "odds"},
                        "stake": {"at": "#stake", "kind": "amount"},
                    }
                },
            },
        },
    },
}
MARKUP = """
<b id=odds>2.10</b> <b id=stake>10.00</b> <p id=receipt hidden>Placed</p>
<button id=place onclick="clicks += 1; receipt.hidden = false">Bet</button><script>clicks = 0</script>
"""
BET = a_pair().positive.bet
NEVER, ALWAYS = 0.0, 3600.0
"""Looks that are old at once, and such that are fresh for as long as a test may take."""


class MadeUp(WebBookmaker):
    """As little of a provider as a click needs."""

    async def arm(self, bet: Bet) -> ArmedSlip:  # noqa: ARG002 - the port's signature
        return await self._arm(await self._slip.read("armed"))

    async def disarm(self) -> None:
        raise NotImplementedError

    async def history(self, since: datetime, until_found: frozenset[str]) -> HistoryReading:
        raise NotImplementedError

    async def _answer(self, slip: ArmedSlip) -> Placement:  # noqa: ARG002 - as above
        return Unknown(" ".join(await self._slip.first_shown(("receipt",), 30)))


Opened = Callable[[float], Awaitable[tuple[MadeUp, Page]]]


@pytest.fixture
def opened(context: BrowserContext) -> Opened:
    async def open_with(look_s: float) -> tuple[MadeUp, Page]:
        opening = Opening(
            account=Account("brand", "made-up", "ann"),
            whitelabel=Whitelabel("brand", "made-up", "http://127.0.0.1:9", "en", OddsStyle.DECIMAL, "UTC"),
            credentials=Credentials("ann", SecretStr("made-up-1")),
            currency="EUR",
            context=context,
            locators=Locators.model_validate(LOCATORS),
            timings=Timings(page_s=30, answer_s=30, look_s=look_s),
        )
        page = await context.new_page()
        await page.set_content(MARKUP)
        return MadeUp(opening, page), page

    return open_with


async def looked_ahead(bookmaker: MadeUp, slip: ArmedSlip, page: Page) -> None:
    """Begin a look, and wait until the page has answered it."""
    bookmaker.look_ahead(slip)
    await asyncio.sleep(0)
    await page.evaluate("0")


async def clicks(page: Page) -> int:
    count: int = await page.evaluate("clicks")
    return count


@pytest.mark.parametrize("look_s", [NEVER, ALWAYS])
async def test_a_slip_that_was_looked_at_ahead_is_clicked_once(opened: Opened, look_s: float) -> None:
    bookmaker, page = await opened(look_s)
    slip = await bookmaker.arm(BET)
    bookmaker.look_ahead(slip)
    assert await bookmaker.submit(slip) == Unknown("receipt")
    assert await clicks(page) == 1
    bookmaker.look_ahead(slip)
    with pytest.raises(CannotArm, match="slip_gone"):
        await bookmaker.submit(slip)
    assert await clicks(page) == 1


async def test_a_look_that_is_no_longer_fresh_is_taken_again(opened: Opened) -> None:
    bookmaker, page = await opened(NEVER)
    slip = await bookmaker.arm(BET)
    await looked_ahead(bookmaker, slip, page)
    await page.evaluate("odds.textContent = '1.50'")
    with pytest.raises(CannotArm, match="odds_changed"):
        await bookmaker.submit(slip)
    assert await clicks(page) == 0


async def test_what_a_look_ahead_saw_forbids_the_click(opened: Opened) -> None:
    bookmaker, page = await opened(ALWAYS)
    slip = await bookmaker.arm(BET)
    await page.evaluate("odds.textContent = '1.50'")
    bookmaker.look_ahead(slip)
    with pytest.raises(CannotArm, match="odds_changed"):
        await bookmaker.submit(slip)
    assert await clicks(page) == 0


async def test_a_look_at_a_slip_says_nothing_of_the_next(opened: Opened) -> None:
    bookmaker, page = await opened(ALWAYS)
    await looked_ahead(bookmaker, await bookmaker.arm(BET), page)
    await page.evaluate("odds.textContent = '2.20'")
    second = await bookmaker.arm(BET)
    await page.evaluate("odds.textContent = '1.50'")
    with pytest.raises(CannotArm, match="odds_changed"):
        await bookmaker.submit(second)
    assert await clicks(page) == 0


async def test_an_answer_that_comes_later_than_the_click_is_waited_for(opened: Opened) -> None:
    bookmaker, page = await opened(ALWAYS)
    slip = await bookmaker.arm(BET)
    await page.evaluate("void (place.onclick = () => { clicks += 1; setTimeout(() => receipt.hidden = false, 80) })")
    assert await bookmaker.submit(slip) == Unknown("receipt")
    assert await clicks(page) == 1
