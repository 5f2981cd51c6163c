"""Pairguard as a contestant: a whole worker on a real ledger, with evidence on, as a process of its own."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

from bot.adapters.embedded_redis import embedded_redis
from bot.practice.sites.brands import ASIAN, EUROPEAN, Brand
from tests.bench.gap.checkouts import Checkout, worker_process
from tests.bench.gap.jobs import QUEUE, queued_jobs
from tests.bench.gap.stage import FIRST_STAKE, SECOND_STAKE, Match, Player
from tests.bench.running import configuration

COOLDOWN_S = 1
_EVIDENCE = ("positive-slip", "hedge-slip", "positive-receipt", "hedge-receipt")
_SETTINGS = f"""
mode = "live"  # the practice sites know no real money
data_dir = "data"

[timing]
cooldown_s = {COOLDOWN_S}  # so that the next pair need not wait for a minute
history_holds_s = 60

[settlement]
interval_s = 3600  # nothing is settled here; looking for results would disturb all contestants

[queue]
name = "{QUEUE}"
"""


class Jobs(Protocol):
    """Where a worker's jobs go in; ``picked_up_ms`` is when it picked up the last one, by the monotonic clock."""

    picked_up_ms: float

    async def done(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """Hand a job over and wait for its result."""


class Pairguard:
    """A worker that places pairs for a player. ``evidence`` is the folder in which each must leave its pages."""

    def __init__(self, player: Player, jobs: Jobs, evidence: Path | None) -> None:
        self._player = player
        self._jobs = jobs
        self._evidence = evidence
        self._numbers = itertools.count(1)

    async def place(self, match: Match) -> float:
        """Have a pair placed, and return when it was picked up, in ms; it must end hedged and with its evidence.

        The accounts must have cooled down.
        """
        pair = f"pair-{self._player.first.username}-{next(self._numbers)}"
        result = await self._jobs.done(self._job(pair, match))
        if result["state"] != "hedged":
            raise SystemExit(f"the pair was not hedged: {result}")
        if self._evidence is not None:
            self._require_evidence(self._evidence, pair)
        return self._jobs.picked_up_ms

    def _require_evidence(self, folder: Path, pair: str) -> None:
        kept = [file.stem for file in (folder / pair).glob("*.html")]
        if missing := [label for label in _EVIDENCE if not any(name.endswith(label) for name in kept)]:
            raise SystemExit(f"{pair} has no evidence called {', '.join(missing)}")

    def _job(self, pair: str, match: Match) -> dict[str, Any]:
        bet = {"market": "total_goals", "line": "2.5", "currency": "EUR"}
        first = {"selection": "over", "odds": "2.20", "minOdds": "2.20", "stake": FIRST_STAKE}
        second = {"selection": "under", "odds": "1.98", "minOdds": "1.98", "stake": SECOND_STAKE}
        return {
            "arbId": f"arb-{pair}",
            "betPairId": pair,
            "whitelabel": EUROPEAN.name,
            "provider": EUROPEAN.site,
            "positiveBet": self._side(pair, match, EUROPEAN) | bet | first,
            "hedgeBet": self._side(pair, match, ASIAN) | bet | second,
        }

    def _side(self, pair: str, match: Match, brand: Brand) -> dict[str, Any]:
        return {
            "betId": f"{pair}-{brand.site}",
            "whitelabel": brand.name,
            "provider": brand.site,
            "accountId": self._player.first.username,
            "event": {"id": match.id, "name": f"{match.home} {brand.versus} {match.away}"},
        }


@asynccontextmanager
async def working(
    checkout: Checkout, folder: Path, player: Player, addresses: Mapping[str, str], *, leaves_evidence: bool
) -> AsyncIterator[Pairguard]:
    """Run a worker of a checkout for a contestant's two accounts, with a Redis, a browser and a folder of its own."""
    await asyncio.to_thread(folder.mkdir, parents=True)
    config, secrets = (
        folder / "pairguard.toml",
        {each.variable: each.password.get_secret_value() for each in player.logins},
    )
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(embedded_redis(folder / "redis"))
        settings = f'{_SETTINGS}\n[redis]\nurl = "{url}"\n\n'
        await asyncio.to_thread(config.write_text, configuration(player.logins, addresses, settings), "utf-8")
        worker = await stack.enter_async_context(worker_process(checkout, config, folder / "worker.log", secrets))
        jobs = await stack.enter_async_context(queued_jobs(url, worker))
        yield Pairguard(player, jobs, folder / "data" / "evidence" if leaves_evidence else None)
