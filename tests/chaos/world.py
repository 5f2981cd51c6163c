"""Everything that a history needs: practice sites, receiver, Redis behind its proxy, and two workers."""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from bot.adapters.bullmq_jobs import BullMqQueue
from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_reader import RedisReader
from bot.config import Settings
from bot.errors import LedgerUnavailable
from bot.practice.configuration import configuration, forget_own_configuration
from bot.practice.control_client import Control
from bot.practice.logins import Login, made_up_logins
from bot.practice.running_sites import open_practice_sites
from bot.practice.sites.brands import ASIAN, EUROPEAN, VIETNAMESE, Brand
from bot.practice.sites.receiver import Receiver
from bot.practice.sites.servers import PracticeSites
from tests.chaos.crew import Crew, Hand
from tests.chaos.plan import LEASE_S
from tests.chaos.redis_proxy import RedisProxy
from tests.chaos.redis_server import MortalRedis

_Found = TypeVar("_Found")
_LOOK_EVERY_S = 0.03
_START_LIMIT_S = 180
_ACCOUNTS_OF_EACH_BRAND = 2
_BRANDS = (EUROPEAN.name, ASIAN.name, VIETNAMESE.name)
_ACCOUNTS = tuple((brand, f"{brand[0]}{n}") for brand in _BRANDS for n in range(1, _ACCOUNTS_OF_EACH_BRAND + 1))
_QUEUE = "bet-pairs"
AS_USERS_HAVE_IT = """
mode = "live"  # the practice sites take no real money
data_dir = "data"

[redis]
url = "{redis}"

[webhook]
url = "{webhook}"
"""
SHORT = f"""{AS_USERS_HAVE_IT}
[timing]  # short, so that a history is short; lock_s stays as users have it, since no successor may wait for it
cooldown_s = 1
lease_s = {LEASE_S}
answer_s = 2
acceptance_wait_s = 2

[risk]
exposures_in_a_row = 1000  # results are drawn, and many pairs end as one
emergencies_per_hour = 1000

[settlement]
interval_s = 1
"""


class WorldStuck(Exception):
    """Raised when a part of the world does not start, so that the program in it cannot be judged."""


@dataclass(frozen=True, slots=True)
class World:
    """The parts of a history, to use and to inspect. The ledger is read without the proxy."""

    folder: Path
    settings: Settings
    practice_sites: PracticeSites
    control: Control
    receiver: Receiver
    redis: MortalRedis
    proxy: RedisProxy
    connection: RedisConnection
    view: RedisReader
    queue: BullMqQueue
    crew: Crew
    in_use: set[str] = field(default_factory=set)

    async def acting_hand(self) -> Hand | None:
        """Return the worker that holds the leases, or None."""
        names = [f"lease:{account}" for account in self.settings.account_currencies]
        leases = await self.connection.ask(self.connection.client.mget(names))
        pids = {int(lease.split()[0].split(".")[-2]) for lease in leases if lease}
        return self.crew.with_pid(pids.pop()) if len(pids) == 1 else None

    async def in_order(self) -> None:
        """Bring the world back to one acting worker and one standby; raises WorldStuck."""
        await self.crew.replenish()
        await until(self._somebody_acts, _START_LIMIT_S, "no worker takes the leases")
        acting = await self.acting_hand()
        await self.crew.dismiss(*(hand for hand in self.crew.hands if hand is not acting and hand.ready.is_set()))
        await self.crew.replenish()
        await self.connection.ask(self.connection.client.delete("halts"))
        for site in self.practice_sites.sites:
            await self.control.clear_faults(site)

    async def take_account(self, brand: Brand) -> str:
        """Wait for an account of a brand that may bet and that no other history uses; raises WorldStuck."""
        names = [name for of_brand, name in _ACCOUNTS if of_brand == brand.name]

        async def found() -> str | None:
            for name in names:
                if await self._may_bet(f"{brand.name}:{brand.site}:{name}") and name not in self.in_use:
                    self.in_use.add(name)
                    return name
            return None

        return await until(found, _START_LIMIT_S, f"no account of {brand.name} may bet")

    async def _may_bet(self, account: str) -> bool:
        keys = [f"cooldown:{account}", f"busy:{account}", f"unresolved:{account}"]
        return not await self.connection.ask(self.connection.client.exists(*keys))

    async def _somebody_acts(self) -> bool:
        await self.crew.replenish()
        acting = await self.acting_hand()
        return acting is not None and acting.ready.is_set()


async def until(look: Callable[[], Awaitable[_Found | None]], limit_s: float, otherwise: str) -> _Found:
    """Poll ``look`` until it returns something, and return it; raises WorldStuck with the text ``otherwise``."""
    try:
        async with asyncio.timeout(limit_s):
            while True:
                with suppress(LedgerUnavailable):
                    if found := await look():
                        return found
                await asyncio.sleep(_LOOK_EVERY_S)
    except TimeoutError:
        raise WorldStuck(f"{otherwise} within {limit_s:g} s") from None


@asynccontextmanager
async def raised_world(folder: Path, settings: str = SHORT) -> AsyncIterator[World]:
    """Start every part in a folder, and stop all of them at the end; raises WorldStuck."""
    forget_own_configuration()
    await asyncio.to_thread(folder.mkdir, parents=True)
    async with AsyncExitStack() as parts:
        world = await _built(folder, settings, parts)
        parts.push_async_callback(world.crew.dismiss_all)
        await world.in_order()
        yield world


async def _built(folder: Path, template: str, parts: AsyncExitStack) -> World:
    practice_sites = await parts.enter_async_context(open_practice_sites(folder / "bookmakers"))
    control = await parts.enter_async_context(Control.connected(practice_sites.addresses.control))
    logins = made_up_logins(_ACCOUNTS)
    for login in logins:
        await control.open_account(login)
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    receiver = await Receiver.start(secret)
    parts.push_async_callback(receiver.stop)
    redis, proxy = await _ledger(folder, parts)
    config = folder / "pairguard.toml"
    settings = template.format(redis=proxy.url, webhook=receiver.url)
    await asyncio.to_thread(config.write_text, configuration(practice_sites.addresses, logins, settings), "utf-8")
    connection = RedisConnection(redis.url)
    parts.push_async_callback(connection.close)
    queue = BullMqQueue(redis.url, _QUEUE)
    parts.push_async_callback(queue.close)
    return World(
        folder=folder,
        settings=Settings.load(config),
        practice_sites=practice_sites,
        control=control,
        receiver=receiver,
        redis=redis,
        proxy=proxy,
        connection=connection,
        view=RedisReader(connection),
        queue=queue,
        crew=Crew(config, folder, _environment(logins, secret)),
    )


async def _ledger(folder: Path, parts: AsyncExitStack) -> tuple[MortalRedis, RedisProxy]:
    redis = MortalRedis(folder / "redis")
    parts.push_async_callback(redis.stop)
    await redis.start()
    proxy = RedisProxy(redis.url)
    parts.push_async_callback(proxy.stop)
    await proxy.start()
    return redis, proxy


def _environment(logins: tuple[Login, ...], webhook_secret: str) -> dict[str, str]:
    passwords = {login.variable: login.password.get_secret_value() for login in logins}
    return passwords | {"PAIRGUARD_WEBHOOK_SECRET": webhook_secret}
