"""Harnesses at the practice sites, which all have one control API."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import aiohttp

from bot.practice.sites.ledger import BetEntry
from bot.practice.sites.practice_site import PracticeSite
from bot.practice.sites.servers import PracticeSites
from tests.conformance.bookmakers.harness import Brand, Declared, Recorded
from tests.conformance.bookmakers.offer import described
from tests.integration.practice.control_client import Control

_CALM = {"response_delay_ms": 0, "acceptance_delay_ms": 0, "maintenance": False}
_STAKE = Decimal(100)


@dataclass(frozen=True, slots=True)
class PracticeHarness(Declared):
    """A harness at the practice site that has a control API; ``versus`` is written between its teams."""

    site_name: str = ""
    versus: str = "v"

    @asynccontextmanager
    async def site(self, folder: Path) -> AsyncIterator[ControlledSite]:
        """Start the practice sites and give access to one of them."""
        practice_sites = await PracticeSites.start(folder)
        try:
            async with aiohttp.ClientSession(practice_sites.addresses.control) as http:
                yield ControlledSite(practice_sites, Control(http), self)
        finally:
            await practice_sites.stop()


class ControlledSite:
    """One practice site: its control API changes what pages show; bets without a page go straight into its ledger."""

    def __init__(self, practice_sites: PracticeSites, control: Control, harness: PracticeHarness) -> None:
        self._practice_sites = practice_sites
        self._control = control
        self._harness = harness
        self._offered: list[str] = []

    @property
    def _practice_site(self) -> PracticeSite:
        return self._practice_sites.sites[self._harness.site_name]

    def address(self, brand: Brand) -> str:
        base_url: str = getattr(self._practice_sites.addresses, _address_name(brand, self._harness))
        return base_url

    async def open_account(self, brand: Brand, username: str, password: str) -> None:
        await self._post(
            "accounts",
            username=username,
            password=password,
            whitelabel=brand.name,
            currency=brand.currency,
            balance=brand.balance,
        )

    async def balance(self, username: str) -> Decimal:
        return self._practice_site.ledger.accounts.get(username).balance

    async def offer(self, event: str, score: str | None = None) -> str:
        offered = described(event, score)
        await self._post("events", **offered)
        self._offered.append(event)
        return f"{offered['home']} {self._harness.versus} {offered['away']}"

    async def move(self, event: str, selection: str, **change: str) -> None:
        await self._control.patch(self._path(f"selections/{event}-{selection}"), **change)

    async def change_score(self, event: str, score: str) -> None:
        await self._control.patch(self._path(f"events/{event}"), score=score)

    async def order(self, username: str, kind: str, **parameters: Any) -> None:
        await self._post("faults", kind=kind, username=username, **parameters)

    async def pending(self) -> int:
        return len(await self._control.get(self._path("faults")))

    async def set(self, **settings: Any) -> None:
        await self._control.patch(self._path("settings"), **settings)

    async def accept_any_odds(self, username: str) -> None:
        self._practice_site.ledger.accounts.change_settings(username, {"odds_changes": "any"})

    async def end_sessions(self, username: str) -> None:
        await self._post("logout", username=username)

    async def bets(self, username: str, event: str | None = None) -> Sequence[Recorded]:
        rows = await self._control.get(self._path(f"bets?account={username}"))
        return [_recorded(row) for row in rows if event in {None, row["event_id"]}]

    async def requests(self, event: str) -> int:
        rows = await self._control.get(self._path("journal"))
        return sum(row["asked"]["selection"].startswith(f"{event}-") for row in rows)

    async def settle(self, ticket: str, outcome: str, payout: str | None = None) -> None:
        given = {} if payout is None else {"payout": payout}
        await self._post(f"bets/{ticket}/settle", outcome=outcome, **given)

    async def decide(self, ticket: str, *, accept: bool) -> None:
        await self._post(f"bets/{ticket}/decide", accept=accept)

    async def record(self, username: str, event: str, selection: str, number: int = 1) -> list[str]:
        selection_id = f"{event}-{selection}"
        odds = self._practice_site.ledger.catalogue.selection(selection_id).odds
        entry = BetEntry(username, selection_id, odds, _STAKE, requested_odds=odds, requested_stake=_STAKE)
        return [self._practice_site.record_bet(entry).ticket for _ in range(number)]

    async def backdate(self, ticket: str, moment: datetime) -> None:
        database = self._practice_site.ledger._database
        at = moment.isoformat()
        database.run("UPDATE bets SET placed_at = ? WHERE ticket = ?", (at, ticket))
        database.run("UPDATE bets SET settled_at = ? WHERE ticket = ? AND settled_at IS NOT NULL", (at, ticket))
        database.run("UPDATE settlements SET settled_at = ? WHERE ticket = ?", (at, ticket))

    async def forget_bets(self, username: str) -> None:
        self._practice_site.ledger._database.run("DELETE FROM bets WHERE account = ?", (username,))

    async def calm(self) -> None:
        await self._control.delete(self._path("faults"))
        await self.set(**_CALM)
        while self._offered:  # an open page reads the whole offer at every poll, so it must not grow with the tests
            await self._control.delete(self._path(f"events/{self._offered.pop()}"))

    async def _post(self, path: str, **body: Any) -> None:
        await self._control.post(self._path(path), **body)

    def _path(self, path: str) -> str:
        return f"/{self._harness.site_name}/{path}"


def _address_name(brand: Brand, harness: PracticeHarness) -> str:
    return harness.site_name if len(harness.brands) == 1 else brand.name


def _recorded(row: dict[str, Any]) -> Recorded:
    return Recorded(
        ticket=row["ticket"],
        event=row["event_id"],
        market=row["market"],
        outcome=row["outcome"],
        line=None if row["line"] is None else Decimal(row["line"]),
        odds=Decimal(row["odds"]),
        stake=Decimal(row["stake"]),
        status=row["status"],
        payout=None if row["payout"] is None else Decimal(row["payout"]),
        score=row["score"],
        placed_at=datetime.fromisoformat(row["placed_at"]),
    )
