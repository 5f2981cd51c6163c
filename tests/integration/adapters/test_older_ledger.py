"""A ledger that an older release has written: the update forgets nothing of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import LedgerTimes, RedisLedger
from bot.domain.changes import PairBlocked
from bot.domain.pair import Account, Role
from bot.domain.reasons import Reason
from tests.builders import HEDGE_ACCOUNT, POSITIVE_ACCOUNT, a_look, an_acceptance
from tests.conformance.ledger_hand import ACCOUNTS, BOTH, OTHER, Hand

DUE_AT_ONCE = LedgerTimes(first_look_s=0)


@pytest.fixture
async def hand(connection: RedisConnection) -> Hand:
    """A worker on a ledger with one pair of running bets, the positive bet of which had been polled seven times."""
    hand = await Hand(RedisLedger(connection, "worker-a", DUE_AT_ONCE)).leased()
    stored, reservation = await hand.armed()
    for role in BOTH:
        stored = await hand.submitted(stored, reservation, role)
        stored = await hand.changed(stored, an_acceptance(stored.pair, role))
    await hand.ledger.release(reservation)
    await connection.ask(connection.client.delete("cooldown:harbourline:harbour:ann", "cooldown:senbien:lotus:binh"))
    await as_the_first_release_wrote(connection)
    return hand


async def as_the_first_release_wrote(redis: RedisConnection) -> None:
    """Put every watch into the one set of all accounts, without the counts that later releases add."""
    for account in ACCOUNTS:
        [(member, due_ms)] = await redis.ask(redis.client.zrange(f"watch:due:{account}", 0, -1, withscores=True))
        await redis.ask(redis.client.zadd("watch:due", {member: due_ms}))
        await redis.ask(redis.client.hdel(f"watch:{member}", "looks", "unhealthy", "window"))
        await redis.ask(redis.client.hset(f"watch:{member}", "polls", "7"))
        await redis.ask(redis.client.delete(f"watch:due:{account}"))
    await redis.ask(redis.client.delete("pairs:unplaced"))


async def left(redis: RedisConnection) -> list[str]:
    """Return what is still where the first release put it."""
    members: list[str] = await redis.ask(redis.client.zrange("watch:due", 0, -1))
    return members


async def test_every_ticket_is_due_when_it_was_and_its_looks_are_counted_from_here(
    hand: Hand, connection: RedisConnection
) -> None:
    due_ms = dict(await connection.ask(connection.client.zrange("watch:due", 0, -1, withscores=True)))
    assert await hand.watches() == []
    await hand.ledger.take_over(ACCOUNTS)
    positive, hedge = await hand.watches()
    assert (positive.role, hedge.role) == BOTH
    assert (positive.polls, positive.looks, positive.ticket) == (7, 0, "HB10000001")
    assert sorted(due_ms.values()) == sorted(watch.due.timestamp() * 1000 for watch in (positive, hedge))
    await hand.ledger.looked_at([(positive, a_look(positive, positive.due + timedelta(days=1)))])
    assert await hand.watches() == [hedge]
    assert await left(connection) == []


async def test_repeated_it_changes_nothing(hand: Hand) -> None:
    await hand.ledger.take_over(ACCOUNTS)
    [positive, hedge] = await hand.watches()
    await hand.ledger.looked_at([(positive, a_look(positive, positive.due))])
    before = await hand.watches()
    await hand.ledger.take_over(ACCOUNTS)
    assert await hand.watches() == before
    assert [watch.looks for watch in before] == [1, 0]
    assert hedge in before


async def test_it_resumes_after_an_interruption(hand: Hand, connection: RedisConnection) -> None:
    first = {"account": str(POSITIVE_ACCOUNT), "member": f"{POSITIVE_ACCOUNT}/pair-1/positive"}
    await connection.run("take_over", {"watches": [first], "pairs": [], "unplaced": {}})
    [positive] = await hand.watches()
    await hand.ledger.looked_at([(positive, a_look(positive, positive.due))])
    assert len(await left(connection)) == 1
    await hand.ledger.take_over(ACCOUNTS)
    assert [(watch.role, watch.looks) for watch in await hand.watches()] == [(Role.POSITIVE, 1), (Role.HEDGE, 0)]


async def test_accounts_that_another_worker_has_are_left_to_it(hand: Hand, connection: RedisConnection) -> None:
    await hand.ledger.take_over([POSITIVE_ACCOUNT, Account("harbourline", "harbour", "an")])
    assert [watch.account for watch in await hand.watches()] == [POSITIVE_ACCOUNT]
    assert await left(connection) == [f"{HEDGE_ACCOUNT}/pair-1/hedge"]


async def test_a_pair_whose_placing_was_left_off_is_found_and_one_that_runs_is_not(
    hand: Hand, connection: RedisConnection
) -> None:
    await hand.received(**OTHER)
    await connection.ask(connection.client.delete("pairs:unplaced"))
    assert await hand.ledger.unplaced_pairs() == []
    await hand.ledger.take_over(ACCOUNTS)
    assert await hand.ledger.unplaced_pairs() == ["pair-2"]


async def test_a_pair_that_an_older_worker_has_ended_is_not_taken_up_for_ever(
    hand: Hand, connection: RedisConnection
) -> None:
    ended = await hand.changed(await hand.received(**OTHER), PairBlocked(Reason.COOLDOWN))
    await connection.ask(connection.client.zadd("pairs:unplaced", {ended.pair.bet_pair_id: 1}))
    await hand.ledger.take_over(ACCOUNTS)
    assert await hand.ledger.unplaced_pairs() == []
