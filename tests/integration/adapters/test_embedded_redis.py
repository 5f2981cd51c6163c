from __future__ import annotations

import asyncio
import os
import signal
import socket
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisGone

from bot.adapters.embedded_redis import RedisUnusable, embedded_redis

USER = """
import asyncio, sys
from pathlib import Path
from bot.adapters.embedded_redis import embedded_redis

async def use() -> None:
    async with embedded_redis(Path(sys.argv[1])) as url:
        print(url, flush=True)
        await asyncio.to_thread(sys.stdin.read)

asyncio.run(use())
"""


@asynccontextmanager
async def client_of(url: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(url, decode_responses=True) as client:
        yield client


@asynccontextmanager
async def using(data_dir: Path) -> AsyncIterator[Redis]:
    async with embedded_redis(data_dir) as url, client_of(url) as client:
        yield client


@asynccontextmanager
async def user_process(data_dir: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        USER,
        str(data_dir),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"PAIRGUARD_PASSWORD": "correct-horse"},
    )
    assert process.stdin
    assert process.stdout
    try:
        yield process, (await process.stdout.readline()).decode().strip()
    finally:
        process.stdin.close()
        await process.wait()


async def server_pid(client: Redis) -> int:
    return int((await client.info("server"))["process_id"])


async def answers(client: Redis) -> bool:
    try:
        return str(await client.echo("ready")) == "ready"
    except RedisGone:
        return False


async def kill_server(client: Redis) -> None:
    os.kill(await server_pid(client), signal.SIGKILL)
    while await answers(client):
        pass


def environment_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


def socket_of(url: str) -> Path:
    return Path(unquote(urlsplit(url).path))


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("appendonly", "yes"),
        ("appendfsync", "always"),
        ("maxmemory-policy", "noeviction"),
        ("save", ""),
        ("port", "0"),
    ],
)
async def test_it_runs_as_the_ledger_demands(tmp_path: Path, setting: str, value: str) -> None:
    async with using(tmp_path) as client:
        assert (await client.config_get(setting))[setting] == value


async def test_only_its_owner_can_reach_the_socket_and_the_data(tmp_path: Path) -> None:
    async with embedded_redis(tmp_path / "data") as url, client_of(url) as client:
        await client.set("pair", "armed")
        assert socket_of(url).parent == tmp_path / "data"
        assert stat.S_IMODE(socket_of(url).stat().st_mode) == 0o700
        open_to_others = [path for path in (tmp_path / "data").rglob("*") if stat.S_IMODE(path.stat().st_mode) & 0o077]
        assert open_to_others == []


async def test_the_last_user_to_leave_stops_it(tmp_path: Path) -> None:
    async with AsyncExitStack() as later:
        async with embedded_redis(tmp_path) as url:
            second = await later.enter_async_context(using(tmp_path))
            pid = await server_pid(second)
        assert await server_pid(second) == pid
    async with client_of(url) as client:
        assert not await answers(client)


async def test_users_that_come_at_once_share_one_server(tmp_path: Path) -> None:
    async with AsyncExitStack() as users:
        clients = await asyncio.gather(*(users.enter_async_context(using(tmp_path)) for _ in range(6)))
        assert len({await server_pid(client) for client in clients}) == 1


async def test_users_may_come_and_go_from_several_processes(tmp_path: Path) -> None:
    async with user_process(tmp_path) as (other, url), using(tmp_path) as client:
        pid = await server_pid(client)
        assert other.stdin
        other.stdin.close()
        assert await other.wait() == 0
        assert await server_pid(client) == pid
        assert url == f"unix://{tmp_path}/redis.sock"


async def test_data_outlive_a_clean_stop(tmp_path: Path) -> None:
    async with using(tmp_path) as client:
        await client.set("pair", "hedged")
    async with using(tmp_path) as client:
        assert await client.get("pair") == "hedged"


async def test_a_killed_server_is_started_again_for_the_next_user_with_all_its_data(tmp_path: Path) -> None:
    async with using(tmp_path) as first:
        await first.set("pair", "hedged")
        await kill_server(first)
        async with using(tmp_path) as next_one:
            assert await next_one.get("pair") == "hedged"
        assert await first.get("pair") == "hedged"


async def test_a_killed_user_leaves_the_server_to_the_next_who_then_stops_it(tmp_path: Path) -> None:
    async with user_process(tmp_path) as (user, url), client_of(url) as client:
        pid = await server_pid(client)
        user.kill()
        await user.wait()
        assert await server_pid(client) == pid
        async with using(tmp_path) as next_one:
            assert await server_pid(next_one) == pid
        assert not await answers(client)


async def test_ctrl_c_in_the_users_terminal_does_not_reach_it(tmp_path: Path) -> None:
    async with using(tmp_path) as client:
        assert os.getsid(await server_pid(client)) != os.getsid(0)


async def test_it_does_not_get_the_secrets_in_its_users_environment(tmp_path: Path) -> None:
    async with user_process(tmp_path) as (_, url), client_of(url) as client:
        assert b"correct-horse" not in environment_of(await server_pid(client))


async def test_it_is_ready_only_when_all_data_are_loaded(tmp_path: Path) -> None:
    sets = (f"*3\r\n$3\r\nSET\r\n$7\r\n{key:07}\r\n$4\r\nopen\r\n" for key in range(300_000))
    (tmp_path / "appendonly.aof").write_text("".join(sets), newline="")
    async with using(tmp_path) as client:
        assert await client.dbsize() == 300_000


async def test_a_socket_file_left_by_a_crash_is_replaced(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(tmp_path / "redis.sock"))
    async with using(tmp_path) as client:
        assert await answers(client)


async def test_a_folder_too_deep_for_a_socket_gets_one_in_a_private_place(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100) / "data"
    async with embedded_redis(deep) as url, using(deep) as client:
        place = socket_of(url).parent
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
        assert (await client.config_get("dir"))["dir"] == str(deep)
    assert not place.exists()


@pytest.mark.parametrize("name", ["with space", "Sen Biển", 'quote"d', "hash#?%41"])
async def test_any_folder_name_will_do(tmp_path: Path, name: str) -> None:
    async with using(tmp_path / name) as client:
        assert (await client.config_get("dir"))["dir"] == str(tmp_path / name)


async def test_two_names_of_one_folder_lead_to_one_server(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "data")
    async with using(tmp_path / "data") as real, using(tmp_path / "link") as linked:
        assert await server_pid(real) == await server_pid(linked)


async def test_a_server_that_dies_at_start_is_an_error_that_quotes_its_log(tmp_path: Path) -> None:
    (tmp_path / "appendonly.aof").write_text("this is no append-only file\n")
    with pytest.raises(RedisUnusable, match=r"(?s)stopped while starting.*redis.log.*Bad file format"):
        async with embedded_redis(tmp_path):
            pass


async def test_a_folder_that_cannot_be_made_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RedisUnusable, match=r"cannot use .*file"):
        async with embedded_redis(tmp_path / "file"):
            pass
