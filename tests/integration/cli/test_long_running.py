from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.redis_connection import RedisConnection
from bot.bootstrap.queue import open_queue
from bot.config import Settings
from tests.builders import a_job
from tests.integration.cli.conftest import CONFIGURATION, OnRedis, Pairguard

ROOT = Path(__file__).parents[3]
WITHOUT_PROVIDER = {"PAIRGUARD_PASSWORD_CORNER_JOY"}  # Corner has no provider until somebody follows the tutorial


@contextmanager
def started(*arguments: str, folder: Path, **passwords: str) -> Iterator[tuple[subprocess.Popen[str], Any]]:
    """Run a command in a process of its own; yield the process and the JSON of its first line."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PAIRGUARD_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments, "--json"],
        cwd=folder,
        env=plain | {"PYTHONPATH": str(ROOT)} | passwords,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        yield process, json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_says_when_it_is_ready_and_stops_in_good_order(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "pairguard.toml").write_text('mode = "live"\ndata_dir = "data"\n')
    with started("run", folder=tmp_path) as (worker, ready):
        assert ready == {"ready": True, "mode": "live", "queue": "bet-pairs"}
        worker.send_signal(number)
        _, said = worker.communicate()
    assert worker.returncode == 0, said
    assert "Stopping: no new pair" in said


def test_a_worker_whose_ledger_has_a_newer_schema_is_refused(
    pairguard: Pairguard, on_redis: OnRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def newer(connection: RedisConnection) -> None:
        await connection.ask(connection.client.set("schema_version", "99"))

    for name in ("HARBOURLINE_ANN", "SENBIEN_BINH"):
        monkeypatch.setenv(f"PAIRGUARD_PASSWORD_{name}", "correct-horse")
    on_redis(newer)
    refused = pairguard("run")
    assert refused.exit_code == 2
    assert "newer Pairguard (schema 99" in refused.stderr


async def test_a_worker_keeps_the_limits_of_its_configuration(tmp_path: Path) -> None:
    config = tmp_path / "pairguard.toml"
    config.write_text(CONFIGURATION + "limits = { open_stake = 104.99 }\n")
    passwords = {f"PAIRGUARD_PASSWORD_{name}": "correct-horse" for name in ("HARBOURLINE_ANN", "SENBIEN_BINH")}
    with started("run", folder=tmp_path, **passwords) as (worker, _):
        async with open_queue(Settings.load(config)) as queue:
            job_id = await queue.enqueue(a_job())
            while (result := await queue.result_of(job_id)) is None or result.state != "completed":
                await asyncio.sleep(0.05)
        worker.send_signal(signal.SIGTERM)  # a killed worker leaves its Redis to the next one
        worker.communicate()
    assert (result.value["state"], result.value["reason"]) == ("blocked", "open_stake")


def test_the_practice_sites_open_with_accounts_matches_and_a_configuration(tmp_path: Path) -> None:
    with started("sandbox", folder=tmp_path) as (sites, opened):
        for name, address in opened["addresses"].items():
            with urllib.request.urlopen(f"{address}/{'health' if name == 'control' else ''}") as page:  # noqa: S310
                assert page.status == 200
        with urllib.request.urlopen(f"{opened['addresses']['control']}/lotus/events") as answer:  # noqa: S310
            assert [event["id"] for event in json.load(answer)] == ["practice-1", "practice-2"]
        (tmp_path / "pairguard.toml").write_text(opened["configuration"])
        settings = Settings.load(tmp_path / "pairguard.toml")
        variables = set(settings.password_variables.values())
        assert variables == {login["variable"] for login in opened["logins"]} - WITHOUT_PROVIDER
        assert not any(login["password"] in opened["configuration"] for login in opened["logins"])
        sites.send_signal(signal.SIGINT)
        sites.communicate()
    assert sites.returncode == 0


def test_the_practice_sites_open_again_on_the_ledgers_they_had(tmp_path: Path) -> None:
    for _ in range(2):
        with started("sandbox", folder=tmp_path) as (sites, opened):
            assert set(opened["addresses"]) == {"harbourline", "lotusquay", "senbien", "frontier", "corner", "control"}
            sites.send_signal(signal.SIGTERM)
            sites.communicate()
        assert sites.returncode == 0
