"""How carefully the bookmakers' sites are treated: how often pages are loaded, and when a failing one is left alone.

Page loads are limited where they are set, by provider; bets never wait for them. The rest is as here unless it is set::

    [politeness]
    page_loads_per_minute = { someprovider = 60 }
    jitter = 0.2           # chance lengthens the time between two readings by up to so much of it

    [breaker]
    failures = 5           # so many of one cause (login lost, time-outs, server errors) in a row ...
    window_s = 60          # ... within this time, and no new pair is placed there
    pause_s = 30           # then one reading tries whether it works again; the pause doubles each time it does not
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
        """Make the policy that the engine follows."""
        return BreakerPolicy(**self.model_dump())
