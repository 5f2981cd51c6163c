"""What commands read from the ledger and write into it for a human."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bot.adapters.bullmq_jobs import BullMqQueue, JobResult, job_id_of
from bot.adapters.ledger_view import LedgerView, PairOnRecord
from bot.adapters.redis_breakers import RedisBreakers
from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import RedisLedger
from bot.bootstrap.connections import ledger_connection, redis_url, worker_name
from bot.config import Settings
from bot.domain.changes import LegAccepted, LegRejected, PairReviewed
from bot.domain.job import PairJob
from bot.domain.money import Money
from bot.domain.odds import Odds
from bot.domain.pair import Pair, Role
from bot.engine.breakers import Breakers
from bot.engine.pair_book import PairBook
from bot.errors import ConfigurationInvalid, LedgerError
from bot.ports import StoredPair


@asynccontextmanager
async def open_view(settings: Settings) -> AsyncIterator[LedgerView]:
    """Open the ledger for reading."""
    async with ledger_connection(settings) as connection:
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
    async with redis_url(settings) as url:
        queue = BullMqQueue(url, settings.queue.name)
        try:
            yield Queue(queue)
        finally:
            await queue.close()


async def review_pair(settings: Settings, bet_pair_id: str, note: str) -> PairOnRecord:
    """Record that a human has looked at a pair; raises ConfigurationInvalid for one that is not on record."""
    async with ledger_connection(settings) as connection:
        ledger = RedisLedger(connection, worker_name("cli"))
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
        leg = pair.leg(role)
        asked = leg.asked.stake
        stake = Money(terms.stake, asked.currency) if terms.stake is not None else asked
        shown = leg.baseline.odds if leg.baseline else None
        return LegAccepted(role, ticket, stake, terms.odds or shown or leg.bet.odds)

    return await _resolve(settings, bet_pair_id, accepted, reason)


async def resolve_not_placed(settings: Settings, bet_pair_id: str, role: Role, reason: str) -> PairOnRecord:
    """Record that an unknown bet was not placed; errors as for ``resolve_accepted``."""
    return await _resolve(settings, bet_pair_id, lambda _: LegRejected(role, "not_placed", reason), reason)


async def _resolve(
    settings: Settings, bet_pair_id: str, decision: Callable[[Pair], LegAccepted | LegRejected], reason: str
) -> PairOnRecord:
    async with ledger_connection(settings) as connection:
        ledger = RedisLedger(connection, worker_name("cli"))
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
    """Allow new bets in a scope again, halted or with an open breaker; False when it was neither."""
    async with ledger_connection(settings) as connection:
        ledger = RedisLedger(connection, worker_name("cli"))
        halts = [halt for halt in await ledger.halts() if halt.scope == scope]
        lifted = [await ledger.lift(halt) for halt in halts]
        return await Breakers(RedisBreakers(connection), worker_name("cli")).reset(scope) or any(lifted)


def job_schema() -> dict[str, Any]:
    """Return the JSON Schema of a pair job."""
    return PairJob.model_json_schema()
