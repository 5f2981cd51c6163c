"""Harbour: a European single-page sportsbook with pushed odds, a slip drawer and an endless list of bets."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import ClassVar

from bot.domain.money import Money
from bot.domain.odds import Odds
from bot.domain.pair import Bet
from bot.domain.placement import Accepted, ArmedSlip, HistoryReading, HistoryRow, Placement, Unknown
from bot.domain.reasons import Reason
from bot.errors import CannotArm, PageDrift
from bot.ports.bookmaker import Bookmaker
from providers.kit.pages.bookmaker import Opening, WebBookmaker, reports_browser_trouble
from providers.kit.pages.page import PageObject
from providers.kit.pages.revisions import standing_rows
from providers.kit.pages.selection import Offer, Selection, check_event, offer_of, price_of, same_name
from providers.kit.pages.session import SessionPage
from providers.kit.pages.slip import SlipPage, as_typed
from providers.kit.reading.parsing import refusal
from providers.kit.reading.questions import Question
from providers.kit.reading.readings import Values

_TABS = ("open", "settled", "cashed_out")  # the last is not always there; it reads like "settled"
_NOT_THE_LIST = ("logged_out", "challenge", "maintenance", "details")
_MOVES_FOLLOWED = 5
_NEVER = "never"


async def open_bookmaker(opening: Opening) -> Bookmaker:
    """Open a session at a Harbour site and log in if needed."""
    bookmaker = HarbourBookmaker(opening, await opening.context.new_page())
    await bookmaker.login()
    return bookmaker


class EventPage(PageObject):
    name: ClassVar[str] = "event"

    async def look(self, bet: Bet, slip: BetSlip) -> Offer | None:
        """Read in one look what is needed to pick a price; None if anything is not ready for that."""
        session, nodes = SessionPage(self.page, self.site), ("event", "gone")
        is_logged_in, is_empty = session.is_logged_in, slip.seeing("empty")
        event, acceptance, offer = self.reading("event"), slip.reading("acceptance"), self.offer
        asked = (is_logged_in, is_empty, event, acceptance, offer)
        shown, found = await self.wait_and_ask(nodes, *asked, besides=session.endings)
        there, mode = found.find(event), found.find(acceptance)
        if shown != {"event"} or not found.to(is_logged_in) or not found.to(is_empty) or there is None or mode is None:
            return None
        is_ready = same_name(there.get("event", str), bet.event.name) and mode.get("acceptance", str) == _NEVER
        return found.find(offer) if is_ready else None

    @property
    def offer(self) -> Question[Offer]:
        """Ask for the offer of the event."""
        return self.reading("prices").then(lambda prices: offer_of(prices, self.site))

    async def check(self, bet: Bet) -> None:
        """Raise CannotArm unless the site has the event under the name asked for."""
        if "gone" in await self.wait_for_any("event", "gone"):  # a page opened earlier may not know a new event
            await self.load(event=bet.event.id)
        if "gone" in await self.wait_for_any("event", "gone"):
            raise CannotArm(Reason.EVENT_NOT_FOUND, f"there is no event {bet.event.id}")
        check_event((await self.read("event")).get("event", str), bet)


class BetSlip(SlipPage):
    answers: ClassVar[tuple[str, ...]] = ("receipt", "refusal", "logged_out", "challenge")

    async def clear(self) -> None:
        """Empty the slip, or close a receipt."""
        await self.dismiss_interruptions()
        shown = await self.wait_for_any("empty", "remove", "done")
        if "empty" not in shown:
            await self.click("remove" if "remove" in shown else "done")
            await self.wait_for_any("empty")

    async def refuse_changes(self) -> None:
        """Set that only the odds asked for are accepted, and wait until the site confirms it."""
        if (await self.read("acceptance")).get("acceptance", str) == _NEVER:
            return
        async with self.page.expect_response("**/api/settings") as answer:
            await self.choose("acceptance", _NEVER)
        if not (await answer.value).ok:
            raise CannotArm(Reason.ACCEPTANCE_MODE, "the site did not take the setting")

    async def enter_stake(self, bet: Bet, wanted: Selection) -> Values | None:
        """Enter the stake for the selection just picked and read everything back; raises CannotArm.

        None if a notice took the click that should have picked it.
        """
        try:
            if not await self.came_up("stake"):
                return None
            await self.type("stake", as_typed(bet.stake))
        except PageDrift:
            if await self.shown("empty"):  # answering a question about changed odds with no empties the slip
                raise CannotArm(Reason.ODDS_MOVING) from None
            raise
        armed = await self._made_ready(wanted)
        if armed.get("stake", Money) != bet.stake or armed.get("acceptance", str) != _NEVER or "notice" in armed.values:
            raise CannotArm(Reason.SLIP_DIFFERS, "the slip does not show what was entered")
        return armed

    async def _made_ready(self, wanted: Selection) -> Values:
        reading, nodes = self.reading("armed"), ("ready", "not_ready", "accept_changes", "accept_and_place")
        for _ in range(_MOVES_FOLLOWED):
            shown, found = await self.wait_and_ask(nodes, reading)
            armed = found.find(reading)
            chosen = armed or await self.read("chosen")
            if Selection.shown(chosen, self.site.locators) != wanted:
                raise CannotArm(Reason.LINE_CHANGED, chosen.find("notice", str) or "")
            if "ready" in shown:
                return armed or await self.read("armed")
            if "accept_changes" not in shown:  # a button that accepts and places the bet in one click is never pressed
                raise await self._not_ready(chosen.find("notice", str))
            await self.click("accept_changes")
        raise CannotArm(Reason.ODDS_MOVING, "the odds kept moving, so the slip never became ready")

    async def _not_ready(self, notice: str | None) -> CannotArm:
        if notice is None:
            return CannotArm(Reason.STAKE_REFUSED)
        return CannotArm(Reason.SELECTION_SUSPENDED if await self.is_suspended() else Reason.ODDS_MOVING, notice)

    async def answer(self, asked: ArmedSlip, timeout_s: float) -> Placement:
        """Wait for the receipt or the refusal; anything else is ``Unknown``."""
        shown, receipt = await self.first_answer(timeout_s)
        if "receipt" in shown:
            return _accepted(receipt or await self.read("receipt"), asked)
        if "refusal" in shown:
            message = (await self.read("refusal")).get("message", str)
            return refusal(message, self.site.dialect, asked.stake) or Unknown(message)
        return Unknown("the session ended before the answer" if shown else f"no answer within {timeout_s:g} s")


def _accepted(receipt: Values, asked: ArmedSlip) -> Placement:
    ticket = receipt.find("ticket", str)
    if ticket is None:
        return Unknown(" ".join(filter(None, (receipt.get("heading", str), receipt.find("note", str)))))
    stake, odds = receipt.get("stake", Money), receipt.get("odds", Odds)
    if asked.stake < stake:
        return Unknown(f"receipt {ticket} shows a stake of {stake}, but {asked.stake} was asked for")
    return Accepted(ticket, stake, odds)


class BetsPage(PageObject):
    name: ClassVar[str] = "bets"

    async def show(self, tab: str) -> bool:
        """Load a tab's list; False if there is no such tab. Raises SessionUnusable if nobody is logged in."""
        if await self.shown(f"tab_{tab}"):
            await self.click(f"tab_{tab}")
        elif tab == _TABS[0]:
            await self.load()
            await SessionPage(self.page, self.site).require_logged_in()
        else:
            return False
        return True

    async def rows(self, tab: str, since: datetime, wanted: frozenset[str]) -> tuple[tuple[HistoryRow, ...], bool]:
        """Read a tab down to its end, a row placed before ``since``, or the last wanted ticket.

        The flag says whether all rows since then are included. Raises SessionUnusable if nobody is logged in.
        """
        try:
            return await self._paged(tab, since, wanted)
        except PageDrift:
            if await self._asked_for_details():
                return await self.rows(tab, since, wanted)
            await SessionPage(self.page, self.site).require_logged_in()
            raise

    async def _asked_for_details(self) -> bool:
        """Request the details that the site shows only on request; False if there are none to request."""
        if not await self.shown("details"):
            return False
        rows = list(enumerate((await self.read("details")).rows, start=1))
        for number, row in reversed(rows):  # from the bottom up: details move only the rows below
            if "button" in row.values:
                await self.click("ask", row=str(number))
        await self.wait_for_any("all_told")
        return True

    async def _paged(self, tab: str, since: datetime, wanted: frozenset[str]) -> tuple[tuple[HistoryRow, ...], bool]:
        count = 0
        while True:
            arrived = partial(_moved_on, tab=tab, count=count)
            listed = await self.read_until("open" if tab == "open" else "settled", arrived, unless=_NOT_THE_LIST)
            rows = standing_rows(listed.rows, f"bets.{tab}", self.site.locators)
            total = listed.find("total", int)
            if total is not None or "failed" in listed.values:
                return rows, total == len(rows)
            if rows[-1].placed_at is not None and rows[-1].placed_at < since:
                return rows, True
            if wanted and wanted <= {row.ticket for row in rows}:
                return rows, False
            count = len(listed.rows)
            await self.scroll_to_end()


def _moved_on(seen: Values, tab: str, count: int) -> bool:
    return seen.get("tab", str) == tab and (len(seen.rows) > count or bool(seen.values.keys() & {"total", "failed"}))


class HarbourBookmaker(WebBookmaker):
    """A Harbour account."""

    @reports_browser_trouble
    async def arm(self, bet: Bet) -> ArmedSlip:
        """Choose the selection, refuse other odds, enter the stake, and read the slip back."""
        wanted = Selection.asked(bet)
        event, slip = EventPage(self._page, self._site), self._slip
        await event.goto(event=bet.event.id)
        offer = await event.look(bet, slip)
        for _ in range(_MOVES_FOLLOWED):
            if offer is None:
                await self._session.require_logged_in()
                await event.check(bet)
                await slip.clear()
                await slip.refuse_changes()
                offer = await event.ask_one(event.offer)
            await event.click("price", selection=price_of(wanted, offer))
            if armed := await slip.enter_stake(bet, wanted):
                return await self._arm(armed)
            offer = None
        raise CannotArm(Reason.ODDS_MOVING, "notices kept covering the prices")

    @reports_browser_trouble
    async def history(self, since: datetime, until_found: frozenset[str]) -> HistoryReading:
        """Read the open bets, then the settled ones, so that a bet that settles in between is seen."""
        as_of = datetime.now(UTC)
        bets = BetsPage(await self._history_tab(), self._site)
        found, complete = dict[str, HistoryRow](), True
        for tab in _TABS:
            wanted = until_found - found.keys()
            if until_found and not wanted:
                return HistoryReading(tuple(found.values()), complete=False, as_of=as_of)
            if not await bets.show(tab):
                continue
            rows, all_there = await bets.rows(tab, since, wanted)
            found |= {row.ticket: row for row in rows}
            complete = complete and all_there
        return HistoryReading(tuple(found.values()), complete, as_of)

    @property
    def _slip(self) -> BetSlip:
        return BetSlip(self._page, self._site)
