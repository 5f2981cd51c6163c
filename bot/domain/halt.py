"""Halts: why no new bet may be made somewhere, and what may end that."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class HaltCause(StrEnum):
    """What brought a halt about. A scope may be halted for several causes at a time; each ends by itself.

    Only ``DRIFT`` may end without a human: by locators that read the recorded pages rightly again.
    """

    DRIFT = "drift"
    CHALLENGE = "challenge"
    RESTRICTED = "restricted"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Halt:
    """No new bets in a scope: ``all``, ``whitelabel:provider`` or an account.

    ``locators`` names the version of the provider's locators under which pages drifted, None for other causes.
    """

    scope: str
    cause: HaltCause
    reason: str
    locators: str | None = None
