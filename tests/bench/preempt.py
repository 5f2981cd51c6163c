"""From job to click while histories are being read: all sweeps running against none, in one worker.

The accounts that bet are two of twenty with many open tickets each. For a busy pair every account's tickets are due
again once they were looked at, so that sweeps never pause; for an idle pair none is due. Pairs are placed in turn,
in an order shuffled by a seed. Measured is the time from picking up the job to the positive bet's request at the
bookmaker's server.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.adapters.redis_reader import RedisReader
from bot.practice.configuration import forget_own_configuration
from bot.practice.logins import Login
from bot.practice.sites.brands import ASIAN, EUROPEAN
from tests.bench.crowd.customers import Customer, open_crowded_bookmakers
from tests.bench.crowd.watches import Watches
from tests.bench.gap.figures import p95
from tests.bench.gap.ours import COOLDOWN_S, Pairguard
from tests.bench.gap.stage import MATCHES, Bookmakers, Match, Measured, Player, measured_pair
from tests.bench.running import running_worker
from tests.bench.targets import Targets, conclude

_TARGETS = Targets(at_most={"ratio": 1.3})
_MODES = ("idle", "busy")
_WARM_UP = 2
_UNDER_WAY_S = 1.0
_SETTINGS = f"""
mode = "live"  # the practice sites know no real money
data_dir = "data"

[timing]
cooldown_s = {COOLDOWN_S}  # so that the next pair need not wait for a minute

[settlement]
interval_s = 0.1  # due again at once, so that sweeps never pause
max_polls = 1000000
"""


@dataclass(frozen=True, slots=True)
class Busy:
    """How much was read while busy pairs were placed."""

    looks: int
    seconds: float


async def measured(pairs: int, bets_each: int, seed: int) -> tuple[dict[str, list[Measured]], Busy]:
    """Place pairs in both modes and return what was measured."""
    forget_own_configuration()
    chance = random.Random(seed)  # noqa: S311 - an order, not a secret
    with tempfile.TemporaryDirectory() as folder:
        async with open_crowded_bookmakers(Path(folder) / "bookmakers", bets_each) as (bookmakers, customers):
            logins, player = [customer.login for customer in customers], _player(customers)
            async with running_worker(Path(folder) / "ours", logins, bookmakers.addresses, _SETTINGS) as worker:
                watches = Watches(worker.connection)
                await watches.begin(customers)
                ours = Pairguard(player, worker.jobs, worker.settings.data_dir / "evidence")
                bench = _Bench(bookmakers, player, ours, watches)
                for number in range(_WARM_UP + pairs):
                    for mode in chance.sample(_MODES, len(_MODES)):
                        await bench.place(mode, Match(number % MATCHES), counts=number >= _WARM_UP)
                violations = await RedisReader(worker.connection).cooldown_violations()
    if violations:
        raise SystemExit(f"accounts were bet on while they cooled down: {violations}")
    return bench.found, Busy(bench.looks, bench.seconds)


class _Bench:
    def __init__(self, bookmakers: Bookmakers, player: Player, ours: Pairguard, watches: Watches) -> None:
        self._bookmakers = bookmakers
        self._player = player
        self._ours = ours
        self._watches = watches
        self.found: dict[str, list[Measured]] = {mode: [] for mode in _MODES}
        self.looks = 0
        self.seconds = 0.0

    async def place(self, mode: str, match: Match, *, counts: bool) -> None:
        await self._watches.rest()
        looks, began_s = await self._looks(), time.monotonic()
        if mode == "busy":
            await self._watches.make_due()
            await asyncio.sleep(_UNDER_WAY_S)
        await asyncio.sleep(COOLDOWN_S + 0.1)
        pair = await measured_pair(self._bookmakers, self._player, self._ours.place, match)
        if not counts:
            return
        self.found[mode].append(pair)
        if mode == "busy":
            self.looks += await self._looks() - looks
            self.seconds += time.monotonic() - began_s

    async def _looks(self) -> int:
        return sum(looks for looks, _ in await self._watches.looks())


def _player(customers: Sequence[Customer]) -> Player:
    def first_at(whitelabel: str) -> Login:
        return next(customer.login for customer in customers if customer.login.whitelabel == whitelabel)

    return Player(first_at(EUROPEAN.name), first_at(ASIAN.name))


def _figures(found: Mapping[str, Sequence[Measured]], busy: Busy) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for mode in _MODES:
        clicks = [pair.job_to_click_ms for pair in found[mode]]
        figures |= {
            f"{mode}_ms_p50": round(statistics.median(clicks), 1),
            f"{mode}_ms_p95": round(p95(clicks), 1),
            f"{mode}_gap_ms_p50": round(statistics.median(pair.gap_ms for pair in found[mode]), 1),
        }
    return figures | {
        "ratio": round(figures["busy_ms_p50"] / figures["idle_ms_p50"], 2),
        "pairs": len(found["busy"]),
        "busy_looks_per_s": round(busy.looks / busy.seconds, 1),
    }


def _told(figures: Mapping[str, Any]) -> str:
    lines = [
        f"job picked up → positive bet's request received, in ms, {figures['pairs']} pairs each",
        f"  {'':<22} {'p50':>8} {'p95':>8}   {'between the legs':>16}",
    ]
    for mode, words in (("idle", "no sweep runs"), ("busy", "sweeps never pause")):
        p50, late, gap = (figures[f"{mode}_{name}"] for name in ("ms_p50", "ms_p95", "gap_ms_p50"))
        lines.append(f"  {words:<22} {p50:>8.1f} {late:>8.1f}   {gap:>16.1f}")
    lines.append(
        f"{figures['ratio']:.2f} times as long, while {figures['busy_looks_per_s']:.0f} tickets a second are read"
    )
    return "\n".join(lines)


def main() -> None:
    """Print the figures for people, then for programs; status 1 when the target is missed."""
    parser = argparse.ArgumentParser(prog="preempt", description="Measure what sweeps cost a placement.")
    parser.add_argument("--pairs", type=int, default=15, help="pairs with sweeps, and as many without")
    parser.add_argument("--tickets", type=int, default=50, help="open tickets of each of the twenty accounts")
    parser.add_argument("--seed", type=int, default=2026, help="for the order of pairs with and without")
    asked = parser.parse_args()
    figures = _figures(*asyncio.run(measured(asked.pairs, asked.tickets, asked.seed)))
    print(_told(figures))
    conclude("preempt", figures, _TARGETS.missed(figures))


if __name__ == "__main__":
    main()
