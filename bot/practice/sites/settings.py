"""What the control API can change about a bookmaker while its sites run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Switches = Mapping[str, tuple[str, ...]]
"""The words that each switch of a bookmaker's pages knows, the usual one first."""


@dataclass(slots=True)
class BookSettings:
    """Hold timings, the state of the site, and the position of every switch of its pages."""

    response_delay_ms: int = 0
    latency_ms: int = 0
    acceptance_delay_ms: int = 0
    session_minutes: int = 720
    maintenance: bool = False
    switches: dict[str, str] = field(default_factory=dict)

    def values(self) -> dict[str, object]:
        """Return every setting by its name, the switches beside the rest."""
        return {
            "response_delay_ms": self.response_delay_ms,
            "latency_ms": self.latency_ms,
            "acceptance_delay_ms": self.acceptance_delay_ms,
            "session_minutes": self.session_minutes,
            "maintenance": self.maintenance,
            **self.switches,
        }


def usual_positions(switches: Switches) -> dict[str, str]:
    """Return the position of every switch that nobody has touched."""
    return {name: words[0] for name, words in switches.items()}
