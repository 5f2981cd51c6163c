"""The ledger's last known position, stored outside of Redis: a restored Redis is behind its mark."""

from __future__ import annotations

import asyncio
from pathlib import Path


class LedgerMark:
    """Implements the Mark port as one small file in the data folder."""

    def __init__(self, data_dir: Path, prefix: str) -> None:
        self._file = data_dir / f"{prefix.rstrip(':') or 'live'}.mark"

    async def read(self) -> str | None:
        return await asyncio.to_thread(self._read)

    async def write(self, position: str) -> None:
        await asyncio.to_thread(self._write, position)

    def _read(self) -> str | None:
        try:
            return self._file.read_text("ascii").strip() or None
        except FileNotFoundError:
            return None

    def _write(self, position: str) -> None:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = self._file.with_suffix(".unfinished")
        unfinished.write_text(position + "\n", "ascii")
        unfinished.replace(self._file)
