"""A configuration of a test's own, its ledger, and the commands run on both."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from loguru import logger
from typer.testing import CliRunner, Result

from bot.adapters.embedded_redis import embedded_redis
from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import RedisLedger
from bot.cli.application import app

CONFIGURATION = """
mode = "live"
data_dir = "data"

[whitelabels.harbourline]
provider = "harbour"
base_url = "http://127.0.0.1:1"

[whitelabels.senbien]
provider = "lotus"
base_url = "http://127.0.0.1:2"

[[accounts]]
whitelabel = "harbourline"
id = "ann"
username = "ann"
currency = "EUR"

[[accounts]]
whitelabel = "senbien"
id = "binh"
username = "binh"
currency = "EUR"
"""


class Pairguard(Protocol):
    """Runs a command and returns its output and exit status."""

    def __call__(self, *arguments: str, typed: str | None = None) -> Result: ...


Writing = Callable[[RedisLedger], Awaitable[None]]
OnRedis = Callable[[Callable[[RedisConnection], Awaitable[None]]], None]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "pairguard.toml"
    file.write_text(CONFIGURATION)
    return file


@pytest.fixture
def data_dir(config: Path) -> Path:
    return config.parent / "data"


@pytest.fixture
def on_redis(data_dir: Path) -> OnRedis:
    """Runs an action on the Redis that the commands will read."""

    async def use(work: Callable[[RedisConnection], Awaitable[None]]) -> None:
        async with embedded_redis(data_dir / "redis") as url:
            connection = RedisConnection(url)
            await work(connection)
            await connection.close()

    return lambda work: asyncio.run(use(work))


@pytest.fixture
def on_ledger(on_redis: OnRedis) -> Callable[[Writing], None]:
    """Runs an action on the ledger that the commands will read."""
    return lambda writing: on_redis(lambda connection: writing(RedisLedger(connection, "worker-a")))


@pytest.fixture
def pairguard(config: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pairguard]:
    for name in [name for name in os.environ if name.startswith("PAIRGUARD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PAIRGUARD_CONFIG", str(config))

    def run(*arguments: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(app, arguments, input=typed, prog_name="pairguard")

    yield run
    logger.remove()  # its sink was the stream of a command that has ended


def answer(result: Result) -> Any:
    """Return the JSON document that a command printed, after checking that it printed nothing else."""
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)
