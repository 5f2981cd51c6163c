"""What a producer of jobs needs to know, for its own tools."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer

from bot.cli.options import AsJson
from bot.cli.output import print_json
from bot.services.jobs import job_schema


class Subject(StrEnum):
    """What a schema is printed of."""

    PAIR = "pair"


def schema(
    subject: Annotated[Subject, typer.Argument(metavar="pair", help="What to describe: pair, the job of a pair.")],
    as_json: AsJson = False,
) -> None:
    """Print the JSON Schema of a pair job."""
    del subject  # there is one so far
    document = job_schema()
    if as_json:
        print_json(document)
    else:
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
