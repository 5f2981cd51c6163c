"""Pauses that begin by themselves: after too much trouble a human should look before more is bet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.halt import Halt, HaltCause
from bot.domain.policies import PausePolicy

_EVERYTHING = "all"


@dataclass(frozen=True, slots=True)
class Troubles:
    """The emergencies of the last hour and the exposures in a row, since a human last resumed."""

    emergencies: int
    exposures_in_a_row: int


def pauses(troubles: Troubles, policy: PausePolicy) -> Iterator[Halt]:
    """Return the pauses that are due."""
    if troubles.emergencies >= policy.emergencies_per_hour:
        yield _pause(HaltCause.EMERGENCIES_PER_HOUR, f"{troubles.emergencies} emergencies within an hour")
    if troubles.exposures_in_a_row >= policy.exposures_in_a_row:
        yield _pause(HaltCause.EXPOSURES_IN_A_ROW, f"{troubles.exposures_in_a_row} pairs in a row ended as exposures")


def _pause(cause: HaltCause, what: str) -> Halt:
    return Halt(_EVERYTHING, cause, f"{what}; look into them, then: pairguard resume --reason TEXT")
