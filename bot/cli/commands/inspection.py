"""Looking at what is on record: pairs, one pair in full, exposures, events."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from bot.bootstrap import PairOnRecord, open_view
from bot.cli.options import DEFAULT_CONFIG, AsJson, ConfigFile, Limit, PairId
from bot.cli.output import print_json, print_text
from bot.cli.render.pair import portrait
from bot.cli.render.tables import events_table, exposures_table, pairs_table
from bot.config import Settings
from bot.errors import ConfigurationInvalid


def pairs(config: ConfigFile = DEFAULT_CONFIG, limit: Limit = 20, as_json: AsJson = False) -> None:
    """List the newest pairs: where both legs stand, the verdict, and what it came to."""
    records = asyncio.run(_pairs(Settings.load(config), limit))
    if as_json:
        print_json({"pairs": [pair_as_json(record) for record in records]})
    elif records:
        print_text(pairs_table(records))
    else:
        print_text("No pair has been received yet.")


def show(pair_id: PairId, config: ConfigFile = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """Show everything about one pair: both legs, tickets, verdict, and where its evidence lies."""
    settings = Settings.load(config)
    record = asyncio.run(_pair(settings, pair_id))
    evidence = evidence_of(settings.data_dir, pair_id)
    if as_json:
        print_json(pair_as_json(record) | {"evidence": [str(file) for file in evidence]})
    else:
        print_text(*portrait(record, evidence))


def exposures(config: ConfigFile = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """List exposures of the last day, and every pair that still waits for a human's review."""
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


def events(config: ConfigFile = DEFAULT_CONFIG, limit: Limit = 20, as_json: AsJson = False) -> None:
    """List the newest events that were announced, the last one at the bottom."""
    found, undelivered = asyncio.run(_events(Settings.load(config), limit))
    if as_json:
        listed = [{"id": e.id, "type": e.type, "time": e.time.isoformat(), "data": dict(e.data)} for e in found]
        print_json({"events": listed, "undelivered": undelivered})
        return
    if found:
        print_text(events_table(found))
    print_text(f"{undelivered} not delivered yet." if found else "Nothing has been announced yet.")


def pair_as_json(record: PairOnRecord) -> dict[str, Any]:
    """Describe a pair as the ledger keeps it, with the ledger's times."""
    times = {"received_at": record.received_at.isoformat(), "updated_at": record.updated_at.isoformat()}
    return record.pair.model_dump(mode="json") | times


def evidence_of(data_dir: Path, pair_id: str) -> list[Path]:
    """Return the pages kept as evidence of a pair, oldest first."""
    return sorted((data_dir / "evidence" / pair_id).glob("*.html"))


async def _pairs(settings: Settings, limit: int) -> list[PairOnRecord]:
    async with open_view(settings) as view:
        return await view.pairs(limit)


async def _pair(settings: Settings, pair_id: str) -> PairOnRecord:
    async with open_view(settings) as view:
        record = await view.pair(pair_id)
    if record is None:
        raise ConfigurationInvalid(f"there is no pair {pair_id!r} on record; `pairguard pairs` lists them")
    return record


async def _exposures(settings: Settings) -> tuple[list[dict[str, Any]], list[PairOnRecord]]:
    async with open_view(settings) as view:
        return await view.exposures(), await view.reviews()


async def _events(settings: Settings, limit: int) -> tuple[list[Any], int]:
    async with open_view(settings) as view:
        return list(await view.events(limit)), await view.undelivered_events()
