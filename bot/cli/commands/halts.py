"""pairguard halts: list what is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from rich.table import Table

from bot.bootstrap.ledger import open_reader
from bot.cli.options import DEFAULT_CONFIG, AsJson, ConfigFile
from bot.cli.output import print_json, print_text
from bot.cli.render.wording import moment
from bot.config import Settings
from bot.ports.reader import BreakerOnRecord, HaltOnRecord


def halts(config: ConfigFile = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """List what is stopped and why: by hand, by a fault, or by an open breaker."""
    _list(*asyncio.run(_stopped(Settings.load(config))), as_json=as_json)


def _list(halted: Sequence[HaltOnRecord], broken: Sequence[BreakerOnRecord], *, as_json: bool) -> None:
    if as_json:
        print_json({"halts": [_as_json(each) for each in halted], "breakers": [_breaker_as_json(e) for e in broken]})
        return
    if not halted and not broken:
        print_text("Nothing is halted, and no breaker is open.")
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("Scope", style="bold red")
    table.add_column("Since")
    table.add_column("Cause")
    table.add_column("Ends")
    table.add_column("Why", overflow="fold")
    for on_record in halted:
        halt = on_record.halt
        table.add_row(halt.scope, moment(on_record.since), halt.cause.value, "when resumed", halt.reason)
    for each in broken:
        scope, opened = each.breaker.scope, each.breaker.opened
        if opened is not None:
            table.add_row(scope, moment(each.since), opened.cause.value, each.outlook, opened.reason)
    print_text(table)


def _as_json(on_record: HaltOnRecord) -> dict[str, str]:
    halt = on_record.halt
    fields = {"scope": halt.scope, "cause": halt.cause.value, "reason": halt.reason}
    return fields | {"since": on_record.since.isoformat()}


def _breaker_as_json(on_record: BreakerOnRecord) -> dict[str, Any]:
    opened = on_record.breaker.opened
    why = {"cause": opened.cause.value, "reason": opened.reason} if opened else {}
    stands = {"state": on_record.state.value, "since": on_record.since.isoformat(), "remainingS": on_record.left_s}
    return {"scope": on_record.breaker.scope, **why, **stands}


async def _stopped(settings: Settings) -> tuple[list[HaltOnRecord], list[BreakerOnRecord]]:
    async with open_reader(settings) as view:
        return await view.halts(), await view.breakers()
