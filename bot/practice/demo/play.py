"""The course of the demonstration: jobs go into the queue, the world moves, and everybody watches."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

from bot.domain.pair import LegState, Pair, PairState, Role
from bot.engine.tasks import end
from bot.ports.reader import PairOnRecord
from bot.practice.demo.stage import Stage
from bot.practice.demo.story import Story
from bot.practice.worker_process import worker_ended

_LOOK_EVERY_S = 0.1
_PAUSE_S = 1.0  # so that a person sees the accepted bets before the match ends
_JOB_IS_OVER = frozenset({"completed", "failed"})
_FINAL = frozenset({PairState.FAILED, PairState.BLOCKED, PairState.RECONCILED, PairState.EXPOSURE_EVENT})


class Screen(Protocol):
    """Where the course is shown."""

    def say(self, sentence: str) -> None:
        """Tell what happens in the world."""

    def show(self, record: PairOnRecord) -> None:
        """Show where a pair stands now."""


class Play:
    """Plays all stories at once, each as soon as the one that it builds on is out of hand."""

    def __init__(self, stage: Stage, stories: Sequence[Story], screen: Screen) -> None:
        self._stage = stage
        self._stories = stories
        self._screen = screen
        self._out_of_hand = {story.pair: asyncio.Event() for story in stories}
        self._ended = {story.pair: asyncio.Event() for story in stories}
        self._sent: set[str] = set()
        self.records: dict[str, PairOnRecord] = {}

    async def run(self, limit_s: float) -> None:
        """Play until every pair has ended or the time is up; raises WorkerDied when the worker does."""
        playing = asyncio.create_task(self._play_all(limit_s), name="play")
        watching = asyncio.create_task(self._watch(), name="watch")
        dying = asyncio.create_task(worker_ended(self._stage.worker, self._stage.folder.worker_log), name="worker")
        tasks = {playing, watching, dying}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await end(tasks)
        await self._look()

    async def _play_all(self, limit_s: float) -> None:
        playing = [asyncio.create_task(self._play(story), name=story.pair) for story in self._stories]
        try:
            async with asyncio.timeout(limit_s):
                await asyncio.gather(*playing)
        except TimeoutError:
            self._screen.say(f"Not every pair has ended within {limit_s:.0f} s.")
        finally:
            await end(playing)

    async def _play(self, story: Story) -> None:
        if story.after is not None:
            await self._out_of_hand[story.after].wait()
        await self._move_price(story)
        job_id = await self._stage.queue.enqueue(story.job())
        self._sent.add(story.pair)
        await self._until_over(job_id)
        self._out_of_hand[story.pair].set()
        await self._settle(story)
        await self._ended[story.pair].wait()

    async def _move_price(self, story: Story) -> None:
        if story.price_move is None:
            return
        side = story.side(story.price_move.role)
        await self._stage.control.move_odds(
            side.brand.site, story.selection_id(story.price_move.role), story.price_move.odds
        )
        self._screen.say(f"{story.title}: {side.brand.title} moves the price to {story.price_move.odds}.")

    async def _until_over(self, job_id: str) -> None:
        while True:
            result = await self._stage.queue.result_of(job_id)
            if result is not None and result.state in _JOB_IS_OVER:
                return
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _settle(self, story: Story) -> None:
        if story.results == (None, None):
            return
        await asyncio.sleep(_PAUSE_S)
        said = []
        for role in Role:
            result, side = story.result(role), story.side(role)
            if result is not None:
                await self._stage.control.settle(side.brand.site, story.selection_id(role), result)
                said.append(f"{side.brand.title} settles {result.replace('_', ' ')}")
        self._screen.say(f"{story.title}: the match is over. {', '.join(said)}.")

    async def _watch(self) -> None:
        while True:
            await self._look()
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _look(self) -> None:
        for story in self._stories:
            if story.pair not in self._sent or self._ended[story.pair].is_set():
                continue
            record = await self._stage.view.pair(story.pair)
            if record is not None:
                self.records[story.pair] = record
                self._screen.show(record)
                if _has_ended(story, record.pair):
                    self._ended[story.pair].set()


def _has_ended(story: Story, pair: Pair) -> bool:
    if pair.state is PairState.EMERGENCY:
        return story.results == (None, None) or pair.positive.state is LegState.SETTLED
    is_running = any(leg.is_open for leg in pair.legs)  # a void is announced while the other bet runs
    return pair.state in _FINAL and not is_running
