"""Halts: why a scope takes no new bets, and what may end that."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class HaltCause(StrEnum):
    """Why a scope is halted. A scope may be halted for several causes at once; each is lifted separately.

    Only ``DRIFT`` may end without a human: by locators that read the recorded pages correctly.
    """

    DRIFT = "drift"
    CHALLENGE = "challenge"
    RESTRICTED = "restricted"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Halt:
    """No new bets in a scope: ``all``, ``whitelabel:provider`` or an account.

    ``locators`` is the version of the provider's locators with which a page drifted; None for other causes.
    """

    scope: str
    cause: HaltCause
    reason: str
    locators: str | None = None
