"""The tickets of a crowd on our ledger: pairs that are hedged, and when their tickets are due."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from itertools import count

from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import RedisLedger
from bot.bootstrap.connections import worker_name
from bot.domain.changes import LegAccepted, LegSubmitted, PairArmed
from bot.domain.job import PairJob
from bot.domain.pair import Account, Baseline, Pair, Role
from bot.engine.pair_book import PairBook
from bot.practice.sites.brands import BRANDS
from bot.practice.sites.records import Bet
from tests.bench.crowd.customers import Customer

_FAR_S = 86_400
_LOOK_EVERY_S = 0.02
_QUIET_S = 1.0


class Watches:
    """Every ticket under watch, on a real ledger. Only when tickets are due is written past the ledger."""

    def __init__(self, connection: RedisConnection) -> None:
        self._redis = connection
        self._ledger = RedisLedger(connection, worker_name("bench"))

    async def begin(self, customers: Sequence[Customer]) -> None:
        """Put a hedged pair on record for every two bets, at the terms that the bookmakers have."""
        book, half = PairBook(self._ledger), len(customers) // 2
        numbers = count(1)
        for positive, hedge in zip(customers[:half], customers[half:], strict=True):
            for pair_of_bets in zip(positive.bets, hedge.bets, strict=True):
                await self._hedged(book, *_pair(next(numbers), *pair_of_bets))

    async def _hedged(self, book: PairBook, pair: Pair, tickets: dict[Role, str]) -> None:
        stored, _ = await self._ledger.receive(pair)
        nothing = Baseline(taken_at=await self._ledger.now(), tickets=(), balance=pair.positive.bet.stake)
        stored = await book.change(stored, PairArmed(nothing, nothing))
        for role in Role:
            bet = pair.leg(role).bet
            accepted = LegAccepted(role, tickets[role], bet.stake, bet.odds)
            stored = await book.change(stored, LegSubmitted(role), accepted)
            await self._redis.ask(self._redis.client.delete(self._redis.key(f"cooldown:{bet.account}")))

    async def make_due(self, in_s: float = 0) -> None:
        """Have every ticket due at the same moment."""
        seconds, microseconds = await self._redis.ask(self._redis.client.time())
        due_ms = seconds * 1000 + microseconds // 1000 + round(in_s * 1000)
        for name in await self._queues():
            waiting = await self._redis.ask(self._redis.client.zrange(name, 0, -1))
            await self._redis.ask(self._redis.client.zadd(name, dict.fromkeys(waiting, due_ms)))

    async def rest(self) -> None:
        """Have no ticket due until told otherwise, and wait until the sweeps that are under way have ended."""
        quiet_since_s = time.monotonic()
        while time.monotonic() - quiet_since_s < _QUIET_S:
            if await self._first_due_in_s() < _FAR_S / 2:
                await self.make_due(_FAR_S)
                quiet_since_s = time.monotonic()
            await asyncio.sleep(_LOOK_EVERY_S)

    async def all_looked_at(self) -> None:
        """Wait until no ticket is due any more."""
        while await self._first_due_in_s() < 0:
            await asyncio.sleep(_LOOK_EVERY_S)

    async def looks(self) -> list[tuple[int, int]]:
        """Return for every ticket how often it was looked at, and how many of the last looks were in vain."""
        names = [name async for name in self._redis.client.scan_iter(self._redis.key("watch:*/*"), count=1000)]
        async with self._redis.client.pipeline(transaction=False) as pipeline:
            for name in sorted(names):
                pipeline.hmget(name, ["looks", "unhealthy"])
            found = await self._redis.ask(pipeline.execute())
        return [(int(looks or 0), int(unhealthy or 0)) for looks, unhealthy in found]

    async def _first_due_in_s(self) -> float:
        accounts = [Account.parse(name.rsplit("watch:due:", 1)[1]) for name in await self._queues()]
        return -max((await self._ledger.overdue_s(accounts)).values())

    async def _queues(self) -> Sequence[str]:
        names: Sequence[str] = await self._redis.ask(self._redis.client.keys(self._redis.key("watch:due:*")))
        return names


def _pair(number: int, positive: Bet, hedge: Bet) -> tuple[Pair, dict[Role, str]]:
    job = {
        "arbId": f"arb-open-{number}",
        "betPairId": f"open-{number}",
        "whitelabel": positive.whitelabel,
        "provider": _PROVIDERS[positive.whitelabel],
        "positiveBet": _bet(number, Role.POSITIVE, positive),
        "hedgeBet": _bet(number, Role.HEDGE, hedge),
        "fxRate": "1",
    }
    return PairJob.model_validate(job).to_pair(), {Role.POSITIVE: positive.ticket, Role.HEDGE: hedge.ticket}


def _bet(number: int, role: Role, bet: Bet) -> dict[str, object]:
    return {
        "betId": f"open-{number}-{role.value}",
        "whitelabel": bet.whitelabel,
        "provider": _PROVIDERS[bet.whitelabel],
        "accountId": bet.account,
        "event": {"id": bet.event_id, "name": bet.event},
        "market": bet.market.value,
        "selection": bet.outcome,
        "line": str(bet.line),
        "odds": str(bet.odds),
        "minOdds": str(bet.odds),
        "stake": str(bet.stake),
        "currency": bet.currency,
    }


_PROVIDERS = {name: brand.site for name, brand in BRANDS.items()}
