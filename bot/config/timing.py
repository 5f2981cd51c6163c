"""Durations and time limits."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.config.part import Part
from bot.domain.policies import PagePolicy, PlacingPolicy, ReservationPolicy, WorkPolicy

_Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_WholeSeconds = Annotated[int, Field(gt=0)]
_PAGE = PagePolicy()
_PLACING = PlacingPolicy()
_RESERVATION = ReservationPolicy()


class TimingSettings(Part):
    """Cooldown, locks, time limits for page loads and answers to a bet, and how long proof is sought after a click.

    A slip that has been armed for ``slip_s`` is armed again, since sites let slips expire. The account's history before
    a bet is read when a job comes. With ``history_holds_s`` it is read in advance at intervals, and a job uses that
    reading unless it is older than ``history_holds_s``. Each reading loads the history page once.
    """

    cooldown_s: _WholeSeconds = _RESERVATION.cooldown_s
    lock_s: _WholeSeconds = _RESERVATION.lock_s
    lease_s: _WholeSeconds = _RESERVATION.lease_s
    page_s: _Seconds = _PAGE.page_s
    answer_s: _Seconds = _PAGE.answer_s
    slip_s: _Seconds = _PLACING.slip_s
    acceptance_wait_s: _Seconds = _PLACING.acceptance_wait_s
    grace_s: _Seconds = WorkPolicy().grace_s
    history_holds_s: Annotated[float, Field(ge=0, le=120, allow_inf_nan=False)] = _PLACING.history_holds_s
