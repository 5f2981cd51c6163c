"""The practice sites, running in this process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.errors import PartMissing
from bot.practice.sites.servers import PracticeSites


@asynccontextmanager
async def open_practice_sites(data_dir: Path, port: int = 0) -> AsyncIterator[PracticeSites]:
    """Run the practice sites, on free ports or on seven from ``port`` on; raises PartMissing when they are taken."""
    await asyncio.to_thread(data_dir.mkdir, parents=True, exist_ok=True)
    try:
        practice_sites = await PracticeSites.start(data_dir, base_port=port)
    except OSError as error:
        raise PartMissing(f"the practice sites cannot listen on ports {port} to {port + 6}: {error.strerror}") from None
    try:
        yield practice_sites
    finally:
        await practice_sites.stop()
