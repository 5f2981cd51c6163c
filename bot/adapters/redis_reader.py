"""The ledger in Redis, read for people: implements the LedgerReader port."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.adapters.redis_breakers import RedisBreakers
from bot.adapters.redis_connection import RedisConnection, redis_time_ms
from bot.adapters.redis_halts import read_halts
from bot.adapters.redis_watches import read_watches
from bot.domain.audit import AuditEntry
from bot.domain.limits import Cap, Counter, Rate
from bot.domain.money import Money
from bot.domain.pair import Pair
from bot.domain.timings import HISTOGRAMS
from bot.ports.reader import BreakerOnRecord, EventOnRecord, HaltOnRecord, NakedOnRecord, PairOnRecord, Watched

_BATCH = 1000


class RedisReader:
    """Reads the ledger for people."""

    def __init__(self, connection: RedisConnection) -> None:
        self._redis = connection

    async def pairs(self, limit: int) -> list[PairOnRecord]:
        """Return the newest pairs, newest first."""
        name = self._redis.key("pairs")
        ids = await self._redis.ask(self._redis.client.zrevrange(name, 0, limit - 1))
        return [on_record for bet_pair_id in ids if (on_record := await self.pair(bet_pair_id))]

    async def pair(self, bet_pair_id: str) -> PairOnRecord | None:
        """Return one pair, or None."""
        name = self._redis.key(f"pair:{bet_pair_id}")
        fields = ["doc", "received_ms", "updated_ms"]
        doc, received_ms, updated_ms = await self._redis.ask(self._redis.client.hmget(name, fields))
        if doc is None:
            return None
        return PairOnRecord(Pair.model_validate_json(doc), _from_ms(received_ms), _from_ms(updated_ms))

    async def timings(self) -> Mapping[str, Mapping[str, int]]:
        """Return how many hedged pairs are in each bucket of each histogram."""
        found = {}
        for histogram in HISTOGRAMS:
            counts = await self._redis.ask(self._redis.client.hgetall(self._redis.key(f"timings:{histogram.name}")))
            found[histogram.name] = {bucket: int(counts.get(bucket, 0)) for bucket in histogram.buckets}
        return found

    async def reviews(self) -> list[PairOnRecord]:
        """Return the pairs that wait for a human's review, oldest first."""
        ids = await self._redis.ask(self._redis.client.zrange(self._redis.key("reviews"), 0, -1))
        return [on_record for bet_pair_id in ids if (on_record := await self.pair(bet_pair_id))]

    async def naked(self) -> list[NakedOnRecord]:
        """Return the pairs whose positive bet stands alone now, the longest first."""
        members = await self._redis.ask(self._redis.client.zrange(self._redis.key("naked"), 0, -1, withscores=True))
        found = [(await self.pair(member), _from_ms(str(int(since_ms)))) for member, since_ms in members]
        return [NakedOnRecord(on_record.pair, since) for on_record, since in found if on_record is not None]

    async def exposures(self) -> list[dict[str, Any]]:
        """Return the exposure records that have not expired, oldest first."""
        pattern = self._redis.key("exposure:*")
        names = [name async for name in self._redis.client.scan_iter(match=pattern, count=500)]
        records = await self._redis.ask(self._redis.client.mget(names)) if names else []
        found = [json.loads(record) for record in records if record]
        return sorted(found, key=lambda record: int(record["detected_at"]))

    async def events(self, limit: int) -> list[EventOnRecord]:
        """Return the newest events, the oldest of them first."""
        name = self._redis.key("outbox")
        entries = await self._redis.ask(self._redis.client.xrevrange(name, count=limit))
        return [_event(position, fields) for position, fields in reversed(entries)]

    async def audit_of(self, bet_pair_id: str) -> list[AuditEntry]:
        """Return a pair's audit entries, oldest first."""
        positions = await self._redis.ask(self._redis.client.lrange(self._redis.key(f"audit:of:{bet_pair_id}"), 0, -1))
        stream = self._redis.key("audit")
        async with self._redis.client.pipeline(transaction=False) as pipeline:
            for position in positions:
                pipeline.xrange(stream, position, position)
            found = await self._redis.ask(pipeline.execute()) if positions else []
        return [_audit(*entries[0]) for entries in found if entries]

    async def audit(self) -> AsyncIterator[AuditEntry]:
        """Yield every audit entry, oldest first."""
        stream, after = self._redis.key("audit"), "-"
        while entries := await self._redis.ask(self._redis.client.xrange(stream, after, "+", count=_BATCH)):
            for position, fields in entries:
                yield _audit(position, fields)
            after = f"({entries[-1][0]}"

    async def undelivered_events(self) -> int:
        """Return how many events no receiver has confirmed."""
        return int(await self._redis.ask(self._redis.client.zcard(self._redis.key("outbox:due"))))

    async def counted(self, cap: Cap) -> Money:
        """Return what counts against a limit now: a stake, or the day's loss (a gain is negative)."""
        today = _from_ms(str(await redis_time_ms(self._redis))).date()
        name = self._redis.key(f"{cap.counter.value}:{cap.scope}" + (f":{today}" if cap.is_daily else ""))
        units = sum(int(each) for each in await self._redis.ask(self._redis.client.hvals(name)))
        return Money.of_minor_units(-units if cap.counter is Counter.RESULT else units, cap.limit.currency)

    async def bets(self, rate: Rate) -> int:
        """Return how many bets count against a rate now."""
        begin_ms = await redis_time_ms(self._redis) - rate.window_s * 1000
        name = self._redis.key(f"bets:{rate.account}")
        return int(await self._redis.ask(self._redis.client.zcount(name, f"({begin_ms}", "+inf")))

    async def breakers(self) -> list[BreakerOnRecord]:
        """Return the circuit breakers that are open or half-open."""
        known, now = await RedisBreakers(self._redis).known()
        return [BreakerOnRecord(each.breaker, now) for each in known if each.breaker.opened is not None]

    async def cooldown_violations(self) -> dict[str, int]:
        """Return how many bets of each account were accepted during a cooldown; it should be empty."""
        found = await self._redis.ask(self._redis.client.hgetall(self._redis.key("cooldown_violations")))
        return {account: int(times) for account, times in sorted(found.items())}

    async def watched(self, limit: int) -> Watched:
        """Return the watched tickets that are due next, over all accounts."""
        now_ms = await redis_time_ms(self._redis)
        total, due = 0, list[tuple[str, float]]()
        async for name in self._redis.client.scan_iter(match=self._redis.key("watch:due:*"), count=500):
            total += int(await self._redis.ask(self._redis.client.zcard(name)))
            due += await self._redis.ask(self._redis.client.zrange(name, 0, limit - 1, withscores=True))
        first = sorted(due, key=lambda member: member[1])[:limit]
        late_s = max((now_ms - first[0][1]) / 1000, 0) if first else 0
        return Watched(total, await read_watches(self._redis, first), late_s, _from_ms(str(now_ms)))

    async def halts(self) -> list[HaltOnRecord]:
        """Return what is halted, and why."""
        return await read_halts(self._redis)


def _audit(position: str, fields: Mapping[str, str]) -> AuditEntry:
    return AuditEntry(
        position=position,
        time=_from_ms(fields["time_ms"]),
        pair=fields["pair"],
        worker=fields["worker"],
        op=fields["op"],
        what=fields["what"],
        state=fields["state"],
        facts=json.loads(fields["detail"]),
    )


def _event(position: str, fields: Mapping[str, str]) -> EventOnRecord:
    time = _from_ms(fields["time_ms"])
    return EventOnRecord(position, fields["id"], fields["type"], time, json.loads(fields["data"]))


def _from_ms(milliseconds: str) -> datetime:
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
