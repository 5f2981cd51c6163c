"""The engine on a real ledger, with bookmakers in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.adapters.redis_breakers import RedisBreakers
from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import RedisLedger
from bot.adapters.redis_reader import RedisReader
from bot.domain.breaker import BreakerPolicy
from bot.domain.events import EventType
from bot.domain.pair import Account, Pair
from bot.domain.watch import FastWindow, Watch, WatchPolicy
from bot.engine.assembly import Assembly
from bot.engine.baselines import BaselineCache, BaselineReader
from bot.engine.breakers import Breakers
from bot.engine.executor import Executor
from bot.engine.hedging import HedgeRules
from bot.engine.lanes import Lanes
from bot.engine.locator_watch import LocatorWatch
from bot.engine.pair_book import PairBook
from bot.engine.placing import PlacingRules
from bot.engine.prober import Prober
from bot.engine.recovery import Recovery
from bot.engine.restoration import Restoration
from bot.engine.settlement import Settlement
from bot.engine.site_health import SiteHealth
from bot.errors import BookmakerError
from bot.ports.clock import Clock
from bot.ports.ledger import Ledger
from bot.ports.pairs import StoredPair
from tests.builders import HEDGE_ACCOUNT, POSITIVE_ACCOUNT, a_pair
from tests.event_fit import misfits
from tests.fakes.bookmaker import FakeBookmakers, FakeSite
from tests.fakes.clock import QuickClock
from tests.fakes.evidence import EvidenceShelf
from tests.fakes.locators import MemoryLocatorFiles
from tests.fakes.mark import MemoryMark

AT_ONCE = WatchPolicy(fast_window=FastWindow.AT_ONCE)


@dataclass
class Engine:
    """A worker's engine without its loops: a test takes each step itself."""

    connection: RedisConnection
    ledger: Ledger
    rules: PlacingRules = field(default_factory=PlacingRules)
    policy: WatchPolicy = field(default_factory=lambda: AT_ONCE)
    hedge_rules: HedgeRules = field(default_factory=HedgeRules)
    breaker_policy: BreakerPolicy = field(default_factory=BreakerPolicy)
    worker: str = "worker-a"
    more_accounts: tuple[Account, ...] = ()

    def __post_init__(self) -> None:
        self.positive, self.hedge = FakeSite("HB"), FakeSite("LO")
        self.evidence = EvidenceShelf()
        self.clock = QuickClock()
        self.view = RedisReader(self.connection)
        sites = {POSITIVE_ACCOUNT: self.positive, HEDGE_ACCOUNT: self.hedge}
        sites |= {account: FakeSite(account.account_id) for account in self.more_accounts}
        self.bookmakers, self.book, self.lanes = FakeBookmakers(sites), PairBook(self.ledger), Lanes()
        self.locators, self.reopened = MemoryLocatorFiles(), list[str]()
        self.breakers = Breakers(RedisBreakers(self.connection), self.worker, self.breaker_policy)
        self.health = SiteHealth(self.ledger, self.locators, self.breakers)
        self.baselines = BaselineCache(self.clock, hold_s=60)
        self.executor = self._executor()
        self.recovery = Recovery(self.ledger, self.executor, self.clock, list(sites))
        self.settlement = Settlement(self.ledger, self.bookmakers, self.book, self.health, self.policy)

    def restoration(self, mark: MemoryMark) -> Restoration:
        """Build the part that compares a restored ledger with the bookmakers' histories."""
        accounts = list(self.bookmakers.sites)
        return Restoration(self.ledger, mark, self.bookmakers, self.health, self.lanes, self.clock, accounts)

    def prober(self) -> Prober:
        """Build the part that tries half-open breakers."""
        accounts = list(self.bookmakers.sites)
        return Prober(self.ledger, self.bookmakers, self.health, self.lanes, self.clock, accounts)

    def baseline_reader(self) -> BaselineReader:
        """Build the part that reads histories before a job comes."""
        accounts = list(self.bookmakers.sites)
        return BaselineReader(
            self.baselines, self.ledger, self.ledger, self.bookmakers, self.health, self.lanes, self.clock, accounts
        )

    def locator_watch(self, clock: Clock | None = None) -> LocatorWatch:
        """Build the part that applies changed locators, as at the start of a worker."""
        providers = {account.provider for account in self.bookmakers.sites}
        return LocatorWatch(self.locators, self.reopened.append, self.ledger, clock or self.clock, providers)

    def _executor(self) -> Executor:
        return Assembly(
            ledger=self.ledger,
            bookmakers=self.bookmakers,
            evidence=self.evidence,
            clock=self.clock,
            health=self.health,
            lanes=self.lanes,
            placing=self.rules,
            hedging=self.hedge_rules,
            baselines=self.baselines,
        ).build()

    async def place(self, **changes: Any) -> Pair:
        """Execute a job."""
        return (await self.executor.execute(a_pair(**changes))).pair

    async def pair(self, bet_pair_id: str = "pair-1") -> Pair:
        """Return a pair from the ledger."""
        stored = await self.ledger.load(bet_pair_id)
        assert isinstance(stored, StoredPair)
        return stored.pair

    async def make_due(self) -> None:
        """Make every watched ticket due."""
        client = self.connection.client
        for name in await self.connection.ask(client.keys("watch:due:*")):
            waiting = await self.connection.ask(client.zrange(name, 0, -1))
            await self.connection.ask(client.zadd(name, dict.fromkeys(waiting, 0)))

    async def due(self, account: Account) -> Sequence[Watch]:
        """Return every watched ticket of an account, due or not."""
        await self.make_due()
        return await self.ledger.due_watches(account, 100)

    async def sweep(self, account: Account) -> None:
        """Sweep all tickets of an account now, due or not, as the scheduler does."""
        watches = await self.due(account)
        if not watches or await self.settlement.leaves_alone(account, watches):
            return
        try:
            reading = await self.settlement.read(account, watches, None)
        except BookmakerError as error:
            await self.settlement.not_read(account, watches, error)
            return
        assert reading
        await self.settlement.book(account, watches, reading)

    async def sweep_both(self) -> None:
        """Sweep every ticket of both accounts."""
        await self.sweep(POSITIVE_ACCOUNT)
        await self.sweep(HEDGE_ACCOUNT)

    async def events(self) -> list[str]:
        """Return the types of all events so far."""
        return [event.type for event in await self.view.events(1000)]

    async def event(self, kind: str) -> Mapping[str, Any]:
        """Return the data of the only event of a type."""
        [event] = [event for event in await self.view.events(1000) if event.type == kind]
        return event.data


@pytest.fixture
def engine(connection: RedisConnection, ledger: RedisLedger) -> Engine:
    """An engine in live mode."""
    return Engine(connection, ledger)


@pytest.fixture(autouse=True)
async def no_cooldown_is_violated(connection: RedisConnection) -> AsyncIterator[None]:
    """Check after every test that no account was bet on while it cooled down."""
    yield
    assert await RedisReader(connection).cooldown_violations() == {}


@pytest.fixture(autouse=True)
async def every_event_fits_its_schema(connection: RedisConnection) -> AsyncIterator[None]:
    """Check after every test that what was announced is as ``pairguard schema events`` says."""
    yield
    announced = await RedisReader(connection).events(1000)
    assert [misfit for event in announced for misfit in misfits(EventType(event.type), event.data)] == []
