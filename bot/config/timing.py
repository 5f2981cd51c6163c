"""Durations and time limits."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.config.part import Part

_Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_WholeSeconds = Annotated[int, Field(gt=0)]


class TimingSettings(Part):
    """Cooldown, locks, time limits for page loads and answers to a bet, and how long proof is sought after a click.

    A slip that has been armed for ``slip_s`` is armed again, since sites let slips expire. The account's history before
    a bet is read when a job comes. With ``history_holds_s`` it is read in advance at intervals, and a job uses that
    reading unless it is older than ``history_holds_s``. Each reading loads the history page once.
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
