"""The last step of set-up: make sure that the programs that Pairguard drives are on this machine.

Run as ``python -m bot.adapters.provision``. Exit status 3 if a part is missing and could not be installed.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from loguru import logger

from bot.adapters.chromium import chromium_version, find_headless_chromium, install_chromium
from bot.adapters.embedded_redis import find_redis_server
from bot.errors import PartMissing


def main() -> int:
    """Find or install Chromium, find Redis, and say on standard error where they are."""
    logger.remove()
    logger.add(sys.stderr, format="set-up: {message}", diagnose=False)
    try:
        for ensured in (_browser, _redis):
            began = time.monotonic()
            logger.info("{:<48} {:3.0f} s", ensured(), time.monotonic() - began)
    except PartMissing as error:
        logger.error("{}", error)
        return 3
    return 0


def _browser() -> str:
    executable = find_headless_chromium() or install_chromium()
    return f"{chromium_version(executable)} at {_shown(executable)}"


def _redis() -> str:
    server = find_redis_server()
    return f"Redis {'.'.join(map(str, server.version))} at {_shown(server.path)}"


def _shown(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


if __name__ == "__main__":
    sys.exit(main())
