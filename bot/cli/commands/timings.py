"""How long hedged pairs took."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from rich.table import Table

from bot.bootstrap.ledger import open_reader
from bot.cli.options import DEFAULT_CONFIG, AsJson, ConfigFile
from bot.cli.output import print_json, print_text
from bot.config import Settings

_WIDTH = 40
_TITLES = {
    "leg_gap_ms": "From the positive bet's acceptance to the hedge's click",
    "job_to_click_ms": "From picking up the job to the positive bet's click",
}


def timings(config: ConfigFile = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """Count hedged pairs by the time between their legs and by the time to the first click."""
    found = asyncio.run(_timings(Settings.load(config)))
    if as_json:
        print_json(found)
    elif any(any(counts.values()) for counts in found.values()):
        print_text(*(_histogram(name, counts) for name, counts in found.items()))
    else:
        print_text("No pair has been hedged yet.")


async def _timings(settings: Settings) -> Mapping[str, Mapping[str, int]]:
    async with open_reader(settings) as view:
        return await view.timings()


def _histogram(name: str, counts: Mapping[str, int]) -> Table:
    table = Table(title=_TITLES[name], title_justify="left", box=None, pad_edge=False, show_header=False)
    table.add_column(justify="right")
    table.add_column(justify="right")
    table.add_column(style="cyan")
    most = max(counts.values()) or 1
    for bucket, count in counts.items():
        label = "longer" if bucket == "more" else f"up to {bucket} ms"
        table.add_row(label, str(count), "█" * -(-count * _WIDTH // most))
    return table
