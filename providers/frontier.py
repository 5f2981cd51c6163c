"""Frontier: an older American sportsbook of full page loads, where a bet is confirmed on a page of its own.

The page that answers "Place bet" is the answer to a submitted form: reloading it would submit the bet again. Pages are
therefore opened by their address and never reloaded.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import ClassVar
from zoneinfo import ZoneInfo

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
    SessionState,
    TicketState,
    Unknown,
)
from bot.domain.reasons import Reason
from bot.errors import CannotArm
from bot.ports.bookmaker import Bookmaker
from providers.kit.pages.bookmaker import Opening, WebBookmaker, reports_browser_trouble
from providers.kit.pages.page import PageObject
from providers.kit.pages.revisions import standing_rows
from providers.kit.pages.selection import Selection, check_event, history_row, offer_of, price_of, same_name
from providers.kit.pages.session import MemberPage, SessionPage
from providers.kit.pages.slip import SlipPage, as_typed
from providers.kit.reading.parsing import Status, refusal
from providers.kit.reading.readings import Values

_MOVES_FOLLOWED = 5
_OPERATOR = ZoneInfo("America/New_York")
_DAY = "%m/%d/%Y"
_OPEN = Status(TicketState.OPEN)


async def open_bookmaker(opening: Opening) -> Bookmaker:
    """Open a session at a Frontier site and log in if needed."""
    bookmaker = FrontierBookmaker(opening, await opening.context.new_page())
    await bookmaker.login()
    return bookmaker


class AnyPage(SessionPage):
    async def state(self) -> SessionState:
        """Read the state from the page, or from the site's home page if the server failed on this one."""
        if "failure" in await self.wait_for_any(*self.known("failure", *SessionState)):
            await self.goto()
        return await super().state()


class EventPage(MemberPage):
    name: ClassVar[str] = "event"

    async def pick(self, bet: Bet, wanted: Selection) -> None:
        """Open the event and click the price of a selection; raises CannotArm if it is not offered."""
        if "gone" in await self.open("event", "gone", event=bet.event.id):
            raise CannotArm(Reason.EVENT_NOT_FOUND, f"there is no event {bet.event.id}")
        prices = await self.read("prices")
        check_event(prices.get("event", str), bet)
        await self.click("price", selection=price_of(wanted, offer_of(prices, self.site)))


class StakePage(PageObject):
    name: ClassVar[str] = "stake"

    async def review(self, bet: Bet) -> None:
        """Refuse other odds, enter the stake, and go on to the confirmation page; raises CannotArm."""
        if "off_board" in await self.wait_for_any("stake", "off_board"):
            raise CannotArm(Reason.SELECTION_SUSPENDED)
        await self._refuse_changes()
        await self.enter("stake", as_typed(bet.stake))
        before = self.site.dialogs.moment
        await self.click("review")
        answer = await self.answered(("confirmation", "message"), before, self.site.timings.page_s)
        if isinstance(answer, Rejected):
            raise CannotArm(answer.reason, answer.detail)
        if "message" in await self.wait_for_any("confirmation", "message"):
            raise CannotArm(Reason.STAKE_REFUSED, (await self.read("message")).get("message", str))

    async def _refuse_changes(self) -> None:
        """Set that only the odds shown are accepted. The site stores the setting and loads the page again."""
        if await self._acceptance() == "never":
            return
        async with self.page.expect_event("domcontentloaded", timeout=self.site.timings.page_s * 1000):
            await self.choose("acceptance", "never")
        if await self._acceptance() != "never":
            raise CannotArm(Reason.ACCEPTANCE_MODE, "the site did not keep the setting")

    async def _acceptance(self) -> str:
        return (await self.read("acceptance")).get("acceptance", str)


class ConfirmationPage(SlipPage):
    answers: ClassVar[tuple[str, ...]] = (
        "receipt", "unconfirmed", "trouble", "failure", "sports", "logged_out", "challenge", "maintenance",
    )  # fmt: skip

    async def clear(self) -> None:
        """Leave the page: the slip exists nowhere else."""
        await self.goto()

    async def ready(self, bet: Bet, wanted: Selection) -> Values | None:
        """Read what one click would place; None if the offer has moved. Raises CannotArm."""
        await self.dismiss_interruptions()
        if await self.is_suspended():
            raise CannotArm(Reason.SELECTION_SUSPENDED)
        armed = await self.read("armed")
        if "message" in armed.values:
            return None
        if Selection.shown(armed, self.site.locators) != wanted:
            raise CannotArm(Reason.LINE_CHANGED, f"the slip shows {armed.get('selection', str)}")
        if armed.get("stake", Money) != bet.stake or not same_name(armed.get("event", str), bet.event.name):
            raise CannotArm(Reason.SLIP_DIFFERS, "the slip does not show what was entered")
        if armed.get("acceptance", str) != "never":
            raise CannotArm(Reason.ACCEPTANCE_MODE, "the site does not show the chosen setting")
        if armed.get("repeats", bool):
            raise CannotArm(Reason.DUPLICATE_BET, "the site would ask whether to bet on this event again")
        return armed

    async def answer_since(self, before: int, asked: ArmedSlip, timeout_s: float) -> Placement:
        """Wait for a receipt or for proof that no bet was taken; anything else is ``Unknown``."""
        shown = await self.answered(self.answers, before, timeout_s)
        if isinstance(shown, Rejected):
            return shown
        if "unconfirmed" in shown:
            notice = await self.read("unconfirmed")
            return Unknown(f"{notice.get('heading', str)}. {notice.get('message', str)}")
        if "receipt" in shown:
            return _accepted(await self.read("receipt"), asked)
        if "trouble" in shown:
            message = (await self.read("trouble")).get("message", str)
            return refusal(message, self.site.dialect) or Unknown(message)
        if not shown:
            await self.goto()  # while the page waits for the answer, it can be neither read nor used
            return Unknown(f"no answer within {timeout_s:g} s")
        return Unknown(f"the site answered with {', '.join(sorted(shown))}")


def _accepted(receipt: Values, asked: ArmedSlip) -> Placement:
    ticket, stake, odds = receipt.get("ticket", str), receipt.get("stake", Money), receipt.get("odds", Odds)
    if asked.stake < stake or receipt.find("line", type(asked.line)) != asked.line:
        return Unknown(f"receipt {ticket} shows {stake} at {odds}, which is not what was asked for")
    return Accepted(ticket, stake, odds, receipt.find("referred", Money))


class BetsPage(MemberPage):
    name: ClassVar[str] = "bets"

    async def rows(self, tab: str, first: str, last: str) -> tuple[list[Values], bool]:
        """Read all pages of a tab; days apply to ``settled`` only. The flag says whether the total matches the rows."""
        rows: list[Values] = []
        totals: set[int | None] = set()
        for number in count(1):
            if "failed" in await self.open("list", "failed", tab=tab, first=first, last=last, page=str(number)):
                break
            listed = await self.read(tab)
            rows += listed.rows
            totals.add(0 if "none" in listed.values else listed.find("total", int))
            if (listed.find("first", str) or first, listed.find("last", str) or last) != (first, last):
                break
            if number >= (listed.find("pages", int) or 1):
                return rows, totals == {len(rows)}
        return rows, False


class FrontierBookmaker(WebBookmaker):
    """A Frontier account."""

    @reports_browser_trouble
    async def arm(self, bet: Bet) -> ArmedSlip:
        """Choose the selection, enter the stake, and read back the page on which one click places the bet."""
        wanted = Selection.asked(bet)
        for _ in range(_MOVES_FOLLOWED):
            await EventPage(self._page, self._site).pick(bet, wanted)
            await StakePage(self._page, self._site).review(bet)
            if armed := await self._slip.ready(bet, wanted):
                return await self._arm(armed)
        raise CannotArm(Reason.ODDS_MOVING, "the offer kept moving, so the slip never became ready")

    @reports_browser_trouble
    async def balance(self) -> Money:
        """Read the balance from a freshly opened page: an open one shows the balance at its load."""
        bets = BetsPage(await self._history_tab(), self._site)
        today = _day(datetime.now(UTC))
        await bets.open("list", "failed", tab="open", first=today, last=today, page="1")
        return await AnyPage(bets.page, self._site).balance()

    @reports_browser_trouble
    async def history(self, since: datetime, until_found: frozenset[str]) -> HistoryReading:
        """Read the open bets, then the settled ones, so that a bet that settles in between is seen."""
        as_of = datetime.now(UTC)
        bets = BetsPage(await self._history_tab(), self._site)
        days = _day(since), _day(as_of + timedelta(days=1))  # midnight may pass during the reading
        listed, complete = await bets.rows("open", *days)
        found: dict[str, HistoryRow] = {row.ticket: row for row in self._open_rows(listed)}
        if until_found and until_found <= found.keys():
            return HistoryReading(tuple(found.values()), complete=False, as_of=as_of)
        listed, all_settled = await bets.rows("settled", *days)
        found |= {row.ticket: row for row in standing_rows(listed, "bets.settled", self._site.locators)}
        return HistoryReading(tuple(found.values()), complete and all_settled, as_of)

    def _open_rows(self, listed: list[Values]) -> list[HistoryRow]:
        return [history_row(row, self._site.locators, _OPEN) for row in listed]

    async def _answer(self, slip: ArmedSlip) -> Placement:
        return await self._slip.answer_since(self._before_click, slip, self._site.timings.answer_s)

    @property
    def _session(self) -> AnyPage:
        return AnyPage(self._page, self._site)

    @property
    def _slip(self) -> ConfirmationPage:
        return ConfirmationPage(self._page, self._site)


def _day(moment: datetime) -> str:
    return moment.astimezone(_OPERATOR).strftime(_DAY)
