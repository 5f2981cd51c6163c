"""Putting jobs into the queue."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.bootstrap.queue import open_queue
from bot.cli.options import DEFAULT_CONFIG, AsJson, ConfigFile
from bot.cli.output import print_json
from bot.config import Settings
from bot.errors import ConfigurationInvalid
from bot.services import jobs as services


def enqueue(
    file: Annotated[str, typer.Argument(metavar="FILE", help="One job, a list, or one job a line; - is the input.")],
    config: ConfigFile = DEFAULT_CONFIG,
    no_validate: Annotated[
        bool, typer.Option("--no-validate", help="Leave it to the worker to refuse what is wrong.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put pair jobs into the queue and print their job ids.

    All are checked first, against the configured accounts; if one is wrong, none is put in.
    """
    settings = Settings.load(config)
    jobs = services.read_jobs(_text_of(file))
    if not no_validate:
        services.refuse_invalid(jobs, settings.account_currencies)
    ids = asyncio.run(_put_in(jobs, settings))
    if as_json:
        print_json({"jobs": ids})
    else:
        typer.echo("\n".join(ids))


def _text_of(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationInvalid(f"{file} cannot be read: {error}") from None


async def _put_in(jobs: list[Any], settings: Settings) -> list[str]:
    async with open_queue(settings) as queue:
        return await services.enqueue(queue, jobs)
