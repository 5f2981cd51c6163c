"""The report of a soak: some lines for people, one line for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.practice.demo.judgement import Judgement
from tests.chaos.soak.growth import Growth, Sample

_POINTS = 12


@dataclass(frozen=True, slots=True)
class Outcome:
    """The results of a soak.

    ``errors`` are the lines of the worker's log at the error level, ``undelivered`` counts the events that the receiver
    did not get.
    """

    minutes: float
    memory: Mapping[str, Growth]
    course: Mapping[str, Sequence[Sample]]
    judgement: Judgement
    cooldown_violations: int
    undelivered: int
    errors: tuple[str, ...]

    @property
    def states(self) -> Counter[str]:
        """How many pairs ended in each state."""
        return Counter(judged.state for judged in self.judgement.pairs)

    def findings(self) -> Iterator[str]:
        """Yield everything that is wrong."""
        for part, growth in self.memory.items():
            if growth.is_growing:
                yield f"the memory of {part} grows by {growth.mb_per_hour:+.1f} MB per hour"
        for judged in self.judgement.pairs:
            yield from (f"{judged.story.pair}: {text}" for text in (*judged.differences, *judged.surprises))
        yield from self.judgement.strays
        if self.cooldown_violations:
            yield f"{self.cooldown_violations} bets were accepted while their account cooled down"
        if self.undelivered:
            yield f"{self.undelivered} events were not delivered"


def as_text(outcome: Outcome) -> Iterator[str]:
    """Yield the course of memory, the ends of the pairs, and everything that is wrong."""
    pairs = len(outcome.judgement.pairs)
    yield f"{pairs} pairs in {outcome.minutes:g} minutes: {pairs / outcome.minutes:.1f} per minute"
    yield ", ".join(f"{number} {state}" for state, number in outcome.states.most_common())
    yield f"{'memory of':<10} {'MB':>8} {'MB/hour':>9} {'MB/1000 pairs':>14} {'scatter':>8}"
    for part, growth in outcome.memory.items():
        figures = f"{growth.level_mb:>8.1f} {growth.mb_per_hour:>+9.2f} {growth.mb_per_1000_pairs:>+14.2f}"
        yield f"{part:<10} {figures} {growth.scatter_mb:>8.2f}  {'GROWS' if growth.is_growing else 'does not grow'}"
    yield "MB in the course of time, the warm-up first:"
    for part, samples in outcome.course.items():
        yield f"{part:<10} {' '.join(f'{each.megabytes:.1f}' for each in samples[:: max(1, len(samples) // _POINTS)])}"
    yield from (f"log: {line}" for line in outcome.errors)
    yield from (f"WRONG {finding}" for finding in outcome.findings())


def as_json(outcome: Outcome) -> str:
    """Return the figures as one line of JSON."""
    memory = {
        part: {
            "level_mb": round(growth.level_mb, 1),
            "mb_per_hour": round(growth.mb_per_hour, 2),
            "mb_per_1000_pairs": round(growth.mb_per_1000_pairs, 2),
            "scatter_mb": round(growth.scatter_mb, 2),
            "grows": growth.is_growing,
        }
        for part, growth in outcome.memory.items()
    }
    figures = {
        "minutes": outcome.minutes,
        "pairs": len(outcome.judgement.pairs),
        "states": dict(sorted(outcome.states.items())),
        "memory": memory,
        "truth": "match" if outcome.judgement.truth_matches else "differs",
        "as_expected": outcome.judgement.as_expected,
        "cooldown_violations": outcome.cooldown_violations,
        "undelivered": outcome.undelivered,
        "log_errors": len(outcome.errors),
    }
    return json.dumps({"soak": figures})
