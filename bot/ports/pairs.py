"""Pairs on record."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.domain.consequences import Consequences
from bot.domain.pair import Account, Pair


@dataclass(frozen=True, slots=True)
class StoredPair:
    """A pair as loaded, with the version that a change must name."""

    pair: Pair
    version: int


@dataclass(frozen=True, slots=True)
class AuditLine:
    """The audit's record of a change: its name, such as ``hedge:accepted``, and its facts as JSON values."""

    what: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Commit:
    """A changed pair, its consequences and its audit line: written together or not at all."""

    after: Pair
    consequences: Consequences
    audit: AuditLine


class PairStore(Protocol):
    """Pairs on record. Every change is compare-and-set and safe to send again. Methods raise LedgerUnavailable."""

    async def receive(self, pair: Pair) -> tuple[StoredPair, bool]:
        """Record a new pair, or return the one already recorded under its id; the flag says whether it is new."""

    async def load(self, bet_pair_id: str) -> StoredPair | None:
        """Return a pair, or None when the ledger has none of that id."""

    async def load_all(self, bet_pair_ids: Collection[str]) -> Mapping[str, StoredPair]:
        """Return those of these pairs that the ledger has, by id, in one round trip."""

    async def unplaced_pairs(self) -> Sequence[str]:
        """Return the ids of all pairs whose placing has not ended, oldest first; other open pairs add no cost."""

    async def claimed_tickets(self, account: Account) -> frozenset[str]:
        """Return the tickets of an account that belong to legs on record."""

    async def commit(self, before: StoredPair, commit: Commit) -> StoredPair:
        """Write a changed pair with all its consequences, or nothing; raises LedgerConflict if it has changed."""

    async def record_audit(self, pair: Pair, line: AuditLine) -> None:
        """Add a line to a pair's audit without changing the pair, such as a kept page."""
