"""Betting in play in a separate frame: cards instead of the table, and a slip in a corner."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from bot.practice.sites.lotus.choices import line_at_score, name_choice, show_odds
from bot.practice.sites.lotus.slips import SlipDesk
from bot.practice.sites.lotus.visits import BRAND_PATH, Visit, open_visit
from bot.practice.sites.practice_site import PracticeSite
from bot.practice.sites.records import Event, Market, Selection, SelectionStatus
from bot.practice.sites.templates import html_page


@dataclass(frozen=True, slots=True)
class LivePrice:
    """Hold one price; `odds` is empty while the selection takes no bets."""

    selection: str
    choice: str
    line: str
    odds: str
    negative: bool


@dataclass(frozen=True, slots=True)
class LiveMarket:
    name: str
    prices: tuple[LivePrice, ...]


@dataclass(frozen=True, slots=True)
class LiveMatch:
    id: str
    home: str
    away: str
    score: str
    markets: tuple[LiveMarket, ...]


class LiveBetting:
    """Answer the requests of the in-play frame."""

    def __init__(self, site: PracticeSite) -> None:
        self._site = site

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to add to the view."""
        return [
            web.get(f"{BRAND_PATH}/live", self.page),
            web.get(f"{BRAND_PATH}/live/matches", self.matches),
            web.get(f"{BRAND_PATH}/live/slip", self.slip),
        ]

    async def page(self, request: web.Request) -> web.Response:
        """Return the whole frame."""
        visit = open_visit(self._site, request)
        return html_page(visit.fragment("view/live.html", matches=self._matches(visit)))

    async def matches(self, request: web.Request) -> web.Response:
        """Return the current matches in play."""
        visit = open_visit(self._site, request)
        return html_page(visit.fragment("view/live_matches.html", matches=self._matches(visit)))

    async def slip(self, request: web.Request) -> web.Response:
        """Return the slip for a selection."""
        visit = open_visit(self._site, request)
        slips = SlipDesk(self._site.ledger.catalogue, visit.brand, visit.account, visit.style)
        return html_page(visit.fragment("view/live_slip.html", slip=slips.slip(request.query.get("sel", ""))))

    def _matches(self, visit: Visit) -> list[LiveMatch]:
        return [_match(event, visit) for event in self._site.ledger.catalogue.events() if event.score is not None]


def _match(event: Event, visit: Visit) -> LiveMatch:
    markets = tuple(_market(event, market, visit) for market in event.markets)
    return LiveMatch(event.id, event.home, event.away, event.score or "", markets)


def _market(event: Event, market: Market, visit: Visit) -> LiveMarket:
    prices = tuple(_price(event, selection, visit) for selection in market.selections)
    return LiveMarket(visit.brand.texts(f"market.{market.kind}"), prices)


def _price(event: Event, selection: Selection, visit: Visit) -> LivePrice:
    is_open = selection.status is SelectionStatus.OPEN
    odds, negative = show_odds(selection.odds, visit.style) if is_open else ("", False)
    words = name_choice(event, selection.kind, selection.outcome, selection.line, visit.brand.texts)
    return LivePrice(selection.id, words.choice, line_at_score(selection.kind, selection.line, None), odds, negative)
