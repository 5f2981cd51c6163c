from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap.queue import open_queue
from bot.config import Settings
from tests.builders import a_job
from tests.integration.cli.conftest import Pairguard, answer

SECOND = a_job(betPairId="pair-2", arbId="arb-2")
WRONG: list[tuple[dict[str, Any], str]] = [
    (a_job(positiveBet={"minOdd": "2.0"}), "positiveBet.minOdd"),
    (a_job(positiveBet={"stake": "-1"}), "positiveBet.stake"),
    (a_job(hedgeBet={"accountId": "stranger"}), "hedgeBet.accountId"),
    (a_job(hedgeBet={"currency": "USD"}, fxRate="0.9"), "hedgeBet.currency"),
    (a_job(arbId="a:b"), "arbId"),
]


def queued(config: Path, job_id: str) -> str | None:
    async def ask() -> str | None:
        async with open_queue(Settings.load(config)) as queue:
            result = await queue.result_of(job_id)
            return result.state if result else None

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (json.dumps(a_job()), 1),
        (json.dumps(a_job(), indent=2), 1),
        (json.dumps([a_job(), SECOND]), 2),
        (f"{json.dumps(a_job())}\n\n{json.dumps(SECOND)}\n", 2),
    ],
    ids=["one job", "one job on many lines", "a list", "a job a line"],
)
def test_jobs_from_a_file_wait_in_the_queue(
    pairguard: Pairguard, config: Path, tmp_path: Path, text: str, count: int
) -> None:
    file = tmp_path / "jobs.json"
    file.write_text(text)
    ids = answer(pairguard("enqueue", str(file), "--json"))["jobs"]
    assert len(ids) == count
    assert {queued(config, job_id) for job_id in ids} == {"waiting"}


def test_a_job_may_be_typed(pairguard: Pairguard, config: Path) -> None:
    result = pairguard("enqueue", "-", typed=json.dumps(a_job()))
    assert queued(config, result.stdout.strip()) == "waiting"


@pytest.mark.parametrize(("job", "field"), WRONG, ids=[field for _, field in WRONG])
def test_a_faulty_job_is_refused_with_its_field(pairguard: Pairguard, job: dict[str, Any], field: str) -> None:
    result = pairguard("enqueue", "-", typed=json.dumps(job))
    assert result.exit_code == 2
    assert field in result.stderr


def test_one_faulty_job_keeps_all_out_of_the_queue(pairguard: Pairguard, config: Path) -> None:
    faulty = SECOND | {"arbId": "a:b"}
    result = pairguard("enqueue", "-", typed=json.dumps([a_job(), faulty]))
    assert result.exit_code == 2
    assert "job 2, arbId" in result.stderr
    assert queued(config, "pair-pair-1") is None


def test_validation_may_be_left_to_the_worker(pairguard: Pairguard, config: Path) -> None:
    result = pairguard("enqueue", "-", "--no-validate", typed='{"betPairId": "pair-1"}')
    assert queued(config, result.stdout.strip()) == "waiting"


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("not json", "the job is not JSON"),
        ("", "the job is not JSON"),
        ("[]", "there is no job in the list"),
        ('{"a": 1}\n{"b"', "line 2 is not JSON"),
        ("{\n  broken\n}", "neither JSON nor one JSON job a line"),
    ],
)
def test_what_is_not_json_is_refused(pairguard: Pairguard, typed: str, complaint: str) -> None:
    result = pairguard("enqueue", "-", typed=typed)
    assert result.exit_code == 2
    assert complaint in result.stderr


def test_a_missing_file_is_named(pairguard: Pairguard) -> None:
    result = pairguard("enqueue", "nowhere.json")
    assert result.exit_code == 2
    assert "nowhere.json" in result.stderr
