"""A simulated worker process, which can die, freeze or lose a message at every call to the outside."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar, cast

Port = TypeVar("Port")


class Fault(Enum):
    """What happens to a worker at one of its calls. Before: the call is never made. After: its reply is never read."""

    CRASH_BEFORE = "crash before"
    CRASH_AFTER = "crash after"
    PAUSE_BEFORE = "pause before"
    PAUSE_AFTER = "pause after"
    REQUEST_LOST = "request lost"
    REPLY_LOST = "reply lost"


_BEFORE = frozenset({Fault.CRASH_BEFORE, Fault.PAUSE_BEFORE})
_PAUSES = frozenset({Fault.PAUSE_BEFORE, Fault.PAUSE_AFTER})


@dataclass(frozen=True, slots=True)
class Injection:
    """A fault at a worker's n-th call, and for a pause its length."""

    at_call: int
    fault: Fault
    pause_s: float = 60

    def __str__(self) -> str:
        length = f" for {self.pause_s} s" if self.fault in _PAUSES else ""
        return f"{self.fault.value} call {self.at_call}{length}"


class Process:
    """Stands between one worker and everything outside of it.

    A crash cannot be caught: the calls of a dead process never return, so nothing after them is executed, not even
    ``finally``. A paused process blocks at every call and then continues as if nothing had happened.
    """

    def __init__(self, name: str, injection: Injection | None, latency_s: Callable[[], float] | None = None) -> None:
        self.name = name
        self.calls = 0
        self.is_dead = False
        self.stopped_at: float | None = None
        self.on_call: Callable[[str], None] = lambda _: None
        self.on_return: Callable[[int], None] = lambda _: None
        self.on_fault: Callable[[], None] = lambda: None
        self._injection = injection
        self._latency_s = latency_s
        self._loop = asyncio.get_running_loop()
        self._runs_since = self._loop.time()
        self._goes_on = asyncio.Event()
        self._goes_on.set()
        self._is_over = False
        self._unanswered: dict[object, float] = {}

    @property
    def is_running(self) -> bool:
        """Whether the process is neither dead nor paused."""
        return self.stopped_at is None

    @property
    def ran_for_s(self) -> float:
        """For how long the process has run without a pause; 0 if it does not run."""
        return self._loop.time() - self._runs_since if self.is_running else 0

    def hangs(self, for_s: float) -> bool:
        """Return whether a call of the running process has been unanswered for that long."""
        now = self._loop.time()
        return self.is_running and any(now - since >= for_s for since in self._unanswered.values())

    def kill(self) -> None:
        """Kill the process: none of its code ever runs again."""
        if not self.is_dead:
            self.is_dead = True
            self._stop()

    def pause(self, seconds: float) -> None:
        """Pause the process for a time."""
        if self.is_running:
            self._stop()
            self._loop.call_later(seconds, self._go_on)

    def end(self) -> None:
        """End the history: cancel every call that still waits here."""
        self._is_over = True
        self._goes_on.set()

    async def call(self, name: str, operation: Callable[[], Awaitable[Any]], lost: Callable[[], Exception]) -> Any:
        """Make one call of the worker to the outside, with the fault injected at it."""
        await self._gate()
        self.calls += 1
        number = self.calls
        self.on_call(name)
        injection = self._injection if self._injection and self._injection.at_call == number else None
        if injection is not None and injection.fault in _BEFORE:
            self._strike(injection)
        await self._gate()
        if injection is not None and injection.fault is Fault.REQUEST_LOST:
            raise lost()
        await self._travel()
        question = object()
        self._unanswered[question] = self._loop.time()
        try:
            result = await operation()
        finally:
            del self._unanswered[question]
            self.on_return(number)
            if injection is not None and injection.fault not in _BEFORE:
                self._strike(injection)
            await self._gate()
        await self._travel()
        if injection is not None and injection.fault is Fault.REPLY_LOST:
            raise lost()
        return result

    async def _travel(self) -> None:
        if self._latency_s is not None:
            await asyncio.sleep(self._latency_s())
            await self._gate()

    async def _gate(self) -> None:
        if not self._goes_on.is_set():
            await self._goes_on.wait()
        if self._is_over:
            raise asyncio.CancelledError

    def _strike(self, injection: Injection) -> None:
        if injection.fault in (Fault.CRASH_BEFORE, Fault.CRASH_AFTER):
            self.kill()
        elif injection.fault in _PAUSES:
            self.pause(injection.pause_s)

    def _stop(self) -> None:
        if self.is_running:
            self.stopped_at = self._loop.time()
        self._goes_on.clear()
        self.on_fault()

    def _go_on(self) -> None:
        if not self.is_dead:
            self.stopped_at = None
            self._runs_since = self._loop.time()
            self._goes_on.set()


def seen_through(process: Process, name: str, port: Port, lost: Callable[[str], Exception]) -> Port:
    """Return a port whose asynchronous methods all go through a process; ``lost`` makes the error of a lost call."""
    return cast("Port", _Passage(process, name, port, lost))


class _Passage:
    def __init__(self, process: Process, name: str, port: object, lost: Callable[[str], Exception]) -> None:
        self._process, self._name, self._port, self._lost = process, name, port, lost

    def __getattr__(self, method: str) -> Any:
        attribute = getattr(self._port, method)
        if not inspect.iscoroutinefunction(attribute):
            return attribute
        name = f"{self._name}.{method}"

        async def through(*args: Any, **named: Any) -> Any:
            return await self._process.call(name, lambda: attribute(*args, **named), lambda: self._lost(method))

        setattr(self, method, through)
        return through
