"""Judges a history by the bookmakers' ledgers, our ledger and the announced events. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any

from bot.domain.outcome import Outcome
from bot.domain.pair import Leg, LegState, Pair, PairState, Role
from bot.practice.sites.placement import Refusal
from bot.practice.sites.records import Bet, BetResult, BetStatus, JournalRow


class Wrong(StrEnum):
    """The ways in which a promise can be broken; each name is a figure of the report."""

    DOUBLED = "doubled"
    HEDGE_WITHOUT_POSITIVE = "hedge_without_positive"
    UNWATCHED = "unwatched"
    RESOLVED_WRONGLY = "resolved_wrongly"
    UNANNOUNCED = "unannounced"
    COOLDOWN_VIOLATED = "cooldown_violated"


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken promise of a history."""

    wrong: Wrong
    text: str


@dataclass(frozen=True, slots=True)
class LegTruth:
    """What a bookmaker knows of one leg: its bets and the requests that it received, each oldest first.

    ``written_off`` are the requests without effect that a human has resolved as not placed.
    """

    bets: tuple[Bet, ...] = ()
    requests: tuple[JournalRow, ...] = ()
    written_off: frozenset[int] = frozenset()

    @property
    def standing(self) -> tuple[Bet, ...]:
        """The bets that were not rejected."""
        return tuple(bet for bet in self.bets if bet.status is not BetStatus.REJECTED)

    @property
    def tickets(self) -> frozenset[str]:
        """The tickets of the standing bets."""
        return frozenset(bet.ticket for bet in self.standing)


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of a finished history.

    ``steps`` are the changes of the pair in the order of the audit, such as ``positive:accepted``; ``events`` are what
    the receiver got for this pair. ``cooldown_violations`` counts those of its accounts in our ledger since the history
    began.
    """

    pair: Pair | None
    truth: Mapping[Role, LegTruth]
    steps: Sequence[str]
    events: Sequence[Mapping[str, Any]]
    cooldown_violations: Mapping[str, int] = field(default_factory=dict)


_REFUSED = frozenset(refusal.value for refusal in Refusal)
_OUTCOMES = {
    BetResult.WON: Outcome.WON,
    BetResult.LOST: Outcome.LOST,
    BetResult.VOID: Outcome.VOID,
    BetResult.DRAW: Outcome.VOID,
    BetResult.REFUND: Outcome.VOID,
    BetResult.HALF_WON: Outcome.HALF_WON,
    BetResult.HALF_LOST: Outcome.HALF_LOST,
}
_AS_INTENDED = frozenset(
    {
        (BetResult.WON, BetResult.LOST),
        (BetResult.LOST, BetResult.WON),
        (BetResult.VOID, BetResult.VOID),
    }
)
_SAYS_ACCEPTED = frozenset({LegState.ACCEPTED, LegState.SETTLED})
_SAYS_NOT_PLACED = frozenset({LegState.PLANNED, LegState.ARMED, LegState.REJECTED})
_TOLD_BY = {
    PairState.FAILED: ("arb_failed",),
    PairState.BLOCKED: ("arb_blocked",),
    PairState.EMERGENCY: ("arb_emergency", "exposure_alert"),
    PairState.EXPOSURE_EVENT: ("exposure_alert",),
    PairState.RECONCILED: ("pair_reconciled",),
}


def judge(evidence: Evidence) -> list[Finding]:
    """Return every broken promise of a history; an empty list when all were kept."""
    rules = {
        Wrong.DOUBLED: _doubled,
        Wrong.HEDGE_WITHOUT_POSITIVE: _hedges_without_positive,
        Wrong.UNWATCHED: _unwatched,
        Wrong.RESOLVED_WRONGLY: _resolved_wrongly,
        Wrong.UNANNOUNCED: _unannounced,
        Wrong.COOLDOWN_VIOLATED: _cooldowns_violated,
    }
    return [Finding(wrong, text) for wrong, rule in rules.items() for text in rule(evidence)]


def _doubled(evidence: Evidence) -> Iterator[str]:
    for role, truth in evidence.truth.items():
        extra = [bet.ticket for bet in truth.standing[1:]]
        for ticket in extra:
            yield f"{role.value} bet {ticket} is one too many"
        for position, request in enumerate(truth.requests):
            before = [each for each in truth.requests[:position] if not _came_to_nothing(each, truth)]
            if before and request.ticket not in extra:
                yield f"{role.value} request {request.id} came although {before[0].id} had not been refused"


def _came_to_nothing(request: JournalRow, truth: LegTruth) -> bool:
    if request.ticket is not None:
        return request.ticket not in truth.tickets
    return request.result in _REFUSED or request.id in truth.written_off


def _hedges_without_positive(evidence: Evidence) -> Iterator[str]:
    positive, hedge = evidence.truth[Role.POSITIVE], evidence.truth[Role.HEDGE]
    asked = {request.received_at: f"request {request.id}" for request in hedge.requests}
    placed = {bet.placed_at: f"bet {bet.ticket}" for bet in hedge.bets}
    for moment, what in sorted((asked or placed).items()):
        if not any(bet.placed_at < moment for bet in positive.standing):
            yield f"hedge {what} came at {moment} while no positive bet stood"
    if _first(evidence.steps, "hedge:submitted") < _first(evidence.steps, "positive:accepted"):
        yield "the hedge was submitted before the positive was known to be accepted"


def _unwatched(evidence: Evidence) -> Iterator[str]:
    for role, truth in evidence.truth.items():
        for bet in truth.standing:
            if not _is_followed(evidence.pair.leg(role) if evidence.pair else None, bet):
                state = evidence.pair.leg(role).state.value if evidence.pair else "not on record"
                yield f"{role.value} bet {bet.ticket} ({_result(bet)}) is not followed: its leg is {state}"


def _is_followed(leg: Leg | None, bet: Bet) -> bool:
    if leg is None or leg.ticket != bet.ticket:
        return False
    return leg.state is (LegState.SETTLED if bet.status is BetStatus.SETTLED else LegState.ACCEPTED)


def _resolved_wrongly(evidence: Evidence) -> Iterator[str]:
    if evidence.pair is None:
        return
    for leg in evidence.pair.legs:
        truth = evidence.truth[leg.role]
        if leg.state in _SAYS_NOT_PLACED:
            for bet in truth.standing:
                yield f"{leg.role.value} is {leg.state.value}, but the bookmaker has bet {bet.ticket}"
        elif leg.state in _SAYS_ACCEPTED:
            yield from _differences(leg, truth)


def _differences(leg: Leg, truth: LegTruth) -> Iterator[str]:
    bet = next((each for each in truth.standing if each.ticket == leg.ticket), None)
    name = f"{leg.role.value} bet {leg.ticket}"
    if bet is None:
        yield f"{name} is {leg.state.value} on record, but the bookmaker does not have it"
        return
    if leg.stake is None or leg.odds is None or leg.stake.amount != bet.stake or leg.odds.decimal != Fraction(bet.odds):
        yield f"{name} is {bet.stake} at {bet.odds}, on record {leg.stake} at {leg.odds}"
    if leg.state is LegState.SETTLED and (
        bet.outcome_result is None or leg.outcome is not _OUTCOMES.get(bet.outcome_result)
    ):
        yield f"{name} is {_result(bet)}, on record {leg.outcome}"


def _unannounced(evidence: Evidence) -> Iterator[str]:
    announced = {(event["type"], event["data"].get("leg")) for event in evidence.events}
    types = {kind for kind, _ in announced}
    for role, truth in evidence.truth.items():
        for bet in truth.standing:
            if bet.ticket not in _executed(evidence.events):
                yield f"{role.value} bet {bet.ticket} was not announced"
        if f"{role.value}:unknown" in evidence.steps and ("placement_unknown", role.value) not in announced:
            yield f"it was not announced that the {role.value} bet was unknown"
    if evidence.pair is not None:
        for kind in _TOLD_BY.get(evidence.pair.state, ()):
            if kind not in types:
                yield f"the pair is {evidence.pair.state.value}, but there was no {kind}"
    yield from _untold_exposure(evidence, types)


def _untold_exposure(evidence: Evidence, types: Iterable[str]) -> Iterator[str]:
    positive, hedge = (evidence.truth[role].standing for role in Role)
    if bool(positive) != bool(hedge):
        if not {"arb_emergency", "placement_unknown", "exposure_alert"} & set(types):
            yield "one bet stands alone, and this was not announced"
        return
    results = {(one.outcome_result, other.outcome_result) for one in positive for other in hedge}
    unintended = any(None not in result and result not in _AS_INTENDED for result in results)
    if unintended and "exposure_alert" not in types:
        yield f"the bets ended {' and '.join(_result(bet) for bet in positive + hedge)}, without an alert"


def _cooldowns_violated(evidence: Evidence) -> Iterator[str]:
    for account, times in evidence.cooldown_violations.items():
        yield f"{account} was bet on {times} times while it cooled down"


def _executed(events: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    return frozenset(event["data"].get("ticket") for event in events if event["type"] == "bet_executed")


def _result(bet: Bet) -> str:
    return bet.outcome_result.value if bet.outcome_result else bet.status.value


def _first(steps: Sequence[str], step: str) -> int:
    return steps.index(step) if step in steps else len(steps)
