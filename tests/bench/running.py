"""A whole worker in the bench's own process, on a ledger of its own; only the queue is replaced."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic_ns
from typing import Any

from playwright.async_api import Browser

from bot.adapters.browser import BrowserOptions, BrowserSessions
from bot.adapters.masking import register_secret
from bot.adapters.redis_connection import RedisConnection
from bot.bootstrap.connections import connected, redis_url
from bot.bootstrap.worker import _sessions, _worker
from bot.config import Settings
from bot.ports.jobs import QueuedJob
from bot.practice.logins import Login
from bot.practice.sites.brands import Brand


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


@dataclass(frozen=True, slots=True)
class RunningWorker:
    """A worker that runs, with the parts that a bench hands jobs to and looks at; every account is logged in."""

    settings: Settings
    connection: RedisConnection
    sessions: BrowserSessions
    jobs: OneByOne

    async def browser(self) -> Browser:
        """Return the worker's browser, for contestants that share it."""

        async def itself(browser: Browser) -> Browser:
            await asyncio.sleep(0)
            return browser

        return await self.sessions.in_browser(itself)


@asynccontextmanager
async def running_worker(
    folder: Path, logins: Sequence[Login], addresses: Mapping[str, str], settings: str
) -> AsyncIterator[RunningWorker]:
    """Run a worker for these logins; ``settings`` is what its configuration says before brands and accounts."""
    loaded = await asyncio.to_thread(_configured, folder, logins, addresses, settings)
    jobs, stop, ready = OneByOne(), asyncio.Event(), asyncio.Event()
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(redis_url(loaded))
        connection = await stack.enter_async_context(connected(loaded, url))
        sessions, locators = await _sessions(loaded, BrowserOptions(), stack)
        worker = _worker(loaded, connection, sessions, locators, jobs, None)  # type: ignore[arg-type]
        running = asyncio.create_task(worker.run(stop, ready.set))
        await ready.wait()
        for account in loaded.account_currencies:
            await sessions.session(account)
        yield RunningWorker(loaded, connection, sessions, jobs)
        stop.set()
        await running


def now_ms() -> float:
    """Return the machine's monotonic time, by which the bookmakers' journal goes, too."""
    return monotonic_ns() / 1_000_000


def configuration(logins: Sequence[Login], addresses: Mapping[str, str], settings: str) -> str:
    """Write a ``pairguard.toml`` for these logins; ``settings`` is what it says before brands and accounts."""
    brands = {login.whitelabel: login.brand for login in logins}
    text = settings + "".join(_brand(brand, addresses[name]) for name, brand in brands.items())
    return text + "".join(map(_account, logins))


def _configured(folder: Path, logins: Sequence[Login], addresses: Mapping[str, str], settings: str) -> Settings:
    folder.mkdir(parents=True)
    for login in logins:
        os.environ[login.variable] = login.password.get_secret_value()
        register_secret(login.password)
    (folder / "pairguard.toml").write_text(configuration(logins, addresses, settings), "utf-8")
    return Settings.load(folder / "pairguard.toml")


def _brand(brand: Brand, address: str) -> str:
    traits = {
        "base_url": address,
        "provider": brand.site,
        "language": brand.language,
        "odds_style": brand.odds_style,
        "time_zone": brand.time_zone,
    }
    return f"[whitelabels.{brand.name}]\n" + "".join(f'{name} = "{value}"\n' for name, value in traits.items())


def _account(login: Login) -> str:
    return (
        f'[[accounts]]\nwhitelabel = "{login.whitelabel}"\nid = "{login.username}"\n'
        f'username = "{login.username}"\ncurrency = "{login.brand.currency}"\n'
    )
