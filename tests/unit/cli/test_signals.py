from __future__ import annotations

import asyncio
import os
import signal

import pytest
import typer

from bot.cli.signals import cancel_on_stop, stop_event, until_stopped

by_signal = pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])


def send(number: signal.Signals) -> None:
    os.kill(os.getpid(), number)


@by_signal
async def test_the_first_signal_lets_work_come_to_its_end(number: signal.Signals) -> None:
    ends: list[str] = []

    async def work(stop: asyncio.Event) -> None:
        send(number)
        await stop.wait()
        ends.append("in order")

    await until_stopped(work)
    assert ends == ["in order"]


@by_signal
async def test_the_second_signal_cancels_work_and_fails(number: signal.Signals) -> None:
    cleaned_up = asyncio.Event()

    async def work(stop: asyncio.Event) -> None:
        send(number)
        await stop.wait()
        send(number)
        try:
            await asyncio.Event().wait()
        finally:
            cleaned_up.set()

    with pytest.raises(typer.Exit) as stopped:
        await until_stopped(work)
    assert stopped.value.exit_code == 1
    assert cleaned_up.is_set()


async def test_an_error_of_the_work_is_not_hidden() -> None:
    async def work(_stop: asyncio.Event) -> None:
        raise LookupError("broken")

    with pytest.raises(LookupError, match="broken"):
        await until_stopped(work)


@by_signal
async def test_a_signal_sets_the_stop_event(number: signal.Signals) -> None:
    stopped = stop_event()
    send(number)
    await stopped.wait()


@by_signal
async def test_a_signal_cancels_a_task_that_wants_it(number: signal.Signals) -> None:
    async def work() -> None:
        cancel_on_stop()
        send(number)
        await asyncio.Event().wait()

    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(work())
