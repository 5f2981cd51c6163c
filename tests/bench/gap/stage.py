"""Where the contestants of ``leg_gap`` meet: practice bookmakers in a process of their own, and what they offer."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bot.practice.logins import Login, made_up_logins
from bot.practice.sites.brands import ASIAN, EUROPEAN
from tests.bookmakers import bookmakers_process
from tests.integration.practice.control_client import Control

MATCHES = 6
FIRST_STAKE, SECOND_STAKE = "100", "111"
"""At odds of 2.20 and 1.98 either side brings back 220 within a few cents."""

_BALANCE = "1000000.00"
_TEAMS = ("Northgate", "Port Alder", "Windmere", "Saltford", "Castle Albion", "Elling")
_MARKETS = (
    {
        "kind": "1x2",
        "selections": [
            {"outcome": "home", "odds": "1.95"},
            {"outcome": "draw", "odds": "3.40"},
            {"outcome": "away", "odds": "4.10"},
        ],
    },
    {
        "kind": "total_goals",
        "line": "2.5",
        "selections": [{"outcome": "over", "odds": "2.20"}, {"outcome": "under", "odds": "1.98"}],
    },
    {
        "kind": "asian_handicap",
        "line": "-0.25",
        "selections": [{"outcome": "home", "odds": "1.91"}, {"outcome": "away", "odds": "1.99"}],
    },
)


@dataclass(frozen=True, slots=True)
class Match:
    """A match that both bookmakers offer."""

    number: int

    @property
    def id(self) -> str:
        return f"gap-{self.number}"

    @property
    def home(self) -> str:
        return f"{_TEAMS[self.number]} United"

    @property
    def away(self) -> str:
        return f"{_TEAMS[-1 - self.number]} Rovers"

    @property
    def over(self) -> str:
        """The selection that is bet on first."""
        return f"{self.id}-total_goals-over"

    @property
    def under(self) -> str:
        """The selection that hedges it."""
        return f"{self.id}-total_goals-under"

    def offer(self) -> dict[str, Any]:
        return {"id": self.id, "home": self.home, "away": self.away, "markets": list(_MARKETS)}


@dataclass(frozen=True, slots=True)
class Player:
    """One contestant's two accounts: Harbour's, where the positive bet goes, and Lotus', where the hedge goes."""

    first: Login
    second: Login

    @classmethod
    def named(cls, name: str) -> Player:
        return cls(*made_up_logins(((EUROPEAN.name, name), (ASIAN.name, name))))

    @property
    def logins(self) -> tuple[Login, Login]:
        return self.first, self.second


@dataclass(frozen=True, slots=True)
class BetTimes:
    """When a bet's request came in and its answer left, by the machine's monotonic clock."""

    received_ms: float
    answered_ms: float


@dataclass(frozen=True, slots=True)
class Measured:
    """One pair: from its beginning to the first bet's request, and from its acceptance to the hedge's request."""

    job_to_click_ms: float
    gap_ms: float


class Bookmakers:
    """The practice bookmakers, over their control API."""

    def __init__(self, control: Control, addresses: Mapping[str, str]) -> None:
        self._control = control
        self.addresses = addresses

    async def furnish(self, players: Sequence[Player], matches: Sequence[Match]) -> None:
        """Offer the matches and open the accounts."""
        for site in (EUROPEAN.site, ASIAN.site):
            for match in matches:
                await self._control.post(f"/{site}/events", **match.offer())
        for login in (login for player in players for login in player.logins):
            await self._control.post(
                f"/{login.site}/accounts",
                username=login.username,
                password=login.password.get_secret_value(),
                whitelabel=login.whitelabel,
                balance=_BALANCE,
            )

    async def delay_responses(self, delay_ms: int) -> None:
        """Have every response of both sites come later."""
        for site in (EUROPEAN.site, ASIAN.site):
            await self._control.patch(f"/{site}/settings", latency_ms=delay_ms)

    async def bets_of(self, login: Login) -> list[BetTimes]:
        """Return the times of an account's bets, oldest first; of a bet that was not taken there are none."""
        rows = await self._control.get(f"/{login.site}/journal")
        mine = [row for row in rows if row["account"] == login.username]
        if any(row["result"] != "recorded" for row in mine):
            raise SystemExit(f"{login.whitelabel} has not taken every bet of {login.username}: {mine[-1]}")
        return [BetTimes(row["received_ms"], row["answered_ms"]) for row in mine]


@asynccontextmanager
async def open_bookmakers(folder: Path) -> AsyncIterator[Bookmakers]:
    """Run the practice bookmakers as a process of their own, as a bookmaker's servers are."""
    async with bookmakers_process(folder) as addresses, aiohttp.ClientSession(addresses["control"]) as http:
        yield Bookmakers(Control(http), addresses)


async def measured_pair(
    bookmakers: Bookmakers, player: Player, place: Callable[[Match], Awaitable[float]], match: Match
) -> Measured:
    """Have a pair placed by what returns when it began, in ms, and measure it by the bookmakers' own times."""
    before = len(await bookmakers.bets_of(player.first))
    began_ms = await place(match)
    firsts, seconds = await bookmakers.bets_of(player.first), await bookmakers.bets_of(player.second)
    if not len(firsts) == len(seconds) == before + 1:
        raise SystemExit(f"{player.first.username} has not placed one bet at each bookmaker")
    return Measured(firsts[-1].received_ms - began_ms, seconds[-1].received_ms - firsts[-1].answered_ms)


def fresh_name(prefix: str) -> str:
    """Make up an account's name."""
    return f"{prefix}{secrets.token_hex(3)}"
