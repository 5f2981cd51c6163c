"""The plans of a run, all decided from its seed before anything is started."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import cycle
from typing import TypeVar

from bot.domain.pair import Role
from bot.practice.sites.brands import ASIAN, EUROPEAN, VIETNAMESE, Brand


class Fault(StrEnum):
    """What goes wrong in a history."""

    KILL_WORKER = "kill_worker"
    PAUSE_WORKER = "pause_worker"
    KILL_REDIS = "kill_redis"
    DROP_REPLY = "drop_reply"
    SILENCE_REDIS = "silence_redis"
    KILL_BROWSER = "kill_browser"
    KILL_PAGES = "kill_pages"
    DELIVER_TWICE = "deliver_twice"
    RECORD_THEN_SILENT = "record_then_silent"
    RECORD_THEN_500 = "record_then_500"
    RECORD_THEN_LOGOUT = "record_then_logout"
    RECORD_THEN_REDIRECT = "record_then_redirect"
    RECORD_WITHOUT_TICKET = "record_without_ticket"
    SILENT = "silent"
    ERROR_500 = "error_500"

    @property
    def is_the_bookmakers(self) -> bool:
        """Whether the bookmaker causes the fault, in its answer to a bet."""
        return self in _OF_THE_BOOKMAKER


_OF_THE_BOOKMAKER = frozenset(
    {
        Fault.RECORD_THEN_SILENT,
        Fault.RECORD_THEN_500,
        Fault.RECORD_THEN_LOGOUT,
        Fault.RECORD_THEN_REDIRECT,
        Fault.RECORD_WITHOUT_TICKET,
        Fault.SILENT,
        Fault.ERROR_500,
    }
)


class Moment(StrEnum):
    """When the fault strikes. Moments between a script and its answer are exact, because the proxy holds them."""

    RECEIVED = "received"
    ARMED = "armed"
    BEFORE_INTENT = "before_intent"
    BEFORE_CLICK = "before_click"
    CLICKED = "clicked"
    ANSWERED = "answered"
    BETWEEN_LEGS = "between_legs"
    BEFORE_HEDGE_CLICK = "before_hedge_click"
    HEDGE_CLICKED = "hedge_clicked"
    HEDGE_ANSWERED = "hedge_answered"
    HEDGED = "hedged"
    SETTLING = "settling"
    SETTLED = "settled"
    ANY_TIME = "any_time"


_Item = TypeVar("_Item")
BEFORE_A_SCRIPT = (Moment.BEFORE_INTENT, Moment.ANSWERED, Moment.HEDGE_ANSWERED, Moment.SETTLING)
_WITHOUT_A_REPLY = (Moment.CLICKED, Moment.HEDGE_CLICKED, *BEFORE_A_SCRIPT)
_DIRECTIONS = ((EUROPEAN, ASIAN), (EUROPEAN, VIETNAMESE), (ASIAN, EUROPEAN), (VIETNAMESE, EUROPEAN))
_USUAL_RESULTS = (("won", "lost"), ("lost", "won"))
_RESULTS = (
    *_USUAL_RESULTS * 3,
    ("void", "lost"),
    ("won", "void"),
    ("void", "void"),
    ("lost", "lost"),
    ("half_lost", "half_won"),
)
_DELAY_S = (0.0, 3.5)
_ABSENCE_S = (0.0, 3.0)
LEASE_S = 2
_PAUSE_S = LEASE_S + 2.5
_LONG_PAUSE_S = 33.0  # longer than the queue's hold on the job, too
_PAUSES_S = (_PAUSE_S,) * 9 + (_LONG_PAUSE_S,)


@dataclass(frozen=True, slots=True)
class Plan:
    """One history.

    ``leg`` is the leg whose answer a bookmaker's fault spoils, ``delay_s`` the delay of ``ANY_TIME``, ``absence_s`` how
    long a killed Redis stays away, ``pause_s`` how long a worker is paused, ``results`` how the bookmakers settle both
    legs.
    """

    number: int
    fault: Fault
    moment: Moment | None
    leg: Role = Role.POSITIVE
    brands: tuple[Brand, Brand] = (EUROPEAN, ASIAN)
    results: tuple[str, str] = ("won", "lost")
    delay_s: float = 0
    absence_s: float = 0.5
    pause_s: float = _PAUSE_S

    @property
    def pair(self) -> str:
        """The pair's id, which names the fault."""
        when = self.moment.value if self.moment else self.leg.value
        return f"{self.number:04}-{self.fault.value}-{when}"

    def brand(self, role: Role) -> Brand:
        """Return the brand at which a leg is bet."""
        return self.brands[0] if role is Role.POSITIVE else self.brands[1]

    def result(self, role: Role) -> str:
        """Return the result that the bookmaker gives a leg."""
        return self.results[0] if role is Role.POSITIVE else self.results[1]


def moments_of(fault: Fault) -> tuple[Moment, ...]:
    """Return when a fault can happen; empty for a bookmaker's fault, which happens when it answers."""
    if fault.is_the_bookmakers:
        return ()
    if fault is Fault.DROP_REPLY:
        return tuple(moment for moment in Moment if moment not in _WITHOUT_A_REPLY)
    return tuple(Moment)


def plans(runs: int, seed: int, faults: Sequence[Fault] = tuple(Fault)) -> Iterator[Plan]:
    """Draw the histories of a run: every fault equally often, its moments in turn, the rest at random."""
    chance = random.Random(seed)  # noqa: S311 - a run must be repeatable, not unpredictable
    turns = {fault: cycle(_shuffled(chance, _turns_of(fault))) for fault in faults}
    order: list[Fault] = []
    for number in range(1, runs + 1):
        order = order or _shuffled(chance, faults)
        fault = order.pop()
        turn = next(turns[fault])
        yield Plan(
            number=number,
            fault=fault,
            moment=turn if isinstance(turn, Moment) else None,
            leg=turn if isinstance(turn, Role) else Role.POSITIVE,
            brands=chance.choice(_DIRECTIONS),
            results=chance.choice(_RESULTS),
            delay_s=chance.uniform(*_DELAY_S),
            absence_s=chance.uniform(*_ABSENCE_S),
            pause_s=chance.choice(_PAUSES_S),
        )


def _turns_of(fault: Fault) -> Sequence[Moment | Role]:
    return moments_of(fault) or tuple(Role)


def _shuffled(chance: random.Random, items: Sequence[_Item]) -> list[_Item]:
    return chance.sample(items, len(items))
