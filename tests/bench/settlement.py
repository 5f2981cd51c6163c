"""A burst: thousands of tickets settle at their bookmakers at one moment. How long until their pairs are reconciled?

A whole worker watches them, all in the fast window, on a real Redis with every write on disk; bookmakers are in memory,
so that what is measured is ours. The same accounts have twice the tickets in every second round: what a ticket costs
must not grow with their number. CPU is that of the worker's process, with the bookmakers in it, and of Redis.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from loguru import logger

from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import RedisLedger
from bot.domain.pair import PairState
from tests.bench.crowd.pairs import Crowd, for_each, hedged
from tests.bench.crowd.staff import FAST_FROM_THE_START, EmptyQueue, a_worker, fresh_redis

_MOST_GROWTH = 1.2
_LOOK_EVERY_S = 0.1
_LONGEST_S = 240


@dataclass(frozen=True, slots=True)
class Burst:
    """What one burst took: each pair's delay, and the CPU of worker and Redis for one ticket."""

    delays_ms: Sequence[float]
    worker_us: float
    redis_us: float

    @property
    def cpu_us(self) -> float:
        return self.worker_us + self.redis_us


async def measured(tickets: int, accounts: int, rounds: int) -> dict[str, float]:
    """Play bursts of so many and of twice as many tickets in turn, and return the figures."""
    once, twice = list[Burst](), list[Burst]()
    for _ in range(rounds):
        once.append(await _burst(tickets, accounts))
        twice.append(await _burst(2 * tickets, accounts))
    return {
        "tickets": tickets,
        "accounts": accounts,
        **_figures(once, ""),
        **_figures(twice, "_doubled"),
        "growth": round(_cpu_us(twice) / _cpu_us(once), 3),
    }


def _figures(bursts: Sequence[Burst], suffix: str) -> dict[str, float]:
    delays_ms = sorted(delay_ms for burst in bursts for delay_ms in burst.delays_ms)
    return {
        f"delay_ms_p50{suffix}": round(statistics.median(delays_ms)),
        f"delay_ms_p99{suffix}": round(statistics.quantiles(delays_ms, n=100)[98]),
        f"cpu_us_per_ticket{suffix}": round(_cpu_us(bursts)),
        f"worker_cpu_us_per_ticket{suffix}": round(statistics.median(burst.worker_us for burst in bursts)),
        f"redis_cpu_us_per_ticket{suffix}": round(statistics.median(burst.redis_us for burst in bursts)),
    }


def _cpu_us(bursts: Sequence[Burst]) -> float:
    return statistics.median(burst.cpu_us for burst in bursts)


async def _burst(tickets: int, accounts: int) -> Burst:
    crowd, pairs = Crowd(accounts // 2), tickets // 2
    async with fresh_redis() as connection:
        ledger = RedisLedger(connection, "before")
        await for_each(range(pairs), lambda number: hedged(crowd, ledger, number))
        async with _watched(connection, crowd):
            worker_s, redis_s = time.process_time(), await _redis_cpu_s(connection)
            crowd.settle_all()
            settled_ms = time.time() * 1000
            await _until_none_is_open(connection)
            worker_s, redis_s = time.process_time() - worker_s, await _redis_cpu_s(connection) - redis_s
        delays_ms = [reconciled_ms - settled_ms for reconciled_ms in await _reconciled_ms(connection, pairs)]
    return Burst(delays_ms, worker_s * 1e6 / tickets, redis_s * 1e6 / tickets)


@asynccontextmanager
async def _watched(connection: RedisConnection, crowd: Crowd) -> AsyncIterator[None]:
    """Have a worker that has looked at every account's open tickets once."""
    stop = asyncio.Event()
    worker = a_worker(connection, crowd.sites, EmptyQueue(), FAST_FROM_THE_START)
    running = asyncio.create_task(worker.run(stop, lambda: None))
    async with asyncio.timeout(_LONGEST_S):
        while not all(site.readings for site in crowd.sites.values()):
            await asyncio.sleep(_LOOK_EVERY_S)
    yield
    stop.set()
    await running


async def _until_none_is_open(connection: RedisConnection) -> None:
    async with asyncio.timeout(_LONGEST_S):
        while await connection.ask(connection.client.zcard("pairs:open")):
            await asyncio.sleep(_LOOK_EVERY_S)


async def _redis_cpu_s(connection: RedisConnection) -> float:
    used: dict[str, Any] = await connection.ask(connection.client.info("cpu"))
    return float(used["used_cpu_user"]) + float(used["used_cpu_sys"])


async def _reconciled_ms(connection: RedisConnection, pairs: int) -> list[float]:
    found = []
    for name in await connection.ask(connection.client.zrange("pairs", 0, -1)):
        state, updated_ms = await connection.ask(connection.client.hmget(f"pair:{name}", ["state", "updated_ms"]))
        if state != PairState.RECONCILED.value:
            raise SystemExit(f"{name} is {state}")
        found.append(float(updated_ms))
    if len(found) != pairs or await connection.ask(connection.client.exists("reviews")):
        raise SystemExit(f"{len(found)} of {pairs} pairs were reconciled, or some are to be reviewed")
    return found


def _row(tickets: int, figures: Mapping[str, float], suffix: str) -> str:
    p50, p99, cpu, redis = (
        figures[f"{name}{suffix}"]
        for name in ("delay_ms_p50", "delay_ms_p99", "cpu_us_per_ticket", "redis_cpu_us_per_ticket")
    )
    delays = f"{tickets:>6} tickets: reconciled after {p50:.0f} ms (p50), {p99:.0f} ms (p99)"
    return f"{delays}; {cpu:.0f} µs of CPU each, {redis:.0f} of them in Redis"


def main() -> None:
    """Print the figures for people, then for programs; status 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="settlement", description="Measure a burst of results.")
    parser.add_argument("--tickets", type=int, default=10_000, help="how many settle at once, and then twice as many")
    parser.add_argument("--accounts", type=int, default=40, help="how many accounts have them")
    parser.add_argument("--rounds", type=int, default=2, help="how often each burst is played")
    asked = parser.parse_args()
    logger.remove()
    logger.add(sys.stderr, level="WARNING")
    figures = asyncio.run(measured(asked.tickets, asked.accounts, asked.rounds))
    print(_row(asked.tickets, figures, ""), _row(2 * asked.tickets, figures, "_doubled"), sep="\n")
    print(f"       a ticket costs {figures['growth']:.2f} times as much; the limit is {_MOST_GROWTH}")
    missed = figures["growth"] > _MOST_GROWTH
    print(f"MISSED: growth is {figures['growth']}, at most {_MOST_GROWTH} was wanted\n" if missed else "", end="")
    print(json.dumps({"bench": "settlement", "figures": figures}))
    sys.exit(missed)


if __name__ == "__main__":
    main()
