"""What SIGTERM and Ctrl-C do to commands that run on."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Any

import typer

from bot.cli.errors import PROMISE_MISSED

_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def stop_event() -> asyncio.Event:
    """Return an event that the next stop signal sets."""
    stopped = asyncio.Event()
    _on_stop_signal(stopped.set)
    return stopped


def cancel_on_stop() -> None:
    """Let the next stop signal cancel the task that calls this; one more ends the process."""
    task = asyncio.current_task()
    if task is not None:
        _on_stop_signal(lambda: _at_once(task))


async def until_stopped(work: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    """Do work that is told by an event to come to its end, at the first stop signal.

    A second signal cancels the work, and then ``typer.Exit`` with status 1 is raised; a third ends the process.
    """
    stop = asyncio.Event()
    working = asyncio.create_task(work(stop), name="work")

    def on_signal() -> None:
        if stop.is_set():
            _at_once(working)
        else:
            typer.echo("Stopping: no new pair; what is in hand is finished. Again to stop at once.", err=True)
            stop.set()

    _on_stop_signal(on_signal)
    try:
        await working
    except asyncio.CancelledError:
        typer.echo("Stopped at once; what was in hand is taken up at the next start.", err=True)
        raise typer.Exit(PROMISE_MISSED) from None


def _on_stop_signal(react: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in _STOP_SIGNALS:
        loop.add_signal_handler(number, react)


def _at_once(task: asyncio.Task[Any]) -> None:
    loop = asyncio.get_running_loop()
    for number in _STOP_SIGNALS:  # one more signal ends the process, whatever it is doing
        loop.remove_signal_handler(number)
    task.cancel()
