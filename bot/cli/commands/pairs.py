"""pairguard pairs: the newest pairs."""

from __future__ import annotations

import asyncio

from bot.bootstrap.ledger import open_reader
from bot.cli.options import DEFAULT_CONFIG, AsJson, ConfigFile, Limit
from bot.cli.output import print_json, print_text
from bot.cli.render.json import pair_as_json
from bot.cli.render.tables import pairs_table
from bot.config import Settings
from bot.ports.reader import PairOnRecord


def pairs(config: ConfigFile = DEFAULT_CONFIG, limit: Limit = 20, as_json: AsJson = False) -> None:
    """List the newest pairs: the state of both legs, the actual PnL and the reason."""
    records = asyncio.run(_pairs(Settings.load(config), limit))
    if as_json:
        print_json({"pairs": [pair_as_json(record) for record in records]})
    elif records:
        print_text(pairs_table(records))
    else:
        print_text("No pair has been received yet.")


async def _pairs(settings: Settings, limit: int) -> list[PairOnRecord]:
    async with open_reader(settings) as view:
        return await view.pairs(limit)
