"""How tickets are watched, at all providers and at one."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from bot.config.part import Part
from bot.domain.pair import ID_PATTERN
from bot.domain.policies import WorkPolicy
from bot.domain.watch import FastWindow, WatchPolicy

_Id = Annotated[str, Field(pattern=f"^{ID_PATTERN.pattern}$")]
_Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_Count = Annotated[int, Field(ge=1)]
_WATCH = WatchPolicy()


class WatchSettings(Part):
    """When a ticket is looked at.

    In the fast window it is looked at every ``interval_s``, ``max_polls`` times. With ``fast_window = "after_event"``
    the window opens ``event_lasts_s`` after the job's ``startsAt``, if it has one; with ``"at_once"`` it opens at the
    acceptance. Before the window, after a time-out, and after ``max_unhealthy`` looks in a row that failed to read the
    history, the interval is ``slow_interval_s``. A ticket without a result is given up ``slow_days`` after the window
    opened. A settled ticket is looked at for another ``resettlement_hours``.
    """

    interval_s: _Positive = _WATCH.interval_s
    max_polls: _Count = _WATCH.max_polls
    max_unhealthy: _Count = _WATCH.max_unhealthy
    slow_interval_s: _Positive = _WATCH.slow_interval_s
    slow_days: _Positive = _WATCH.slow_days
    resettlement_hours: _NotNegative = _WATCH.resettlement_hours
    fast_window: FastWindow = _WATCH.fast_window
    event_lasts_s: _NotNegative = _WATCH.event_lasts_s


class SettlementSettings(WatchSettings):
    """How tickets are watched, and by how much actual PnL may differ from the expected one.

    At most ``sweeps_at_once`` histories are read at the same time. ``providers`` holds what differs at one provider.
    """

    pnl_tolerance: Annotated[Decimal, Field(ge=0, allow_inf_nan=False)] = _WATCH.pnl_tolerance
    sweeps_at_once: Annotated[int, Field(ge=1, le=64)] = WorkPolicy().sweeps_at_once
    providers: dict[_Id, WatchSettings] = Field(default_factory=dict)

    @property
    def policy(self) -> WatchPolicy:
        """The policy of every provider without its own."""
        return WatchPolicy(**self._common())

    @property
    def policies(self) -> dict[str, WatchPolicy]:
        """The policies of providers with their own."""
        own = {name: settings.model_dump(exclude_unset=True) for name, settings in self.providers.items()}
        return {name: WatchPolicy(**(self._common() | otherwise)) for name, otherwise in own.items()}

    def policy_of(self, provider: str) -> WatchPolicy:
        """Return the policy for a provider."""
        return self.policies.get(provider, self.policy)

    def _common(self) -> dict[str, Any]:
        return self.model_dump(exclude={"sweeps_at_once", "providers"})
