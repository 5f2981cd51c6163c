"""What the control API can change about a practice site while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Switches = Mapping[str, tuple[str, ...]]
"""The positions of each switch of a site's pages, the default first."""


@dataclass(slots=True)
class SiteSettings:
    """Hold timings, maintenance state, and the position of every switch of the pages."""

    response_delay_ms: int = 0
    latency_ms: int = 0
    acceptance_delay_ms: int = 0
    session_minutes: int = 720
    maintenance: bool = False
    switches: dict[str, str] = field(default_factory=dict)

    def values(self) -> dict[str, object]:
        """Return every setting by name; switches are on the same level as the others."""
        return {
            "response_delay_ms": self.response_delay_ms,
            "latency_ms": self.latency_ms,
            "acceptance_delay_ms": self.acceptance_delay_ms,
            "session_minutes": self.session_minutes,
            "maintenance": self.maintenance,
            **self.switches,
        }


def usual_positions(switches: Switches) -> dict[str, str]:
    """Return the default position of every switch."""
    return {name: words[0] for name, words in switches.items()}
