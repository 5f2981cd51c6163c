"""The worker: which adapter serves which port, and which provider opens which account."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

from loguru import logger
from pydantic import SecretStr

from bot.adapters.browser import BrowserOptions, BrowserSessions, OpenBookmaker, browser_sessions
from bot.adapters.bullmq_jobs import BullMqJobs
from bot.adapters.clock import SystemClock
from bot.adapters.evidence import EvidenceFolder
from bot.adapters.ledger_mark import LedgerMark
from bot.adapters.logs import set_up_logging
from bot.adapters.masking import register_secret
from bot.adapters.redis_breakers import RedisBreakers
from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import LedgerTimes, RedisLedger
from bot.adapters.redis_outbox import RedisOutbox
from bot.adapters.redis_preflight import redis_problems
from bot.adapters.webhook import Webhook
from bot.bootstrap.connections import connected, redis_url, worker_name
from bot.config import Settings
from bot.domain.pair import Account
from bot.engine.assembly import Assembly
from bot.engine.baselines import BaselineCache, BaselineReader
from bot.engine.breakers import Breakers
from bot.engine.hedging import HedgeRules
from bot.engine.intake import Intake
from bot.engine.lanes import Lanes
from bot.engine.locator_watch import LocatorWatch
from bot.engine.naked_positives import NakedPositives
from bot.engine.pacer import Pacer
from bot.engine.pair_book import PairBook
from bot.engine.part_watch import PartWatch
from bot.engine.placing import PlacingRules
from bot.engine.prober import Prober
from bot.engine.publisher import Publisher
from bot.engine.recovery import Recovery
from bot.engine.restoration import Restoration
from bot.engine.scheduler import Scheduler, SweepRules
from bot.engine.session_keeper import SessionKeeper
from bot.engine.settlement import Settlement
from bot.engine.site_health import SiteHealth
from bot.engine.submission import CLICK_WITHIN_S
from bot.engine.trouble_watch import TroubleWatch
from bot.engine.worker import Worker, WorkerRules
from bot.errors import ConfigurationInvalid
from bot.ports.bookmaker import Bookmaker, Whitelabel
from providers.kit.browser.site import Timings
from providers.kit.pages.bookmaker import Opening
from providers.kit.pages.drift import DriftWitness
from providers.registry import ProviderFolders, open_session, provider_folders
from providers.upkeep.checking import check_provider
from providers.upkeep.locator_files import CheckedLocatorFiles


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
        url = await stack.enter_async_context(redis_url(settings))
        connection = await stack.enter_async_context(connected(settings, url))
        await _require_durable(settings, connection)
        options = BrowserOptions(headed=headed, slow_mo_ms=slow_mo_ms)
        sessions, locators = await _sessions(settings, options, stack)
        jobs = BullMqJobs(url, settings.queue_name)
        stack.push_async_callback(jobs.close)
        publisher = await _publisher(settings, connection, stack)
        await _worker(settings, connection, sessions, locators, jobs, publisher).run(stop, on_ready)


async def _sessions(
    settings: Settings, options: BrowserOptions, stack: AsyncExitStack
) -> tuple[BrowserSessions, CheckedLocatorFiles]:
    async def faults(provider: str) -> list[str]:
        return [str(finding) for finding in await sessions.in_browser(partial(check_provider, provider))]

    brands = settings.brands.values()
    locators = CheckedLocatorFiles(brands, {brand.provider: _folders_of(brand) for brand in brands}, faults)
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
    name = worker_name(socket.gethostname())
    ledger, clock, lanes = RedisLedger(connection, name, times), SystemClock(), Lanes()
    mark = LedgerMark(settings.data_dir, connection.prefix)
    breakers = Breakers(RedisBreakers(connection), name, settings.breaker.to_policy())
    book, health, policy = PairBook(ledger), SiteHealth(ledger, locators, breakers), settings.settlement.policy
    evidence = EvidenceFolder(settings.data_dir)
    baselines = BaselineCache(clock, timing.history_holds_s) if timing.history_holds_s else None
    hedge_rules = HedgeRules(
        **hedge.model_dump(), acceptance_wait_s=timing.acceptance_wait_s, pnl_tolerance=policy.pnl_tolerance
    )
    upkeep = WorkerRules(settings.queue.concurrency, lease_every_s=timing.lease_s / 3, grace_s=timing.grace_s)
    renew_every_s, is_live = timing.lock_s / 5, settings.mode == "live"
    rules = PlacingRules(
        is_live, timing.acceptance_wait_s, renew_every_s, slip_max_age_s=timing.slip_s, limits=settings.limits
    )
    executor = Assembly(
        ledger=ledger,
        bookmakers=sessions,
        evidence=evidence,
        clock=clock,
        health=health,
        lanes=lanes,
        placing=rules,
        hedging=hedge_rules,
        baselines=baselines,
        click_within_s=min(CLICK_WITHIN_S, timing.lease_s / 2),  # beyond the lease, another worker may have the account
    ).build()
    settlement = Settlement(ledger, sessions, book, health, policy, settings.settlement.policies)
    recovery = Recovery(ledger, executor, clock, currencies)
    pace = _pacer(settings, sessions, clock).turn
    sweeps = SweepRules(pace, settings.settlement.sweeps_at_once)
    return Worker(
        name=name,
        ledger=ledger,
        intake=Intake(jobs, ledger, executor, clock, currencies, recovery.tenure),
        scheduler=Scheduler(ledger, settlement, lanes, clock, currencies, sweeps),
        recovery=recovery,
        naked=NakedPositives(ledger, clock, currencies, hedge.naked_after_s),
        troubles=TroubleWatch(ledger, clock, settings.risk.pauses),
        restoration=Restoration(ledger, mark, sessions, health, lanes, clock, currencies),
        sessions=SessionKeeper(ledger, sessions, health, lanes, clock, currencies, pace),
        locators=LocatorWatch(locators, sessions.reopen, ledger, clock, {a.provider for a in currencies}),
        prober=Prober(ledger, sessions, health, lanes, clock, currencies),
        publisher=publisher,
        rules=upkeep,
        parts=PartWatch({"browser": sessions.require_browser}, clock),
        baselines=(
            BaselineReader(baselines, ledger, ledger, sessions, health, lanes, clock, currencies, pace)
            if baselines
            else None
        ),
    )


def _pacer(settings: Settings, sessions: BrowserSessions, clock: SystemClock) -> Pacer:
    politeness = settings.politeness
    return Pacer(politeness.page_loads_per_minute, sessions.page_loads.within, clock, politeness.jitter)


async def _publisher(settings: Settings, connection: RedisConnection, stack: AsyncExitStack) -> Publisher | None:
    if settings.webhook.url is None:
        return None
    webhook = Webhook(settings.webhook.url.get_secret_value(), settings.webhook.secret())
    stack.push_async_callback(webhook.close)
    return Publisher(RedisOutbox(connection), webhook, SystemClock())


def _folders_of(brand: Whitelabel) -> ProviderFolders:
    try:
        return provider_folders(brand.provider)
    except ConfigurationInvalid as error:
        raise ConfigurationInvalid(f"whitelabels.{brand.name}.{error}") from None


def _open_bookmaker(settings: Settings, locators: CheckedLocatorFiles, evidence: EvidenceFolder) -> OpenBookmaker:
    brands, currencies = settings.brands, settings.account_currencies
    timings = Timings(settings.timing.page_s, settings.timing.answer_s)
    witnesses = {account: DriftWitness(account, evidence) for account in currencies}

    async def open_in(account: Account, context: Any) -> Bookmaker:
        brand = brands[account.whitelabel]
        return await open_session(
            Opening(
                account=account,
                whitelabel=brand,
                credentials=settings.credentials(account),
                currency=currencies[account],
                context=context,
                locators=locators.of(brand),
                timings=timings,
                version=locators.version(brand.provider),
                drift_witness=witnesses[account],
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
