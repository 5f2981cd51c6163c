"""What a soak runs on: practice sites in a process of their own, a Redis, a webhook receiver, and one worker."""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.adapters.bullmq_jobs import BullMqQueue
from bot.adapters.embedded_redis import embedded_redis
from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_reader import RedisReader
from bot.practice.configuration import configuration, forget_own_configuration
from bot.practice.control_client import Control
from bot.practice.logins import made_up_logins
from bot.practice.sites.receiver import Receiver
from bot.practice.sites.servers import Addresses
from bot.practice.worker_process import BrowserChoice, running_worker
from tests.bookmakers import bookmakers_process
from tests.chaos.soak.pairs import BRANDS

ACCOUNTS_OF_EACH_BRAND = 4
ACCOUNTS = tuple((brand.name, f"{brand.name[0]}{n}") for brand in BRANDS for n in range(1, ACCOUNTS_OF_EACH_BRAND + 1))
_QUEUE = "bet-pairs"
_SETTINGS = """
mode = "live"  # the practice sites take no real money
data_dir = "data"

[redis]
url = "{redis}"

[webhook]
url = "{webhook}"

[timing]
cooldown_s = 3  # with the default 60 s, full rate would need a hundred accounts

[risk]
exposures_in_a_row = 1000  # results are drawn, and many pairs end as one
emergencies_per_hour = 1000

[settlement]
interval_s = 2
slow_interval_s = 120  # a fifth of the default: one hour's settled tickets mean as many reads as five hours'
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """The parts of a soak that can be used and inspected."""

    folder: Path
    control: Control
    receiver: Receiver
    connection: RedisConnection
    view: RedisReader
    queue: BullMqQueue
    worker: asyncio.subprocess.Process

    @property
    def worker_log(self) -> Path:
        """The file of the worker's standard error."""
        return _log(self.folder)


@asynccontextmanager
async def raised_stage(folder: Path) -> AsyncIterator[Stage]:
    """Start all parts in a folder, and stop all of them at the end; raises PartMissing and WorkerDied."""
    forget_own_configuration()
    logins = made_up_logins(ACCOUNTS)
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    async with AsyncExitStack() as parts:
        sites = await parts.enter_async_context(bookmakers_process(folder / "bookmakers"))
        control = await parts.enter_async_context(Control.connected(sites["control"]))
        for login in logins:
            await control.open_account(login)
        receiver = await Receiver.start(secret)
        parts.push_async_callback(receiver.stop)
        url = await parts.enter_async_context(embedded_redis(folder / "redis"))
        connection, queue = RedisConnection(url), BullMqQueue(url, _QUEUE)
        parts.push_async_callback(connection.close)
        parts.push_async_callback(queue.close)
        config = folder / "pairguard.toml"
        text = configuration(_addresses(sites), logins, _SETTINGS.format(redis=url, webhook=receiver.url))
        await asyncio.to_thread(config.write_text, text, "utf-8")
        environment = {login.variable: login.password.get_secret_value() for login in logins}
        environment["PAIRGUARD_WEBHOOK_SECRET"] = secret
        worker = await parts.enter_async_context(running_worker(config, _log(folder), environment, BrowserChoice()))
        yield Stage(folder, control, receiver, connection, RedisReader(connection), queue, worker)


def _addresses(sites: dict[str, str]) -> Addresses:
    named = {name: address for name, address in sites.items() if name != "harbourline"}
    return Addresses(harbour=sites["harbourline"], lotus_view="", **named)


def _log(folder: Path) -> Path:
    return folder / "worker.log"
