"""Which histories are played: every crash point in order, everything else drawn from a seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random

from bot.domain.outcome import CLASSIFIABLE
from bot.domain.placement import TicketState
from tests.chaos.interleavings.crash_points import Fault, Injection
from tests.chaos.interleavings.judge import Judgement, judge_placement, judge_settlement
from tests.chaos.interleavings.lagging_site import MANNERS
from tests.chaos.interleavings.virtual_time import play
from tests.chaos.interleavings.world import FIRST_WORKER, Call, Left, Parts, Scenario, World
from tests.fakes.bookmaker import Answer

_PAUSES_S = (17.0, 57.0)  # its successor has just begun; its successor has done all it can
_REVIEWS = (TicketState.OPEN, TicketState.REJECTED)
ORDINARY = Parts()
EMERGENCY = Scenario(hedge=(Answer.REJECT,) * 3)


@dataclass(frozen=True, slots=True)
class History:
    """A history that can be repeated: equal values give the same course."""

    scenario: Scenario
    injections: tuple[Injection, ...] = ()
    seed: int | None = None

    def __str__(self) -> str:
        faults = ", ".join(str(injection) for injection in self.injections) or "no fault"
        drawn = f", seed {self.seed}" if self.seed is not None else ""
        redelivered = "redelivered" if self.scenario.redelivers else "not redelivered"
        return f"[{self.scenario}, {redelivered}; {faults}{drawn}]"


@dataclass
class Tally:
    """The results of many histories."""

    histories: int = 0
    injected: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    stories: list[str] = field(default_factory=list)

    def add(self, history: History, judgement: Judgement) -> None:
        """Count a history and keep the descriptions of its findings."""
        self.histories += 1
        self.injected.update(injection.fault.value for injection in history.injections)
        self.found.update(judgement.found)
        self.stories.extend(f"{detail} {history}" for detail in judgement.details)

    def __str__(self) -> str:
        injected = ", ".join(f"{name} {count}" for name, count in sorted(self.injected.items()))
        found = ", ".join(f"{name} {count}" for name, count in sorted(self.found.items())) or "nothing"
        return f"{self.histories} histories ({injected}); found: {found}"


def judged(history: History, parts: Parts = ORDINARY) -> Judgement:
    """Play a history and judge it."""

    async def whole() -> Judgement:
        latencies = Random(history.seed) if history.seed is not None else None
        world, judgement = World(history.scenario, history.injections, parts, latencies), Judgement()
        await world.placed()
        judge_placement(world, judgement)
        await world.settled()
        judge_settlement(world, judgement)
        world.end()
        return judgement

    return play(whole)


def outcome_of(history: History) -> tuple[object, ...]:
    """Play a history and return what it comes to, without times: pairs, legs, clicks and everything announced."""

    async def whole() -> tuple[object, ...]:
        world = World(history.scenario, history.injections)
        await world.placed()
        await world.settled()
        world.end()
        clicks = [tuple(site.clicks) for site in world.sites.values()]
        legs = [(leg.state, leg.attempt, leg.ticket, leg.outcome) for pair in world.pairs for leg in pair.legs]
        pairs = [(pair.bet_pair_id, pair.state, pair.reason, pair.verdict) for pair in world.pairs]
        events = [(event.type, event.data | {"aloneForS": None, "remainingS": None}) for event in world.store.events]
        return pairs, legs, clicks, events

    return play(whole)


def tallied(histories: Iterable[History], parts: Parts = ORDINARY) -> Tally:
    """Play and judge many histories."""
    tally = Tally()
    for history in histories:
        tally.add(history, judged(history, parts))
    return tally


def journal_of(history: History) -> list[Call]:
    """Play a history and return every call that its workers made."""

    async def whole() -> list[Call]:
        world = World(history.scenario, history.injections, keeps_journal=True)
        await world.placed()
        await world.settled()
        world.end()
        return world.journal

    return play(whole)


def scenarios() -> list[Scenario]:
    """Return every answer for either leg, and a hedge that is always refused; the manners of history take turns."""
    legs = [(answer,) for answer in Answer]
    plain = [
        *(Scenario(positive=leg, review=review) for leg in legs for review in _reviews_of(leg)),
        *(Scenario(hedge=leg, review=review) for leg in legs[1:] for review in _reviews_of(leg)),
        EMERGENCY,
        Scenario(hedge=(Answer.REJECT, Answer.TAKE_AND_STAY_SILENT)),
        Scenario(positive=(Answer.TAKE_AND_STAY_SILENT,), hedge=(Answer.TAKE_AND_CRASH,)),
    ]
    return [replace(scenario, manner=MANNERS[n % len(MANNERS)]) for n, scenario in enumerate(plain)]


@cache
def crash_points(scenario: Scenario) -> tuple[Call, ...]:
    """Return the crash points of a scenario: per call name and state of all pairs, the first worker's first two calls.

    There are two, one for each account. The second job is left out: it takes the same path as the first.
    """
    seen: Counter[tuple[str, tuple[str, ...]]] = Counter()
    points = []
    for call in journal_of(History(scenario)):
        seen[call.name, call.states] += 1
        is_first = call.worker == FIRST_WORKER
        if is_first and call.phase != "again" and seen[call.name, call.states] <= 2:
            points.append(call)
    return tuple(points)


def crashes_at_every_call() -> Iterator[History]:
    """Crash the first worker before and after each of its calls in every scenario."""
    return (crash for scenario in scenarios() for crashes in _crashes_in(scenario).values() for crash in crashes)


def crashes_that_differ() -> Iterator[History]:
    """Crash the first worker at every call, but once where several crashes leave the same behind."""
    return (crashes[0] for scenario in scenarios() for crashes in _crashes_in(scenario).values())


def crashes_alike(scenario: Scenario) -> Iterator[tuple[History, History]]:
    """Return the first and the last of the crashes that leave the same behind."""
    return ((crashes[0], crashes[-1]) for crashes in _crashes_in(scenario).values() if len(crashes) > 1)


def _crashes_in(scenario: Scenario) -> Mapping[Left, list[History]]:
    found: dict[Left, list[History]] = {}
    for call in points_of_its_own(scenario):
        for fault, left in ((Fault.CRASH_BEFORE, call.before), (Fault.CRASH_AFTER, call.after)):
            if left is not None:
                found.setdefault(left, []).append(History(scenario, (Injection(call.number, fault),)))
    return found


def points_of_its_own(scenario: Scenario) -> Sequence[Call]:
    """Return a scenario's crash points without those of the first scenario: all before the click that differs."""
    points = crash_points(scenario)
    if scenario == Scenario():
        return points
    click = "harbour.submit" if scenario.positive else "lotus.submit"
    first = next(call.number for call in points if call.name == click)
    settles_alone = scenario.hedge == EMERGENCY.hedge
    return [call for call in points if call.number >= first and (call.phase == "placing" or settles_alone)]


def drawn_faults(seed: int, count: int) -> Iterator[History]:
    """Draw scenario, manner of history, crash point and fault; one fault per history."""
    rng, known = Random(seed), {scenario: crash_points(scenario) for scenario in scenarios()}
    for _ in range(count):
        scenario = rng.choice(list(known))
        number, fault, pause_s = rng.choice(known[scenario]).number, rng.choice(list(Fault)), rng.choice(_PAUSES_S)
        varied = replace(scenario, manner=rng.choice(MANNERS), redelivers=rng.random() < 0.7)
        yield History(varied, (Injection(number, fault, pause_s),))


def walks(seed: int, count: int) -> Iterator[History]:
    """Draw everything: answers, message latencies, and up to three faults, of a worker and of its successors."""
    for number in range(count):
        rng = Random(f"{seed} {number}")
        injections = tuple(_drawn_injection(rng) for _ in range(rng.randint(1, 3)))
        yield History(_drawn_scenario(rng), injections, rng.randrange(1_000_000))


def _reviews_of(answers: tuple[Answer, ...]) -> tuple[TicketState, ...]:
    return _REVIEWS if Answer.WAIT in answers else _REVIEWS[:1]


def _drawn_scenario(rng: Random) -> Scenario:
    positive, hedge = rng.choices(list(Answer), k=rng.randint(0, 2)), rng.choices(list(Answer), k=rng.randint(0, 3))
    won, lost = rng.choices(CLASSIFIABLE, k=2)
    return Scenario(
        positive=tuple(positive),
        hedge=tuple(hedge),
        manner=rng.choice(MANNERS),
        review=rng.choice(_REVIEWS),
        redelivers=rng.random() < 0.8,
        results=(won, lost),
    )


def _drawn_injection(rng: Random) -> Injection:
    furthest = 60 if rng.random() < 0.8 else 400
    return Injection(rng.randint(1, furthest), rng.choice(list(Fault)), rng.uniform(10, 70))
