"""The worker, and what is wrong when it does not start."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import typer
from rich.table import Table
from rich.text import Text

from bot.bootstrap import Finding, diagnose, run_worker
from bot.cli.errors import PART_MISSING
from bot.cli.options import DEFAULT_CONFIG, AsJson, ConfigFile, Headed, SlowMo
from bot.cli.output import print_json, print_text
from bot.cli.signals import until_stopped
from bot.config import Settings


def run(
    config: ConfigFile = DEFAULT_CONFIG,
    headed: Headed = False,
    slow_mo_ms: SlowMo = 0,
    as_json: AsJson = False,
) -> None:
    """Take pairs from the queue, place them, and watch them until the money adds up.

    Ctrl-C or SIGTERM: no new pair, finish what is in hand, stop. A second one stops at once; what was in hand
    is taken up at the next start.
    """
    settings = Settings.load(config)

    def tell_ready() -> None:
        ready = {"ready": True, "mode": settings.mode, "queue": settings.queue.name}
        if as_json:
            print_json(ready)
        else:
            accounts = f"{len(settings.accounts)} account{'s' if len(settings.accounts) != 1 else ''}"
            typer.echo(f"Ready: {settings.mode} mode, queue {settings.queue.name}, {accounts}. Ctrl-C stops.")

    async def work(stop: asyncio.Event) -> None:
        await run_worker(settings, headed=headed, slow_mo_ms=slow_mo_ms, stop=stop, on_ready=tell_ready)

    asyncio.run(until_stopped(work))


def doctor(config: ConfigFile = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """Look at every part that Pairguard needs, and say what is wrong and what to do about it."""
    findings = asyncio.run(diagnose(Settings.load(config)))
    if as_json:
        print_json({"findings": [_as_json(finding) for finding in findings]})
    else:
        print_text(_findings_table(findings))
    if not all(finding.ok for finding in findings):
        raise typer.Exit(PART_MISSING)


def _as_json(finding: Finding) -> dict[str, Any]:
    return {"part": finding.part, "ok": finding.ok, "detail": finding.detail, "remedy": finding.remedy}


def _findings_table(findings: Sequence[Finding]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    for finding in findings:
        mark = Text("ok", "green") if finding.ok else Text("missing", "bold red")
        table.add_row(mark, Text(finding.part, "bold"), Text(finding.detail))
        if not finding.ok and finding.remedy:
            table.add_row("", "", Text(f"→ {finding.remedy}", "yellow"))
    return table
