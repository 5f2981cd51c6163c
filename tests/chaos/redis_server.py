"""A real Redis that can be killed and restarted with its data."""

from __future__ import annotations

import os
import signal
from contextlib import AsyncExitStack
from pathlib import Path

from bot.adapters.embedded_redis import embedded_redis


class MortalRedis:
    """The redis-server of one folder. ``url`` is its private Unix socket."""

    def __init__(self, folder: Path) -> None:
        self.url = ""
        self._folder = folder
        self._uses = AsyncExitStack()

    async def start(self) -> None:
        """Start the server, or restart it after a kill; its append-only file is kept."""
        self.url = await self._uses.enter_async_context(embedded_redis(self._folder))

    def kill(self) -> None:
        """Kill the server with SIGKILL."""
        os.kill(int((self._folder / "redis.pid").read_text()), signal.SIGKILL)

    async def stop(self) -> None:
        """Shut the server down."""
        await self._uses.aclose()
