"""Export of the audit as lines chained by hashes, so that a changed, missing or moved line is detected.

Each line is a JSON object with the hash of the previous line. The last line holds the number of entries.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.errors import AuditBroken

_FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One entry of a pair's audit. ``time`` is by the ledger's clock, ``op`` the operation that wrote it."""

    position: str
    time: datetime
    pair: str
    worker: str
    op: str
    what: str
    state: str
    facts: Mapping[str, Any]


def exported(entries: Iterable[AuditEntry]) -> Iterator[str]:
    """Yield entries as chained lines, then a last line with their number and the final hash."""
    previous, count = _FIRST, 0
    for count, entry in enumerate(entries, 1):
        line = _line(count, entry, previous)
        previous = line["hash"]
        yield json.dumps(line, ensure_ascii=False)
    yield json.dumps({"entries": count, "head": previous})


def verify(lines: Iterable[str]) -> int:
    """Verify an export and return its number of entries; raises AuditBroken, which names the first faulty line."""
    previous, count, end = _FIRST, 0, None
    for number, text in enumerate(lines, 1):
        if end is not None:
            raise AuditBroken(number, "it follows the end of the export")
        line = _read(number, text)
        if "entries" in line:
            end = line
            continue
        count += 1
        previous = _checked(number, line, previous)
    if end is None:
        raise AuditBroken(count + 1, "the end of the export is missing")
    if end != {"entries": count, "head": previous}:
        raise AuditBroken(count + 1, "the end of the export does not match its entries")
    return count


def _line(number: int, entry: AuditEntry, previous: str) -> dict[str, Any]:
    line = {
        "n": number,
        "position": entry.position,
        "time": entry.time.isoformat(),
        "pair": entry.pair,
        "worker": entry.worker,
        "op": entry.op,
        "what": entry.what,
        "state": entry.state,
        "facts": dict(entry.facts),
        "previous": previous,
    }
    return {**line, "hash": _hash(line)}


def _checked(number: int, line: dict[str, Any], previous: str) -> str:
    claimed = line.pop("hash", None)
    if line.get("previous") != previous:
        raise AuditBroken(number, "an earlier line is missing, moved or changed")
    if claimed != _hash(line):
        raise AuditBroken(number, "it was changed after the export")
    return str(claimed)


def _read(number: int, text: str) -> dict[str, Any]:
    try:
        line = json.loads(text)
    except ValueError:
        line = None
    if not isinstance(line, dict):
        raise AuditBroken(number, "it is not a JSON object")
    return line


def _hash(line: Mapping[str, Any]) -> str:
    canonical = json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
