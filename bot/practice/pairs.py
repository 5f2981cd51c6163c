"""A pair to practise with: a made-up match offered by two practice bookmakers, and the job that bets on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bot.domain.pair import Account, Role
from bot.practice.sites.brands import Brand


@dataclass(frozen=True, slots=True)
class Match:
    """A made-up match."""

    home: str
    away: str
    league: str


@dataclass(frozen=True, slots=True)
class Market:
    """What a bookmaker offers: decimal odds by outcome, in page order; the line is the home side's or the total."""

    kind: str
    odds: Mapping[str, str]
    line: str | None = None

    def offer(self) -> dict[str, Any]:
        """Describe the market for the control API."""
        selections = [{"outcome": outcome, "odds": odds} for outcome, odds in self.odds.items()]
        return {"kind": self.kind, "selections": selections} | ({"line": self.line} if self.line else {})

    def line_of(self, outcome: str) -> str | None:
        """Return the line as seen from an outcome: the away side of a handicap has the opposite one."""
        if self.line is None or (self.kind, outcome) != ("asian_handicap", "away"):
            return self.line
        return str(-Decimal(self.line))


Price = str | dict[str, str]


def malay(value: str) -> Price:
    """Write a price as Malay odds, as a job does."""
    return {"style": "malay", "value": value}


def hong_kong(value: str) -> Price:
    """Write a price as Hong Kong odds, as a job does."""
    return {"style": "hong_kong", "value": value}


@dataclass(frozen=True, slots=True)
class Side:
    """One leg: who bets what where. ``price`` and ``lowest`` are in the style that the brand shows."""

    brand: Brand
    username: str
    market: Market
    outcome: str
    price: Price
    lowest: Price
    stake: str

    @property
    def account(self) -> Account:
        """The account, as the configuration names it."""
        return Account(self.brand.name, self.brand.site, self.username)


@dataclass(frozen=True)
class PracticePair:
    """A match and who bets what on it. No two pairs share an event, so a bet says by its event whose it is."""

    pair: str
    match: Match
    positive: Side
    hedge: Side

    def side(self, role: Role) -> Side:
        """Return the side of a leg."""
        return self.positive if role is Role.POSITIVE else self.hedge

    def event_id(self, role: Role) -> str:
        """Return the id under which the bookmaker of a leg lists the match; no two pairs share one."""
        return f"{self.pair}-{self.side(role).brand.site}"

    def selection_id(self, role: Role) -> str:
        """Return the id that the bookmaker gives to the selection of a leg."""
        side = self.side(role)
        return f"{self.event_id(role)}-{side.market.kind}-{side.outcome}"

    def offer(self, role: Role) -> dict[str, Any]:
        """Describe the event for the control API of the leg's bookmaker."""
        match = {"home": self.match.home, "away": self.match.away, "league": self.match.league}
        return {"id": self.event_id(role), **match, "markets": [self.side(role).market.offer()]}

    def job(self) -> dict[str, Any]:
        """Write the pair as a producer sends it."""
        return {
            "arbId": f"arb-{self.pair}",
            "betPairId": self.pair,
            "whitelabel": self.positive.brand.name,
            "provider": self.positive.brand.site,
            "positiveBet": self._bet(Role.POSITIVE),
            "hedgeBet": self._bet(Role.HEDGE),
        }

    def _bet(self, role: Role) -> dict[str, Any]:
        side = self.side(role)
        name = f"{self.match.home} {side.brand.versus} {self.match.away}"
        return {
            "betId": f"{self.pair}-{role.value}",
            "whitelabel": side.brand.name,
            "provider": side.brand.site,
            "accountId": side.username,
            "event": {"id": self.event_id(role), "name": name},
            "market": side.market.kind,
            "selection": side.outcome,
            "line": side.market.line_of(side.outcome),
            "odds": side.price,
            "minOdds": side.lowest,
            "stake": side.stake,
            "currency": side.brand.currency,
        }
