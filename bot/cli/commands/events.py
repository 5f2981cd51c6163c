"""pairguard events: the newest events."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.bootstrap.ledger import open_reader
from bot.cli.options import DEFAULT_CONFIG, AsJson, ConfigFile, Limit
from bot.cli.output import print_json, print_text
from bot.cli.render.tables import events_table
from bot.config import Settings


def events(config: ConfigFile = DEFAULT_CONFIG, limit: Limit = 20, as_json: AsJson = False) -> None:
    """List the newest events that were announced, the newest last."""
    found, undelivered = asyncio.run(_events(Settings.load(config), limit))
    if as_json:
        listed = [{"id": e.id, "type": e.type, "time": e.time.isoformat(), "data": dict(e.data)} for e in found]
        print_json({"events": listed, "undelivered": undelivered})
        return
    if found:
        print_text(events_table(found))
    print_text(f"{undelivered} not delivered yet." if found else "Nothing has been announced yet.")


async def _events(settings: Settings, limit: int) -> tuple[list[Any], int]:
    async with open_reader(settings) as view:
        return list(await view.events(limit)), await view.undelivered_events()
