"""Migration of what older releases wrote in another place.

The first release kept the watches of all accounts in one sorted set, ``watch:due``, without a count of their looks, and
had no ``pairs:unplaced``. A worker of an older release may still hold other accounts: their keys are not touched.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.adapters.redis_connection import RedisConnection
from bot.domain.batches import batches
from bot.domain.lifecycle import UNPLACED
from bot.domain.pair import Account

_AT_A_TIME = 500  # so that no script blocks Redis for more than some milliseconds


async def take_over(redis: RedisConnection, accounts: Collection[Account]) -> None:
    """Migrate what belongs to accounts whose leases are held; repeated, or after a crash, it does the rest."""
    names = {str(account) for account in accounts}
    watches = [(member.partition("/")[0], member) for member in await _members(redis, "watch:due")]
    for some in batches([watch for watch in watches if watch[0] in names], _AT_A_TIME):
        await _run(redis, [{"account": account, "member": member} for account, member in some], [])
    for index in ("pairs:open", "pairs:unplaced"):
        for pairs in batches(await _members(redis, index), _AT_A_TIME):
            await _run(redis, [], pairs)


async def _run(redis: RedisConnection, watches: Sequence[dict[str, str]], pairs: Sequence[str]) -> None:
    unplaced = {state.value: True for state in UNPLACED}
    await redis.run("take_over", {"watches": watches, "pairs": pairs, "unplaced": unplaced})


async def _members(redis: RedisConnection, name: str) -> list[str]:
    members: list[str] = await redis.ask(redis.client.zrange(redis.key(name), 0, -1))
    return members
