"""Weeks of watching: bookmakers that settle late, never, twice or wrongly, sites in trouble, and workers that die."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.adapters.redis_ledger import LedgerTimes
from bot.domain.events import Announcement
from bot.domain.outcome import Outcome
from bot.domain.pair import Account, Pair
from bot.domain.placement import HistoryReading, TicketState
from bot.domain.watch import WatchPolicy
from bot.engine.assembly import Assembly
from bot.engine.breakers import Breakers
from bot.engine.lanes import Lanes
from bot.engine.pair_book import PairBook
from bot.engine.recovery import Recovery
from bot.engine.scheduler import Scheduler
from bot.engine.settlement import Settlement
from bot.engine.site_health import SiteHealth
from bot.errors import BookmakerError, LedgerUnavailable, LocatorMissing, SessionUnusable
from tests.chaos.interleavings.crash_points import Process, seen_through
from tests.chaos.interleavings.virtual_time import VirtualClock, virtual_now
from tests.fakes.bookmaker import FakeBookmaker, FakeSite
from tests.fakes.evidence import EvidenceShelf
from tests.fakes.ledger import LedgerStore, MemoryLedger
from tests.fakes.locators import MemoryLocatorFiles

READING_TAKES_S = 0.4
TIMES = LedgerTimes(lock_s=300, lease_s=600, cooldown_s=60)
_RENEW_EVERY_S = 200.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a site during an interval, in seconds from the beginning."""

    from_s: float
    until_s: float
    kind: str

    @property
    def error(self) -> BookmakerError | None:
        """The error that reading the history raises during the trouble; None where a list without its rows is returned.

        A truncated list says so; an ``empty`` one does not.
        """
        if self.kind == "drift":
            return LocatorMissing("harbour", "bets", "rows", "li", "nothing visible matches")
        return None if self.kind in {"truncated", "empty"} else SessionUnusable(self.kind)


@dataclass(frozen=True, slots=True)
class Seen:
    """One time at which a ticket was looked for, and whether the reading covered it."""

    at: datetime
    covered: bool


@dataclass
class WatchedSite(FakeSite):
    """A bookmaker that remembers when each ticket was looked for."""

    troubles: list[Trouble] = field(default_factory=list)
    seen: defaultdict[str, list[Seen]] = field(default_factory=lambda: defaultdict(list))

    def trouble(self) -> Trouble | None:
        """Return the trouble of this moment, if any."""
        now_s = asyncio.get_running_loop().time()
        return next((each for each in self.troubles if each.from_s <= now_s < each.until_s), None)

    def settle_at(self, moment_s: float, ticket: str, outcome: Outcome | None) -> None:
        """Set a bet's result at a moment; None takes the result back."""
        loop = asyncio.get_running_loop()
        act = (lambda: self.reopen(ticket)) if outcome is None else (lambda: self.settle(ticket, outcome))
        loop.call_at(max(moment_s, loop.time()), act)

    def reopen(self, ticket: str) -> None:
        """Take a result back."""
        self.bets[ticket] = replace(self.bets[ticket], state=TicketState.OPEN, outcome=None, payout=None)


class WatchedBookmaker(FakeBookmaker):
    """One worker's session at a watched site."""

    def __init__(self, account: Account, site: WatchedSite) -> None:
        super().__init__(account, site)
        self._watched = site

    async def history(self, since: datetime, until_found: frozenset[str]) -> HistoryReading:
        began, trouble = virtual_now(), self._watched.trouble()
        for ticket in until_found:
            self._watched.seen[ticket].append(Seen(began, covered=trouble is None))
        await asyncio.sleep(READING_TAKES_S)
        if trouble is not None and trouble.error is not None:
            raise trouble.error
        rows = () if trouble is not None else tuple(self._watched.bets.values())
        return HistoryReading(rows, trouble is None or trouble.kind == "empty", began)


class Sessions:
    """Implements the Bookmakers port for one worker."""

    def __init__(self, sites: Mapping[Account, WatchedSite], process: Process) -> None:
        self._sessions = {
            account: seen_through(process, account.provider, WatchedBookmaker(account, site), _no_page)
            for account, site in sites.items()
        }

    async def session(self, account: Account) -> WatchedBookmaker:
        return self._sessions[account]

    async def session_as_left(self, account: Account) -> WatchedBookmaker:
        return self._sessions[account]


class Announced(list[Announcement]):
    """All announcements, with their times."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[datetime] = []

    def append(self, announcement: Announcement) -> None:
        super().append(announcement)
        self.times.append(virtual_now())

    def extend(self, announcements: Any) -> None:
        for announcement in announcements:
            self.append(announcement)

    def of(self, kind: str, **facts: object) -> list[tuple[datetime, Announcement]]:
        """Return the announcements of a kind that have these facts."""
        return [
            (at, announced)
            for at, announced in zip(self.times, self, strict=True)
            if announced.type.value == kind and facts.items() <= announced.data.items()
        ]


@dataclass
class LongWatch:
    """One ledger, many accounts, and one worker after another."""

    sites: Mapping[Account, WatchedSite]
    policy: WatchPolicy

    def __post_init__(self) -> None:
        self.announced = Announced()
        self.store = LedgerStore(virtual_now, events=self.announced)
        self.down: list[tuple[datetime, datetime]] = []
        self.processes: list[Process] = []
        self.tasks: list[asyncio.Task[None]] = []
        self._fallen_at: datetime | None = None

    async def start(self) -> None:
        """Start the next worker, after the leases of its predecessor have lapsed."""
        process = Process(f"worker-{len(self.processes) + 1}", None)
        self.processes.append(process)
        ledger = seen_through(process, "ledger", MemoryLedger(self.store, process.name, TIMES), _no_answer)
        sessions = Sessions(self.sites, process)
        clock, lanes, book, accounts = VirtualClock(), Lanes(), PairBook(ledger), list(self.sites)
        health = SiteHealth(ledger, MemoryLocatorFiles(), Breakers(self.store.breakers, process.name))
        self.executor = Assembly(
            ledger=ledger, bookmakers=sessions, evidence=EvidenceShelf(), clock=clock, health=health, lanes=lanes
        ).build()
        recovery = Recovery(ledger, self.executor, clock, accounts)
        settlement = Settlement(ledger, sessions, book, health, self.policy)
        scheduler = Scheduler(ledger, settlement, lanes, clock, accounts)
        await recovery.take_leases(retry_s=5)
        await recovery.walk()
        if self._fallen_at is not None:
            self.down.append((self._fallen_at, virtual_now()))
        self.tasks += [asyncio.create_task(w) for w in (scheduler.run(), recovery.keep_leases(_RENEW_EVERY_S))]

    async def crash(self, for_s: float) -> None:
        """Kill the worker at any point, and start another after a time."""
        self.processes[-1].kill()
        self._fallen_at = virtual_now()
        await asyncio.sleep(for_s)
        await self.start()

    def end(self) -> None:
        """End all workers."""
        for process in self.processes:
            process.end()

    async def place(self, pair: Pair) -> Pair:
        """Have the worker place a pair."""
        return (await self.executor.execute(pair)).pair

    def pair(self, bet_pair_id: str) -> Pair:
        """Return a pair as recorded."""
        return self.store.pairs[bet_pair_id].pair

    def up_s(self, first: datetime, last: datetime) -> float:
        """Return for how many seconds of an interval a worker was running."""
        down = (min(last, until) - max(first, since) for since, until in self.down if since < last and first < until)
        return (last - first - sum(down, timedelta())).total_seconds()


def _no_answer(method: str) -> Exception:
    return LedgerUnavailable(f"no answer to {method}")


def _no_page(_method: str) -> Exception:
    return SessionUnusable("unreachable")
