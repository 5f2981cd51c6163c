"""A proxy between worker and Redis that one ledger script can trigger, before it runs or before its answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from urllib.parse import unquote

_CHUNK_BYTES = 65_536
_NOT_CACHED = b"-NOSCRIPT"
_CHANGE_MARK = b'"audit"'


class Phase(Enum):
    """When a tripwire triggers: when a script is requested, or when it has run and its answer is on its way."""

    ASKED = auto()
    DONE = auto()


class Fate(Enum):
    """What happens to the held message after the tripwire's action."""

    PASSED_ON = auto()
    LOST = auto()


@dataclass(frozen=True, slots=True)
class LedgerChange:
    """A change of a pair that a script writes, named as in the audit: ``received``, ``positive:submitted`` …"""

    pair: str
    what: str


@dataclass(slots=True)
class Tripwire:
    """Runs an action once, while the first matching script is held; ``sprung`` is set afterwards."""

    pair: str
    what: str
    phase: Phase
    action: Callable[[], Awaitable[Fate]]
    sprung: asyncio.Event = field(default_factory=asyncio.Event)

    def waits_for(self, change: LedgerChange, phase: Phase) -> bool:
        """Return whether this is the moment to trigger."""
        is_it = change.pair == self.pair and self.what in change.what.split() and phase is self.phase
        return is_it and not self.sprung.is_set()


class CommandReader:
    """Splits a client's byte stream into Redis commands."""

    def __init__(self, stream: asyncio.StreamReader) -> None:
        self._stream = stream

    async def next(self) -> tuple[bytes, list[bytes]]:
        """Return the next command as received and its parts; raises IncompleteReadError at the end."""
        head = await self._stream.readuntil(b"\r\n")
        if not head.startswith(b"*"):
            return head, head.split()
        raw, parts = [head], []
        for _ in range(int(head[1:])):
            size = await self._stream.readuntil(b"\r\n")
            part = await self._stream.readexactly(int(size[1:]) + 2)
            raw += [size, part]
            parts.append(part[:-2])
        return b"".join(raw), parts


def change_asked_for(parts: list[bytes]) -> LedgerChange | None:
    """Return the change of a pair that a command asks for, both if it asks for two, None for any other command."""
    if parts[0].upper() not in (b"EVAL", b"EVALSHA") or _CHANGE_MARK not in parts[-1]:
        return None
    try:
        request = json.loads(parts[-1])
        steps = [request["commit"], request["submit"]] if "submit" in request else [request]
        return LedgerChange(steps[0]["pair"], " ".join(step["audit"]["what"] for step in steps))
    except (ValueError, LookupError, TypeError):
        return None


class RedisProxy:
    """Passes everything on, except what a tripwire holds.

    While Redis is down, connections are closed as soon as they are made. While the proxy ``is_dead``, every new one is
    silent.
    """

    def __init__(self, redis_url: str) -> None:
        self.url = ""
        self.tripwires: list[Tripwire] = []
        self.changes: list[LedgerChange] = []
        self._upstream = Path(unquote(redis_url.removeprefix("unix://")))
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._loses_next = False
        self._open: set[_Connection] = set()
        self.is_dead = False

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", limit=2**24)
        self.url = f"redis://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def fall_silent(self) -> None:
        """Keep every connection that is open, but pass nothing on: what a lost NAT entry or a dead proxy looks like."""
        for connection in self._open:
            connection.is_silent = True

    def lose_next_answer(self) -> None:
        """Cut the connection of the next answer instead of passing it on, for any command."""
        self._loses_next = True

    def loses(self) -> bool:
        """Return, once, whether the current answer is the one to lose."""
        loses, self._loses_next = self._loses_next, False
        return loses

    async def stop(self) -> None:
        """Cut every connection and stop listening."""
        if self._server is not None:
            self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            upstream = await asyncio.open_unix_connection(self._upstream)
            connection = _Connection(self, CommandReader(reader), writer, *upstream)
            connection.is_silent = self.is_dead
            self._open.add(connection)
            try:
                await connection.run()
            finally:
                self._open.discard(connection)
        except OSError:
            pass  # Redis is down
        except asyncio.CancelledError:
            pass  # the proxy stops
        finally:
            self._connections.discard(task)
            writer.transport.abort()


class _Connection:
    def __init__(
        self,
        proxy: RedisProxy,
        commands: CommandReader,
        client: asyncio.StreamWriter,
        redis: asyncio.StreamReader,
        to_redis: asyncio.StreamWriter,
    ) -> None:
        self._proxy = proxy
        self._commands = commands
        self._client = client
        self._redis = redis
        self._to_redis = to_redis
        self._awaiting: LedgerChange | None = None
        self.is_silent = False

    async def run(self) -> None:
        pumps = {asyncio.create_task(self._pass_commands()), asyncio.create_task(self._pass_answers())}
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._to_redis.transport.abort()
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)

    async def _pass_commands(self) -> None:
        with suppress(asyncio.IncompleteReadError, OSError):
            while True:
                raw, parts = await self._commands.next()
                change = None if self.is_silent else change_asked_for(parts)
                if change is not None and await self._fate_of(change, Phase.ASKED) is Fate.LOST:
                    return
                if self.is_silent:  # by now: the tripwire may have silenced it
                    continue
                self._awaiting = change
                self._to_redis.write(raw)
                await self._to_redis.drain()

    async def _pass_answers(self) -> None:
        with suppress(OSError):
            while answer := await self._redis.read(_CHUNK_BYTES):
                if self._proxy.loses():
                    return
                change, self._awaiting = self._awaiting, None
                if change is not None and not self.is_silent and not answer.startswith(_NOT_CACHED):
                    self._proxy.changes.append(change)
                    if await self._fate_of(change, Phase.DONE) is Fate.LOST:
                        return
                if self.is_silent:
                    continue
                self._client.write(answer)
                await self._client.drain()

    async def _fate_of(self, change: LedgerChange, phase: Phase) -> Fate:
        for tripwire in self._proxy.tripwires:
            if tripwire.waits_for(change, phase):
                tripwire.sprung.set()
                return await tripwire.action()
        return Fate.PASSED_ON
