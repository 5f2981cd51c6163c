"""Whether providers still know the pages: by recordings, and on request by looking at the live site."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from bot.bootstrap.fixtures import Finding, check_providers
from bot.bootstrap.maintenance import LiveReading, check_live
from bot.cli.commands.fixtures import finding_as_json, findings_table
from bot.cli.errors import PROMISE_MISSED
from bot.cli.options import DEFAULT_CONFIG, AsJson, ConfigFile
from bot.cli.output import print_json, print_text
from bot.config import Settings
from bot.errors import ConfigurationInvalid


def check(
    provider: Annotated[str | None, typer.Argument(metavar="[PROVIDER]", help="Which one; all without it.")] = None,
    live: Annotated[
        str | None, typer.Option("--live", metavar="ACCOUNT", help="Log in to this account, too, and read its pages.")
    ] = None,
    event: Annotated[
        str | None, typer.Option("--event", metavar="ID", help="With --live: read this event's page as well.")
    ] = None,
    config: ConfigFile = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Check providers: are the locator files valid, and do all recorded pages read as recorded?

    --live also reads the site as it is now. It arms nothing and clicks no price. Status 1 means that something was
    found.
    """
    if event is not None and live is None:
        raise ConfigurationInvalid("--event needs --live ACCOUNT")
    found = asyncio.run(check_providers([provider] if provider else []))
    readings = asyncio.run(check_live(Settings.load(config), live, event)) if live is not None else []
    if as_json:
        print_json(_as_json(found, readings))
    else:
        _tell(found, readings)
    if any(found.values()) or not all(reading.ok for reading in readings):
        raise typer.Exit(PROMISE_MISSED)


def _as_json(found: Mapping[str, Sequence[Finding]], readings: Sequence[LiveReading]) -> dict[str, Any]:
    providers = {name: [finding_as_json(finding) for finding in findings] for name, findings in found.items()}
    live = [{"reading": reading.name, "ok": reading.ok, "detail": reading.detail} for reading in readings]
    return {"providers": providers, "live": live}


def _tell(found: Mapping[str, Sequence[Finding]], readings: Sequence[LiveReading]) -> None:
    for name, findings in found.items():
        if findings:
            print_text(f"{name}: {len(findings)} findings", findings_table(findings), "")
        else:
            print_text(f"{name}: locators are valid, and every recorded page reads as recorded")
    if readings:
        print_text("", _readings_table(readings))


def _readings_table(readings: Sequence[LiveReading]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    for reading in readings:
        mark = Text("ok", "green") if reading.ok else Text("error", "bold red")
        table.add_row(mark, Text(reading.name, "bold"), Text(reading.detail))
    return table
