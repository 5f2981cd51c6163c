"""Keeps pages from around a click and records them in the pair's audit."""

from __future__ import annotations

from dataclasses import dataclass

from loguru import logger

from bot.domain.pair import Pair, Role
from bot.engine.arming import PreparedLeg
from bot.errors import BookmakerError, LedgerError
from bot.ports.bookmaker import PageSnapshot
from bot.ports.evidence import Evidence
from bot.ports.pairs import AuditLine, PairStore


@dataclass(frozen=True, slots=True)
class EvidenceKeeper:
    """Stores kept pages. A failure is only logged, since money comes first."""

    evidence: Evidence
    pairs: PairStore

    async def keep(
        self, pair: Pair, role: Role, label: str, prepared: PreparedLeg, taken: PageSnapshot | None = None
    ) -> None:
        """Keep the page as it is, or the snapshot that was ``taken`` of it."""
        try:
            snapshot = taken or await prepared.bookmaker.snapshot()
            where = await self.evidence.keep(pair.bet_pair_id, f"{role.value}-{label}", snapshot)
            line = AuditLine(f"{role.value}:evidence", {"label": label, "where": where})
            await self.pairs.record_audit(pair, line)
        except (BookmakerError, LedgerError, OSError) as error:
            logger.warning("pair {}: page of the {} {} not kept: {}", pair.bet_pair_id, role.value, label, error)
