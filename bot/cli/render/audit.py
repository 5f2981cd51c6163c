"""The audit of a pair told in sentences, for a person who was asleep when it happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.cli.render.wording import timeline_words
from bot.domain.audit import AuditEntry

_Facts = Mapping[str, Any]
_Sentence = Callable[[_Facts], str]
_ROLES = ("positive", "hedge")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened: to which leg ("" for the pair as a whole), in words, with the entry that says so."""

    entry: AuditEntry
    leg: str
    words: str


def sentences(entries: Iterable[AuditEntry]) -> Iterator[Line]:
    """Tell entries in their order; where another worker goes on, a line says so first."""
    worker = ""
    last: dict[str, str] = {}
    for entry in entries:
        if worker and entry.worker != worker:
            yield Line(entry, "", f"from here on it is {entry.worker} that acts")
        worker = entry.worker
        for what in entry.what.split():
            leg, _, event = what.rpartition(":")
            yield Line(entry, leg, _words(event, entry.facts) + _source(event, last.get(leg, "")))
            if event != "evidence":
                last[leg] = event


def _words(event: str, facts: _Facts) -> str:
    sentence = _SENTENCES.get(event)
    return sentence(facts) if sentence else event.replace("_", " ")


def _source(event: str, before: str) -> str:
    if event not in {"accepted", "rejected", "waiting"} or before == "submitted":
        return ""
    return ", as a human found out" if before == "resolved_by_human" else ", as the bet history shows"


def _received(facts: _Facts) -> str:
    return "received: " + "; ".join(f"{role} {_bet(facts[role])}" for role in _ROLES)


def _armed(facts: _Facts) -> str:
    baselines = "; ".join(f"{role} {_baseline(facts[role])}" for role in _ROLES)
    return f"both slips are ready; the accounts before any click: {baselines}"


def _armed_again(facts: _Facts) -> str:
    ready = f"slip ready again; the account before the click: {_baseline(facts['baseline'])}"
    return f"{ready}; {facts['whole_stake']} would hedge in full" if facts.get("whole_stake") else ready


def _rejected(facts: _Facts) -> str:
    limit = facts.get("limit")
    return f"not taken: {_reason(facts)}; the bookmaker would take {limit}" if limit else f"not taken: {_reason(facts)}"


def _emergency(facts: _Facts) -> str:
    offer = facts.get("cash_out")
    declared = f"EMERGENCY, the hedge will not be placed: {_reason(facts)}"
    return f"{declared}; the positive bet can be cashed out for {offer}" if offer else declared


def _submitted(facts: _Facts) -> str:
    return f"intent on record, one click allowed: attempt {facts['attempt']}, {_terms(facts['asked'])}"


def _accepted(facts: _Facts) -> str:
    taken = f"accepted: ticket {facts['ticket']}, {facts['stake']} at {_odds(facts['odds'])}"
    return f"{taken}; a trader decides about {facts['referred']} more" if facts["referred"] else taken


def _not_found(facts: _Facts) -> str:
    look = f"a complete history does not show it, balance {facts['balance'] or 'not read'}"
    return f"{look}; a human is asked whether it was placed" if facts["proposes"] else look


def _judged(facts: _Facts) -> str:
    verdict = facts["verdict"]
    earned = verdict["actual_pnl"] or "an amount not known"
    outcome = f"{verdict['actual_outcome']}, {earned} where {verdict['expected_pnl']} was expected"
    if verdict["differences"]:
        outcome += f"; pages and formulas disagree on {', '.join(verdict['differences'])}"
    return f"EXPOSURE {verdict['reason']}: {outcome}" if verdict["exposure"] else f"the money adds up: {outcome}"


def _settled(facts: _Facts) -> str:
    return f"settled {_outcome(facts['outcome'])}, paid {facts['payout'] or 'not shown'}"


def _resettled(facts: _Facts) -> str:
    return f"{_settled(facts)}, after it had been {_outcome(facts['previous'])}"


def _reason(facts: _Facts) -> str:
    return f"{facts['reason']} ({facts['detail']})" if facts.get("detail") else str(facts["reason"])


_SENTENCES: Mapping[str, _Sentence] = {
    "received": _received,
    "stakes_rounded": lambda facts: f"stakes rounded to what is taken: {facts['positive']} and {facts['hedge']}",
    "pair_armed": _armed,
    "blocked": lambda facts: f"blocked before any click: {_reason(facts)}",
    "failed": lambda facts: f"came to nothing, no bet of it stands: {_reason(facts)}",
    "emergency_declared": _emergency,
    "exposed": lambda facts: f"EXPOSURE, while bets still run: {facts['reason']}",
    "judged_as_expected": _judged,
    "judged_as_exposed": _judged,
    "timed": lambda facts: f"since the job was picked up: {timeline_words(facts['timeline'])}",
    "reviewed": lambda facts: f"reviewed by a human: {facts['note']}",
    "armed": _armed_again,
    "submitted": _submitted,
    "waiting": lambda facts: f"under review at the bookmaker, ticket {facts['ticket'] or 'not shown'}",
    "accepted": _accepted,
    "restaked": lambda facts: f"the ticket now shows a stake of {facts['stake']}",
    "rejected": _rejected,
    "unknown": lambda facts: f"UNKNOWN whether it was taken: {facts['reason']}; only evidence will tell",
    "not_found": _not_found,
    "settled": _settled,
    "timed_out": lambda _: "no result within the time; it stays watched",
    "resettled": _resettled,
    "evidence": lambda facts: f"page kept: {Path(facts['where']).name}",
    "resolved_by_human": lambda facts: f"a human decides: {facts['reason']}",
}


def _bet(bet: _Facts) -> str:
    what = " ".join(str(bet[name]) for name in ("market", "selection", "line") if bet[name] is not None)
    return f"{_terms(bet)}, {what} of {bet['event']['name']} at {bet['account']}"


def _terms(bet: _Facts) -> str:
    return f"{bet['stake']} at {_odds(bet['min_odds'])} or better"


def _baseline(baseline: _Facts) -> str:
    count = len(baseline["tickets"])
    return f"{count} {'bet' if count == 1 else 'bets'}, balance {baseline['balance']}"


def _odds(odds: Any) -> str:
    return f"{odds['value']} {odds['style']}" if isinstance(odds, Mapping) else str(odds)


def _outcome(outcome: str) -> str:
    return outcome.replace("_", " ")
