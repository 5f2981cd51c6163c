"""Two bookmakers, one ledger, one queue and as many workers as needed: one history from the job to the result."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bot.adapters.redis_ledger import LedgerTimes
from bot.domain.outcome import Outcome
from bot.domain.pair import Account, Pair
from bot.domain.placement import TicketState
from bot.domain.policies import HedgePolicy, PausePolicy
from bot.domain.watch import FastWindow, WatchPolicy
from bot.engine.assembly import Assembly
from bot.engine.breakers import Breakers
from bot.engine.executor import Executor
from bot.engine.hedging import HedgeRules
from bot.engine.intake import Intake
from bot.engine.lanes import Lanes
from bot.engine.locator_watch import LocatorWatch
from bot.engine.naked_positives import NakedPositives
from bot.engine.pair_book import PairBook
from bot.engine.placing import PlacingRules
from bot.engine.prober import Prober
from bot.engine.recovery import Recovery
from bot.engine.restoration import Restoration
from bot.engine.scheduler import Scheduler
from bot.engine.session_keeper import SessionKeeper
from bot.engine.settlement import Settlement
from bot.engine.site_health import SiteHealth
from bot.engine.trouble_watch import TroubleWatch
from bot.engine.worker import Worker, WorkerRules
from bot.errors import LedgerUnavailable, SessionUnusable
from tests.builders import ACCOUNT_CURRENCIES, HEDGE_ACCOUNT, POSITIVE_ACCOUNT, a_job, a_pair
from tests.chaos.interleavings.crash_points import Injection, Process, seen_through
from tests.chaos.interleavings.job_queue import JobQueue, JobsOf
from tests.chaos.interleavings.lagging_site import PROMPT, HistoryManner, LaggingBookmaker, LaggingSite, Sessions
from tests.chaos.interleavings.virtual_time import VirtualClock, virtual_now
from tests.fakes.bookmaker import Answer, FakeBookmaker
from tests.fakes.evidence import EvidenceShelf
from tests.fakes.ledger import LedgerStore, MemoryLedger
from tests.fakes.locators import MemoryLocatorFiles

TIMES = LedgerTimes(first_look_s=10)  # else as users have them; all waiting is virtual
POLICY = WatchPolicy(interval_s=10, max_polls=1000, fast_window=FastWindow.AT_ONCE)
RULES = WorkerRules(
    concurrency=1,
    mark_every_s=30,
    look_at_naked_every_s=5,
    look_at_troubles_every_s=30,
    look_after_sessions_every_s=60,
    look_at_locators_every_s=60,
    look_at_breakers_every_s=10,
    grace_s=5,
)
_AT_REST_S, _BOOKED_S, _LONGEST_S = 60.0, 40.0, 3000.0
_LOOK_EVERY_S = 10.0
_FALLS_WITH_THE_LEDGER = (LedgerUnavailable,)
_SUCCESSOR_AFTER_S = 1
_TOLD_WITHIN_S = 12  # a look every 5 s, and the time that a message may take
_MOST_WORKERS = 8
FIRST_WORKER = "worker-1"
_SECOND: dict[str, Any] = {
    "arbId": "arb-2",
    "betPairId": "pair-2",
    "positiveBet": {"betId": "bet-3"},
    "hedgeBet": {"betId": "bet-4"},
}
READS = frozenset(
    {
        *(f"bookmakers.{name}" for name in ("session", "session_as_left")),
        *(f"{site}.{name}" for site in ("harbour", "lotus") for name in ("balance", "snapshot")),
        *(f"ledger.{name}" for name in ("claimed_tickets", "due_watches", "holds", "load", "load_all", "now")),
        *(
            f"ledger.{name}"
            for name in (
                "announced_naked",
                "halts",
                "naked_since",
                "troubles",
                "overdue_s",
                "position",
                "remembers",
                "unplaced_pairs",
            )
        ),
    }
)
"""Calls that leave nothing behind. A history is not among them, since a site may show a bet at its third reading."""


@dataclass(frozen=True, slots=True)
class Left:
    """What a crash leaves behind: the calls that change something, begun and returned, the time, and the job."""

    begun: int
    returned: int
    at_s: float
    holds_job: bool
    jobs_ended: int


@dataclass(slots=True)
class Call:
    """One call of a worker: its number, its name, the states of all pairs, and what a crash at it leaves behind."""

    worker: str
    number: int
    name: str
    phase: str
    states: tuple[str, ...]
    before: Left
    after: Left | None = None

    @property
    def changes_something(self) -> bool:
        """Whether the call may leave something behind."""
        return self.name not in READS


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that a worker is built of; a variant replaces one of them."""

    ledger: Callable[[LedgerStore, str, LedgerTimes], MemoryLedger] = MemoryLedger
    executor: type[Executor] = Executor
    recovery: type[Recovery] = Recovery
    naked: type[NakedPositives] = NakedPositives


@dataclass(frozen=True, slots=True)
class Scenario:
    """How bookmakers and queue behave in a history."""

    positive: tuple[Answer, ...] = ()
    hedge: tuple[Answer, ...] = ()
    manner: HistoryManner = PROMPT
    review: TicketState = TicketState.OPEN
    redelivers: bool = True
    results: tuple[Outcome, Outcome] = (Outcome.WON, Outcome.LOST)

    def __str__(self) -> str:
        positive, hedge = (" ".join(a.name for a in answers) or "ACCEPT" for answers in (self.positive, self.hedge))
        return f"{positive} / {hedge}, review {self.review.value}, history {self.manner.name}"


@dataclass
class World:
    """One history. ``injections`` are the faults of the first worker, its successor and so on.

    A successor starts when a worker dies or freezes. ``latencies`` draws how long each message travels.
    """

    scenario: Scenario
    injections: tuple[Injection, ...] = ()
    parts: Parts = field(default_factory=Parts)
    latencies: Random | None = None
    keeps_journal: bool = False
    hangs_for_s: float = 20

    def __post_init__(self) -> None:
        self.store = LedgerStore(virtual_now)
        self.positive = self._site("HB", self.scenario.positive)
        self.hedge = self._site("LO", self.scenario.hedge)
        self.sites = {POSITIVE_ACCOUNT: self.positive, HEDGE_ACCOUNT: self.hedge}
        self.queue = JobQueue(redelivers=self.scenario.redelivers)
        self.mark = _MarkOnDisk()
        self.processes: list[Process] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.clicked_without_lease: list[str] = []
        self.hedged_without_positive: list[str] = []
        self.fallen: list[str] = []
        self.untold: list[str] = []
        self.journal: list[Call] = []
        self.changes: Counter[tuple[str, str]] = Counter()
        self.phase = "placing"
        self.hedge.on_click = self._check_positive

    @property
    def pairs(self) -> list[Pair]:
        """Every recorded pair."""
        return [stored.pair for stored in self.store.pairs.values()]

    def site_of(self, account: Account) -> LaggingSite:
        """Return an account's bookmaker."""
        return self.sites[account]

    async def placed(self) -> None:
        """Play a job, then another one for the same accounts, until every pair is at rest."""
        rest_s = max(_AT_REST_S, self.scenario.manner.latest_s + 2 * _LOOK_EVERY_S)
        if self.scenario.manner.stranger_after_s is not None:
            for leg in a_pair().legs:
                self.site_of(leg.bet.account).take_from_a_stranger(leg.bet)
        self.queue.add(a_job())
        self._start_worker()
        await self._quiet(rest_s)
        self.phase = "again"
        self.queue.add(a_job(**_SECOND))
        await self._quiet(rest_s)

    async def settled(self) -> None:
        """Let the bookmakers settle every bet, and play until the results are booked."""
        self.phase = "settling"
        for site, outcome in zip((self.positive, self.hedge), self.scenario.results, strict=True):
            for ticket, row in list(site.bets.items()):
                if row.state is TicketState.OPEN:
                    site.settle(ticket, outcome)
        await self._quiet(_BOOKED_S)

    def end(self) -> None:
        """End all workers."""
        for process in self.processes:
            process.end()

    def _site(self, tickets: str, answers: tuple[Answer, ...]) -> LaggingSite:
        site = LaggingSite(tickets, manner=self.scenario.manner, review=self.scenario.review)
        site.order(*answers)
        return site

    async def _quiet(self, for_s: float) -> None:
        """Play until nothing has changed for a time; kill a worker that hangs, as a human would do."""
        loop = asyncio.get_running_loop()
        seen, since = self._traces(), loop.time()
        while loop.time() - since < for_s and loop.time() < _LONGEST_S:
            await asyncio.sleep(_LOOK_EVERY_S)
            for process in self.processes:
                if process.hangs(self.hangs_for_s):
                    process.kill()
            self._watch_over_naked_bets()
            if seen != (traces := self._traces()):
                seen, since = traces, loop.time()

    def _watch_over_naked_bets(self) -> None:
        """Note the positive bets that stand alone unannounced, although a worker has been there to say it."""
        now = virtual_now()
        for bet_pair_id, since in self.store.naked.items():
            begun_s = max((now - since).total_seconds() - HedgePolicy().naked_after_s, 0)
            is_told = bet_pair_id in self.store.announced_naked
            if (
                not is_told
                and any(process.ran_for_s >= _TOLD_WITHIN_S for process in self.processes)
                and begun_s >= _TOLD_WITHIN_S
            ):
                self.untold.append(f"{bet_pair_id} has stood alone since {since:%H:%M:%S}, now {now:%H:%M:%S}")

    def _traces(self) -> tuple[object, ...]:
        bets = tuple(tuple(site.bets.values()) for site in self.sites.values())
        running = tuple(process.is_running for process in self.processes)
        return tuple(stored.version for stored in self.store.pairs.values()), bets, running

    def _start_worker(self) -> None:
        worker, process = self.worker(), self.processes[-1]
        process.on_fault = self._start_successor
        task = asyncio.create_task(worker.run(asyncio.Event(), lambda: None), name=process.name)
        task.add_done_callback(lambda done: self._fell(process, done))
        self.tasks.append(task)

    def worker(self) -> Worker:
        """Build the next worker, in a simulated process of its own."""
        number = len(self.processes)
        injection = self.injections[number] if number < len(self.injections) else None
        rng = self.latencies
        process = Process(f"worker-{number + 1}", injection, None if rng is None else lambda: rng.uniform(0, 0.3))
        process.on_call = lambda name: self._witness(process, name)
        if self.keeps_journal:
            process.on_return = lambda call: self._witness_return(process, call)
        self.processes.append(process)
        return self._worker_in(process)

    def _start_successor(self) -> None:
        if len(self.processes) < _MOST_WORKERS:
            asyncio.get_running_loop().call_later(_SUCCESSOR_AFTER_S, self._start_worker)

    def _fell(self, process: Process, task: asyncio.Task[None]) -> None:
        if task.cancelled() or not process.is_running:
            return
        if not isinstance(task.exception(), _FALLS_WITH_THE_LEDGER):
            self.fallen.append(f"{process.name}: {task.exception()!r}")
        process.kill()

    def _worker_in(self, process: Process) -> Worker:
        ledger = seen_through(process, "ledger", self.parts.ledger(self.store, process.name, TIMES), _no_answer)
        sessions = seen_through(process, "bookmakers", Sessions(self.sites, _passage_of(process)), _no_page)
        clock, lanes, book, locators = VirtualClock(), Lanes(), PairBook(ledger), MemoryLocatorFiles()
        breakers = Breakers(self.store.breakers, process.name)
        health = SiteHealth(ledger, locators, breakers)
        executor = Assembly(
            ledger=ledger,
            bookmakers=sessions,
            evidence=EvidenceShelf(),
            clock=clock,
            health=health,
            lanes=lanes,
            placing=PlacingRules(acceptance_wait_s=3),
            hedging=HedgeRules(acceptance_wait_s=3),
            executor=self.parts.executor,
        ).build()
        settlement = Settlement(ledger, sessions, book, health, POLICY)
        recovery = self.parts.recovery(ledger, executor, clock, list(self.sites))
        return Worker(
            name=process.name,
            ledger=ledger,
            intake=Intake(JobsOf(self.queue, process), ledger, executor, clock, ACCOUNT_CURRENCIES, recovery.tenure),
            scheduler=Scheduler(ledger, settlement, lanes, clock, list(self.sites)),
            recovery=recovery,
            naked=self.parts.naked(ledger, clock, list(self.sites)),
            troubles=TroubleWatch(ledger, clock, PausePolicy()),
            restoration=Restoration(ledger, self.mark, sessions, health, lanes, clock, list(self.sites)),
            sessions=SessionKeeper(ledger, sessions, health, lanes, clock, list(self.sites)),
            locators=LocatorWatch(locators, lambda _: None, ledger, clock, ()),
            prober=Prober(ledger, sessions, health, lanes, clock, list(self.sites)),
            publisher=None,
            rules=RULES,
        )

    def _witness(self, process: Process, name: str) -> None:
        if self.keeps_journal:
            states = tuple(_where(pair) for pair in self.pairs)
            call = Call(process.name, process.calls, name, self.phase, states, self._left_by(process))
            self.journal.append(call)
            self.changes[process.name, "begun"] += call.changes_something
        port, _, method = name.rpartition(".")
        if method != "submit" or port == "ledger":
            return
        for account in self.sites:
            if account.provider == port and self.store.lessee(account) != process.name:
                self.clicked_without_lease.append(f"{process.name} went to click at {account}")

    def _witness_return(self, process: Process, number: int) -> None:
        call = next(c for c in reversed(self.journal) if (c.worker, c.number) == (process.name, number))
        self.changes[process.name, "returned"] += call.changes_something
        call.after = self._left_by(process)

    def _left_by(self, process: Process) -> Left:
        begun, returned = (self.changes[process.name, what] for what in ("begun", "returned"))
        now_s = asyncio.get_running_loop().time()
        return Left(begun, returned, now_s, self.queue.is_held_by(process), len(self.queue.results))

    def _check_positive(self) -> None:
        hedged = self.hedge.clicks[-1]
        positive = "bet-1" if hedged == "bet-2" else "bet-3"
        if not any(row.state in (TicketState.OPEN, TicketState.SETTLED) for row in self.positive.of(positive)):
            self.hedged_without_positive.append(f"{hedged} was clicked while {positive} was not accepted")


class _MarkOnDisk:
    """Implements the Mark port for all workers of one machine."""

    def __init__(self) -> None:
        self._position: str | None = None

    async def read(self) -> str | None:
        return self._position

    async def write(self, position: str) -> None:
        self._position = position


def _where(pair: Pair) -> str:
    return " ".join([pair.state.value, *(f"{leg.state.value}:{leg.attempt}" for leg in pair.legs)])


def _passage_of(process: Process) -> Callable[[LaggingBookmaker], FakeBookmaker]:
    return lambda session: seen_through(process, session.account.provider, session, _no_page)


def _no_answer(method: str) -> Exception:
    return LedgerUnavailable(f"no answer to {method}")


def _no_page(method: str) -> Exception:
    return TimeoutError("the page does not answer") if method == "submit" else SessionUnusable("maintenance")
