"""The worker as a process of its own: the same program that a user runs."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.errors import PairguardError, PartMissing

_PART_MISSING = 3
_READY_LIMIT_S = 60
_STOP_LIMIT_S = 20


@dataclass(frozen=True, slots=True)
class BrowserChoice:
    """Whether the browser is shown, and how long it pauses at each step."""

    headed: bool = False
    slow_mo_ms: int = 0

    def arguments(self) -> list[str]:
        """Return the options of ``pairguard run``."""
        return [*(["--headed"] if self.headed else []), "--slow-mo", str(self.slow_mo_ms)]


class WorkerDied(PairguardError):
    """The worker ended although nobody asked it to."""


@asynccontextmanager
async def running_worker(
    config: Path, log: Path, secrets: Mapping[str, str], browser: BrowserChoice
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run ``pairguard run`` until it is ready, and stop it in the end: in good order, or at once after an error.

    Secrets reach it by its environment only. Raises PartMissing or WorkerDied, which quote its last words.
    """
    worker = await start_worker(config, log, secrets, browser)
    try:
        await until_ready(worker, log)
        yield worker
    except BaseException:
        _hurry(worker)
        raise
    finally:
        await stop_worker(worker)


async def start_worker(
    config: Path, log: Path, secrets: Mapping[str, str], browser: BrowserChoice
) -> asyncio.subprocess.Process:
    """Start ``pairguard run``; its errors are added to the log."""
    with log.open("ab") as errors:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run", "--json", "--config", str(config), *browser.arguments()),
            env=os.environ | secrets,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,  # Ctrl-C goes to the parent process, which then stops the worker in good order
        )


async def worker_ended(worker: asyncio.subprocess.Process, log: Path) -> None:
    """Wait for as long as the worker runs; raises WorkerDied or PartMissing when it ends."""
    await worker.wait()
    raise _as_error(worker.returncode, log)


async def until_ready(worker: asyncio.subprocess.Process, log: Path) -> None:
    """Wait until a worker takes pairs; raises PartMissing or WorkerDied, which quote its last words."""
    if worker.stdout is None:
        raise WorkerDied("the worker's output is not connected")
    try:
        async with asyncio.timeout(_READY_LIMIT_S):
            async for line in worker.stdout:
                if _says_ready(line):
                    return
            await worker.wait()
    except TimeoutError:
        raise WorkerDied(f"the worker was not ready after {_READY_LIMIT_S} s; its log is {log}") from None
    raise _as_error(worker.returncode, log)


def _says_ready(line: bytes) -> bool:
    try:
        said = json.loads(line)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("ready") is True


def _as_error(status: int | None, log: Path) -> PairguardError:
    kind = PartMissing if status == _PART_MISSING else WorkerDied
    return kind(f"the worker ended (status {status}): {_last_words(log)}; its log is {log}")


def _last_words(log: Path) -> str:
    lines = [line for line in log.read_text("utf-8", errors="replace").splitlines() if line.strip()]
    try:
        return str(json.loads(lines[-1])["message"])
    except (LookupError, TypeError, ValueError):
        return lines[-1] if lines else "it said nothing"


def _hurry(worker: asyncio.subprocess.Process) -> None:
    if worker.returncode is None:
        worker.send_signal(signal.SIGINT)  # with the SIGTERM that follows: stop at once, whatever is in hand


async def stop_worker(worker: asyncio.subprocess.Process) -> None:
    """Ask a worker to stop, and end it when it does not."""
    if worker.returncode is not None:
        return
    worker.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(_STOP_LIMIT_S):
            await worker.wait()
    except TimeoutError:
        worker.kill()
        await worker.wait()
