"""Records as JSON values, for programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.ports.reader import PairOnRecord


def pair_as_json(record: PairOnRecord) -> dict[str, Any]:
    """Describe a pair as the ledger keeps it, with the ledger's times."""
    times = {"received_at": record.received_at.isoformat(), "updated_at": record.updated_at.isoformat()}
    return record.pair.model_dump(mode="json") | times


def evidence_of(data_dir: Path, pair_id: str) -> list[Path]:
    """Return the pages kept as evidence of a pair, oldest first."""
    return sorted((data_dir / "evidence" / pair_id).glob("*.html"))
