"""Finds the processes below a worker: its browser, and the browser's pages."""

from __future__ import annotations

import os
import signal
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")


def descendants(pid: int) -> list[int]:
    """Return the descendants of a process, parents before children."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for child, parent in _parents():
        children[parent].append(child)
    found: list[int] = []
    unvisited = [pid]
    while unvisited:
        below = children[unvisited.pop(0)]
        found += below
        unvisited += below
    return found


def browsers(pid: int) -> list[int]:
    """Return the main processes of a worker's browsers."""
    return [each for each in descendants(pid) if "--remote-debugging-pipe" in _command(each) and not _kind(each)]


def pages(pid: int) -> list[int]:
    """Return the processes that render the pages of a worker's browser."""
    return [each for each in descendants(pid) if _kind(each) == "renderer"]


def drivers(pid: int) -> list[int]:
    """Return the processes through which a worker drives its browser: Playwright's, in Node.js."""
    return [each for each in descendants(pid) if "run-driver" in _command(each)]


def megabytes(pids: Iterable[int]) -> float:
    """Return the memory of processes in megabytes, with shared pages in proportion (PSS)."""
    return sum(_pss_kb(pid) for pid in pids) / 1024


def kill(pids: Iterable[int]) -> None:
    """Kill with SIGKILL those processes that still exist."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def is_alive(pid: int) -> bool:
    """Return whether a process runs; a zombie does not."""
    return _stat(pid)[:1] not in ([], ["Z"])


def _parents() -> Iterable[tuple[int, int]]:
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and len(stat := _stat(int(entry.name))) > 1:
            yield int(entry.name), int(stat[1])


def _stat(pid: int) -> list[str]:
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _pss_kb(pid: int) -> int:
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:  # it has ended in the meantime
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _command(pid: int) -> list[str]:
    try:
        text = (_PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return []
    return text.replace("\0", " ").split()  # Chromium's helper processes separate theirs with spaces


def _kind(pid: int) -> str:
    for argument in _command(pid):
        if argument.startswith("--type="):
            return argument.removeprefix("--type=")
    return ""
