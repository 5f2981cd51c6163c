"""Putting jobs into the queue."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.bootstrap import open_queue
from bot.cli.options import DEFAULT_CONFIG, AsJson, ConfigFile
from bot.cli.output import print_json
from bot.config import Settings
from bot.domain.job import read_job
from bot.errors import ConfigurationInvalid, JobInvalid


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
    jobs = read_jobs(_text_of(file))
    if not no_validate:
        _refuse_invalid(jobs, settings)
    ids = asyncio.run(_put_in(jobs, settings))
    if as_json:
        print_json({"jobs": ids})
    else:
        typer.echo("\n".join(ids))


def read_jobs(text: str) -> list[Any]:
    """Read one JSON value, a list of them, or one on each line; raises ConfigurationInvalid for anything else."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        return _by_line(text, error)
    jobs = document if isinstance(document, list) else [document]
    if not jobs:
        raise ConfigurationInvalid("there is no job in the list")
    return jobs


def _by_line(text: str, as_a_whole: json.JSONDecodeError) -> list[Any]:
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) < 2:
        raise ConfigurationInvalid(f"the job is not JSON: {as_a_whole}")
    try:
        json.loads(lines[0][1])
    except json.JSONDecodeError:
        raise ConfigurationInvalid(f"neither JSON nor one JSON job a line: {as_a_whole}") from None
    return [_job_on(number, line) for number, line in lines]


def _job_on(number: int, line: str) -> Any:
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        raise ConfigurationInvalid(f"line {number} is not JSON: {error}") from None


def _text_of(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationInvalid(f"{file} cannot be read: {error}") from None


def _refuse_invalid(jobs: list[Any], settings: Settings) -> None:
    problems: list[tuple[str, str]] = []
    for number, job in enumerate(jobs, 1):
        try:
            read_job(job, settings.account_currencies)
        except JobInvalid as error:
            where = f"job {number}, " if len(jobs) > 1 else ""
            problems += [(f"{where}{field}", problem) for field, problem in error.problems]
    if problems:
        raise JobInvalid(problems)


async def _put_in(jobs: list[Any], settings: Settings) -> list[str]:
    async with open_queue(settings) as queue:
        return [await queue.enqueue(job) for job in jobs]
