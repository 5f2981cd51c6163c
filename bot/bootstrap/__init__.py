"""The only wiring: which adapter serves which port, and which provider opens which account.

Only this package imports adapters and providers. Each command takes what it needs from one of its modules.
"""

from __future__ import annotations

from bot.adapters.bullmq_jobs import JobResult
from bot.adapters.ledger_view import BreakerOnRecord, EventOnRecord, LedgerView, PairOnRecord, Watched
from bot.adapters.redis_halts import HaltOnRecord
from bot.bootstrap.diagnosis import Finding, diagnose
from bot.bootstrap.ledger import (
    AcceptedTerms,
    Queue,
    job_schema,
    lift_halt,
    open_queue,
    open_view,
    resolve_accepted,
    resolve_not_placed,
    review_pair,
)
from bot.bootstrap.worker import run_worker
from providers.registry import known_providers

__all__ = [
    "AcceptedTerms",
    "BreakerOnRecord",
    "EventOnRecord",
    "Finding",
    "HaltOnRecord",
    "JobResult",
    "LedgerView",
    "PairOnRecord",
    "Queue",
    "Watched",
    "diagnose",
    "job_schema",
    "known_providers",
    "lift_halt",
    "open_queue",
    "open_view",
    "resolve_accepted",
    "resolve_not_placed",
    "review_pair",
    "run_worker",
]
