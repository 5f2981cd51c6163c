"""The report of a run: a table by fault and every finding for people, one line for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.chaos.judge import Finding, Wrong
from tests.chaos.plan import Fault, Plan


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished history: how the pair ended, whether the fault struck, how long it took, what is wrong."""

    plan: Plan
    state: str
    struck: bool
    seconds: float
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]


def as_text(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield how often each fault struck and how its pairs ended, then every finding."""
    yield f"{'fault':<22} {'runs':>5} {'struck':>6} {'mean s':>7}  how the pairs ended"
    for fault in Fault:
        of_fault = [outcome for outcome in outcomes if outcome.plan.fault is fault]
        if of_fault:
            yield _row(fault, of_fault)
    for outcome in outcomes:
        for note in outcome.notes:
            yield f"  {outcome.plan.pair}: {note}"
    for outcome in outcomes:
        for finding in outcome.findings:
            yield f"WRONG {outcome.plan.pair}: {finding.wrong.value}: {finding.text}"


def as_json(outcomes: Sequence[Outcome], seed: int) -> str:
    """Return the figures as one line of JSON."""
    faults = Counter(outcome.plan.fault.value for outcome in outcomes)
    wrong = Counter(finding.wrong for outcome in outcomes for finding in outcome.findings)
    figures = {each.value: wrong[each] for each in Wrong}
    return json.dumps(
        {"chaos": {"runs": len(outcomes), "seed": seed, "faults": dict(sorted(faults.items())), **figures}}
    )


def _row(fault: Fault, outcomes: Sequence[Outcome]) -> str:
    struck = sum(outcome.struck for outcome in outcomes)
    mean_s = sum(outcome.seconds for outcome in outcomes) / len(outcomes)
    ends = Counter(outcome.state for outcome in outcomes).most_common()
    ended = ", ".join(f"{number} {state}" for state, number in ends)
    return f"{fault.value:<22} {len(outcomes):>5} {struck:>6} {mean_s:>7.1f}  {ended}"
