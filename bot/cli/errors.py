"""How a command fails: one clear line on standard error and an exit status that says what kind of failure it was."""

from __future__ import annotations

import json
import sys
from typing import Any

import typer
from loguru import logger
from typer.core import TyperGroup

from bot.errors import (
    ConfigurationInvalid,
    JobInvalid,
    LeaseLost,
    LedgerUnavailable,
    PairguardError,
    PartMissing,
    SessionUnusable,
)

PROMISE_MISSED = 1
WRONG_USAGE = 2
PART_MISSING = 3

_STATUS: tuple[tuple[type[PairguardError], int], ...] = (
    (ConfigurationInvalid, WRONG_USAGE),
    (JobInvalid, WRONG_USAGE),
    (LeaseLost, WRONG_USAGE),  # an account that a worker has in hand is not for anybody else
    (PartMissing, PART_MISSING),
    (LedgerUnavailable, PART_MISSING),
    (SessionUnusable, PART_MISSING),
)


class Commands(TyperGroup):
    """Runs commands; an error that Pairguard raises on purpose is told in one line, never by a traceback."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Remember whether the answer is for a program."""
        self._for_program = "--json" in args
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named."""
        _only_warnings()
        try:
            return super().invoke(ctx)
        except PairguardError as error:
            _tell(error, for_program=self._for_program)
            raise typer.Exit(exit_status(error)) from None


def exit_status(error: PairguardError) -> int:
    """Return the exit status that tells what kind of failure this is."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), PROMISE_MISSED)


def _tell(error: PairguardError, *, for_program: bool) -> None:
    if for_program:
        typer.echo(json.dumps({"error": type(error).__name__, "message": str(error)}, ensure_ascii=False), err=True)
    else:
        typer.echo(f"pairguard: {error}", err=True)


def _only_warnings() -> None:
    logger.remove()
    logger.add(sys.stderr, level="WARNING", format="pairguard: {message}", diagnose=False, backtrace=False)
