"""pairguard review: end the review of a pair."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot.bootstrap.ledger import open_ledger
from bot.cli.options import DEFAULT_CONFIG, AsJson, ConfigFile, PairId
from bot.cli.output import print_json, print_text
from bot.cli.render.json import pair_as_json
from bot.config import Settings
from bot.errors import ConfigurationInvalid
from bot.ports.reader import PairOnRecord
from bot.services.records import pair_to_show
from bot.services.review import review_pair


def review(
    pair_id: PairId,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="What was found; it goes on record.")],
    config: ConfigFile = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """End the review of a pair, so that its arbitrage may be bet on again."""
    if not note.strip():
        raise ConfigurationInvalid("--note must say what was found")
    record = asyncio.run(_reviewed(Settings.load(config), pair_id, note.strip()))
    if as_json:
        print_json(pair_as_json(record))
    else:
        print_text(f"Pair {pair_id} is reviewed; arbitrage {record.pair.arb_id} may be bet on again.")


async def _reviewed(settings: Settings, pair_id: str, note: str) -> PairOnRecord:
    async with open_ledger(settings) as ledger:
        await review_pair(ledger.book, pair_id, note)
        return await pair_to_show(ledger.reader, pair_id)
