"""A ledger with another schema than the program's is migrated or refused before it is used."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import RedisLedger
from bot.adapters.redis_schema import CURRENT, STEPS, Step, require_schema
from bot.bootstrap.connections import connected
from bot.config import Settings
from bot.errors import ConfigurationInvalid
from tests.builders import POSITIVE_ACCOUNT, a_pair

NEWER = CURRENT + 1


async def version(connection: RedisConnection) -> str | None:
    written: str | None = await connection.ask(connection.client.get(connection.key("schema_version")))
    return written


async def written_by(connection: RedisConnection, schema: str) -> None:
    await connection.ask(connection.client.set(connection.key("schema_version"), schema))


class Steps:
    """Steps from the current schema to two later ones; each counts its runs."""

    def __init__(self) -> None:
        self.runs: list[int] = []
        self.steps = {CURRENT: self._step(CURRENT), NEWER: self._step(NEWER)}

    def _step(self, older: int) -> Step:
        async def run(_: RedisConnection) -> None:
            self.runs.append(older)
            await asyncio.sleep(0.05)

        return run


async def test_a_new_ledger_gets_the_current_schema(connection: RedisConnection) -> None:
    await require_schema(connection)
    assert await version(connection) == str(CURRENT)


async def test_workers_that_start_together_on_a_new_ledger_all_get_it(redis_url: str) -> None:
    connections = [RedisConnection(redis_url) for _ in range(8)]
    await asyncio.gather(*map(require_schema, connections))
    assert await version(connections[0]) == str(CURRENT)
    await asyncio.gather(*(connection.close() for connection in connections))


async def test_the_same_schema_is_left_as_it_is(connection: RedisConnection) -> None:
    await require_schema(connection)
    before = await connection.ask(connection.client.keys("*"))
    await require_schema(connection)
    assert await connection.ask(connection.client.keys("*")) == before == ["schema_version"]


async def test_each_mode_has_its_own(connection: RedisConnection, redis_url: str, tmp_path: Path) -> None:
    await written_by(connection, str(NEWER))
    (tmp_path / "pairguard.toml").write_text('mode = "dry_run"\n')
    async with connected(Settings.load(tmp_path / "pairguard.toml"), redis_url) as dry_run:
        assert (dry_run.prefix, await version(dry_run)) == ("dry_run:", str(CURRENT))


@pytest.mark.parametrize("schema", [str(NEWER), "2027-a"])
async def test_a_newer_schema_is_refused_and_nothing_is_written(connection: RedisConnection, schema: str) -> None:
    await written_by(connection, schema)
    with pytest.raises(ConfigurationInvalid) as refused:
        await require_schema(connection)
    assert str(refused.value) == (
        f"this ledger was written by a newer Pairguard (schema {schema}, this program knows {CURRENT}): "
        "upgrade the program, or restore a backup"
    )
    assert await connection.ask(connection.client.keys("*")) == ["schema_version"]
    assert await version(connection) == schema


async def test_an_older_schema_that_no_step_migrates_is_refused(connection: RedisConnection) -> None:
    await written_by(connection, str(CURRENT))
    step = Steps()
    with pytest.raises(ConfigurationInvalid, match=f"older Pairguard .schema {CURRENT}, this program knows {NEWER}"):
        await require_schema(connection, current=NEWER, steps={NEWER: step.steps[NEWER]})
    assert (await version(connection), step.runs) == (str(CURRENT), [])


async def test_every_older_schema_has_a_step() -> None:
    assert sorted(STEPS) == list(range(1, CURRENT))


async def test_an_older_schema_is_migrated_once_even_by_two_that_start_together(redis_url: str) -> None:
    connections, step = [RedisConnection(redis_url), RedisConnection(redis_url)], Steps()
    await written_by(connections[0], str(CURRENT))
    await asyncio.gather(*(require_schema(each, current=NEWER + 1, steps=step.steps) for each in connections))
    assert step.runs == [CURRENT, NEWER]
    assert await version(connections[0]) == str(NEWER + 1)
    await require_schema(connections[1], current=NEWER + 1, steps=step.steps)
    assert step.runs == [CURRENT, NEWER]
    await asyncio.gather(*(connection.close() for connection in connections))


async def test_a_step_that_fails_is_repeated_by_the_next_program(connection: RedisConnection) -> None:
    async def fails(_: RedisConnection) -> None:
        raise RuntimeError("in the middle of it")

    await written_by(connection, str(CURRENT))
    with pytest.raises(RuntimeError):
        await require_schema(connection, current=NEWER, steps={CURRENT: fails})
    assert await version(connection) == str(CURRENT)
    step = Steps()
    await require_schema(connection, current=NEWER, steps=step.steps)
    assert (await version(connection), step.runs) == (str(NEWER), [CURRENT])


async def test_a_ledger_that_a_worker_runs_on_is_not_migrated(connection: RedisConnection) -> None:
    worker, step = RedisLedger(connection, "worker-a"), Steps()
    await require_schema(connection)
    assert await worker.take_lease(POSITIVE_ACCOUNT)
    with pytest.raises(ConfigurationInvalid, match="stop that worker"):
        await require_schema(connection, current=NEWER, steps=step.steps)
    await worker.give_up_lease(POSITIVE_ACCOUNT)
    await require_schema(connection, current=NEWER, steps=step.steps)
    assert step.runs == [CURRENT]


async def test_pairs_without_a_version_have_the_first_schema(connection: RedisConnection) -> None:
    await RedisLedger(connection, "worker-a").receive(a_pair())
    step = Steps()
    await require_schema(connection, current=NEWER, steps=step.steps)
    assert (await version(connection), step.runs) == (str(NEWER), [CURRENT])
