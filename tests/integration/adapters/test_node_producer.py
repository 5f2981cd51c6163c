from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.adapters.bullmq_jobs import BullMqJobs
from bot.adapters.embedded_redis import find_redis_server

PRODUCER = Path(__file__).with_name("producer.mjs")
PAIR = {
    "arbId": "arb-1",
    "betPairId": "1001",
    "positiveBet": {"event": {"name": "Hà Nội – Đà Nẵng ⚽"}, "odds": "2.10", "stake": "10.00"},
}


async def output_of(*command: str | Path, cwd: Path, **environment: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=cwd,
        env=os.environ | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complained = await process.communicate()
    assert process.returncode == 0, complained.decode()
    return said.decode().strip()


@asynccontextmanager
async def redis_on_a_port(folder: Path) -> AsyncIterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = await asyncio.create_subprocess_exec(
        find_redis_server().path,
        *("--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""),
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield f"redis://127.0.0.1:{port}"
    finally:
        server.terminate()
        await server.wait()


async def taken(url: str) -> tuple[str, object]:
    jobs = BullMqJobs(url, "bet-pairs")
    try:
        job = await jobs.take()
        await jobs.complete(job, {"state": "reconciled"})
    finally:
        await jobs.close()
    return job.id, job.data


@pytest.mark.skipif(not shutil.which("node") or not shutil.which("npm"), reason="Node.js is not installed")
async def test_a_job_put_into_the_queue_by_node_is_taken_as_it_was_written(redis_url: str, tmp_path: Path) -> None:
    project = tmp_path / "producer"
    project.mkdir()
    producer = shutil.copy(PRODUCER, project)
    (project / "pair.json").write_text(json.dumps(PAIR))
    await output_of("npm", "install", "--no-audit", "--no-fund", "--prefix", ".", "bullmq@6", "ioredis@5", cwd=project)

    async def enqueued(url: str) -> str:
        return await output_of("node", producer, "pair.json", cwd=project, REDIS_URL=url)

    assert await enqueued(redis_url) == "pair-1001"
    assert await taken(redis_url) == ("pair-1001", PAIR)
    async with redis_on_a_port(tmp_path) as url:
        assert await enqueued(url) == "pair-1001"
        assert await taken(url) == ("pair-1001", PAIR)
