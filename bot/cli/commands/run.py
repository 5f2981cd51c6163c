"""pairguard run: the worker."""

from __future__ import annotations

import asyncio

import typer

from bot.bootstrap.worker import run_worker
from bot.cli.options import DEFAULT_CONFIG, AsJson, ConfigFile, Headed, SlowMo
from bot.cli.output import print_json
from bot.cli.signals import until_stopped
from bot.config import Settings


def run(
    config: ConfigFile = DEFAULT_CONFIG,
    headed: Headed = False,
    slow_mo_ms: SlowMo = 0,
    as_json: AsJson = False,
) -> None:
    """Take pairs from the queue, place them, and watch them until the money adds up.

    Ctrl-C or SIGTERM: no new pair, finish what is in hand, stop. A second one stops at once; what was in hand
    is taken up at the next start.
    """
    settings = Settings.load(config)

    def tell_ready() -> None:
        ready = {"ready": True, "mode": settings.mode, "queue": settings.queue_name}
        if as_json:
            print_json(ready)
        else:
            accounts = f"{len(settings.accounts)} account{'s' if len(settings.accounts) != 1 else ''}"
            typer.echo(f"Ready: {settings.mode} mode, queue {settings.queue_name}, {accounts}. Ctrl-C stops.")

    async def work(stop: asyncio.Event) -> None:
        await run_worker(settings, headed=headed, slow_mo_ms=slow_mo_ms, stop=stop, on_ready=tell_ready)

    asyncio.run(until_stopped(work))
