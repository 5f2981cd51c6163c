"""pairguard doctor: what is missing, and what to do about it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import typer
from rich.table import Table
from rich.text import Text

from bot.bootstrap.diagnosis import diagnose_parts
from bot.cli.errors import PART_MISSING
from bot.cli.options import DEFAULT_CONFIG, AsJson, ConfigFile
from bot.cli.output import print_json, print_text
from bot.config import Settings
from bot.services.diagnosis import Finding


def doctor(config: ConfigFile = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """Check every part that Pairguard needs, and say what is wrong and how to fix it."""
    findings = asyncio.run(diagnose_parts(Settings.load(config)))
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
