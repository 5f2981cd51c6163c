"""Errors of reading or changing a record.

SandboxError
├── UnknownRecord        no such account, event, selection or ticket
├── RecordExists         the id is taken
├── BetNotChangeable     the bet's status does not allow the change
├── InsufficientBalance  the stake is more than the account holds
└── FieldError           a field of a request is missing or wrong
"""

from __future__ import annotations


class SandboxError(Exception):
    """Base of every refusal by a practice site; `field` names the request field at fault."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class UnknownRecord(SandboxError):
    """There is no such record."""


class RecordExists(SandboxError):
    """The id is taken."""


class BetNotChangeable(SandboxError):
    """The bet's status does not allow the change."""


class InsufficientBalance(SandboxError):
    """The stake is more than the account holds."""


class FieldError(SandboxError):
    """A field of a request is missing or wrong."""
