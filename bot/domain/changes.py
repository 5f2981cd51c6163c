"""What can happen to a pair and its legs, as frozen values in the past tense.

Each change names its event in the tables of ``lifecycle``, and the facts that it adds to the record.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from bot.domain.money import Money
from bot.domain.odds import Odds
from bot.domain.outcome import Outcome
from bot.domain.pair import Baseline, Leg, LegState, Pair, Role, Timeline, Verdict
from bot.domain.reasons import Reason

Facts = Mapping[str, object]
_NO_LOOKS: Facts = {"looks": 0, "missed_since": None, "proposal": None}


class LegEvent(StrEnum):
    """What can happen to a leg."""

    ARMED = "armed"
    SUBMITTED = "submitted"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    RESTAKED = "restaked"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    NOT_FOUND = "not_found"
    SETTLED = "settled"
    TIMED_OUT = "timed_out"
    RESETTLED = "resettled"


class PairEvent(StrEnum):
    """What can happen to a pair as a whole."""

    STAKES_ROUNDED = "stakes_rounded"
    ARMED = "pair_armed"
    BLOCKED = "blocked"
    FAILED = "failed"
    EMERGENCY_DECLARED = "emergency_declared"
    EXPOSED = "exposed"
    JUDGED_AS_EXPECTED = "judged_as_expected"
    JUDGED_AS_EXPOSED = "judged_as_exposed"
    REVIEWED = "reviewed"
    TIMED = "timed"


@dataclass(frozen=True, slots=True)
class PairChange(ABC):
    """Something that happened to a pair as a whole."""

    @property
    @abstractmethod
    def event(self) -> PairEvent:
        """The event's name in the transition table."""

    @abstractmethod
    def facts(self, pair: Pair) -> Facts:
        """Return the pair's fields that this change sets, besides its state."""


@dataclass(frozen=True, slots=True)
class StakesRounded(PairChange):
    """Both stakes were rounded to what the bookmakers take. From now on the pair asks for these stakes."""

    positive: Money
    hedge: Money
    event = PairEvent.STAKES_ROUNDED

    def facts(self, pair: Pair) -> Facts:
        """Replace both stakes."""
        return {"positive": _asking(pair.positive, self.positive), "hedge": _asking(pair.hedge, self.hedge)}


@dataclass(frozen=True, slots=True)
class PairArmed(PairChange):
    """Both slips are armed; what each account's history showed before is recorded."""

    positive: Baseline
    hedge: Baseline
    event = PairEvent.ARMED

    def facts(self, pair: Pair) -> Facts:
        """Arm both legs with their baselines."""
        return {"positive": _armed(pair.positive, self.positive), "hedge": _armed(pair.hedge, self.hedge)}


@dataclass(frozen=True, slots=True)
class PairBlocked(PairChange):
    """A rule forbids the pair for now. No click was made. ``remaining_s`` is set if waiting helps."""

    reason: Reason
    detail: str = ""
    remaining_s: int | None = None
    event = PairEvent.BLOCKED

    def facts(self, pair: Pair) -> Facts:
        """Keep the reason."""
        return {"reason": self.reason}


@dataclass(frozen=True, slots=True)
class PairFailed(PairChange):
    """The pair failed: neither of its bets was accepted."""

    reason: Reason
    detail: str = ""
    event = PairEvent.FAILED

    def facts(self, pair: Pair) -> Facts:
        """Keep the reason."""
        return {"reason": self.reason}


@dataclass(frozen=True, slots=True)
class EmergencyDeclared(PairChange):
    """The positive bet is accepted and the hedge will not be placed; ``detail`` describes the last refusal.

    ``cash_out`` is the bookmaker's offer for the positive bet, None if there is none. ``cash_out_unknown`` says why the
    offer is not known.
    """

    reason: Reason
    detail: str = ""
    cash_out: Money | None = None
    cash_out_unknown: str | None = "not looked for"
    event = PairEvent.EMERGENCY_DECLARED

    def facts(self, pair: Pair) -> Facts:
        """Keep the reason and ask for a human."""
        return {"reason": self.reason, "needs_review": True}


@dataclass(frozen=True, slots=True)
class PairExposed(PairChange):
    """Money is at risk that the pair did not intend, and its bets still run."""

    reason: Reason
    event = PairEvent.EXPOSED

    def facts(self, pair: Pair) -> Facts:
        """Keep the reason and ask for a human."""
        return {"reason": self.reason, "needs_review": True}


@dataclass(frozen=True, slots=True)
class PairJudged(PairChange):
    """The outcomes so far were reconciled."""

    verdict: Verdict

    @property
    def event(self) -> PairEvent:
        """Whether the pair was judged as expected or as exposed."""
        return PairEvent.JUDGED_AS_EXPOSED if self.verdict.exposure else PairEvent.JUDGED_AS_EXPECTED

    def facts(self, pair: Pair) -> Facts:
        """Keep the verdict. A review that is pending stays pending."""
        review = pair.needs_review or self.verdict.exposure
        return {"verdict": self.verdict, "reason": self.verdict.reason, "needs_review": review}


@dataclass(frozen=True, slots=True)
class PairReviewed(PairChange):
    """A human has reviewed the exposure; ``note`` is what they wrote."""

    note: str
    event = PairEvent.REVIEWED

    def facts(self, pair: Pair) -> Facts:
        """End the review."""
        return {"needs_review": False}


@dataclass(frozen=True, slots=True)
class PairTimed(PairChange):
    """The times of the steps so far were recorded, together with one of the steps."""

    timeline: Timeline
    event = PairEvent.TIMED

    def facts(self, pair: Pair) -> Facts:
        """Keep the timeline."""
        return {"timeline": self.timeline}


@dataclass(frozen=True, slots=True)
class LegChange(ABC):
    """Something that happened to one leg."""

    role: Role
    event: ClassVar[LegEvent]

    @abstractmethod
    def facts(self, leg: Leg) -> Facts:
        """Return the leg's fields that this change sets, besides its state."""


@dataclass(frozen=True, slots=True)
class LegArmed(LegChange):
    """One leg's slip is armed, or armed again. ``whole_stake`` is the stake of a full hedge."""

    baseline: Baseline
    whole_stake: Money | None = None
    event = LegEvent.ARMED

    def facts(self, leg: Leg) -> Facts:
        """Keep the new baseline, and drop ticket and refusal: they belong to the previous attempt."""
        baseline = self.baseline.including(leg.ticket)
        return {"baseline": baseline, "whole_stake": self.whole_stake, "ticket": None, "reason": None, **_NO_LOOKS}


@dataclass(frozen=True, slots=True)
class LegSubmitted(LegChange):
    """The intent to click is recorded: from now on the click may have happened. No stake means the bet's own."""

    stake: Money | None = None
    event = LegEvent.SUBMITTED

    def facts(self, leg: Leg) -> Facts:
        """Count the attempt and keep the stake asked for, with which later proof is compared."""
        return {"attempt": leg.attempt + 1, "asked_stake": self.stake or leg.bet.stake}


@dataclass(frozen=True, slots=True)
class LegWaiting(LegChange):
    """The bookmaker is reviewing the bet."""

    ticket: str | None
    event = LegEvent.WAITING

    def facts(self, leg: Leg) -> Facts:
        """Keep the ticket as soon as there is one."""
        return {"ticket": self.ticket or leg.ticket}


@dataclass(frozen=True, slots=True)
class LegAccepted(LegChange):
    """The bookmaker accepted the bet at these terms. ``referred`` is the stake that a trader may still add."""

    ticket: str
    stake: Money
    odds: Odds
    referred: Money | None = None
    event = LegEvent.ACCEPTED

    def facts(self, leg: Leg) -> Facts:
        """Keep ticket and accepted terms."""
        terms = {"stake": self.stake, "odds": self.odds, "referred": self.referred}
        return {"ticket": self.ticket, **terms, "reason": None}


@dataclass(frozen=True, slots=True)
class LegRestaked(LegChange):
    """The history shows another stake than was accepted: a trader added the rest, or returned a part."""

    stake: Money
    event = LegEvent.RESTAKED

    def facts(self, leg: Leg) -> Facts:
        """Keep the stake that runs now."""
        return {"stake": self.stake, "referred": None}


@dataclass(frozen=True, slots=True)
class LegRejected(LegChange):
    """The bookmaker provably did not accept the bet. ``limit`` is the stake that it would accept, if known."""

    reason: Reason
    detail: str = ""
    limit: Money | None = None
    event = LegEvent.REJECTED

    def facts(self, leg: Leg) -> Facts:
        """Keep the reason, and the limit until another is named."""
        return {"reason": self.reason, "limit": self.limit or leg.limit}


@dataclass(frozen=True, slots=True)
class LegUnknown(LegChange):
    """After the click there is no proof either way."""

    reason: str
    event = LegEvent.UNKNOWN

    def facts(self, leg: Leg) -> Facts:
        """Keep what was seen instead of proof."""
        return {"reason": self.reason}


@dataclass(frozen=True, slots=True)
class LegNotFound(LegChange):
    """A complete history, read at ``as_of``, did not show an unknown bet. ``balance`` is the account's balance then.

    ``proposes`` means that a human should now decide whether the bet was placed.
    """

    as_of: datetime
    balance: Money | None
    proposes: bool
    event = LegEvent.NOT_FOUND

    def facts(self, leg: Leg) -> Facts:
        """Count the look; the leg stays unknown."""
        proposal = Reason.NOT_PLACED.value if self.proposes else leg.proposal
        return {"looks": leg.looks + 1, "missed_since": leg.missed_since or self.as_of, "proposal": proposal}


@dataclass(frozen=True, slots=True)
class LegSettled(LegChange):
    """The history shows a result."""

    outcome: Outcome
    payout: Money | None
    event = LegEvent.SETTLED

    def facts(self, leg: Leg) -> Facts:
        """Keep outcome and payout."""
        return {"outcome": self.outcome, "payout": self.payout}


@dataclass(frozen=True, slots=True)
class LegTimedOut(LegChange):
    """The history showed no result within the polls allowed. The bet stays accepted and watched."""

    event = LegEvent.TIMED_OUT

    def facts(self, leg: Leg) -> Facts:
        """Record the timeout as the outcome so far."""
        return {"outcome": Outcome.TIMEOUT}


@dataclass(frozen=True, slots=True)
class LegResettled(LegChange):
    """The history shows a result that differs from ``previous``."""

    outcome: Outcome
    payout: Money | None
    previous: Outcome
    event = LegEvent.RESETTLED

    def facts(self, leg: Leg) -> Facts:
        """Replace outcome and payout."""
        return {"outcome": self.outcome, "payout": self.payout}


Change = PairChange | LegChange


def _asking(leg: Leg, stake: Money) -> Leg:
    return leg.model_copy(update={"bet": leg.bet.model_copy(update={"stake": stake})})


def _armed(leg: Leg, baseline: Baseline) -> Leg:
    return leg.model_copy(update={"state": LegState.ARMED, "baseline": baseline})
