"""How much of each limit is used up."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.bootstrap import open_view
from bot.cli.options import DEFAULT_CONFIG, AsJson, ConfigFile
from bot.cli.output import print_json, print_text
from bot.cli.tables import limits_table
from bot.config import Settings
from bot.domain.limits import Cap, counted_limits
from bot.domain.money import Money


def limits(config: ConfigFile = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """Show what is staked and lost today and what is open, against the limits of the configuration."""
    used = asyncio.run(_used(Settings.load(config)))
    if as_json:
        print_json({"limits": [_as_json(cap, value) for cap, value in used]})
    elif used:
        print_text(limits_table(used))
    else:
        print_text("No stake of a day, open stake or daily loss is limited; [risk] in the configuration limits them.")


def _as_json(cap: Cap, value: Money) -> dict[str, str]:
    return {"control": cap.control, "scope": cap.scope, "limit": str(cap.limit), "used": str(value)}


async def _used(settings: Settings) -> Sequence[tuple[Cap, Money]]:
    async with open_view(settings) as view:
        return [(cap, await view.counted(cap)) for cap in counted_limits(settings.limits)]
