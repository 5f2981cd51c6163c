"""Pairguard as a contestant: a whole worker on a real ledger, with evidence on; only the queue is replaced."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.practice.sites.brands import ASIAN, EUROPEAN, Brand
from tests.bench.gap.stage import FIRST_STAKE, SECOND_STAKE, Match, Player
from tests.bench.running import RunningWorker, running_worker

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
"""


class Pairguard:
    """A worker that places pairs for a player; its browser is shared with the other contestants."""

    def __init__(self, player: Player, worker: RunningWorker) -> None:
        self.worker = worker
        self._player = player
        self._numbers = itertools.count(1)

    async def place(self, match: Match) -> float:
        """Have a pair placed, and return when it was picked up, in ms; it must end hedged and with its evidence."""
        await asyncio.sleep(COOLDOWN_S + 0.1)
        pair = f"pair-{self._player.first.username}-{next(self._numbers)}"
        result = await self.worker.jobs.done(self._job(pair, match))
        if result["state"] != "hedged":
            raise SystemExit(f"the pair was not hedged: {result}")
        self._require_evidence(pair)
        return self.worker.jobs.picked_up_ms

    def _require_evidence(self, pair: str) -> None:
        kept = [file.stem for file in (self.worker.settings.data_dir / "evidence" / pair).glob("*.html")]
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
            "provider": EUROPEAN.book,
            "positiveBet": self._side(pair, match, EUROPEAN) | bet | first,
            "hedgeBet": self._side(pair, match, ASIAN) | bet | second,
        }

    def _side(self, pair: str, match: Match, brand: Brand) -> dict[str, Any]:
        return {
            "betId": f"{pair}-{brand.book}",
            "whitelabel": brand.name,
            "provider": brand.book,
            "accountId": self._player.first.username,
            "event": {"id": match.id, "name": f"{match.home} {brand.versus} {match.away}"},
        }


@asynccontextmanager
async def working(folder: Path, player: Player, addresses: Mapping[str, str]) -> AsyncIterator[Pairguard]:
    """Run a worker for a contestant's two accounts."""
    async with running_worker(folder, player.logins, addresses, _SETTINGS) as worker:
        yield Pairguard(player, worker)
