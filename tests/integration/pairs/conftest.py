"""Whole pairs at the practice sites: real sites, browser and Redis, and the engine between them.

All tests of this folder share sites, sessions and one event loop; each has a match and a ledger of its own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext
from pydantic import SecretStr

from bot.adapters.clock import SystemClock
from bot.adapters.embedded_redis import embedded_redis
from bot.adapters.redis_breakers import RedisBreakers
from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import RedisLedger
from bot.adapters.redis_reader import RedisReader
from bot.domain.job import read_job
from bot.domain.odds import Odds, OddsStyle
from bot.domain.pair import Account, Bet, Pair
from bot.domain.placement import Accepted
from bot.engine.assembly import Assembly
from bot.engine.breakers import Breakers
from bot.engine.executor import Executor
from bot.engine.hedging import HedgeRules
from bot.engine.lanes import Lanes
from bot.engine.site_health import SiteHealth
from bot.ports.bookmaker import Bookmaker, Credentials, Whitelabel
from bot.practice.sites.servers import PracticeSites
from providers.kit.browser.site import Timings
from providers.registry import open_bookmaker
from tests.fakes.evidence import EvidenceShelf
from tests.fakes.locators import MemoryLocatorFiles
from tests.integration.practice.control_client import Control

_HERE = Path(__file__).parent
_NUMBERS = count(1)
_PASSWORD = "Pairs-secret-1"
_PATIENT = Timings(page_s=15.0, answer_s=15.0)
_HOME, _AWAY = "Northgate United", "Port Alder"
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Customer:
    """An account at a practice site, and the site's formats."""

    account: Account
    currency: str
    style: OddsStyle
    time_zone: str
    versus: str

    @property
    def site(self) -> str:
        return self.account.provider


EUROPEAN = Customer(Account("harbourline", "harbour", "ann"), "EUR", OddsStyle.DECIMAL, "UTC", "v")
ASIAN = Customer(Account("lotusquay", "lotus", "binh"), "EUR", OddsStyle.MALAY, "Etc/GMT+4", "-vs-")
AMERICAN = Customer(Account("frontier", "frontier", "cody"), "USD", OddsStyle.AMERICAN, "America/New_York", "vs.")
CUSTOMERS = (EUROPEAN, ASIAN, AMERICAN)
CURRENCIES = {customer.account: customer.currency for customer in CUSTOMERS}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


class Sessions:
    """Implements the Bookmakers port with sessions that stay open, each opened at first use."""

    def __init__(self, practice_sites: PracticeSites, chrome: Browser) -> None:
        self._sandbox = practice_sites
        self._chrome = chrome
        self._open: dict[Account, Bookmaker] = {}
        self._contexts: list[BrowserContext] = []

    async def session(self, account: Account) -> Bookmaker:
        if account not in self._open:
            [customer] = [customer for customer in CUSTOMERS if customer.account == account]
            self._open[account] = await self._opened(customer)
        return self._open[account]

    async def session_as_left(self, account: Account) -> Bookmaker:
        return await self.session(account)

    async def _opened(self, customer: Customer) -> Bookmaker:
        account = customer.account
        address = getattr(self._sandbox.addresses, "harbour" if customer is EUROPEAN else account.whitelabel)
        brand = Whitelabel(account.whitelabel, account.provider, address, "en", customer.style, customer.time_zone)
        login = Credentials(account.account_id, SecretStr(_PASSWORD))
        context = await self._chrome.new_context(viewport={"width": 1280, "height": 800})
        self._contexts.append(context)
        return await open_bookmaker(account, brand, login, customer.currency, context, _PATIENT)

    async def end(self) -> None:
        """Close all sessions."""
        for context in self._contexts:
            await context.close()


@dataclass(frozen=True, slots=True)
class Stage:
    """The set-up of one pair: its match, the engine that places it, and access to the practice sites' ledgers."""

    match: str
    control: Control
    view: RedisReader
    executor: Executor
    sessions: Sessions
    positive: Customer = EUROPEAN
    hedge: Customer = ASIAN

    async def order(self, customer: Customer, kind: str, **parameters: str) -> None:
        """Order a fault for the next bet of a customer."""
        await self.control.post(
            f"/{customer.site}/faults", kind=kind, username=customer.account.account_id, **parameters
        )

    async def place(self, *, stake: str, hedge_stake: str, **job: Any) -> Pair:
        """Execute a pair on over and under 2.5 goals, at 2.10 and 2.00."""
        pair = {
            "arbId": f"arb-{self.match}",
            "betPairId": f"pair-{self.match}",
            "whitelabel": self.positive.account.whitelabel,
            "provider": self.positive.account.provider,
            "positiveBet": self._bet(self.positive, "over", "2.10", "2.05", stake),
            "hedgeBet": self._bet(self.hedge, "under", "2.00", "1.95", hedge_stake),
        }
        return (await self.executor.execute(read_job(pair | job, CURRENCIES))).pair

    async def hedge_by_hand(self, pair: Pair, terms: Mapping[str, Any]) -> None:
        """Place the hedge as a human would, at the current terms that an emergency names."""
        bookmaker = await self.sessions.session(pair.hedge.bet.account)
        slip = await bookmaker.arm(Bet.model_validate({**dict(pair.hedge.bet), "stake": terms["stake"]}))
        assert slip.odds == Odds.parse("1.80")
        assert isinstance(await bookmaker.submit(slip), Accepted)

    async def announced(self, kind: str) -> Mapping[str, Any]:
        """Return the data of the only event of a kind."""
        [event] = [event for event in await self.view.events(100) if event.type == kind]
        return event.data

    async def paid(self, positive: str, hedge: str, fx_rate: str = "1") -> str:
        """Settle the match at the practice sites and return what the customers gained according to their ledgers."""
        gain = await self._gain(self.positive, positive)
        gain += ((await self._gain(self.hedge, hedge)) * Decimal(fx_rate)).quantize(_CENT, ROUND_HALF_UP)
        return f"{gain:.2f} {self.positive.currency}"

    async def bets(self, customer: Customer) -> list[Mapping[str, Any]]:
        """Return the bets on this match from a practice site's ledger."""
        bets = await self.control.get(f"/{customer.site}/bets?account={customer.account.account_id}")
        return [bet for bet in bets if bet["event_id"] == self.match]

    async def _gain(self, customer: Customer, outcome: str) -> Decimal:
        for bet in await self.bets(customer):
            await self.control.post(f"/{customer.site}/bets/{bet['ticket']}/settle", outcome=outcome)
        bets = await self.bets(customer)
        return sum((Decimal(bet["payout"]) - Decimal(bet["stake"]) for bet in bets), Decimal(0))

    def _bet(self, customer: Customer, selection: str, odds: str, least: str, stake: str) -> dict[str, Any]:
        account = customer.account
        return {
            "betId": f"{self.match}-{selection}",
            "accountId": account.account_id,
            "whitelabel": account.whitelabel,
            "provider": account.provider,
            "event": {"id": self.match, "name": f"{_HOME} {customer.versus} {_AWAY}"},
            "market": "total_goals",
            "selection": selection,
            "line": "2.5",
            "odds": odds,
            "minOdds": least,
            "stake": stake,
            "currency": customer.currency,
        }


@pytest_asyncio.fixture(loop_scope="session", scope="package")
async def practice_sites(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PracticeSites]:
    """The practice sites."""
    practice_sites = await PracticeSites.start(tmp_path_factory.mktemp("sandbox"))
    yield practice_sites
    await practice_sites.stop()


@pytest_asyncio.fixture(loop_scope="session", scope="package")
async def control(practice_sites: PracticeSites) -> AsyncIterator[Control]:
    """A client of the control API; every customer has an account."""
    async with aiohttp.ClientSession(practice_sites.addresses.control) as http:
        control = Control(http)
        for customer in CUSTOMERS:
            account = {"username": customer.account.account_id, "whitelabel": customer.account.whitelabel}
            await control.post(f"/{customer.site}/accounts", **account, password=_PASSWORD, balance="10000.00")
        await control.patch("/harbour/settings", cash_out="offered")
        yield control


@pytest_asyncio.fixture(loop_scope="session", scope="package")
async def sessions(practice_sites: PracticeSites, control: Control, chrome: Browser) -> AsyncIterator[Sessions]:
    """The customers' sessions."""
    sessions = Sessions(practice_sites, chrome)
    yield sessions
    await sessions.end()


@pytest_asyncio.fixture(loop_scope="session", scope="package")
async def redis(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """A redis-server for all tests."""
    async with embedded_redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest_asyncio.fixture(loop_scope="session")
async def stage(redis: str, control: Control, sessions: Sessions) -> AsyncIterator[Stage]:
    """A match that only this test bets on, and an engine with an empty ledger."""
    match = f"ev-{next(_NUMBERS)}"
    connection = RedisConnection(redis, prefix=f"{match}:")
    ledger = RedisLedger(connection, "worker")
    for customer in CUSTOMERS:
        await control.post(f"/{customer.site}/events", **_offered(match))
        assert await ledger.take_lease(customer.account)
    yield Stage(match, control, RedisReader(connection), _executor(connection, ledger, sessions), sessions)
    for customer in CUSTOMERS:
        await control.delete(f"/{customer.site}/faults")
        await control.delete(f"/{customer.site}/events/{match}")
    await connection.close()


def _executor(connection: RedisConnection, ledger: RedisLedger, sessions: Sessions) -> Executor:
    health = SiteHealth(ledger, MemoryLocatorFiles(), Breakers(RedisBreakers(connection), "worker-a"))
    return Assembly(
        ledger=ledger,
        bookmakers=sessions,
        evidence=EvidenceShelf(),
        clock=SystemClock(),
        health=health,
        lanes=Lanes(),
        hedging=HedgeRules(retry_delay_s=0.05),
    ).build()


def _offered(match: str) -> dict[str, Any]:
    selections = [{"outcome": "over", "odds": "2.10"}, {"outcome": "under", "odds": "2.00"}]
    goals = {"kind": "total_goals", "line": "2.5", "selections": selections}
    return {"id": match, "home": _HOME, "away": _AWAY, "markets": [goals]}
