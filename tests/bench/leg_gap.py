"""The time between the legs: the first bookmaker has sent its acceptance, the second has not yet got the hedge.

Harbour takes the positive bet, Lotus, whose betslip is in a frame of another origin, the hedge. Times are those of the
bookmakers' own servers. Five contestants place pairs in turn, in an order shuffled anew for each round:

- ``sequential``: a plain Playwright script, step by step at one bookmaker, then at the other, each bet in a new tab
  of a logged-in context
- ``old_tabs``: the same script in tabs that stay open, shown for comparison
- ``locator_click``: both slips armed beforehand by the same script, then Playwright's own click on each
- ``ours``: a whole worker with its ledger, intents, leases and evidence
- ``floor``: armed beforehand, a scripted click as soon as the first page shows its receipt; nothing is checked
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bot.practice.configuration import forget_own_configuration
from tests.bench.gap.figures import TARGETS, figures_of, printed
from tests.bench.gap.ours import working
from tests.bench.gap.peers import armed_then_locator_clicks, floor, opened_tabs, sequential, sequential_in_old_tabs
from tests.bench.gap.stage import (
    MATCHES,
    Bookmakers,
    Match,
    Measured,
    Player,
    fresh_name,
    measured_pair,
    open_bookmakers,
)
from tests.bench.targets import conclude

_PEERS = {
    "sequential": sequential,
    "old_tabs": sequential_in_old_tabs,
    "locator_click": armed_then_locator_clicks,
    "floor": floor,
}
_WARM_UP = 1


@dataclass(frozen=True, slots=True)
class Contestant:
    """Who places pairs: with which accounts, and how; ``place`` returns when it began, in ms."""

    player: Player
    place: Callable[[Match], Awaitable[float]]


async def measured(pairs: int, delays_ms: list[int], seed: int) -> dict[int, dict[str, list[Measured]]]:
    """Have all contestants place pairs, under each delay, and return what was measured."""
    forget_own_configuration()
    chance = random.Random(seed)  # noqa: S311 - an order, not a secret
    with tempfile.TemporaryDirectory() as folder:
        async with open_bookmakers(Path(folder) / "bookmakers") as bookmakers:
            matches = [Match(number) for number in range(MATCHES)]
            await bookmakers.furnish([], matches)
            found = {}
            for delay_ms in delays_ms:
                found[delay_ms] = await _round(bookmakers, Path(folder) / str(delay_ms), pairs, delay_ms, chance)
    return found


async def _round(
    bookmakers: Bookmakers, folder: Path, pairs: int, delay_ms: int, chance: random.Random
) -> dict[str, list[Measured]]:
    async with AsyncExitStack() as stack:
        contestants = await _entered(bookmakers, folder, stack)
        await bookmakers.delay_responses(delay_ms)
        found: dict[str, list[Measured]] = {name: [] for name in contestants}
        for number in range(_WARM_UP + pairs):
            for name in chance.sample(list(contestants), len(contestants)):
                one, match = contestants[name], Match(number % MATCHES)
                found[name].append(await measured_pair(bookmakers, one.player, one.place, match))
        await bookmakers.delay_responses(0)
    return {name: each[_WARM_UP:] for name, each in found.items()}


async def _entered(bookmakers: Bookmakers, folder: Path, stack: AsyncExitStack) -> dict[str, Contestant]:
    players = {name: Player.named(fresh_name("p")) for name in (*_PEERS, "ours")}
    await bookmakers.furnish(list(players.values()), [])
    ours = await stack.enter_async_context(working(folder, players["ours"], bookmakers.addresses))
    browser = await ours.worker.browser()
    contestants = {"ours": Contestant(players["ours"], ours.place)}
    for name, place in _PEERS.items():
        tabs = await opened_tabs(browser, players[name], bookmakers.addresses)
        contestants[name] = Contestant(players[name], partial(place, tabs))
    return contestants


def main() -> None:
    """Print the figures for people, then for programs; status 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="leg_gap", description="Measure the time between the legs.")
    parser.add_argument("--pairs", type=int, default=30, help="pairs of each contestant under each delay")
    parser.add_argument("--delays", default="0,50,200", help="how much later every response comes, in ms")
    parser.add_argument("--seed", type=int, default=2026, help="for the contestants' order")
    asked = parser.parse_args()
    delays_ms = [int(text) for text in asked.delays.split(",")]
    found = asyncio.run(measured(asked.pairs, delays_ms, asked.seed))
    figures: dict[str, Any] = figures_of(found)
    print(printed(found, asked.seed))
    conclude("leg_gap", figures, TARGETS.missed(figures))


if __name__ == "__main__":
    main()
