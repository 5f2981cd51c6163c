"""How often the pages of a site are loaded by readings that no bet waits for.

Nothing is limited unless it is set::

    [politeness]
    page_loads_per_minute = { someprovider = 60 }
    jitter = 0.2           # a random share, at most this, is added to the time between two readings
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

from pydantic import Field

from bot.config.part import Part, refuse
from bot.domain.policies import WorkPolicy


class PolitenessSettings(Part):
    """How often a provider's pages may be loaded by readings that no bet waits for."""

    page_loads_per_minute: dict[str, Annotated[int, Field(ge=1, le=10_000)]] = Field(default_factory=dict)
    jitter: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = WorkPolicy().jitter

    def refuse_unknown(self, providers: Collection[str]) -> None:
        """Refuse a provider that no whitelabel runs on, since its limit would limit nothing."""
        for name in sorted(self.page_loads_per_minute.keys() - set(providers)):
            known = ", ".join(sorted(providers)) or "none"
            refuse(f"politeness.page_loads_per_minute.{name}", f"no whitelabel runs on this provider (known: {known})")
