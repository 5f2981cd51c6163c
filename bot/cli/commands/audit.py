"""The story of a pair, and the audit as a file that shows when it was tampered with."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from bot.bootstrap.ledger import open_reader
from bot.cli.options import DEFAULT_CONFIG, AsJson, ConfigFile
from bot.cli.output import print_json, print_text
from bot.cli.render.audit import sentences
from bot.config import Settings
from bot.domain.audit import AuditEntry, exported, verify
from bot.errors import ConfigurationInvalid


def audit(
    target: Annotated[str, typer.Argument(metavar="PAIR|export|verify", help="A pair's id, or what to do.")],
    file: Annotated[str | None, typer.Argument(metavar="[FILE]", help="The export to verify; - is the input.")] = None,
    config: ConfigFile = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Tell what happened to a pair, or export or verify the whole audit.

    Each line of an export holds the hash of the line before: verify finds any that was changed, moved or left out,
    and then ends with status 1.
    """
    if target == "verify":
        _verify(file, as_json=as_json)
    elif target == "export":
        for line in exported(asyncio.run(_everything(Settings.load(config)))):
            typer.echo(line)
    else:
        _tell(target, config, as_json=as_json)


def _tell(pair_id: str, config: Path, *, as_json: bool) -> None:
    entries = asyncio.run(_story(Settings.load(config), pair_id))
    if not entries:
        raise ConfigurationInvalid(f"there is no pair {pair_id!r} on record; `pairguard pairs` lists them")
    if as_json:
        print_json({"pair": pair_id, "audit": [_as_json(entry) for entry in entries]})
    else:
        print_text(_table(entries))


def _verify(file: str | None, *, as_json: bool) -> None:
    if file is None:
        raise ConfigurationInvalid("audit verify needs the FILE that audit export wrote, or - for the input")
    count = verify(_lines(file))
    if as_json:
        print_json({"entries": count, "intact": True})
    else:
        print_text(f"Intact: {count} entries.")


async def _story(settings: Settings, pair_id: str) -> list[AuditEntry]:
    async with open_reader(settings) as view:
        return await view.audit_of(pair_id)


async def _everything(settings: Settings) -> list[AuditEntry]:
    async with open_reader(settings) as view:
        return [entry async for entry in view.audit()]


def _lines(file: str) -> Iterator[str]:
    if file == "-":
        return (line for line in sys.stdin if line.strip())
    try:
        return iter(Path(file).read_text("utf-8").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationInvalid(f"{file} cannot be read: {error}") from None


def _as_json(entry: AuditEntry) -> dict[str, Any]:
    fields = {"what": entry.what, "state": entry.state, "facts": dict(entry.facts)}
    return {"time": entry.time.isoformat(), "worker": entry.worker, "op": entry.op, **fields}


def _table(entries: list[AuditEntry]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column, style in (("Time", "dim"), ("After", "dim"), ("Leg", "bold"), ("What happened", ""), ("Pair", "dim")):
        table.add_column(column, style=style, overflow="fold", no_wrap=column != "What happened")
    begin = entries[0].time
    for line in sentences(entries):
        time = line.entry.time
        table.add_row(_clock(time), _after(begin, time), line.leg, Text(line.words), line.entry.state)
    return table


def _clock(time: datetime) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S.") + f"{time.microsecond // 1000:03}"


def _after(begin: datetime, time: datetime) -> str:
    return f"+{(time - begin).total_seconds():.3f} s"
