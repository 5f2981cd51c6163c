from __future__ import annotations

import json
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

PASSWORD = "Corr3ct-Horse"

# A process of its own, because logging belongs to the whole process.
PROGRAM = """
import logging, sys, warnings
from pathlib import Path
from loguru import logger
from pydantic import SecretStr
from bot.adapters.logs import set_up_logging
from bot.adapters.masking import register_secret

password = "Corr3ct-Horse"
register_secret(SecretStr(password))
set_up_logging(Path(sys.argv[1]), "INFO", json=sys.argv[2] == "json")

def type_in(text: str) -> None:
    typed = text + " (typed)"
    raise RuntimeError(f"could not fill {text}")

logger.debug("too small to be told")
logger.bind(account="harbour/anna", key=password).info("hello {} <b> {{}}", "Đà Nẵng")
logger.info("logging in with {}", password)
logging.getLogger("aiohttp.client").warning("retrying with %s", password)
warnings.warn("an odd setting", stacklevel=1)
try:
    type_in(password)
except RuntimeError as error:
    error.add_note(f"typed {password}")
    logger.exception("login failed")
    try:
        raise ValueError(password) from error
    except ValueError:
        logging.getLogger("asyncio").exception("task failed")
"""


def run(data_dir: Path, kind: str) -> tuple[str, str]:
    """Return what the program wrote to standard error and to its log file."""
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(data_dir), kind], capture_output=True, check=True)
    return done.stderr.decode(), (data_dir / "logs/pairguard.log").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["text", "json"])
def test_a_secret_reaches_neither_sink_by_any_way(tmp_path: Path, kind: str) -> None:
    for written in run(tmp_path, kind):
        assert PASSWORD not in written
        assert "logging in with [secret]" in written
        assert "retrying with [secret]" in written
        assert "RuntimeError: could not fill [secret]" in written
        assert "typed [secret]" in written
        assert "ValueError: [secret]" in written


@pytest.mark.parametrize("kind", ["text", "json"])
def test_a_traceback_shows_where_but_no_local_variables(tmp_path: Path, kind: str) -> None:
    for written in run(tmp_path, kind):
        assert "in type_in" in written
        assert "(typed)" not in written


def test_text_has_a_line_per_message_with_time_level_and_origin(tmp_path: Path) -> None:
    for written in run(tmp_path, "text"):
        lines = written.splitlines()
        assert re.fullmatch(r"[\d-]{10} [\d:.]{12} INFO     hello Đà Nẵng <b> \{\} __main__", lines[0])
        assert re.fullmatch(r".* WARNING  retrying with \[secret\] aiohttp\.client", lines[2])
        assert "too small" not in written
        assert "an odd setting" in written


def test_json_has_an_object_per_message_with_bound_values_and_tracebacks(tmp_path: Path) -> None:
    for written in run(tmp_path, "json"):
        hello, _, retrying, _, failed, _ = map(json.loads, written.splitlines())
        assert hello.pop("time")
        assert hello == {
            "level": "INFO",
            "logger": "__main__",
            "message": "hello Đà Nẵng <b> {}",
            "account": "harbour/anna",
            "key": "[secret]",
        }
        assert (retrying["level"], retrying["logger"]) == ("WARNING", "aiohttp.client")
        assert (failed["level"], failed["message"]) == ("ERROR", "login failed")
        assert failed["traceback"].startswith("Traceback (most recent call last)")


def test_logs_are_for_their_owner_only(tmp_path: Path) -> None:
    run(tmp_path, "text")

    assert stat.S_IMODE((tmp_path / "logs").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "logs/pairguard.log").stat().st_mode) == 0o600
