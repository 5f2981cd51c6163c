"""Compares what the bookmakers really hold with what the ledger says and what was announced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain import limits
from bot.domain.events import EventType
from bot.domain.lifecycle import PLACING
from bot.domain.pair import Leg, LegState, Pair, PairState, Role
from bot.domain.placement import HistoryRow, TicketState
from tests.chaos.interleavings.world import World

_ON_RECORD_AS_ACCEPTED = frozenset({LegState.ACCEPTED, LegState.SETTLED})
_MAY_BE_PLACED = frozenset({LegState.SUBMITTING, LegState.WAITING, LegState.UNKNOWN})
_AT_REST = frozenset(PairState) - {PairState.RECEIVED, PairState.ARMED}
FAULTS = (
    "doubled",
    "hedge_without_positive",
    "unwatched",
    "resolved_wrongly",
    "unannounced",
    "overclaimed",
    "clicked_without_lease",
    "miscounted",
    "cooldown_violated",
    "fell",
)


@dataclass
class Judgement:
    """The findings, counted by kind of fault and described."""

    found: Counter[str] = field(default_factory=Counter)
    details: list[str] = field(default_factory=list)

    def add(self, fault: str, detail: str) -> None:
        """Add a fault."""
        self.found[fault] += 1
        self.details.append(f"{fault}: {detail}")


def judge_placement(world: World, judgement: Judgement) -> None:
    """Judge a world in which everything has been placed and nothing has settled."""
    for detail in world.hedged_without_positive:
        judgement.add("hedge_without_positive", detail)
    for detail in world.clicked_without_lease:
        judgement.add("clicked_without_lease", detail)
    for detail in world.untold:
        judgement.add("unannounced", detail)
    for detail in world.fallen:
        judgement.add("fell", detail)
    for account, times in world.store.cooldown_violations.items():
        if times:
            judgement.add("cooldown_violated", f"{account} {times} times")
    for pair in world.pairs:
        _judge_pair(world, pair, judgement)
    for worker, result in world.queue.results:
        for detail in _overclaimed(world, result):
            judgement.add("overclaimed", f"{worker}: {detail}")


def judge_settlement(world: World, judgement: Judgement) -> None:
    """Judge a world in which every bet has settled."""
    for pair in world.pairs:
        for leg in pair.legs:
            _judge_counted(world, pair, leg, judgement)
            for row in _standing(world, leg):
                _judge_result(world, leg, row, judgement)
        both = all(leg.state is LegState.SETTLED for leg in pair.legs)
        if both and pair.state not in (PairState.RECONCILED, PairState.EXPOSURE_EVENT):
            judgement.add("unwatched", f"{pair.bet_pair_id} has settled and is {pair.state.value}")
        if pair.verdict is not None and pair.verdict.exposure and not _announced(world, pair, EventType.EXPOSURE_ALERT):
            judgement.add("unannounced", f"{pair.bet_pair_id}: exposure {pair.verdict.reason}")


def _judge_pair(world: World, pair: Pair, judgement: Judgement) -> None:
    if pair.state not in _AT_REST:
        judgement.add("unwatched", f"{pair.bet_pair_id} was left {pair.state.value}")
    for leg in pair.legs:
        _judge_leg(world, pair, leg, judgement)
    positive, hedge = (_standing(world, leg) for leg in pair.legs)
    if hedge and not positive:
        judgement.add("hedge_without_positive", f"{pair.bet_pair_id}: the hedge stands alone")
    if positive and not hedge and not _exposure_is_told(world, pair):
        judgement.add("unannounced", f"{pair.bet_pair_id} stands without a hedge, {_story(pair)}")


def _judge_counted(world: World, pair: Pair, leg: Leg, judgement: Judgement) -> None:
    """Compare what counts towards the limits with the bets that stand, or may stand, at the bookmaker."""
    standing = _standing(world, leg)
    staked: int | None = None
    if leg.state in _MAY_BE_PLACED or (pair.state in PLACING and leg.stake is None):
        staked = (leg.asked_stake or leg.bet.stake).minor_units
    elif standing:
        staked = standing[0].stake.minor_units
    still_open = None if leg.state is LegState.SETTLED else staked
    for scope in (str(leg.bet.account), leg.bet.stake.currency):
        counted, name = world.store.counters, (pair.bet_pair_id, leg.role)
        found = tuple(counted.of_leg(kind, scope, name) for kind in (limits.Counter.STAKED, limits.Counter.OPEN))
        if found != (staked, still_open):
            subject = f"{pair.bet_pair_id} {leg.role.value} in {scope}, {_story(pair)}"
            judgement.add("miscounted", f"{subject}: staked and open are {found}, not {(staked, still_open)}")


def _judge_leg(world: World, pair: Pair, leg: Leg, judgement: Judgement) -> None:
    _judge_counted(world, pair, leg, judgement)
    standing, subject = _standing(world, leg), f"{pair.bet_pair_id} {leg.role.value}"
    clicks = world.site_of(leg.bet.account).clicks.count(leg.bet.bet_id)
    if len(standing) > 1 or clicks > max(leg.attempt, 1):
        tickets = [row.ticket for row in standing]
        judgement.add("doubled", f"{subject}: {clicks} clicks in {leg.attempt} attempts, bets {tickets}")
    if leg.state in _ON_RECORD_AS_ACCEPTED:
        _judge_accepted(world, pair, leg, judgement)
    elif leg.state in _MAY_BE_PLACED:
        _judge_unresolved(world, pair, leg, judgement)
    elif standing:
        judgement.add("resolved_wrongly", f"{subject} is {leg.state.value}, but {standing[0].ticket} stands")


def _judge_accepted(world: World, pair: Pair, leg: Leg, judgement: Judgement) -> None:
    subject = f"{pair.bet_pair_id} {leg.role.value}"
    own = next((row for row in _standing(world, leg) if row.ticket == leg.ticket), None)
    if own is None or (own.stake, own.odds) != (leg.stake, leg.odds):
        judgement.add("resolved_wrongly", f"{subject}: {leg.ticket} at {leg.stake} is not the bet that was placed")
    watched = world.store.watches.get((pair.bet_pair_id, leg.role))
    if watched is None or watched.ticket != leg.ticket:
        judgement.add("unwatched", f"{subject}: ticket {leg.ticket}")
    announced = [data for data in _events(world, pair, EventType.BET_EXECUTED) if data["leg"] == leg.role.value]
    if [data["ticket"] for data in announced] != [leg.ticket]:
        judgement.add("unannounced", f"{subject}: {len(announced)} times bet_executed for {leg.ticket}")


def _judge_unresolved(world: World, pair: Pair, leg: Leg, judgement: Judgement) -> None:
    subject, site = f"{pair.bet_pair_id} {leg.role.value}", world.site_of(leg.bet.account)
    if _standing(world, leg) and site.manner.shows_everything and not _is_ambiguous(world):
        judgement.add("unwatched", f"{subject} is {leg.state.value}, though the history shows the bet")
    if leg.state is LegState.SUBMITTING:
        judgement.add("unannounced", f"{subject} was left submitting")
    announced = [data for data in _events(world, pair, EventType.PLACEMENT_UNKNOWN) if data["leg"] == leg.role.value]
    if leg.state is LegState.UNKNOWN and not announced:
        judgement.add("unannounced", f"{subject} is unknown and was not announced")


def _judge_result(world: World, leg: Leg, row: HistoryRow, judgement: Judgement) -> None:
    site = world.site_of(leg.bet.account)
    if not site.manner.shows_everything or (leg.state in _MAY_BE_PLACED and _is_ambiguous(world)):
        return  # the result cannot be known; judge_placement has checked that this was announced
    if leg.outcome is not row.outcome:
        judgement.add("unwatched", f"{leg.bet.bet_id}: {row.ticket} is {row.outcome}, on record as {leg.outcome}")


def _overclaimed(world: World, result: Mapping[str, Any]) -> Iterator[str]:
    pair = next((pair for pair in world.pairs if pair.bet_pair_id == result.get("betPairId")), None)
    if pair is None:
        yield f"{result} is about no pair on record"
        return
    for leg in pair.legs:
        claim, subject = result[leg.role.value], f"{pair.bet_pair_id} {leg.role.value}"
        tickets = [row.ticket for row in _standing(world, leg)]
        if claim["status"] == LegState.ACCEPTED.value and claim["ticket"] not in tickets:
            yield f"{subject} accepted as {claim['ticket']}, the bookmaker holds {tickets}"
        if result["state"] == PairState.HEDGED.value and not tickets:
            yield f"{subject} is hedged, the bookmaker holds nothing"
        if result["state"] in (PairState.FAILED.value, PairState.BLOCKED.value) and tickets:
            yield f"{subject} {result['state']}, the bookmaker holds {tickets}"


def _standing(world: World, leg: Leg) -> list[HistoryRow]:
    rows = world.site_of(leg.bet.account).of(leg.bet.bet_id)
    return [row for row in rows if row.state is not TicketState.REJECTED]


def _is_ambiguous(world: World) -> bool:
    return world.scenario.manner.stranger_after_s is not None


def _exposure_is_told(world: World, pair: Pair) -> bool:
    if pair.state is PairState.EMERGENCY:
        kinds = (EventType.ARB_EMERGENCY, EventType.EXPOSURE_ALERT)
        announced = all(_announced(world, pair, kind) for kind in kinds)
        return announced and pair.needs_review and pair.bet_pair_id in world.store.exposures
    legs = {data["leg"] for data in _events(world, pair, EventType.PLACEMENT_UNKNOWN)}
    return any(pair.leg(role).state is LegState.UNKNOWN and role.value in legs for role in Role)


def _events(world: World, pair: Pair, kind: EventType) -> list[dict[str, Any]]:
    ours = (event for event in world.store.events if event.data.get("betPairId") == pair.bet_pair_id)
    return [event.data for event in ours if event.type is kind]


def _announced(world: World, pair: Pair, kind: EventType) -> bool:
    return bool(_events(world, pair, kind))


def _story(pair: Pair) -> str:
    return f"{pair.state.value} with {pair.positive.state.value}/{pair.hedge.state.value}"
