"""A part that does not come back ends the worker; one that does is forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot.engine.part_watch import PartWatch
from bot.errors import PartMissing, RestartNeeded
from tests.chaos.interleavings.virtual_time import VirtualClock, play


class Part:
    """A part that is dead between two moments, in seconds."""

    def __init__(self, *dead: tuple[float, float]) -> None:
        self.dead = dead

    async def revive(self) -> None:
        now_s = asyncio.get_running_loop().time()
        if any(begin <= now_s < end for begin, end in self.dead):
            raise PartMissing("Chromium does not start")


def watched(part: Part, for_s: float) -> Callable[[], object]:
    async def whole() -> float:
        watch = PartWatch({"browser": part.revive}, VirtualClock(), gives_up_after_s=60)
        try:
            async with asyncio.timeout(for_s):
                await watch.run(10)
        except TimeoutError:
            return for_s
        except RestartNeeded:
            return asyncio.get_running_loop().time()
        raise AssertionError("it looks without end")

    return lambda: play(whole)


@pytest.mark.parametrize(
    ("part", "ends_at_s"),
    [
        (Part(), 1000),
        (Part((100, 1000)), 160),
        (Part((100, 155), (170, 215)), 1000),
    ],
    ids=["alive", "dead", "dead twice and back"],
)
def test_it_ends_after_a_minute_without_a_sign_of_life(part: Part, ends_at_s: float) -> None:
    assert watched(part, 1000)() == ends_at_s
