"""A group of commands that imports a command's module only when the command is named."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any, ClassVar, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from bot.cli.errors import exit_status, show_error
from bot.errors import PairguardError


class Entry(NamedTuple):
    """What the list of commands shows of a command: its panel and the first line of its docstring.

    ``function`` is the name of the function in the command's module, unless it is the module's own name.
    """

    panel: str
    summary: str
    example: str
    function: str | None = None


class LazyGroup(TyperGroup):
    """Runs the commands of a table; an error that Pairguard raises on purpose is shown in one line, not by a traceback.

    A command ``new-provider`` is in ``bot/cli/commands/new_provider.py``: a function of that name, or a Typer
    application for a group.
    """

    table: ClassVar[Mapping[str, Entry]]

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self._for_program = False
        for name, entry in self.table.items():
            self.add_command(TyperCommand(name, help=entry.summary, rich_help_panel=entry.panel))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Remember whether the answer is for a program."""
        self._for_program = "--json" in args
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Find the command that the arguments name, and import it."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command and load_command(str(name), self.table[str(name)]), rest

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named."""
        _only_warnings()
        try:
            return super().invoke(ctx)
        except PairguardError as error:
            show_error(error, as_json=self._for_program)
            raise typer.Exit(exit_status(error)) from None


def load_command(name: str, entry: Entry) -> Any:
    """Import a command's module and make the command."""
    module_name = name.replace("-", "_")
    found = getattr(import_module(f"bot.cli.commands.{module_name}"), entry.function or module_name)
    if isinstance(found, typer.Typer):
        return typer.main.get_command(found)
    alone = typer.Typer(rich_markup_mode="markdown", add_completion=False)
    alone.command(name, epilog=f"Example: **{entry.example}**")(found)
    return typer.main.get_command(alone)


def _only_warnings() -> None:
    from loguru import logger  # noqa: PLC0415 - `--help` needs no log

    logger.remove()
    logger.add(sys.stderr, level="WARNING", format="pairguard: {message}", diagnose=False, backtrace=False)
