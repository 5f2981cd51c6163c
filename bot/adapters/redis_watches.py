"""Watched tickets as Redis stores them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bot.adapters.redis_connection import RedisConnection
from bot.domain.batches import batches
from bot.domain.pair import Account, Role
from bot.domain.watch import Look, Watch, Window

_FIELDS = ("ticket", "polls", "since_ms", "settled_ms", "unhealthy", "looks", "window")
_AT_A_TIME = 100  # their answers are parsed without a pause, and a click must not wait long


def member_of(watch: Watch) -> str:
    """Return a watch's name in the keys and in the sorted sets of due looks."""
    return f"{watch.account}/{watch.bet_pair_id}/{watch.role.value}"


def look_to_record(watch: Watch, look: Look) -> dict[str, Any]:
    """Return a look as the script ``looked_at`` reads it."""
    return {
        "account": str(watch.account),
        "member": member_of(watch),
        "looks": watch.looks,
        "polls": look.polls,
        "unhealthy": look.unhealthy,
        "window": look.window.value,
        "next_ms": int(look.next_at.timestamp() * 1000),
    }


async def read_watches(connection: RedisConnection, due: Sequence[tuple[str, float]]) -> list[Watch]:
    """Read the watches that are members of a sorted set of due looks."""
    return [watch for some in batches(due, _AT_A_TIME) for watch in await _read_some(connection, some)]


async def _read_some(connection: RedisConnection, due: Sequence[tuple[str, float]]) -> list[Watch]:
    async with connection.client.pipeline(transaction=False) as pipeline:
        for member, _ in due:
            pipeline.hmget(connection.key(f"watch:{member}"), list(_FIELDS))
        facts = await connection.ask(pipeline.execute())
    return [_watch(member, due_ms, fact) for (member, due_ms), fact in zip(due, facts, strict=True)]


def _watch(member: str, due_ms: float, facts: Sequence[str | None]) -> Watch:
    ticket, polls, since_ms, settled_ms, unhealthy, looks, window = facts
    account, bet_pair_id, role = member.split("/")
    return Watch(
        account=Account.parse(account),
        bet_pair_id=bet_pair_id,
        role=Role(role),
        ticket=ticket or "",
        polls=int(polls or 0),
        since=_from_ms(float(since_ms or due_ms)),
        settled_at=_from_ms(float(settled_ms)) if settled_ms else None,
        due=_from_ms(due_ms),
        unhealthy=int(unhealthy or 0),
        looks=int(looks or 0),
        window=Window(window) if window else None,
    )


def _from_ms(milliseconds: float) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
