"""The options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ConfigFile = Annotated[
    Path,
    typer.Option("--config", envvar="PAIRGUARD_CONFIG", metavar="PATH", help="The configuration to use."),
]
DEFAULT_CONFIG = Path("pairguard.toml")

AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for a program to read.")]
Limit = Annotated[int, typer.Option(min=1, max=10_000, metavar="N", help="How many to show, the newest first choice.")]
Headed = Annotated[bool, typer.Option("--headed", help="Show the browser while it works.")]
SlowMo = Annotated[
    int,
    typer.Option("--slow-mo", min=0, max=60_000, metavar="MS", help="Pause this long at each step of the browser."),
]
PairId = Annotated[str, typer.Argument(metavar="PAIR", help="The pair's id (betPairId).")]
AccountName = Annotated[
    str,
    typer.Argument(metavar="ACCOUNT", help="An account of the configuration: its id, or whitelabel:id."),
]

StopScope = Annotated[
    str,
    typer.Argument(metavar="SCOPE", help="all, a whitelabel, whitelabel:provider, or whitelabel:provider:account."),
]
StopReason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it goes on record and is announced.")]
