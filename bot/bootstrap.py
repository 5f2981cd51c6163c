"""The only wiring: which adapter serves which port, and which provider opens which account."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from loguru import logger
from pydantic import SecretStr

from bot.adapters.browser import BrowserOptions, BrowserSessions, OpenBookmaker, browser_sessions
from bot.adapters.bullmq_jobs import BullMqJobs, BullMqQueue, JobResult, job_id_of
from bot.adapters.chromium import chromium_version, find_headless_chromium
from bot.adapters.clock import SystemClock
from bot.adapters.embedded_redis import embedded_redis
from bot.adapters.evidence import EvidenceFolder
from bot.adapters.ledger_mark import LedgerMark
from bot.adapters.ledger_view import EventOnRecord, LedgerView, PairOnRecord
from bot.adapters.logs import set_up_logging
from bot.adapters.masking import register_secret
from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_halts import HaltOnRecord
from bot.adapters.redis_ledger import LedgerTimes, RedisLedger
from bot.adapters.redis_outbox import RedisOutbox
from bot.adapters.redis_preflight import redis_problems
from bot.adapters.webhook import Webhook
from bot.config import Settings
from bot.domain.changes import LegAccepted, LegRejected, PairReviewed
from bot.domain.halt import Halt, HaltCause
from bot.domain.job import PairJob
from bot.domain.money import Money
from bot.domain.odds import Odds
from bot.domain.pair import Account, Pair, Role
from bot.domain.settlement import WatchPolicy
from bot.engine.alarms import Alarms
from bot.engine.executor import Executor, PlacingRules
from bot.engine.hedging import HedgeRules, Hedging
from bot.engine.intake import Intake
from bot.engine.lanes import Lanes
from bot.engine.leg_placer import LegPlacer
from bot.engine.locator_watch import LocatorWatch
from bot.engine.pair_book import PairBook
from bot.engine.publisher import Publisher
from bot.engine.recovery import Recovery
from bot.engine.restoration import Restoration
from bot.engine.scheduler import Scheduler
from bot.engine.session_keeper import SessionKeeper
from bot.engine.settlement import Settlement
from bot.engine.worker import Worker, WorkerRules
from bot.errors import ConfigurationInvalid, LedgerError, PairguardError, PartMissing
from bot.ports import Bookmaker, StoredPair, Whitelabel
from providers.bookmaker import Opening
from providers.checking import check_provider
from providers.drift import DriftWitness
from providers.locator_files import CheckedLocatorFiles
from providers.page import Timings
from providers.registry import known_providers, open_session, provider_folders

__all__ = [
    "AcceptedTerms",
    "EventOnRecord",
    "Finding",
    "HaltOnRecord",
    "JobResult",
    "LedgerView",
    "PairOnRecord",
    "Queue",
    "diagnose",
    "job_schema",
    "known_providers",
    "lift_halt",
    "open_queue",
    "open_view",
    "resolve_accepted",
    "resolve_not_placed",
    "review_pair",
    "run_worker",
]

_DRY_RUN_PREFIX = "dry_run:"
_PERMISSION_S = 5


@asynccontextmanager
async def open_view(settings: Settings) -> AsyncIterator[LedgerView]:
    """Open the ledger for reading."""
    async with _connection(settings) as connection:
        yield LedgerView(connection)


class Queue:
    """The queue as a producer uses it."""

    def __init__(self, queue: BullMqQueue) -> None:
        self._queue = queue

    async def enqueue(self, data: Any) -> str:
        """Add a job and return its id; a pair that the queue still knows is not added again."""
        bet_pair_id = data.get("betPairId") if isinstance(data, dict) else None
        job_id = job_id_of(bet_pair_id) if isinstance(bet_pair_id, str) and bet_pair_id.isascii() else None
        return await self._queue.enqueue(data, job_id)

    async def result_of(self, job_id: str) -> JobResult | None:
        """Return how a job stands, or None when the queue does not know it."""
        return await self._queue.result_of(job_id)


@asynccontextmanager
async def open_queue(settings: Settings) -> AsyncIterator[Queue]:
    """Open the queue that the worker takes its jobs from."""
    async with _redis_url(settings) as url:
        queue = BullMqQueue(url, settings.queue.name)
        try:
            yield Queue(queue)
        finally:
            await queue.close()


async def review_pair(settings: Settings, bet_pair_id: str, note: str) -> PairOnRecord:
    """Record that a human has looked at a pair; raises ConfigurationInvalid for one that is not on record."""
    async with _connection(settings) as connection:
        ledger = RedisLedger(connection, _worker_name("cli"))
        stored = await _on_record(ledger, bet_pair_id)
        await PairBook(ledger).change(stored, PairReviewed(note))
        return await _viewed(connection, bet_pair_id)


@dataclass(frozen=True, slots=True)
class AcceptedTerms:
    """The terms at which a bookmaker took a bet, where they differ from those asked for."""

    stake: Decimal | None = None
    odds: Odds | None = None


async def resolve_accepted(
    settings: Settings, bet_pair_id: str, role: Role, ticket: str, terms: AcceptedTerms, reason: str
) -> PairOnRecord:
    """Record that an unknown bet was accepted under a ticket; terms that are not given are those asked for.

    Raises ConfigurationInvalid for a pair that is not on record, IllegalTransition for a leg that is not open to it.
    """

    def accepted(pair: Pair) -> LegAccepted:
        bet = pair.leg(role).bet
        stake = Money(terms.stake, bet.stake.currency) if terms.stake is not None else bet.stake
        return LegAccepted(role, ticket, stake, terms.odds or bet.odds)

    return await _resolve(settings, bet_pair_id, accepted, reason)


async def resolve_not_placed(settings: Settings, bet_pair_id: str, role: Role, reason: str) -> PairOnRecord:
    """Record that an unknown bet was not placed; errors as for ``resolve_accepted``."""
    return await _resolve(settings, bet_pair_id, lambda _: LegRejected(role, "not_placed", reason), reason)


async def _resolve(
    settings: Settings, bet_pair_id: str, decision: Callable[[Pair], LegAccepted | LegRejected], reason: str
) -> PairOnRecord:
    async with _connection(settings) as connection:
        ledger = RedisLedger(connection, _worker_name("cli"))
        stored = await _on_record(ledger, bet_pair_id)
        await PairBook(ledger).resolve(stored, decision(stored.pair), reason)
        return await _viewed(connection, bet_pair_id)


async def _on_record(ledger: RedisLedger, bet_pair_id: str) -> StoredPair:
    stored = await ledger.load(bet_pair_id)
    if stored is None:
        raise ConfigurationInvalid(f"there is no pair {bet_pair_id!r} on record; `pairguard pairs` lists them")
    return stored


async def _viewed(connection: RedisConnection, bet_pair_id: str) -> PairOnRecord:
    on_record = await LedgerView(connection).pair(bet_pair_id)
    if on_record is None:
        raise LedgerError(f"pair {bet_pair_id} has vanished from the ledger")
    return on_record


async def lift_halt(settings: Settings, scope: str) -> bool:
    """Allow new bets in a scope again; False when it was not halted."""
    async with _connection(settings) as connection:
        ledger = RedisLedger(connection, _worker_name("cli"))
        halts = [halt for halt in await ledger.halts() if halt.scope == scope]
        return any([await ledger.lift(halt) for halt in halts])


def job_schema() -> dict[str, Any]:
    """Return the JSON Schema of a pair job."""
    return PairJob.model_json_schema()


async def run_worker(
    settings: Settings, *, headed: bool, slow_mo_ms: int, stop: asyncio.Event, on_ready: Callable[[], None]
) -> None:
    """Take pairs, place them and watch them until ``stop`` is set.

    Raises ConfigurationInvalid for a Redis that may not hold the ledger, an unknown provider or a missing password,
    and PartMissing when there is no browser or no Redis.
    """
    set_up_logging(settings.data_dir, settings.log_level, json=False)
    _register_secrets(settings)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(_redis_url(settings))
        connection = await stack.enter_async_context(_connected(settings, url))
        await _require_durable(settings, connection)
        options = BrowserOptions(headed=headed, slow_mo_ms=slow_mo_ms)
        sessions, locators = await _sessions(settings, options, stack)
        jobs = BullMqJobs(url, settings.queue.name)
        stack.push_async_callback(jobs.close)
        publisher = await _publisher(settings, connection, stack)
        await _worker(settings, connection, sessions, locators, jobs, publisher).run(stop, on_ready)


async def _sessions(
    settings: Settings, options: BrowserOptions, stack: AsyncExitStack
) -> tuple[BrowserSessions, CheckedLocatorFiles]:
    async def faults(provider: str) -> list[str]:
        return [str(finding) for finding in await sessions.in_browser(partial(check_provider, provider))]

    brands = settings.brands.values()
    locators = CheckedLocatorFiles(brands, {brand.provider: _selectors_of(brand) for brand in brands}, faults)
    opener = _open_bookmaker(settings, locators, EvidenceFolder(settings.data_dir))
    sessions = await stack.enter_async_context(browser_sessions(opener, settings.data_dir / "sessions", options))
    return sessions, locators


def _worker(
    settings: Settings,
    connection: RedisConnection,
    sessions: BrowserSessions,
    locators: CheckedLocatorFiles,
    jobs: BullMqJobs,
    publisher: Publisher | None,
) -> Worker:
    timing, hedge, currencies = settings.timing, settings.hedge, settings.account_currencies
    times = LedgerTimes(timing.lock_s, timing.lease_s, timing.cooldown_s, first_look_s=settings.settlement.interval_s)
    name = _worker_name(socket.gethostname())
    ledger, clock, lanes = RedisLedger(connection, name, times), SystemClock(), Lanes()
    mark = LedgerMark(settings.data_dir, connection.prefix)
    book, alarms, policy = PairBook(ledger), Alarms(ledger, locators), _watch_policy(settings)
    evidence = EvidenceFolder(settings.data_dir)
    permission_s = min(_PERMISSION_S, timing.lease_s / 2)  # beyond the lease, another worker may have the account
    placer = LegPlacer(ledger, sessions, evidence, clock, book, alarms, click_within_s=permission_s)
    hedge_rules = HedgeRules(
        hedge.max_attempts, hedge.window_s, hedge.retry_delay_s, timing.acceptance_wait_s, policy.pnl_tolerance
    )
    upkeep = WorkerRules(settings.queue.concurrency, lease_every_s=timing.lease_s / 3, grace_s=timing.grace_s)
    rules = PlacingRules(settings.mode == "live", timing.acceptance_wait_s, renew_every_s=timing.lock_s / 5)
    executor = Executor(ledger, placer, Hedging(placer, hedge_rules), lanes, rules)
    return Worker(
        name=name,
        ledger=ledger,
        intake=Intake(jobs, ledger, executor, clock, currencies),
        scheduler=Scheduler(ledger, Settlement(ledger, sessions, book, alarms, policy), lanes, clock, currencies),
        recovery=Recovery(ledger, executor, clock, currencies),
        restoration=Restoration(ledger, mark, sessions, alarms, clock, currencies),
        sessions=SessionKeeper(sessions, alarms, lanes, clock, currencies),
        locators=LocatorWatch(locators, sessions.reopen, ledger, clock, {a.provider for a in currencies}),
        publisher=publisher,
        rules=upkeep,
    )


def _watch_policy(settings: Settings) -> WatchPolicy:
    return WatchPolicy(**settings.settlement.model_dump())


async def _publisher(settings: Settings, connection: RedisConnection, stack: AsyncExitStack) -> Publisher | None:
    if settings.webhook.url is None:
        return None
    webhook = Webhook(settings.webhook.url.get_secret_value(), settings.webhook.secret())
    stack.push_async_callback(webhook.close)
    return Publisher(RedisOutbox(connection), webhook, SystemClock())


def _selectors_of(brand: Whitelabel) -> Path:
    try:
        return provider_folders(brand.provider).selectors
    except ConfigurationInvalid as error:
        raise ConfigurationInvalid(f"whitelabels.{brand.name}.{error}") from None


def _open_bookmaker(settings: Settings, locators: CheckedLocatorFiles, evidence: EvidenceFolder) -> OpenBookmaker:
    brands, currencies = settings.brands, settings.account_currencies
    timings = Timings(answer_s=settings.timing.answer_s)
    witnesses = {account: DriftWitness(account, evidence) for account in currencies}

    async def open_in(account: Account, context: Any) -> Bookmaker:
        brand = brands[account.whitelabel]
        return await open_session(
            Opening(
                account,
                brand,
                settings.credentials(account),
                currencies[account],
                context,
                locators.of(brand),
                timings,
                witnesses[account],
            )
        )

    return open_in


def _register_secrets(settings: Settings) -> None:
    if settings.redis.url is not None and (password := urlsplit(settings.redis.url.get_secret_value()).password):
        register_secret(SecretStr(unquote(password)))
    for account in settings.account_currencies:
        register_secret(settings.credentials(account).password)
    if settings.webhook.url is not None:
        register_secret(settings.webhook.secret())


async def _require_durable(settings: Settings, connection: RedisConnection) -> None:
    problems = await redis_problems(connection)
    if problems and settings.mode == "live":
        raise ConfigurationInvalid(f"redis.url: this Redis must not hold bets: {'; '.join(problems)}")
    for problem in problems:
        logger.warning("this Redis would be refused in live mode: {}", problem)


@asynccontextmanager
async def _redis_url(settings: Settings) -> AsyncIterator[str]:
    if settings.redis.url is not None:
        yield settings.redis.url.get_secret_value()
        return
    async with embedded_redis(settings.data_dir / "redis") as url:
        yield url


@asynccontextmanager
async def _connected(settings: Settings, url: str) -> AsyncIterator[RedisConnection]:
    connection = RedisConnection(url, "" if settings.mode == "live" else _DRY_RUN_PREFIX)
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def _connection(settings: Settings) -> AsyncIterator[RedisConnection]:
    async with _redis_url(settings) as url, _connected(settings, url) as connection:
        yield connection


def _worker_name(place: str) -> str:
    return f"{place}.{os.getpid()}.{secrets.token_hex(3)}"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one part, and what to do when it is not as it should be."""

    part: str
    ok: bool
    detail: str
    remedy: str = ""


async def diagnose(settings: Settings) -> list[Finding]:
    """Look at every part that a worker needs, without logging in anywhere."""
    return [
        _configuration_finding(settings),
        _browser_finding(),
        *await _ledger_findings(settings),
        *(_account_finding(settings, account) for account in settings.account_currencies),
    ]


def _configuration_finding(settings: Settings) -> Finding:
    accounts = len(settings.accounts)
    detail = f"mode {settings.mode}, {accounts} accounts at {len(settings.whitelabels)} whitelabels"
    return Finding("configuration", accounts > 0, detail, "add [[accounts]] and [whitelabels.<name>] tables")


def _browser_finding() -> Finding:
    path = find_headless_chromium()
    if path is None:
        return Finding("browser", ok=False, detail="no Chromium found", remedy="apt-get install chromium")
    return Finding("browser", ok=True, detail=f"{chromium_version(path)} at {path}")


async def _ledger_findings(settings: Settings) -> list[Finding]:
    try:
        async with _connection(settings) as connection:
            problems = await redis_problems(connection)
            view = LedgerView(connection)
            return [
                Finding("redis", not problems, "; ".join(problems) or "durable and without eviction", "see redis.conf"),
                *(_halt_finding(on_record.halt) for on_record in await view.halts()),
                Finding("events", ok=True, detail=f"{await view.undelivered_events()} not delivered yet"),
            ]
    except PartMissing as error:
        return [Finding("redis", ok=False, detail=str(error), remedy="apt-get install redis-server")]
    except PairguardError as error:
        return [Finding("redis", ok=False, detail=str(error), remedy="check redis.url")]


def _halt_finding(halt: Halt) -> Finding:
    remedy = f"pairguard halts --lift {halt.scope}"
    if halt.cause is HaltCause.DRIFT:
        remedy = f"repair the provider's TOML, or {remedy}"
    return Finding("halt", ok=False, detail=f"{halt.scope}: {halt.reason}", remedy=remedy)


def _account_finding(settings: Settings, account: Account) -> Finding:
    try:
        settings.credentials(account)
    except ConfigurationInvalid as error:
        return Finding(f"account {account}", ok=False, detail="no password", remedy=str(error))
    return Finding(f"account {account}", ok=True, detail="password is in the environment")
