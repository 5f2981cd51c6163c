"""The time between the legs: the first bookmaker has sent its acceptance, the second has not yet got the hedge.

Harbour takes the positive bet, Lotus, whose betslip is in a frame of another origin, the hedge. Times are those of the
bookmakers' own servers. Five contestants place pairs in turn, in an order that is shuffled for each round:

- ``sequential``: a plain Playwright script, step by step at one bookmaker, then at the other, each bet in a new tab
  of a logged-in context
- ``old_tabs``: the same script in tabs that stay open, shown for comparison
- ``locator_click``: both slips armed beforehand by the same script, then Playwright's own click on each
- ``ours``: a whole worker with its queue, ledger, intents, leases and evidence
- ``floor``: armed beforehand, a scripted click as soon as the first page shows its receipt; nothing is checked

With ``--against FOLDER`` there is a sixth, ``other``: a worker of the checkout in that folder, run as ours is.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bot.adapters.browser import browser_without_sessions
from bot.practice.configuration import forget_own_configuration
from tests.bench.gap.checkouts import THIS, Checkout, NotACheckout
from tests.bench.gap.figures import OTHER, TARGETS, figures_of, printed
from tests.bench.gap.ours import COOLDOWN_S, working
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
_RESTS_S = COOLDOWN_S + 0.1
"""After a worker's pair: its accounts cool down, and it notes their histories, which would disturb the next pair."""


@dataclass(frozen=True, slots=True)
class Course:
    """How many pairs each contestant places without and with a delay, under which delays, and the order's seed."""

    pairs: int
    delayed_pairs: int
    delays_ms: tuple[int, ...]
    seed: int

    def pairs_under(self, delay_ms: int) -> int:
        """Return how many pairs each contestant places under a delay."""
        return self.delayed_pairs if delay_ms else self.pairs


@dataclass(frozen=True, slots=True)
class Contestant:
    """Who places pairs: with which accounts, and how; ``place`` returns when it began, in ms."""

    player: Player
    place: Callable[[Match], Awaitable[float]]
    rests_s: float = 0


async def measured(course: Course, checkouts: Mapping[str, Checkout]) -> dict[int, dict[str, list[Measured]]]:
    """Have all contestants place pairs, under each delay, and return what was measured."""
    forget_own_configuration()
    chance = random.Random(course.seed)  # noqa: S311 - an order, not a secret
    with tempfile.TemporaryDirectory() as folder:
        async with open_bookmakers(Path(folder) / "bookmakers") as bookmakers:
            await bookmakers.furnish([], [Match(number) for number in range(MATCHES)])
            async with _entered(bookmakers, Path(folder), checkouts) as contestants:
                game = _Game(bookmakers, contestants, chance)
                await game.play(_WARM_UP, 0)
                return {
                    delay_ms: await game.play(course.pairs_under(delay_ms), delay_ms) for delay_ms in course.delays_ms
                }


class _Game:
    """Has contestants place pairs in turn."""

    def __init__(self, bookmakers: Bookmakers, contestants: Mapping[str, Contestant], chance: random.Random) -> None:
        self._bookmakers = bookmakers
        self._contestants = contestants
        self._chance = chance

    async def play(self, pairs: int, delay_ms: int) -> dict[str, list[Measured]]:
        """Have each contestant place so many pairs while every response comes later."""
        found: dict[str, list[Measured]] = {name: [] for name in self._contestants}
        for number in range(pairs):
            for name in self._chance.sample(list(self._contestants), len(self._contestants)):
                found[name].append(await self._turn(self._contestants[name], Match(number % MATCHES), delay_ms))
        return found

    async def _turn(self, one: Contestant, match: Match, delay_ms: int) -> Measured:
        await self._bookmakers.delay_responses(delay_ms)
        pair = await measured_pair(self._bookmakers, one.player, one.place, match)
        await self._bookmakers.delay_responses(0)
        await asyncio.sleep(one.rests_s)
        return pair


@asynccontextmanager
async def _entered(
    bookmakers: Bookmakers, folder: Path, checkouts: Mapping[str, Checkout]
) -> AsyncIterator[dict[str, Contestant]]:
    players = {name: Player.named(fresh_name("p")) for name in (*_PEERS, *checkouts)}
    await bookmakers.furnish(list(players.values()), [])
    async with AsyncExitStack() as stack:
        contestants = {}
        for name, checkout in checkouts.items():
            worker = working(
                checkout, folder / name, players[name], bookmakers.addresses, leaves_evidence=name != OTHER
            )
            place = (await stack.enter_async_context(worker)).place
            contestants[name] = Contestant(players[name], place, _RESTS_S)
        browser = await stack.enter_async_context(browser_without_sessions())
        for name, place_by in _PEERS.items():
            tabs = await opened_tabs(browser, players[name], bookmakers.addresses)
            contestants[name] = Contestant(players[name], partial(place_by, tabs))
        yield contestants


def asked(arguments: Sequence[str] | None = None) -> tuple[Course, dict[str, Checkout]]:
    """Read the arguments: what is played, and the checkouts that play; wrong ones end the program with status 2."""
    parser = argparse.ArgumentParser(prog="leg_gap", description="Measure the time between the legs.")
    parser.add_argument("--pairs", type=int, default=30, help="pairs of each contestant without delay")
    parser.add_argument("--delayed-pairs", type=int, default=10, help="pairs of each contestant under each delay")
    parser.add_argument("--delays", default="0,50,200", help="how much later every response comes, in ms")
    parser.add_argument("--seed", type=int, default=2026, help="for the contestants' order")
    parser.add_argument("--against", type=Path, metavar="FOLDER", help="a second checkout, which bets as ours does")
    found = parser.parse_args(arguments)
    checkouts = {"ours": THIS}
    if found.against is not None:
        try:
            checkouts[OTHER] = Checkout.at(found.against)
        except NotACheckout as error:
            parser.error(f"--against: {error}")
    delays_ms = tuple(int(text) for text in found.delays.split(","))
    return Course(found.pairs, found.delayed_pairs, delays_ms, found.seed), checkouts


def main() -> None:
    """Print the figures for people, then for programs; status 1 when a target is missed."""
    course, checkouts = asked()
    found = asyncio.run(measured(course, checkouts))
    figures: dict[str, Any] = figures_of(found)
    print(printed(found, course.seed))
    conclude("leg_gap", figures, TARGETS.missed(figures))


if __name__ == "__main__":
    main()
