"""The numbers that decide how bets are placed and accounts are kept, with their defaults.

Every default stands once: here, in ``watch.WatchPolicy`` or in ``breaker.BreakerPolicy``. Configuration, engine and
adapters take theirs from these policies.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class HedgePolicy:
    """How often and how long a hedge that was refused is tried again, and what it may cost, before an emergency.

    ``max_loss`` is a fraction of the positive bet's accepted stake. An interrupted hedge is resumed until
    ``resume_within_s`` after the pair was armed. A positive bet that stands alone for ``naked_after_s`` is announced.
    """

    max_attempts: int = 3
    window_s: float = 20
    retry_delay_s: float = 1
    max_loss: Decimal = Decimal(0)
    resume_within_s: float = 900
    naked_after_s: float = 10


@dataclass(frozen=True, slots=True)
class PlacingPolicy:
    """How long proof is sought after a click, and how old an armed slip or a reading of the history may get.

    With ``history_holds_s`` 0 the history is read when a job comes.
    """

    acceptance_wait_s: float = 30
    slip_s: float = 30
    history_holds_s: float = 0


@dataclass(frozen=True, slots=True)
class PagePolicy:
    """Time limits for a page or node to be ready, and for the answer to a submitted bet."""

    page_s: float = 10
    answer_s: float = 15


@dataclass(frozen=True, slots=True)
class ReservationPolicy:
    """How long an arbitrage is locked, an account leased to a worker, and an account in cooldown after a bet."""

    lock_s: int = 300
    lease_s: int = 30
    cooldown_s: int = 60


@dataclass(frozen=True, slots=True)
class PausePolicy:
    """After how much trouble new pairs are paused until a human resumes."""

    emergencies_per_hour: int = 3
    exposures_in_a_row: int = 3


@dataclass(frozen=True, slots=True)
class WorkPolicy:
    """How much a worker does at once, and how it stops.

    ``jitter`` is the largest random share that is added to the time between two readings at one provider. ``grace_s``
    is how long a pair in hand may take after a stop was asked for.
    """

    pairs_at_once: int = 4
    sweeps_at_once: int = 4
    jitter: float = 0.2
    grace_s: float = 60
