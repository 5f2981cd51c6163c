"""Putting pair jobs into the queue."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.job import PairJob, read_job
from bot.domain.pair import Account
from bot.errors import ConfigurationInvalid, JobInvalid
from bot.ports.jobs import JobQueue


def job_schema() -> dict[str, Any]:
    """Return the JSON Schema of a pair job."""
    return PairJob.model_json_schema()


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


def refuse_invalid(jobs: Sequence[Any], currencies: Mapping[Account, str]) -> None:
    """Check jobs against the configured accounts and their currencies; raises JobInvalid with every problem found."""
    problems: list[tuple[str, str]] = []
    for number, job in enumerate(jobs, 1):
        try:
            read_job(job, currencies)
        except JobInvalid as error:
            where = f"job {number}, " if len(jobs) > 1 else ""
            problems += [(f"{where}{field}", problem) for field, problem in error.problems]
    if problems:
        raise JobInvalid(problems)


async def enqueue(queue: JobQueue, jobs: Sequence[Any]) -> list[str]:
    """Put jobs into the queue in order and return their job ids."""
    return [await queue.enqueue(job) for job in jobs]


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
