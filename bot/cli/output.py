"""Where commands write: text for people through Rich, JSON for programs."""

from __future__ import annotations

import json
from typing import Any

import typer
from rich.console import Console, RenderableType
from rich.text import Text

_WIDTH_OF_A_PIPE = 160


def print_json(value: Any) -> None:
    """Print one JSON document on one line."""
    typer.echo(json.dumps(value, ensure_ascii=False, allow_nan=False))


def print_text(*parts: RenderableType) -> None:
    """Print text and tables. Lines of text are left to the terminal to wrap, so that a path in them can be copied."""
    console = terminal()
    for part in parts:
        console.print(part, soft_wrap=isinstance(part, str | Text))


def terminal() -> Console:
    """Return the console on standard output as it is now."""
    width = None if Console().is_terminal else _WIDTH_OF_A_PIPE
    return Console(highlight=False, markup=False, emoji=False, width=width)
