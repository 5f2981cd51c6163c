"""Whether every event reached the webhook, once believed, with a valid signature."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from bot.ports.reader import EventOnRecord, LedgerReader
from bot.practice.demo.story import Story
from bot.practice.sites.receiver import Receiver

_ALL_EVENTS = 10_000
_UNAUTHORIZED = 401


async def delivery_problems(
    receiver: Receiver, view: LedgerReader, stories: Sequence[Story], limit_s: float
) -> list[str]:
    """Wait until the receiver has every event on record, then say what is wrong."""
    announced = await view.events(_ALL_EVENTS)
    try:
        async with asyncio.timeout(limit_s):
            await receiver.wait_for(lambda now: not _missing(now, announced))
    except TimeoutError:
        pass  # what is missing is counted below
    return [*_problems(receiver, announced, stories)]


def _problems(receiver: Receiver, announced: Sequence[EventOnRecord], stories: Sequence[Story]) -> Iterable[str]:
    for event in _missing(receiver, announced):
        yield f"{event.type} of {event.data.get('betPairId', 'the worker')} was not received"
    refused = sum(delivery.status == _UNAUTHORIZED for delivery in receiver.deliveries)
    if refused:
        yield f"{refused} deliveries had no valid signature"
    received = {(event["data"].get("betPairId"), event["type"]) for event in receiver.events}
    for story in stories:
        if (story.pair, story.ending.event) not in received:
            yield f"{story.pair}: there was no {story.ending.event}"


def _missing(receiver: Receiver, announced: Sequence[EventOnRecord]) -> list[EventOnRecord]:
    received = {event["id"] for event in receiver.events}
    return [event for event in announced if event.id not in received]
