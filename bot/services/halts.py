"""Stopping the betting by hand, and ending what stops it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence

from bot.domain.events import Announcement, EventType
from bot.domain.halt import Halt, HaltCause
from bot.domain.pair import Account
from bot.engine.breakers import Breakers
from bot.errors import ConfigurationInvalid
from bot.ports.halts import Halts
from bot.ports.reader import LedgerReader, NakedOnRecord

EVERYTHING = "all"


async def stop(
    halts: Halts, reader: LedgerReader, cause: HaltCause, scope: str, reason: str
) -> Sequence[NakedOnRecord]:
    """Pause or freeze a scope, and return the positive bets that stand alone now.

    Every worker asks for stops at each click, in the script that permits it, so this holds at once.
    """
    halt = Halt(scope, cause, reason)
    await halts.halt(halt, _stopped(halt, await reader.naked()), f"stopped.{scope}.{uuid.uuid4().hex}")
    return await reader.naked()  # read after the stop: no further bet can have been added


async def resume(halts: Halts, breakers: Breakers, scope: str, reason: str) -> Sequence[str]:
    """End every halt of a scope and its breaker, and return what has ended."""
    found = [halt for halt in await halts.halts() if halt.scope == scope]
    ended = [halt.cause.value for halt in found if await halts.lift(halt, _resumed(halt, reason))]
    return [*ended, "breaker"] if await breakers.reset(scope) else ended


def require_scope(scope: str, accounts: Collection[Account]) -> None:
    """Raise ConfigurationInvalid for a scope that stops nothing: a misspelt one would let everything pass."""
    known = {EVERYTHING}
    for account in accounts:
        site = f"{account.whitelabel}:{account.provider}"
        known |= {account.whitelabel, site, str(account)}
    if scope not in known:
        raise ConfigurationInvalid(f"{scope!r} is no scope; known are {', '.join(sorted(known))}")


def _stopped(halt: Halt, naked: Sequence[NakedOnRecord]) -> Announcement:
    data = {"scope": halt.scope, "stop": halt.cause.value, "reason": halt.reason}
    return Announcement(EventType.BETTING_STOPPED, data | {"naked": [each.pair.bet_pair_id for each in naked]})


def _resumed(halt: Halt, reason: str) -> Announcement:
    return Announcement(EventType.BETTING_RESUMED, {"scope": halt.scope, "ended": [halt.cause.value], "reason": reason})
