"""Waits for a history's moment: at the proxy, at a bookmaker's ledger, or by the clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from bot.domain.pair import Role
from bot.practice.pairs import PracticePair
from bot.practice.sites.changes import BetChanged
from tests.chaos.plan import Moment, Plan
from tests.chaos.redis_proxy import Fate, Phase, Tripwire
from tests.chaos.world import World

_SCRIPTS: Mapping[Moment, tuple[str, Phase]] = {
    Moment.RECEIVED: ("received", Phase.DONE),
    Moment.ARMED: ("pair_armed", Phase.DONE),
    Moment.BEFORE_INTENT: ("positive:submitted", Phase.ASKED),
    Moment.BEFORE_CLICK: ("positive:submitted", Phase.DONE),
    Moment.ANSWERED: ("positive:accepted", Phase.ASKED),
    Moment.BETWEEN_LEGS: ("positive:accepted", Phase.DONE),
    Moment.BEFORE_HEDGE_CLICK: ("hedge:submitted", Phase.DONE),
    Moment.HEDGE_ANSWERED: ("hedge:accepted", Phase.ASKED),
    Moment.HEDGED: ("hedge:accepted", Phase.DONE),
    Moment.SETTLING: ("positive:settled", Phase.ASKED),
    Moment.SETTLED: ("positive:settled", Phase.DONE),
}
_CLICKS: Mapping[Moment, Role] = {Moment.CLICKED: Role.POSITIVE, Moment.HEDGE_CLICKED: Role.HEDGE}
_Strike = Callable[[], Awaitable[Fate]]


@asynccontextmanager
async def strike_at(world: World, plan: Plan, pair: PracticePair, strike: _Strike) -> AsyncIterator[None]:
    """Strike once when the plan's moment comes, if it comes within this block."""
    script = _SCRIPTS.get(plan.moment) if plan.moment else None
    if script is not None:
        tripwire = Tripwire(plan.pair, *script, strike)
        world.proxy.tripwires.append(tripwire)
        try:
            yield
        finally:
            world.proxy.tripwires.remove(tripwire)
        return
    waiting = asyncio.create_task(_otherwise(world, plan, pair, strike), name=f"moment of {plan.pair}")
    try:
        yield
    finally:
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)


async def _otherwise(world: World, plan: Plan, pair: PracticePair, strike: _Strike) -> None:
    clicked = _CLICKS.get(plan.moment) if plan.moment else None
    if clicked is not None:
        await _recorded(world, pair, clicked)
    elif plan.moment is Moment.ANY_TIME:
        await asyncio.sleep(plan.delay_s)
    else:
        return  # a bookmaker's fault needs no help
    await strike()


async def _recorded(world: World, pair: PracticePair, role: Role) -> None:
    site = world.practice_sites.sites[pair.side(role).brand.site]
    with site.changes.subscription() as changes:
        while True:
            change = await changes.get()
            if isinstance(change, BetChanged) and change.bet.event_id == pair.event_id(role):
                return
