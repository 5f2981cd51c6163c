"""pairguard show: one pair in full."""

from __future__ import annotations

import asyncio

from bot.bootstrap.ledger import open_reader
from bot.cli.options import DEFAULT_CONFIG, AsJson, ConfigFile, PairId
from bot.cli.output import print_json, print_text
from bot.cli.render.json import evidence_of, pair_as_json
from bot.cli.render.pair import portrait
from bot.config import Settings
from bot.ports.reader import PairOnRecord
from bot.services.records import pair_to_show


def show(pair_id: PairId, config: ConfigFile = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """Show one pair in full: both legs, tickets, verdict and kept pages."""
    settings = Settings.load(config)
    record = asyncio.run(_pair(settings, pair_id))
    evidence = evidence_of(settings.data_dir, pair_id)
    if as_json:
        print_json(pair_as_json(record) | {"evidence": [str(file) for file in evidence]})
    else:
        print_text(*portrait(record, evidence))


async def _pair(settings: Settings, pair_id: str) -> PairOnRecord:
    async with open_reader(settings) as reader:
        return await pair_to_show(reader, pair_id)
