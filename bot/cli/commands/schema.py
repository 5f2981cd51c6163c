"""What programs around Pairguard need to know: how a job is written, and what an event holds."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated, Any

import typer

from bot.cli.options import AsJson
from bot.cli.output import print_json
from bot.domain.event_schema import events_schema
from bot.services.jobs import job_schema


class Subject(StrEnum):
    """What a schema is printed of."""

    PAIR = "pair"
    EVENTS = "events"


_SCHEMAS: Mapping[Subject, Callable[[], dict[str, Any]]] = {Subject.PAIR: job_schema, Subject.EVENTS: events_schema}


def schema(
    subject: Annotated[
        Subject,
        typer.Argument(
            metavar="pair|events", help="What to describe: the job of a pair, or the events of the webhook."
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Print a JSON Schema: of a pair job, or of every event and its reasons."""
    document = _SCHEMAS[subject]()
    if as_json:
        print_json(document)
    else:
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
