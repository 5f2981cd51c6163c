"""What the reservation's script answers is a reason, or an error that says so."""

from __future__ import annotations

from unittest.mock import AsyncMock

import pytest

from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import RedisLedger
from bot.domain.pair import Role
from bot.domain.reasons import Reason
from bot.errors import ReplyUnknown
from bot.ports.reservations import Reservation, ReservationRefused
from tests.builders import a_pair


async def reply_to(*answer: str) -> Reservation | ReservationRefused:
    """Read an answer of the script; nothing is sent."""
    connection = RedisConnection("redis://nowhere")
    connection.run = AsyncMock(return_value=[*answer])  # type: ignore[method-assign]  # there is no Redis
    return await RedisLedger(connection, "worker-1").reserve(a_pair(), [Role.HEDGE])


async def test_a_reason_is_taken_over_with_its_detail_and_time() -> None:
    assert await reply_to("cooldown", "ann cools down", "42") == ReservationRefused(
        Reason.COOLDOWN, "ann cools down", 42
    )
    assert await reply_to("halted", "all: stop") == ReservationRefused(Reason.HALTED, "all: stop", None)


async def test_an_unknown_reason_is_an_error_that_quotes_it() -> None:
    with pytest.raises(ReplyUnknown, match="'never_heard_of', which is no reason: why not"):
        await reply_to("never_heard_of", "why not")
