"""The workers of a world: an acting one and a standby, each the real program in a process of its own."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import PairguardError
from bot.practice.worker_process import BrowserChoice, start_worker, until_ready
from tests.chaos import processes

_SIZE = 2


@dataclass(eq=False)
class Hand:
    """One worker process."""

    process: asyncio.subprocess.Process
    log: Path
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    is_stopped: bool = False
    is_killed: bool = False
    readiness: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        """The process id, which is part of the worker's name in the ledger."""
        return self.process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process exists, also while it is stopped by a signal."""
        return not self.is_killed and self.process.returncode is None

    def kill(self) -> None:
        """Kill the worker with SIGKILL, but none of the processes it started."""
        if self.is_alive:
            self.is_killed = True
            self.process.kill()

    def pause(self) -> None:
        """Stop the worker with SIGSTOP, as a frozen machine would; its browser keeps running."""
        self.is_stopped = True
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let a paused worker continue."""
        self.is_stopped = False
        if self.is_alive:
            self.process.send_signal(signal.SIGCONT)

    async def watch_readiness(self) -> None:
        """Set ``ready`` once the worker takes pairs; a standby may do so late."""
        while self.is_alive and not self.ready.is_set():
            with suppress(PairguardError):
                await until_ready(self.process, self.log)
                self.ready.set()


class Crew:
    """Keeps two workers running."""

    def __init__(self, config: Path, logs: Path, secrets: Mapping[str, str]) -> None:
        self.hands: list[Hand] = []
        self._config = config
        self._logs = logs
        self._secrets = secrets
        self._started = 0

    async def replenish(self) -> None:
        """Start workers until there are two."""
        self.hands = [hand for hand in self.hands if hand.is_alive]
        while len(self.hands) < _SIZE:
            self.hands.append(await self._start())

    def with_pid(self, pid: int | None) -> Hand | None:
        """Return the worker with a process id."""
        return next((hand for hand in self.hands if hand.pid == pid and hand.is_alive), None)

    async def dismiss(self, *hands: Hand) -> None:
        """Kill workers and all their descendants."""
        below = [pid for hand in hands for pid in processes.descendants(hand.pid)]
        for hand in hands:
            hand.kill()
            if hand.readiness is not None:
                hand.readiness.cancel()
        processes.kill(below)
        for hand in hands:
            await hand.process.wait()
        self.hands = [hand for hand in self.hands if hand not in hands]

    async def dismiss_all(self) -> None:
        """Kill every worker and all descendants."""
        await self.dismiss(*self.hands)

    async def _start(self) -> Hand:
        self._started += 1
        log = self._logs / f"worker-{self._started:03}.log"
        process = await start_worker(self._config, log, self._secrets, BrowserChoice())
        hand = Hand(process, log)
        hand.readiness = asyncio.create_task(hand.watch_readiness(), name=f"readiness of {process.pid}")
        return hand
