"""When a site or an account that keeps failing takes no new pairs, and when it is tried again.

For example::

    [breaker]
    failures = 5           # this many failures of one cause (login lost, time-outs, server errors) in a row ...
    window_s = 60          # ... within this time stop new pairs there
    pause_s = 30           # then one reading tries again; the pause doubles each time it fails
    max_pause_s = 900
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from bot.config.part import Part, refuse
from bot.domain.breaker import BreakerPolicy

_Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_DEFAULT = BreakerPolicy()


class BreakerSettings(Part):
    """When a site or an account takes no new pairs because it keeps failing, and when it is tried again."""

    failures: Annotated[int, Field(ge=1, le=100)] = _DEFAULT.failures
    window_s: _Seconds = _DEFAULT.window_s
    pause_s: _Seconds = _DEFAULT.pause_s
    max_pause_s: _Seconds = _DEFAULT.max_pause_s

    @model_validator(mode="after")
    def _pauses_grow(self) -> Self:
        if self.max_pause_s < self.pause_s:
            refuse("breaker.max_pause_s", f"{self.max_pause_s:g} is below the pause_s of {self.pause_s:g}")
        return self

    def to_policy(self) -> BreakerPolicy:
        """Return the policy for the engine."""
        return BreakerPolicy(**self.model_dump())
