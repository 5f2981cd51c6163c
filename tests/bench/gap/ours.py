"""Pairguard as a contestant: a whole worker on a real ledger, with evidence on; only the queue is replaced."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser

from bot.adapters.browser import BrowserOptions, BrowserSessions
from bot.adapters.masking import register_secret
from bot.bootstrap.connections import connected, redis_url
from bot.bootstrap.worker import _sessions, _worker
from bot.config import Settings
from bot.ports import QueuedJob
from bot.sandbox.brands import ASIAN, EUROPEAN, Brand
from tests.bench.gap.peers import now_ms
from tests.bench.gap.stage import FIRST_STAKE, SECOND_STAKE, Match, Player

COOLDOWN_S = 1
_EVIDENCE = ("positive-slip", "hedge-slip", "positive-receipt", "hedge-receipt")
_SETTINGS = f"""
mode = "live"  # the practice sites know no real money
data_dir = "data"

[timing]
cooldown_s = {COOLDOWN_S}  # so that the next pair need not wait for a minute

[settlement]
interval_s = 3600  # nothing is settled here; looking for results would disturb all contestants
"""


class OneByOne:
    """Implements the JobSource port: one job at a time, and when it was picked up."""

    def __init__(self) -> None:
        self._jobs: asyncio.Queue[QueuedJob] = asyncio.Queue()
        self._results: asyncio.Queue[Mapping[str, Any]] = asyncio.Queue()
        self.picked_up_ms = 0.0

    async def take(self) -> QueuedJob:
        job = await self._jobs.get()
        self.picked_up_ms = now_ms()
        return job

    async def complete(self, job: QueuedJob, result: Mapping[str, Any]) -> None:  # noqa: ARG002 - the port's signature
        await self._results.put(result)

    async def fail(self, job: QueuedJob, reason: str) -> None:
        raise SystemExit(f"job {job.id} was refused: {reason}")

    async def done(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """Hand a job over and wait for its result."""
        await self._jobs.put(QueuedJob(data["betPairId"], data, None))
        return await self._results.get()


class Pairguard:
    """A worker, its queue, and the browser that it shares with the other contestants."""

    def __init__(self, player: Player, jobs: OneByOne, sessions: BrowserSessions, evidence: Path) -> None:
        self._player = player
        self._jobs = jobs
        self._sessions = sessions
        self._evidence = evidence
        self._numbers = itertools.count(1)

    async def browser(self) -> Browser:
        """Return the browser."""

        async def itself(browser: Browser) -> Browser:
            await asyncio.sleep(0)
            return browser

        return await self._sessions.in_browser(itself)

    async def place(self, match: Match) -> float:
        """Have a pair placed, and return when it was picked up, in ms; it must end hedged and with its evidence."""
        await asyncio.sleep(COOLDOWN_S + 0.1)
        pair = f"pair-{self._player.first.username}-{next(self._numbers)}"
        result = await self._jobs.done(self._job(pair, match))
        if result["state"] != "hedged":
            raise SystemExit(f"the pair was not hedged: {result}")
        self._require_evidence(pair)
        return self._jobs.picked_up_ms

    def _require_evidence(self, pair: str) -> None:
        kept = [file.stem for file in (self._evidence / pair).glob("*.html")]
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
    settings = await asyncio.to_thread(_configured, folder, player, addresses)
    jobs, stop, ready = OneByOne(), asyncio.Event(), asyncio.Event()
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(redis_url(settings))
        connection = await stack.enter_async_context(connected(settings, url))
        sessions, locators = await _sessions(settings, BrowserOptions(), stack)
        worker = _worker(settings, connection, sessions, locators, jobs, None)  # type: ignore[arg-type]
        running = asyncio.create_task(worker.run(stop, ready.set))
        await ready.wait()
        for account in settings.account_currencies:
            await sessions.session(account)
        yield Pairguard(player, jobs, sessions, settings.data_dir / "evidence")
        stop.set()
        await running


def _configured(folder: Path, player: Player, addresses: Mapping[str, str]) -> Settings:
    folder.mkdir(parents=True)
    for login in player.logins:
        os.environ[login.variable] = login.password.get_secret_value()
        register_secret(login.password)
    brands = {login.brand.name: login.brand for login in player.logins}
    text = _SETTINGS + "".join(_brand(brand, addresses[name]) for name, brand in brands.items())
    text += "".join(
        f'[[accounts]]\nwhitelabel = "{login.whitelabel}"\nid = "{login.username}"\n'
        f'username = "{login.username}"\ncurrency = "EUR"\n'
        for login in player.logins
    )
    (folder / "pairguard.toml").write_text(text, "utf-8")
    return Settings.load(folder / "pairguard.toml")


def _brand(brand: Brand, address: str) -> str:
    traits = {
        "base_url": address,
        "provider": brand.book,
        "language": brand.language,
        "odds_style": brand.odds_style,
        "time_zone": brand.time_zone,
    }
    return f"[whitelabels.{brand.name}]\n" + "".join(f'{name} = "{value}"\n' for name, value in traits.items())
