"""A customer of a practice site: a logged-in session, its bets, and its bets in the site's ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from playwright.async_api import BrowserContext, Frame, Page
from pydantic import SecretStr

from bot.domain.money import Money
from bot.domain.odds import Odds
from bot.domain.pair import Account, Bet, Event
from bot.domain.placement import Accepted, ArmedSlip, HistoryReading, Placement, Rejected
from bot.domain.reasons import Reason
from bot.errors import CannotArm
from bot.ports.bookmaker import Bookmaker, Credentials, Whitelabel
from providers.kit.browser.site import Timings
from providers.registry import open_bookmaker
from tests.conformance.bookmakers.harness import Brand, Harness, Recorded, Site
from tests.conformance.bookmakers.offer import HOME_WINS, LEAST_ODDS, Choice

PASSWORD = "Conformance-secret-1"
STAKE = "20"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PATIENT = Timings(page_s=15.0, answer_s=15.0)
IMPATIENT = Timings(page_s=15.0, answer_s=1.0)
"""For an answer or decision that never comes."""


@dataclass(frozen=True, slots=True)
class Match:
    """A match that one test bets on: its event id at the site, and its name on the pages."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Customer:
    """A logged-in session at a brand."""

    harness: Harness
    site: Site
    brand: Brand
    username: str
    bookmaker: Bookmaker
    context: BrowserContext

    @property
    def account(self) -> Account:
        return Account(self.brand.name, self.harness.provider, self.username)

    @property
    def page(self) -> Page:
        """The tab that bets: the first that the provider opened."""
        return self.context.pages[0]

    @property
    def slip_frame(self) -> Frame:
        """The frame of that tab that contains the slip."""
        name = self.harness.signs.slip_frame
        frame = self.page.main_frame if name is None else self.page.frame(name)
        assert frame is not None, f"the tab has no frame {name!r}"
        return frame

    def money(self, amount: str | Decimal) -> Money:
        return self.brand.money(amount)

    def bet(self, match: Match, choice: Choice = HOME_WINS, **changes: Any) -> Bet:
        """Build a bet of 20 on a choice; a test states only what it is about."""
        fields: dict[str, Any] = {
            "bet_id": "b1",
            "account": self.account,
            "event": Event(id=match.id, name=match.name),
            "market": choice.market,
            "selection": choice.outcome,
            "line": choice.signed_line,
            "odds": Odds.parse(choice.odds),
            "min_odds": Odds.parse(LEAST_ODDS),
            "stake": self.money(STAKE),
        }
        return Bet(**(fields | changes))

    async def place(self, bet: Bet) -> Placement:
        return await self.bookmaker.submit(await self.bookmaker.arm(bet))

    async def submitted(self, slip: ArmedSlip) -> tuple[Reason, Money | None]:
        """Submit a slip that must be refused, by guard or site; return the reason and the limit, if one was given."""
        try:
            placement = await self.bookmaker.submit(slip)
        except CannotArm as refused:
            return refused.reason, None
        assert isinstance(placement, Rejected), placement
        return placement.reason, placement.limit

    async def refused_because(self, bet: Bet) -> Reason:
        """Arm and submit a bet that must be refused, by provider or site; return the reason."""
        try:
            slip = await self.bookmaker.arm(bet)
        except CannotArm as refused:
            return refused.reason
        return (await self.submitted(slip))[0]

    async def accepted(self, bet: Bet) -> Accepted:
        placement = await self.place(bet)
        assert isinstance(placement, Accepted), placement
        return placement

    async def bets(self, match: Match | None = None) -> Sequence[Recorded]:
        """Return this customer's bets from the site's ledger, oldest first."""
        return await self.site.bets(self.username, None if match is None else match.id)

    async def order(self, kind: str, **parameters: Any) -> None:
        """Order a fault for this customer."""
        await self.site.order(self.username, kind, **parameters)

    async def history(self, *wanted: str) -> HistoryReading:
        """Read the history back to before these tests, or until the wanted tickets were seen."""
        return await self.bookmaker.history(LONG_AGO, frozenset(wanted))


async def opened(
    harness: Harness, site: Site, brand: Brand, login: Credentials, context: BrowserContext, timings: Timings = PATIENT
) -> Customer:
    """Open the session of an existing account; raises what the provider raises."""
    account = Account(brand.name, harness.provider, login.username)
    whitelabel = Whitelabel(
        brand.name, harness.provider, site.address(brand), brand.language, brand.odds_style, brand.time_zone
    )
    bookmaker = await open_bookmaker(account, whitelabel, login, brand.currency, context, timings)
    return Customer(harness, site, brand, login.username, bookmaker, context)


def login_of(username: str, password: str = PASSWORD) -> Credentials:
    return Credentials(username, SecretStr(password))
