"""How a command fails: one clear line on standard error and an exit status that says what kind of failure it was."""

from __future__ import annotations

import json

import typer

from bot.errors import (
    ConfigurationInvalid,
    JobInvalid,
    LeaseLost,
    LedgerUnavailable,
    PairguardError,
    PartMissing,
    RestartNeeded,
    SessionUnusable,
)

PROMISE_MISSED = 1
WRONG_USAGE = 2
PART_MISSING = 3
RESTART_ME = 4

_STATUS: tuple[tuple[type[PairguardError], int], ...] = (
    (ConfigurationInvalid, WRONG_USAGE),
    (JobInvalid, WRONG_USAGE),
    (LeaseLost, WRONG_USAGE),  # no command may act on an account that a worker holds
    (PartMissing, PART_MISSING),
    (LedgerUnavailable, PART_MISSING),
    (SessionUnusable, PART_MISSING),
    (RestartNeeded, RESTART_ME),
)


def exit_status(error: PairguardError) -> int:
    """Return the exit status for a kind of failure."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), PROMISE_MISSED)


def show_error(error: PairguardError, *, as_json: bool) -> None:
    """Write an error on standard error, as one line of text or as one JSON object."""
    if as_json:
        typer.echo(json.dumps({"error": type(error).__name__, "message": str(error)}, ensure_ascii=False), err=True)
    else:
        typer.echo(f"pairguard: {error}", err=True)
