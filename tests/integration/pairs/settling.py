"""One worker, in a process of its own, places many pairs in its browser and watches how they end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from pathlib import Path

from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_reader import RedisReader
from bot.bootstrap.connections import ledger_connection
from bot.bootstrap.queue import open_queue
from bot.config import Settings
from bot.domain.outcome import Outcome
from bot.domain.pair import Pair, Role
from bot.ports.jobs import JobQueue
from bot.ports.reader import EventOnRecord, LedgerReader
from bot.practice.configuration import configuration, forget_own_configuration
from bot.practice.control_client import Control
from bot.practice.logins import made_up_logins
from bot.practice.running_sites import open_practice_sites
from bot.practice.sites.brands import AMERICAN, ASIAN, EUROPEAN, VIETNAMESE, Brand
from bot.practice.sites.brands import BRANDS as BRAND_OF
from bot.practice.sites.frontier import history as frontier
from bot.practice.sites.harbour.words import status_word
from bot.practice.sites.lotus import history as lotus
from bot.practice.sites.lotus.whitelabels import WHITELABELS
from bot.practice.sites.records import Bet, BetResult
from bot.practice.sites.servers import PracticeSites
from bot.practice.worker_process import BrowserChoice, running_worker
from tests.integration.pairs.fates import FX_RATE, Fate, Results

CASH_OUTS = {Role.POSITIVE: Decimal("7.77"), Role.HEDGE: Decimal("12.35")}
MAX_POLLS = 3
BRANDS = (EUROPEAN, ASIAN, VIETNAMESE, AMERICAN)
_ACCOUNTS = tuple((brand.name, f"fate_{brand.name[0]}{n}") for brand in BRANDS for n in range(1, 3))
_LIMIT_S = 60
_LOOK_EVERY_S = 0.1
_CENT = Decimal("0.01")
_SETTINGS = f"""
mode = "live"  # the practice sites take no real money
data_dir = "data"

[timing]
cooldown_s = 1

[risk]
exposures_in_a_row = 1000  # every second pair here ends as one
emergencies_per_hour = 1000

[settlement]
interval_s = 0.5
max_polls = {MAX_POLLS}
slow_interval_s = 1

[settlement.providers.frontier]
slow_days = 0.0001  # a few seconds; then a watch without a result ends
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a pair at a moment: as recorded, and in the practice sites' ledgers."""

    pair: Pair
    bets: Mapping[Role, Bet]

    @property
    def outcomes(self) -> tuple[Outcome | None, Outcome | None]:
        """The recorded outcomes."""
        return self.pair.positive.outcome, self.pair.hedge.outcome

    @property
    def paid(self) -> Decimal:
        """What the customer gained according to the practice sites' ledgers, in euros."""
        return sum((_in_euros(bet) for bet in self.bets.values()), Decimal(0))


@dataclass(slots=True)
class Course:
    """The state of the pairs after their first results and after the later ones, and all events."""

    first: dict[str, Standing] = field(default_factory=dict)
    then: dict[str, Standing] = field(default_factory=dict)
    events: list[EventOnRecord] = field(default_factory=list)
    still_watched: frozenset[str] = frozenset()
    words: dict[Brand, set[str]] = field(default_factory=lambda: {brand: set() for brand in BRANDS})
    """The words and icons by which each brand's pages show results."""


@dataclass(frozen=True, slots=True)
class World:
    """Practice sites, ledger and queue, with a worker between them."""

    practice_sites: PracticeSites
    control: Control
    connection: RedisConnection
    view: LedgerReader
    queue: JobQueue
    free: Mapping[str, asyncio.Queue[str]]


async def played(folder: Path, fates: Iterable[Fate]) -> Course:
    """Place all pairs, settle and correct their bets, and return the state of the pairs after each step."""
    course, fates = Course(), tuple(fates)
    async with _raised(folder) as world:
        async with asyncio.TaskGroup() as placing:
            for fate in fates:
                placing.create_task(_placed_and_settled(world, fate), name=fate.name)
        await _until(lambda: _all(world, fates, lambda fate, standing: _is_judged(standing, fate.at_first)))
        course.first = await _standings(world, fates)
        _note_words(world, course.first, course.words)
        for fate in fates:
            _settle(world, fate, fate.then)
        await _until(lambda: _all(world, fates, lambda fate, standing: _is_judged(standing, fate.in_the_end)))
        await _until(lambda: _watch_has_ended(world))
        course.then = await _standings(world, fates)
        _note_words(world, course.then, course.words)
        course.events = await world.view.events(10_000)
        course.still_watched = frozenset(watch.ticket for watch in (await world.view.watched(10_000)).next_due)
    return course


@asynccontextmanager
async def _raised(folder: Path) -> AsyncIterator[World]:
    forget_own_configuration()
    logins = made_up_logins(_ACCOUNTS)
    async with AsyncExitStack() as parts:
        practice_sites = await parts.enter_async_context(open_practice_sites(folder / "bookmakers"))
        control = await parts.enter_async_context(Control.connected(practice_sites.addresses.control))
        free: dict[str, asyncio.Queue[str]] = {}
        for login in logins:
            await control.open_account(login)
            free.setdefault(login.whitelabel, asyncio.Queue()).put_nowait(login.username)
        config = folder / "pairguard.toml"
        await asyncio.to_thread(config.write_text, configuration(practice_sites.addresses, logins, _SETTINGS), "utf-8")
        settings = Settings.load(config)
        connection = await parts.enter_async_context(ledger_connection(settings))
        queue = await parts.enter_async_context(open_queue(settings))
        environment = {login.variable: login.password.get_secret_value() for login in logins}
        await parts.enter_async_context(running_worker(config, folder / "worker.log", environment, BrowserChoice()))
        yield World(practice_sites, control, connection, RedisReader(connection), queue, free)


async def _placed_and_settled(world: World, fate: Fate) -> None:
    names = [await world.free[brand.name].get() for brand in fate.brands]
    pair = fate.pair(*names)
    for role in Role:
        await world.control.add_event(pair.side(role).brand.site, pair.offer(role))
    job = await world.queue.enqueue(pair.job())
    await _until(lambda: _is_over(world, job))
    record = await world.view.pair(fate.name)
    assert record is not None
    assert record.pair.hedge.ticket is not None, record.pair
    _settle(world, fate, fate.first)
    for brand, name in zip(fate.brands, names, strict=True):
        await _until(partial(_may_bet, world, f"{brand.name}:{brand.site}:{name}"))
        world.free[brand.name].put_nowait(name)


def _settle(world: World, fate: Fate, results: Results) -> None:
    for role, result in zip(Role, results, strict=True):
        if result is None:
            continue
        bet, payout = _bet(world, fate, role), CASH_OUTS[role] if result is BetResult.CASHED_OUT else None
        world.practice_sites.sites[fate.brand(role).site].settle(bet.ticket, result, payout)


def _bet(world: World, fate: Fate, role: Role) -> Bet:
    ledger = world.practice_sites.sites[fate.brand(role).site].ledger
    [bet] = ledger.bets(selection=fate.pair("", "").selection_id(role))
    return bet


def _note_words(world: World, standings: Mapping[str, Standing], words: Mapping[Brand, set[str]]) -> None:
    for standing in standings.values():
        for bet in (bet for bet in standing.bets.values() if bet.outcome_result is not None):
            words[BRAND_OF[bet.whitelabel]] |= _words_of(world, bet)


def _words_of(world: World, bet: Bet) -> set[str]:
    brand = BRAND_OF[bet.whitelabel]
    ledger = world.practice_sites.sites[brand.site].ledger
    if brand is EUROPEAN:
        return {status_word(bet, "en")}
    if brand is AMERICAN:
        rows = frontier.BetWriter(ledger).settled_rows([bet], date.min, date.max)
        return {row.icon.value for row in rows}
    whitelabel = WHITELABELS[brand.name]
    return {lotus.BetWriter(ledger.catalogue, whitelabel, whitelabel.default_style).row(bet).word}


async def _standings(world: World, fates: Iterable[Fate]) -> dict[str, Standing]:
    return {fate.name: await _standing(world, fate) for fate in fates}


async def _standing(world: World, fate: Fate) -> Standing:
    record = await world.view.pair(fate.name)
    assert record is not None
    return Standing(record.pair, {role: _bet(world, fate, role) for role in Role})


async def _is_over(world: World, job: str) -> bool:
    result = await world.queue.result_of(job)
    return result is not None and result.state in {"completed", "failed"}


async def _may_bet(world: World, account: str) -> bool:
    cooldown = world.connection.key(f"cooldown:{account}")
    return not await world.connection.ask(world.connection.client.exists(cooldown))


async def _all(world: World, fates: Iterable[Fate], is_so: Callable[[Fate, Standing], bool]) -> bool:
    return all([is_so(fate, await _standing(world, fate)) for fate in fates])


def _is_judged(standing: Standing, outcomes: tuple[Outcome, Outcome]) -> bool:
    verdict = standing.pair.verdict
    return standing.outcomes == outcomes and verdict is not None and _says(verdict.actual_outcome, outcomes)


def _says(actual: str, outcomes: tuple[Outcome, Outcome]) -> bool:
    return actual == "/".join(outcome.value for outcome in outcomes)


async def _watch_has_ended(world: World) -> bool:
    return any(event.data.get("watch") == "ended" for event in await world.view.events(10_000))


async def _until(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Wait for a condition, but not for ever: the tests name what is missing afterwards."""
    until_s = time.monotonic() + _LIMIT_S
    while not await is_so() and time.monotonic() < until_s:
        await asyncio.sleep(_LOOK_EVERY_S)


def _in_euros(bet: Bet) -> Decimal:
    gain = (bet.payout or Decimal(0)) - bet.stake
    return gain if bet.currency == "EUR" else (gain * Decimal(FX_RATE)).quantize(_CENT, ROUND_HALF_UP)
