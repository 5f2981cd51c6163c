"""Lotus: an Asian sports view in a frame of another origin, within a whitelabel's shell."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import ClassVar

from playwright.async_api import Error, Page

from bot.domain.money import Money
from bot.domain.odds import Odds
from bot.domain.pair import Bet
from bot.domain.placement import (
    Accepted,
    ArmedSlip,
    HistoryReading,
    HistoryRow,
    Placement,
    Rejected,
    TicketState,
    Unknown,
    Waiting,
)
from bot.domain.reasons import Reason
from bot.errors import BookmakerError, CannotArm, PageDrift
from bot.ports.bookmaker import Bookmaker
from providers.kit.browser.site import Site
from providers.kit.pages.bookmaker import Opening, WebBookmaker, reports_browser_trouble
from providers.kit.pages.embedded import EmbeddedPage, ShellSession
from providers.kit.pages.revisions import standing_rows
from providers.kit.pages.selection import Offer, Selection, check_event, price_of, same_name
from providers.kit.pages.slip import SlipPage
from providers.kit.pages.view import all_ended
from providers.kit.reading.parsing import Status, refusal
from providers.kit.reading.questions import Question
from providers.kit.reading.readings import Values

_MOVES_FOLLOWED = 5
_LOOK_AGAIN_S = 0.05


async def open_bookmaker(opening: Opening) -> Bookmaker:
    """Open a session at a Lotus whitelabel and log in if needed."""
    bookmaker = LotusBookmaker(opening, await opening.context.new_page())
    await bookmaker.login()
    return bookmaker


class MatchPage(EmbeddedPage):
    name: ClassVar[str] = "match"

    async def show(self, bet: Bet, market: str, box: BetBox) -> Offer | None:
        """Open the match and return its offer on a market; raises CannotArm unless the site has the match by that name.

        None if the offer is not complete yet or the box is not empty.
        """
        match, offer, boxed = self.reading("match"), self.offer(market), box.seeing(*box.emptied_by)
        shown, answers = await self.open_and_ask(("match", "gone"), match, offer, boxed, event=bet.event.id)
        if "gone" in shown:
            raise CannotArm(Reason.EVENT_NOT_FOUND, f"there is no event {bet.event.id}")
        there = answers.find(match) or await self.read("match")
        if (shown_id := there.get("id", str)) != bet.event.id:
            raise CannotArm(Reason.EVENT_NOT_FOUND, f"the site shows {shown_id}, not {bet.event.id}")
        home, away = there.get("home", str), there.get("away", str)
        check_event(f"{home} {self.site.locators.versus} {away}", bet)
        return None if answers.to(boxed) else answers.find(offer)

    def offer(self, market: str) -> Question[Offer]:
        """Ask for the offer on a market."""
        names = [name for name in self._spec.readings if name.startswith(f"{market}_")]
        return self.readings(*names).then(lambda prices: _offered(market, prices))


class BetBox(EmbeddedPage, SlipPage):
    answers: ClassVar[tuple[str, ...]] = ("receipt", "message", "no_reference", "failure", "empty")
    emptied_by: ClassVar[tuple[str, ...]] = ("cancel", "close")

    async def clear(self) -> None:
        """Empty the box if it holds a slip or a receipt."""
        for button in await self.shown(*self.emptied_by):
            await self.click(button)
            await self.wait_for_any("empty")

    async def enter_stake(self, bet: Bet) -> Values | None:
        """Enter the stake for the selection just picked and read everything back; None if the offer has moved."""
        reading = self.reading("armed")
        try:
            armed = (await self.enter_and_ask("stake", f"{bet.stake.amount:.0f}", reading)).to(reading)
        except PageDrift:
            if await self.is_suspended():
                raise CannotArm(Reason.SELECTION_SUSPENDED) from None
            if await self.shown("message"):
                return None
            raise
        return None if "message" in armed.values else armed

    async def answer(self, asked: ArmedSlip, timeout_s: float) -> Placement:
        """Wait for the answer and, if the bet is waiting, for the decision; anything but proof is ``Unknown``."""
        deadline = time.monotonic() + timeout_s
        shown, receipt = await self.first_answer(timeout_s)
        if "receipt" in shown:
            return await self._decision(receipt or await self.read("receipt"), asked, deadline)
        if not shown:
            return Unknown(f"no answer within {timeout_s:g} s")
        message = (await self.read("message")).get("message", str)
        return (refusal(message, self.site.dialect) if "message" in shown else None) or Unknown(message)

    async def _decision(self, receipt: Values, asked: ArmedSlip, deadline: float) -> Placement:
        placement = _placement(receipt, asked, self.site)
        while isinstance(placement, Waiting) and (left_s := deadline - time.monotonic()) > 0:
            try:
                async with asyncio.timeout(left_s):
                    await asyncio.sleep(_LOOK_AGAIN_S)
                    placement = _placement(await self.read("receipt"), asked, self.site)
            except (BookmakerError, Error, TimeoutError):
                return placement
        return placement


class BetListPage(EmbeddedPage):
    name: ClassVar[str] = "bets"

    async def rows(self, **parts: str) -> tuple[dict[str, HistoryRow], bool]:
        """Read all pages; the flag says whether the rows match the total."""
        rows: dict[str, HistoryRow] = {}
        for number in count(1):
            shown, listed = await self.open_and_read("list", "list", "failed", page=str(number), **parts)
            if "failed" in shown:
                break
            rows |= {row.ticket: row for row in standing_rows(listed.rows, f"{self.name}.list", self.site.locators)}
            total, pages = listed.find("total", int), listed.find("pages", int)
            if total is None or pages is None:
                break
            if number >= pages:
                return rows, len(rows) == total
        return rows, False


class StatementPage(BetListPage):
    name: ClassVar[str] = "statement"


class DaysPage(EmbeddedPage):
    name: ClassVar[str] = "days"

    async def since(self, moment: datetime) -> tuple[list[str], bool]:
        """Read the operator's days since a moment on which bets ended; the flag says whether they match the total."""
        shown, listed = await self.open_and_read("list", "list", "failed")
        if "failed" in shown:
            return [], False
        days = [row.get("day", datetime) for row in listed.rows]
        wanted = [day.date().isoformat() for day in days if day + timedelta(days=1) > moment]
        return wanted, listed.find("total", int) == len(set(days))


class LotusBookmaker(WebBookmaker):
    """A Lotus account."""

    @reports_browser_trouble
    async def arm(self, bet: Bet) -> ArmedSlip:
        """Open the match, pick the price, enter the stake, and read the bet box back."""
        if bet.stake.amount % 1:
            raise CannotArm(Reason.STAKE_NOT_WHOLE, str(bet.stake))
        wanted = Selection.asked(bet)
        match, box = MatchPage(self._page, self._site), self._slip
        if not match.is_at_hand:
            await self._session.enter_view()
        offer, _ = await all_ended(match.show(bet, wanted.market, box), self._session.shell.require_logged_in())
        for _ in range(_MOVES_FOLLOWED):
            if offer is None:
                await box.clear()
                offer = await match.ask_one(match.offer(wanted.market))
            await match.click("price", selection=price_of(wanted, offer))
            offer = None
            if await box.came_up("stake") and (armed := await box.enter_stake(bet)):
                _check_armed(armed, bet, wanted, self._site)
                return await self._arm(armed)
        raise CannotArm(Reason.ODDS_MOVING, "the offer kept moving, so the slip never became ready")

    @reports_browser_trouble
    async def history(self, since: datetime, until_found: frozenset[str]) -> HistoryReading:
        """Read the bet list, then the statement, so that a bet that settles in between is seen."""
        as_of = datetime.now(UTC)
        tab = await self._history_tab()
        await ShellSession(tab, self._site).enter_view()
        found: dict[str, HistoryRow] = {}
        complete = True
        async for rows, all_there in self._lists(tab, since):
            found |= rows
            complete = complete and all_there
            if until_found and until_found <= found.keys():
                return HistoryReading(tuple(found.values()), complete=False, as_of=as_of)
        return HistoryReading(tuple(found.values()), complete, as_of)

    async def _lists(self, tab: Page, since: datetime) -> AsyncIterator[tuple[dict[str, HistoryRow], bool]]:
        yield await BetListPage(tab, self._site).rows()
        days, all_days = await DaysPage(tab, self._site).since(since)
        yield {}, all_days
        for day in days:
            yield await StatementPage(tab, self._site).rows(date=day)

    @property
    def _session(self) -> ShellSession:
        return ShellSession(self._page, self._site)

    @property
    def _slip(self) -> BetBox:
        return BetBox(self._page, self._site)


def _offered(market: str, prices: Mapping[str, Values]) -> Offer:
    rows = [(name.removeprefix(f"{market}_"), row) for name, values in prices.items() for row in values.rows]
    return {Selection(market, outcome, _offered_line(row)): row for outcome, row in rows}


def _offered_line(row: Values) -> Decimal | None:
    gives = row.find("gives", Decimal)
    return row.find("takes", Decimal) if gives is None else Decimal(0) - gives


def _check_armed(armed: Values, bet: Bet, wanted: Selection, site: Site) -> None:
    stake, minimum, maximum = armed.get("stake", Money), armed.get("minimum", Money), armed.find("maximum", Money)
    if Selection.shown(armed, site.locators) != wanted:
        raise CannotArm(Reason.LINE_CHANGED, f"the box shows {armed.find('line', Decimal)}")
    if stake != bet.stake or not same_name(armed.get("event", str), bet.event.name):
        raise CannotArm(Reason.SLIP_DIFFERS, "the box does not show what was entered")
    if maximum is not None and maximum < stake:
        raise CannotArm(Reason.STAKE_ABOVE_MAXIMUM, f"the maximum is {maximum}", limit=maximum.amount)
    if stake < minimum:
        raise CannotArm(Reason.STAKE_BELOW_MINIMUM, f"the minimum is {minimum}")
    if "complaint" in armed.values:
        raise CannotArm(Reason.STAKE_REFUSED, armed.get("complaint", str))


def _placement(receipt: Values, asked: ArmedSlip, site: Site) -> Placement:
    ticket, state, words = receipt.get("ticket", str), receipt.get("status", Status).state, receipt.find("reason", str)
    if state is TicketState.REJECTED:
        return refusal(words or "", site.dialect) or Rejected(Reason.DECLINED, words or "")
    if state is TicketState.WAITING:
        return Waiting(ticket)
    stake, odds = receipt.get("stake", Money), receipt.get("odds", Odds)
    if asked.stake < stake or receipt.find("line", Decimal) != asked.line:
        return Unknown(f"receipt {ticket} shows {stake} at {odds}, which is not what was asked for")
    return Accepted(ticket, stake, odds)
