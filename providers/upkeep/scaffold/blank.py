"""Blank: what kind of site this is, in one line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from bot.domain.pair import Bet
from bot.domain.placement import ArmedSlip, HistoryReading, HistoryRow, Placement
from bot.domain.reasons import Reason
from bot.errors import CannotArm
from bot.ports.bookmaker import Bookmaker
from providers.kit.pages.bookmaker import Opening, WebBookmaker, reports_browser_trouble
from providers.kit.pages.page import PageObject
from providers.kit.pages.selection import Selection, check_event
from providers.kit.pages.session import SessionPage
from providers.kit.pages.slip import SlipPage
from providers.kit.reading.readings import Values
from providers.upkeep.scaffold.steps import not_written


async def open_bookmaker(opening: Opening) -> Bookmaker:
    """Open a session at a Blank site and log in if needed."""
    bookmaker = BlankBookmaker(opening, await opening.context.new_page())
    await bookmaker.login()
    return bookmaker


class EventPage(PageObject):
    name: ClassVar[str] = "event"

    async def show(self, bet: Bet) -> None:
        """Open the event; raises CannotArm unless the site has it by the name asked for."""
        await self.goto(event=bet.event.id)
        if "gone" in await self.wait_for_any("event", "gone"):
            raise CannotArm(Reason.EVENT_NOT_FOUND, f"there is no event {bet.event.id}")
        check_event((await self.read("event")).get("event", str), bet)

    async def pick(self, wanted: Selection) -> None:
        """Click the price of a selection; raises CannotArm if it is not offered."""
        how = "read('prices'), then click('price', selection=price_of(wanted, offer_of(them, self.site)))"
        raise not_written(self.pick, how, wanted)


class BetSlip(SlipPage):
    answers: ClassVar[tuple[str, ...]] = ("receipt", "refusal")

    async def clear(self) -> None:
        """Empty the slip, or close a receipt."""
        raise not_written(self.clear, "wait_for_any('empty', 'remove', 'done') and click the one that is not 'empty'")

    async def enter_stake(self, bet: Bet, wanted: Selection) -> Values:
        """Enter the stake and read everything back as it will be submitted; raises CannotArm."""
        how = "enter('stake', …), wait for 'ready', read('armed'), compare selection and stake with the bet"
        raise not_written(self.enter_stake, how, bet, wanted)

    async def answer(self, asked: ArmedSlip, timeout_s: float) -> Placement:
        """Wait for the receipt or the refusal; anything else is ``Unknown``."""
        how = "first_answer(timeout_s), then Accepted, Rejected, or Unknown"
        raise not_written(self.answer, how, asked, timeout_s)


class BetsPage(PageObject):
    name: ClassVar[str] = "bets"

    async def rows(self, since: datetime, wanted: frozenset[str]) -> tuple[tuple[HistoryRow, ...], bool]:
        """Read the list down to a bet placed before ``since``; the flag says whether all bets since then are there."""
        how = "goto(), read('list'), history_row(…) of each row, then go on; True only if the list provably ends"
        raise not_written(self.rows, how, since, wanted)


class BlankBookmaker(WebBookmaker):
    """A Blank account."""

    @reports_browser_trouble
    async def arm(self, bet: Bet) -> ArmedSlip:
        """Choose the selection and enter the stake, and read the slip back."""
        wanted = Selection.asked(bet)
        event, slip = EventPage(self._page, self._site), self._slip
        await event.show(bet)
        await self._session.require_logged_in()
        await slip.clear()
        await event.pick(wanted)
        return await self._arm(await slip.enter_stake(bet, wanted))

    @reports_browser_trouble
    async def history(self, since: datetime, until_found: frozenset[str]) -> HistoryReading:
        """Read the bets placed since then, open and settled."""
        as_of = datetime.now(UTC)
        page = await self._history_tab()
        rows, complete = await BetsPage(page, self._site).rows(since, until_found)
        await SessionPage(page, self._site).require_logged_in()
        return HistoryReading(rows, complete, as_of)

    @property
    def _slip(self) -> BetSlip:
        return BetSlip(self._page, self._site)
