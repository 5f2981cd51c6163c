"""How gently bookmakers' sites are treated: how often pages are loaded, and when a failing site is left alone.

Page loads are limited only for the providers that are set; bets never wait for a limit. The other values are defaults::

    [politeness]
    page_loads_per_minute = { someprovider = 60 }
    jitter = 0.2           # largest random extension of the time between two readings, as a fraction

    [breaker]
    failures = 5           # failures of one cause (login lost, time-outs, server errors) in a row ...
    window_s = 60          # ... within this time stop new pairs there
    pause_s = 30           # after this pause one reading tries the site again; the pause doubles each time that fails
    max_pause_s = 900
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Self

from pydantic import Field, model_validator

from bot.config.part import Part, refuse
from bot.domain.breaker import BreakerPolicy

_Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class PolitenessSettings(Part):
    """How often a provider's pages may be loaded by readings that no bet waits for."""

    page_loads_per_minute: dict[str, Annotated[int, Field(ge=1, le=10_000)]] = Field(default_factory=dict)
    jitter: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.2

    def refuse_unknown(self, providers: Collection[str]) -> None:
        """Refuse a provider that no whitelabel runs on, since its limit would limit nothing."""
        for name in sorted(self.page_loads_per_minute.keys() - set(providers)):
            known = ", ".join(sorted(providers)) or "none"
            refuse(f"politeness.page_loads_per_minute.{name}", f"no whitelabel runs on this provider (known: {known})")


class BreakerSettings(Part):
    """When a site or an account takes no new pairs because it keeps failing, and when it is tried again."""

    failures: Annotated[int, Field(ge=1, le=100)] = 5
    window_s: _Seconds = 60
    pause_s: _Seconds = 30
    max_pause_s: _Seconds = 900

    @model_validator(mode="after")
    def _pauses_grow(self) -> Self:
        if self.max_pause_s < self.pause_s:
            refuse("breaker.max_pause_s", f"{self.max_pause_s:g} is below the pause_s of {self.pause_s:g}")
        return self

    def to_policy(self) -> BreakerPolicy:
        """Return the policy for the engine."""
        return BreakerPolicy(**self.model_dump())
