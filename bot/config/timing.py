"""How long things take and last."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.config.part import Part

_Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_WholeSeconds = Annotated[int, Field(gt=0)]


class TimingSettings(Part):
    """Cooldown, locks, how long a page may take to load and to answer a bet, how long proof is looked for at once.

    A slip that waits armed for ``slip_s`` is armed anew, since sites let slips go stale. What an account's history
    shows before a bet is read when a job comes; with ``history_holds_s`` it is read before that, again and again, and
    a job finds it ready unless it is older than that. Each time costs a load of the history's page.
    """

    cooldown_s: _WholeSeconds = 60
    lock_s: _WholeSeconds = 300
    lease_s: _WholeSeconds = 30
    page_s: _Seconds = 10
    answer_s: _Seconds = 15
    slip_s: _Seconds = 30
    acceptance_wait_s: _Seconds = 30
    grace_s: _Seconds = 60
    history_holds_s: Annotated[float, Field(ge=0, le=120, allow_inf_nan=False)] = 0
