"""Everything that the demonstration runs on: practice bookmakers, a webhook receiver, a Redis, a worker."""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.bootstrap.ledger import open_reader
from bot.bootstrap.queue import open_queue
from bot.config import Settings
from bot.domain.pair import Role
from bot.ports.jobs import JobQueue
from bot.ports.reader import LedgerReader
from bot.practice.configuration import configuration, forget_own_configuration
from bot.practice.control_client import Control
from bot.practice.demo.story import Side, Story
from bot.practice.logins import Login, made_up_logins
from bot.practice.running_sites import open_practice_sites
from bot.practice.sites.receiver import Receiver
from bot.practice.sites.servers import Addresses
from bot.practice.worker_process import BrowserChoice, running_worker

_SECRET_VARIABLE = "PAIRGUARD_WEBHOOK_SECRET"  # noqa: S105 - a variable's name
_SECRET_BYTES = 32
_SETTINGS = """
# Written by `pairguard demo`. The addresses hold only while it runs (keep it with --keep).
mode = "live"  # the practice sites know no real money
data_dir = "data"

[webhook]
url = "{webhook}"

[risk]
exposures_in_a_row = 1000  # three of the stories end as one
emergencies_per_hour = 1000

[settlement]
interval_s = 1  # a real bookmaker would be asked every 5 s
"""


@dataclass(frozen=True, slots=True)
class Folder:
    """Where a demonstration keeps what it makes."""

    root: Path

    @property
    def config(self) -> Path:
        """The configuration that it wrote."""
        return self.root / "pairguard.toml"

    @property
    def worker_log(self) -> Path:
        """What the worker said on standard error."""
        return self.root / "worker.log"

    @property
    def bookmakers(self) -> Path:
        """The bookmakers' own ledgers."""
        return self.root / "bookmakers"

    @property
    def evidence(self) -> Path:
        """The pages kept as evidence."""
        return self.root / "data" / "evidence"


@dataclass(frozen=True, slots=True)
class Stage:
    """What plays and what can be looked at."""

    folder: Folder
    addresses: Addresses
    control: Control
    receiver: Receiver
    view: LedgerReader
    queue: JobQueue
    worker: asyncio.subprocess.Process
    logins: tuple[Login, ...]


@asynccontextmanager
async def raised_stage(
    folder: Folder, stories: Sequence[Story], sides: Sequence[Side], browser: BrowserChoice
) -> AsyncIterator[Stage]:
    """Start all parts, offer the matches, order the refusals; stop all parts in the end.

    Raises PartMissing for a part that is not on this machine. Variables ``PAIRGUARD_…`` are taken out of this
    process' environment first, so that they cannot lead the demonstration to somebody's real ledger.
    """
    forget_own_configuration()
    logins = made_up_logins(sorted({(side.brand.name, side.username) for side in sides}))
    webhook_secret = "whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
    async with AsyncExitStack() as parts:
        practice_sites = await parts.enter_async_context(open_practice_sites(folder.bookmakers))
        control = await parts.enter_async_context(Control.connected(practice_sites.addresses.control))
        await _furnish(control, logins, stories)
        receiver = await Receiver.start(webhook_secret)
        parts.push_async_callback(receiver.stop)
        text = configuration(practice_sites.addresses, logins, _SETTINGS.format(webhook=receiver.url))
        await asyncio.to_thread(folder.config.write_text, text, "utf-8")
        settings = Settings.load(folder.config)
        view = await parts.enter_async_context(open_reader(settings))
        queue = await parts.enter_async_context(open_queue(settings))
        environment = {login.variable: login.password.get_secret_value() for login in logins}
        worker = await parts.enter_async_context(
            running_worker(folder.config, folder.worker_log, environment | {_SECRET_VARIABLE: webhook_secret}, browser)
        )
        yield Stage(folder, practice_sites.addresses, control, receiver, view, queue, worker, logins)


async def _furnish(control: Control, logins: Sequence[Login], stories: Sequence[Story]) -> None:
    for login in logins:
        await control.open_account(login)
    for story in stories:
        for role in Role:
            await control.add_event(story.side(role).brand.site, story.offer(role))
        if story.refusal is not None:
            await _order_refusal(control, story)


async def _order_refusal(control: Control, story: Story) -> None:
    if story.refusal is None:
        return
    role, order = story.refusal.role, {"kind": "reject", "reason": story.refusal.reason, "times": story.refusal.times}
    side = story.side(role)
    where = {"username": side.username, "selection": story.selection_id(role)}
    await control.order_fault(side.brand.site, order | where)
