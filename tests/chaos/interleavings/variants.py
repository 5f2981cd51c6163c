"""Variants of Pairguard, each without one protection. The judge must detect the harm, or it proves nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.adapters.redis_ledger import LedgerTimes
from bot.domain.changes import LegRejected
from bot.domain.lifecycle import NOT_SUBMITTED
from bot.domain.limit_usage import Tally
from bot.domain.money import Money
from bot.domain.pair import Account, Leg, Pair, Role
from bot.domain.placement import HistoryReading
from bot.domain.reasons import Reason
from bot.engine.executor import Executor
from bot.engine.naked_positives import NakedPositives
from bot.engine.recovery import Recovery
from bot.ports.pairs import AuditLine, StoredPair
from bot.ports.reservations import Reservation, ReservationRefused
from tests.chaos.interleavings.world import Parts
from tests.fakes.ledger import LedgerStore, MemoryLedger


class LedgerWithoutIntent(MemoryLedger):
    """Records nothing before the click, so an interrupted job starts again as if it had never clicked."""

    async def submit(self, before: StoredPair, after: Pair, reservation: Reservation, role: Role) -> StoredPair:
        return StoredPair(after, before.version)

    async def receive(self, pair: Pair) -> tuple[StoredPair, bool]:
        known = self.store.pairs.get(pair.bet_pair_id)
        if known is None:
            return await super().receive(pair)
        if known.pair.state in NOT_SUBMITTED or known.pair.reason == "interrupted":
            return self._write(pair, known.version + 1, AuditLine("received", {})), True
        return known, False


class LedgerWithoutFence(MemoryLedger):
    """Lets every worker act on every account."""

    def _lease_problem(self, account: Account, fences: Mapping[Account, str] | None = None) -> str | None:
        return None


class LedgerWithoutTakeover(MemoryLedger):
    """Keeps what a dead worker had reserved until it lapses."""

    def _refusal_of_held(self, name: str, pair: Pair, reason: Reason) -> ReservationRefused | None:
        left_s = self.store.held.left_s(name)
        return ReservationRefused(reason, name, left_s) if left_s is not None else None


class LedgerWithoutCooldown(MemoryLedger):
    """Lets an account bet while it cools down; here the cooldown lasts until long after the second job."""

    def __init__(self, store: LedgerStore, worker: str, times: LedgerTimes) -> None:
        super().__init__(store, worker, replace(times, cooldown_s=600))

    def _refusal_of_cooldown(self, pair: Pair, to_bet: Sequence[Role]) -> None:
        return

    def _require_allowed(self, pair: Pair, role: Role) -> None:
        return


class LedgerThatFreesNothing(MemoryLedger):
    """Keeps counting the stakes of pairs that failed."""

    def _count(self, bet_pair_id: str, changed: Sequence[Tally]) -> None:
        super()._count(bet_pair_id, [tally for tally in changed if tally.staked is not None])


class RecoveryWithoutWalk(Recovery):
    """Resumes no open pair."""

    async def walk(self) -> None:
        return


class NoNakedPositives(NakedPositives):
    """Announces no positive bet that stands alone."""

    async def _look(self, is_told: Callable[[Pair, float], bool]) -> None:
        return


class ExecutorWithoutRecovery(Executor):
    """Answers a redelivered job with the recorded state and does nothing else."""

    async def execute(self, pair: Pair) -> StoredPair:
        known = await self.pairs.load(pair.bet_pair_id)
        return known or await super().execute(pair)


def absence_as_proof(leg: Leg, reading: HistoryReading, balance: Money | None) -> LegRejected | None:
    """Treat a bet's absence from a complete history as a rejection."""
    return LegRejected(leg.role, Reason.NOT_PLACED) if reading.complete else None


WITHOUT_INTENT = Parts(ledger=LedgerWithoutIntent)
WITHOUT_TAKEOVER = Parts(ledger=LedgerWithoutTakeover)
WITHOUT_NAKED_ALERT = Parts(naked=NoNakedPositives)
WITHOUT_FREEING = Parts(ledger=LedgerThatFreesNothing)
WITHOUT_COOLDOWN = Parts(ledger=LedgerWithoutCooldown)
WITHOUT_FENCE = Parts(ledger=LedgerWithoutFence)
WITHOUT_RECOVERY = Parts(executor=ExecutorWithoutRecovery, recovery=RecoveryWithoutWalk)
