"""Checkouts of the project that bet: a worker runs from each, in the way in which users run it.

A second checkout may be at another commit, with its modules in other places. It is therefore driven only by what stays
from commit to commit: the command ``run``, the configuration file, and the queue.
"""

from __future__ import annotations

import os
import subprocess
import sys
from asyncio.subprocess import Process, create_subprocess_exec
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from bot.practice.worker_process import stop_worker, until_ready

_PARTS = ("bot/__main__.py", "providers/__init__.py", "requirements.lock")
_DIVERTING = ("PYTHONPATH", "PYTHONSAFEPATH")
"""Variables that could lead Python to the code of another folder."""
_LAST_WORDS = 3


class NotACheckout(Exception):
    """A folder does not hold the project's source."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """A folder with the project's source."""

    folder: Path

    @classmethod
    def at(cls, folder: Path) -> Checkout:
        """Return the checkout in a folder; raises NotACheckout, which names the folder and what it lacks."""
        if not folder.is_dir():
            raise NotACheckout(f"{folder} is no checkout of Pairguard: there is no such folder")
        if missing := [part for part in _PARTS if not (folder / part).is_file()]:
            raise NotACheckout(f"{folder} is no checkout of Pairguard: it has no {' and no '.join(missing)}")
        return cls(folder.resolve())

    @property
    def python(self) -> str:
        """The interpreter: this run's, or that of the folder's ``.venv`` where the folder locks other packages."""
        own = self.folder / ".venv" / "bin" / "python"
        return str(own) if own.is_file() and self._locked() != THIS._locked() else sys.executable

    def _locked(self) -> bytes:
        return (self.folder / "requirements.lock").read_bytes()


THIS = Checkout(Path(__file__).resolve().parents[3])
"""The checkout to which the bench belongs."""


@dataclass(frozen=True, slots=True)
class WorkerProcess:
    """A worker that runs from a checkout."""

    checkout: Checkout
    process: Process
    log: Path

    def give_up(self, problem: str) -> NoReturn:
        """End the bench with what went wrong and the last lines of the worker's log."""
        said = self.log.read_text("utf-8", errors="replace").splitlines()[-_LAST_WORDS:]
        raise SystemExit("\n".join([f"the worker from {self.checkout.folder} {problem}", *said]))


@asynccontextmanager
async def worker_process(
    checkout: Checkout, config: Path, log: Path, secrets: Mapping[str, str]
) -> AsyncIterator[WorkerProcess]:
    """Run a worker of a checkout's own code, given when it is ready; raises WorkerDied or PartMissing."""
    process = await _started(checkout, config, log, secrets)
    try:
        await until_ready(process, log)
        yield WorkerProcess(checkout, process, log)
    finally:
        await stop_worker(process)


async def _started(checkout: Checkout, config: Path, log: Path, secrets: Mapping[str, str]) -> Process:
    environment = {name: value for name, value in os.environ.items() if name not in _DIVERTING}
    with log.open("ab") as errors:
        # With -m Python looks into the working folder first, before an installed copy of the project.
        return await create_subprocess_exec(
            *(checkout.python, "-m", "bot", "run", "--json", "--config", str(config)),
            cwd=checkout.folder,
            env={**environment, **secrets},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
