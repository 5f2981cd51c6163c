"""What can go wrong when a record is asked for or changed.

SandboxError
├── UnknownRecord        no such account, event, selection or ticket
├── RecordExists         the id is taken
├── BetNotChangeable     the bet's status does not allow the change
├── InsufficientBalance  the stake is more than the account holds
└── FieldError           a field of a request is missing or wrong
"""

from __future__ import annotations


class SandboxError(Exception):
    """Stand for every refusal of the sandbox; `field` names what was wrong."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class UnknownRecord(SandboxError):
    """Say that there is no such record."""


class RecordExists(SandboxError):
    """Say that the id is taken."""


class BetNotChangeable(SandboxError):
    """Say that a bet's status does not allow the change."""


class InsufficientBalance(SandboxError):
    """Say that the stake is more than the account holds."""


class FieldError(SandboxError):
    """Say which field of a request is missing or wrong."""
