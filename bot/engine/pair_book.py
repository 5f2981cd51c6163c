"""The engine's only way to change a pair: apply the lifecycle, derive the consequences, write both at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import reduce
from typing import Any

from bot.domain.changes import Change, LegAccepted, LegChange, LegRejected
from bot.domain.consequences import Consequences, consequences
from bot.domain.hedge import with_exposure
from bot.domain.lifecycle import UNDECIDED, apply
from bot.domain.pair import Pair, Record
from bot.errors import IllegalTransition, LedgerConflict
from bot.ports.pairs import AuditLine, Commit, PairStore, StoredPair

_CONFLICTS_BORNE = 5
Decision = Callable[[Pair], Sequence[Change]]


class PairBook:
    """Changes pairs in the ledger."""

    def __init__(self, pairs: PairStore) -> None:
        self.pairs = pairs

    async def change(self, stored: StoredPair, *changes: Change) -> StoredPair:
        """Apply changes in order and write them in one step; errors as for ``decide``."""
        return await self.decide(stored, lambda _: changes)

    async def resolve(self, stored: StoredPair, change: LegAccepted | LegRejected, reason: str) -> StoredPair:
        """Record a human's decision about an unknown bet, with the reason; errors as for ``change``.

        Raises IllegalTransition for a leg that is neither unknown nor under review.
        """
        leg = stored.pair.leg(change.role)
        if leg.state not in UNDECIDED:
            raise IllegalTransition(f"pair {stored.pair.bet_pair_id} {leg.role.value}", leg.state.value, "resolved")
        await self.pairs.record_audit(
            stored.pair, AuditLine(f"{change.role.value}:resolved_by_human", {"reason": reason})
        )
        return await self.change(stored, change)

    async def decide(self, stored: StoredPair, decision: Decision) -> StoredPair:
        """Apply the changes that ``decision`` returns and write them in one step; without changes, write nothing.

        If the stored pair has changed, ``decision`` is called again with it. Raises IllegalTransition if the lifecycle
        does not allow a change, LedgerConflict if a ticket belongs to another pair or the pair keeps changing.
        """
        for _ in range(_CONFLICTS_BORNE):
            try:
                return await self._write(stored, decision)
            except LedgerConflict:
                latest = await self.pairs.load(stored.pair.bet_pair_id)
                if latest is None or latest.version == stored.version:
                    raise
                stored = latest
        return await self._write(stored, decision)

    async def _write(self, stored: StoredPair, decision: Decision) -> StoredPair:
        changes = decision(stored.pair)
        if not changes:
            return stored
        return await self.pairs.commit(stored, commit_of(stored.pair, changes))


def named(change: Change) -> str:
    """Name a change as the transition tables and the audit do, such as ``hedge:accepted``."""
    if isinstance(change, LegChange):
        return f"{change.role.value}:{change.event.value}"
    return change.event.value


def _audit_line(changes: Sequence[Change]) -> AuditLine:
    facts = {name: value for change in changes for name, value in _facts_of(change).items()}
    return AuditLine(" ".join(named(change) for change in changes), facts)


def _facts_of(change: Change) -> dict[str, Any]:
    return {field.name: _plain(getattr(change, field.name)) for field in fields(change) if field.name != "role"}


def _plain(fact: Any) -> Any:
    if isinstance(fact, Record):
        return fact.model_dump(mode="json")
    return fact if fact is None or isinstance(fact, bool | int | str) else str(fact)


def commit_of(pair: Pair, changes: Sequence[Change]) -> Commit:
    """Apply changes in order and return the commit to write; raises IllegalTransition."""
    changes = with_exposure(pair, changes)
    after, entailed = reduce(_and_then, changes, (pair, Consequences()))
    return Commit(after, entailed, _audit_line(changes))


def _and_then(so_far: tuple[Pair, Consequences], change: Change) -> tuple[Pair, Consequences]:
    pair = apply(so_far[0], change)
    return pair, so_far[1] + consequences(pair, change)
