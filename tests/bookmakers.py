"""The practice sites in a process of their own, as the servers of real bookmakers are."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path


@asynccontextmanager
async def bookmakers_process(folder: Path) -> AsyncIterator[dict[str, str]]:
    """Run the practice sites with their ledgers in a folder; yield the address of each brand and of ``control``."""
    command = (sys.executable, "-m", "bot", "sandbox", "--json", "--data", str(folder))
    process = await asyncio.create_subprocess_exec(
        *command, stdout=subprocess.PIPE, env=dict(os.environ), start_new_session=True
    )
    try:
        assert process.stdout is not None
        addresses: dict[str, str] = json.loads(await process.stdout.readline())["addresses"]
        yield addresses
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()
