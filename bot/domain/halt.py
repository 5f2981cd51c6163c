"""Halts: what a scope must not do, why, and what may end that."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class HaltCause(StrEnum):
    """Why a scope is halted. A scope may be halted for several causes at once; each is lifted separately.

    ``PAUSE`` and ``FREEZE`` are ordered by a human; ``EMERGENCIES_PER_HOUR`` and ``EXPOSURES_IN_A_ROW`` are pauses
    that begin by themselves. Only ``DRIFT`` may end without a human: by locators that read the recorded pages
    correctly.
    """

    PAUSE = "pause"
    FREEZE = "freeze"
    EMERGENCIES_PER_HOUR = "emergencies_per_hour"
    EXPOSURES_IN_A_ROW = "exposures_in_a_row"

    DRIFT = "drift"
    CHALLENGE = "challenge"
    RESTRICTED = "restricted"
    RESTORED = "restored"

    @property
    def lets_hedges_pass(self) -> bool:
        """Whether only new pairs are stopped, and the hedge of an accepted positive bet is still clicked."""
        return self in {HaltCause.PAUSE, HaltCause.EMERGENCIES_PER_HOUR, HaltCause.EXPOSURES_IN_A_ROW}


@dataclass(frozen=True, slots=True)
class Halt:
    """A stop in a scope: ``all``, a whitelabel, ``whitelabel:provider`` or an account. Reading always goes on.

    ``locators`` is the version of the provider's locators with which a page drifted; None for other causes.
    """

    scope: str
    cause: HaltCause
    reason: str
    locators: str | None = None
