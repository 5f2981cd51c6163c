"""Ending halts and open breakers by hand."""

from __future__ import annotations

from bot.engine.breakers import Breakers
from bot.ports.halts import Halts


async def lift_halt(halts: Halts, breakers: Breakers, scope: str) -> bool:
    """Allow new bets in a scope again; False when it has neither a halt nor an open breaker."""
    found = [halt for halt in await halts.halts() if halt.scope == scope]
    lifted = [await halts.lift(halt) for halt in found]
    return await breakers.reset(scope) or any(lifted)
