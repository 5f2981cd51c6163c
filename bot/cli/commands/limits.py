"""How much of each limit is used up."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.bootstrap.ledger import open_reader
from bot.cli.options import DEFAULT_CONFIG, AsJson, ConfigFile
from bot.cli.output import print_json, print_text
from bot.cli.render.tables import limits_table
from bot.config import Settings
from bot.domain.limits import Cap, Rate, counted_limits, rate_limits
from bot.domain.money import Money


def limits(config: ConfigFile = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """Show how much of each limit is used."""
    amounts, bets = asyncio.run(_used(Settings.load(config)))
    if as_json:
        print_json(
            {"limits": [*(_amount_as_json(*each) for each in amounts), *(_bets_as_json(*each) for each in bets)]}
        )
    elif amounts or bets:
        print_text(limits_table(amounts, bets))
    else:
        print_text("No stake of a day, open stake or daily loss is limited; [risk] in the configuration limits them.")


def _amount_as_json(cap: Cap, value: Money) -> dict[str, str]:
    return {"control": cap.control, "scope": cap.scope, "limit": str(cap.limit), "used": str(value)}


def _bets_as_json(rate: Rate, bets: int) -> dict[str, str]:
    return {"control": rate.control, "scope": str(rate.account), "limit": str(rate.limit), "used": str(bets)}


async def _used(settings: Settings) -> tuple[Sequence[tuple[Cap, Money]], Sequence[tuple[Rate, int]]]:
    async with open_reader(settings) as view:
        amounts = [(cap, await view.counted(cap)) for cap in counted_limits(settings.limits)]
        return amounts, [(rate, await view.bets(rate)) for rate in rate_limits(settings.limits)]
