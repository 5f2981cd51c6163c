"""pairguard exposures: exposures of the last day and pairs that wait for review."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.bootstrap.ledger import open_reader
from bot.cli.options import DEFAULT_CONFIG, AsJson, ConfigFile
from bot.cli.output import print_json, print_text
from bot.cli.render.tables import exposures_table
from bot.config import Settings
from bot.ports.reader import PairOnRecord


def exposures(config: ConfigFile = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """List the exposures of the last day and every pair that waits for review."""
    records, waiting = asyncio.run(_exposures(Settings.load(config)))
    if as_json:
        print_json({"exposures": records, "waiting_for_review": [each.pair.bet_pair_id for each in waiting]})
        return
    if not records and not waiting:
        print_text("No exposure in the last day, and no pair waits for review.")
        return
    print_text(exposures_table(records, waiting))
    if waiting:
        print_text('After looking into a pair: pairguard review PAIR --note "what was found"')


async def _exposures(settings: Settings) -> tuple[list[dict[str, Any]], list[PairOnRecord]]:
    async with open_reader(settings) as view:
        return await view.exposures(), await view.reviews()
