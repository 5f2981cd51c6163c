"""pairguard resume: end what stops a scope."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.bootstrap.ledger import open_ledger
from bot.cli.options import DEFAULT_CONFIG, AsJson, ConfigFile, StopReason, StopScope
from bot.cli.output import print_json, print_text
from bot.cli.stops import said
from bot.config import Settings
from bot.errors import ConfigurationInvalid
from bot.services.halts import resume as resume_scope


def resume(
    reason: StopReason, scope: StopScope = "all", config: ConfigFile = DEFAULT_CONFIG, as_json: AsJson = False
) -> None:
    """End everything that stops a scope: a pause, a freeze, automatic halts, an open breaker."""
    ended = asyncio.run(_resumed(Settings.load(config), scope, said(reason)))
    if not ended:
        raise ConfigurationInvalid(f"nothing stops {scope!r}, nor is its breaker open; `pairguard halts` lists what is")
    if as_json:
        print_json({"resumed": scope, "ended": list(ended)})
    else:
        print_text(f"{scope} is no longer stopped; ended: {', '.join(ended)}.")


async def _resumed(settings: Settings, scope: str, reason: str) -> Sequence[str]:
    async with open_ledger(settings) as ledger:
        return await resume_scope(ledger.halts, ledger.breakers, scope, reason)
