"""Pairs at full rate: sent as soon as two accounts may bet, settled as soon as they are placed, judged at the end."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import suppress

from bot.adapters.redis_connection import RedisConnection
from bot.domain.pair import Pair, PairState, Role
from bot.engine.tasks import end
from bot.ports.reader import PairOnRecord
from bot.practice.sites.brands import Brand
from bot.practice.worker_process import worker_ended
from tests.chaos.soak.pairs import SoakPair, meeting, soak_pair
from tests.chaos.soak.stage import ACCOUNTS, Stage

_LOOK_EVERY_S = 0.2
_LOOK_AT_RESULT_EVERY_S = 0.5
_JOB_IS_OVER = frozenset({"completed", "failed"})
_FINAL = frozenset({PairState.FAILED, PairState.BLOCKED, PairState.RECONCILED, PairState.EXPOSURE_EVENT})


class Flow:
    """Keeps a number of pairs in hand; ``pairs`` are all that were sent, ``records`` the ended ones as recorded."""

    def __init__(self, stage: Stage, in_hand: int) -> None:
        self.pairs: list[SoakPair] = []
        self.records: dict[str, Pair] = {}
        self._stage = stage
        self._places = asyncio.Semaphore(in_hand)
        self._free = Accounts(stage.connection)

    @property
    def done(self) -> int:
        """The number of pairs that have ended."""
        return len(self.records)

    def states(self) -> Counter[str]:
        """Count the ended pairs by state."""
        return Counter(pair.state.value for pair in self.records.values())

    async def run(self, seconds: float, patience_s: float) -> None:
        """Send pairs for this long, then wait for the last ones to end; raises WorkerDied."""
        dying = asyncio.create_task(worker_ended(self._stage.worker, self._stage.worker_log), name="worker")
        playing = asyncio.create_task(self._play(seconds, patience_s), name="flow")
        try:
            done, _ = await asyncio.wait({dying, playing}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await end({dying, playing})

    async def _play(self, seconds: float, patience_s: float) -> None:
        until_s = time.monotonic() + seconds
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds + patience_s), asyncio.TaskGroup() as following:
                while time.monotonic() < until_s:
                    await self._places.acquire()
                    pair = await self._offered(len(self.pairs))
                    self.pairs.append(pair)
                    following.create_task(self._follow(pair), name=pair.pair)

    async def _offered(self, number: int) -> SoakPair:
        positive, hedge = meeting(number)
        pair = soak_pair(number, await self._free.taken(positive), await self._free.taken(hedge))
        for role in Role:
            await self._stage.control.add_event(pair.side(role).brand.site, pair.offer(role))
        if pair.refusal is not None:
            order = {"kind": "reject", "reason": pair.refusal.reason, "selection": pair.selection_id(Role.POSITIVE)}
            await self._stage.control.order_fault(pair.positive.brand.site, order)
        return pair

    async def _follow(self, pair: SoakPair) -> None:
        job = await self._stage.queue.add(pair.job(), f"pair-{pair.pair}")
        while not await self._is_over(job):
            await asyncio.sleep(_LOOK_EVERY_S)
        self._places.release()
        self._free.give_back(pair)
        for role in Role:
            if (result := pair.result(role)) is not None:
                await self._stage.control.settle(pair.side(role).brand.site, pair.selection_id(role), result)
        while (record := await self._stage.view.pair(pair.pair)) is None or not _has_ended(record):
            await asyncio.sleep(_LOOK_AT_RESULT_EVERY_S)
        for role in Role:
            await self._stage.control.finish_event(pair.side(role).brand.site, pair.event_id(role))
        self.records[pair.pair] = record.pair

    async def _is_over(self, job: str) -> bool:
        result = await self._stage.queue.result_of(job)
        return result is not None and result.state in _JOB_IS_OVER


class Accounts:
    """The accounts of a soak; each belongs to one pair at most."""

    def __init__(self, connection: RedisConnection) -> None:
        self._connection = connection
        self._in_use: set[str] = set()

    async def taken(self, brand: Brand) -> str:
        """Wait for an account of a brand that is free and does not cool down, and take it."""
        names = [name for of_brand, name in ACCOUNTS if of_brand == brand.name]
        while True:
            for name in names:
                if name not in self._in_use and await self._may_bet(f"{brand.name}:{brand.site}:{name}"):
                    self._in_use.add(name)
                    return name
            await asyncio.sleep(_LOOK_EVERY_S)

    def give_back(self, pair: SoakPair) -> None:
        """Release the accounts of a placed pair."""
        self._in_use -= {pair.side(role).username for role in Role}

    async def _may_bet(self, account: str) -> bool:
        return not await self._connection.ask(self._connection.client.exists(f"cooldown:{account}", f"busy:{account}"))


def _has_ended(record: PairOnRecord) -> bool:
    return record.pair.state in _FINAL and not any(leg.is_open for leg in record.pair.legs)
