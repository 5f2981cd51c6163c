"""A pair and its legs as the ledger keeps them: frozen, complete, serialisable."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, PlainSerializer, PlainValidator

from bot.domain.money import Money, exact, minor_unit
from bot.domain.odds import Odds, OddsStyle
from bot.domain.outcome import Outcome
from bot.domain.reasons import Reason

ID_PATTERN = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Role(StrEnum):
    """Which leg of a pair."""

    POSITIVE = "positive"
    HEDGE = "hedge"

    @property
    def other(self) -> Role:
        """The opposite leg."""
        return Role.HEDGE if self is Role.POSITIVE else Role.POSITIVE


class LegState(StrEnum):
    """Where a leg stands."""

    PLANNED = "planned"
    ARMED = "armed"
    SUBMITTING = "submitting"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    SETTLED = "settled"


class PairState(StrEnum):
    """Where a pair stands."""

    RECEIVED = "received"
    BLOCKED = "blocked"
    ARMED = "armed"
    FAILED = "failed"
    PLACING_POSITIVE = "placing_positive"
    PLACING_HEDGE = "placing_hedge"
    HEDGED = "hedged"
    SETTLING = "settling"
    RECONCILED = "reconciled"
    EXPOSURE_EVENT = "EXPOSURE_EVENT"
    EMERGENCY = "EMERGENCY"


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """One login at one bookmaker, written ``whitelabel:provider:accountId`` in keys and messages."""

    whitelabel: str
    provider: str
    account_id: str

    def __post_init__(self) -> None:
        for part in (self.whitelabel, self.provider, self.account_id):
            if not ID_PATTERN.fullmatch(part):
                raise ValueError(f"{part!r} is not an id ({ID_PATTERN.pattern})")

    @classmethod
    def parse(cls, text: str) -> Account:
        """Read the written form back; raises ValueError for anything else."""
        parts = text.split(":")
        if len(parts) != 3:
            raise ValueError(f"{text!r} is not whitelabel:provider:accountId")
        return cls(*parts)

    def __str__(self) -> str:
        return f"{self.whitelabel}:{self.provider}:{self.account_id}"


def read_odds(value: Any) -> Odds:
    """Read odds from JSON: a number or text in decimal style, or ``{"style": …, "value": …}``."""
    if isinstance(value, Odds):
        return value
    if isinstance(value, dict):
        if set(value) != {"style", "value"}:
            raise ValueError('must be a decimal price such as "1.95", or {"style": …, "value": …}')
        return _parsed(_as_text(value["value"]), _read_style(value["style"]))
    return _parsed(_as_text(value), OddsStyle.DECIMAL)


@lru_cache(maxsize=4096)  # few different prices occur, and exact fractions are slow to build
def _parsed(text: str, style: OddsStyle) -> Odds:
    return Odds.parse(text, style)


def _read_style(value: Any) -> OddsStyle:
    try:
        return OddsStyle(value)
    except ValueError:
        raise ValueError(f"style must be one of {', '.join(OddsStyle)}") from None


def _as_text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError('must be a price such as "1.95"')
    return str(value)


def _write_odds(odds: Odds) -> JsonValue:
    if odds.style is OddsStyle.DECIMAL:
        return odds.text
    return {"style": odds.style.value, "value": odds.text}


def _read_money(value: Any) -> Money:
    if isinstance(value, Money):
        return value
    amount, _, currency = str(value).partition(" ")
    return Money(exact(amount), currency)


def _read_account(value: Any) -> Account:
    return value if isinstance(value, Account) else Account.parse(str(value))


OddsField = Annotated[Odds, PlainValidator(read_odds), PlainSerializer(_write_odds)]
MoneyField = Annotated[Money, PlainValidator(_read_money), PlainSerializer(str)]
AccountField = Annotated[Account, PlainValidator(_read_account), PlainSerializer(str)]
ExactField = Annotated[Decimal, BeforeValidator(exact)]
ReasonField = Annotated[Reason | str, Field(union_mode="left_to_right")]
"""A reason on record. A text that is no code stays as it is: no pair may be lost for a code of another release."""


class Record(BaseModel):
    """Base of the frozen values that are written to the ledger as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Event(Record):
    """The match that a bet is about, by the bookmaker's own id."""

    id: str
    name: str
    starts_at: datetime | None = None


class Bet(Record):
    """What a leg asks for. The bookmaker takes multiples of ``stake_step``, if the owner has configured it."""

    bet_id: str
    account: AccountField
    event: Event
    market: str
    selection: str
    line: ExactField | None
    odds: OddsField
    min_odds: OddsField
    stake: MoneyField
    stake_step: MoneyField | None = None

    @property
    def step(self) -> Money:
        """The step that stakes are multiples of. Without a configured step, a whole stake stays whole."""
        if self.stake_step is not None:
            return self.stake_step
        is_whole = self.stake.amount == self.stake.amount.to_integral_value()
        return Money(Decimal(1) if is_whole else minor_unit(self.stake.currency), self.stake.currency)


class Baseline(Record):
    """What the account's history and balance showed before the click, to compare with afterwards.

    ``odds`` are those that the armed slip showed then.
    """

    taken_at: datetime
    tickets: tuple[str, ...]
    balance: MoneyField | None
    odds: OddsField | None = None

    def including(self, ticket: str | None) -> Baseline:
        """Return the baseline with a ticket that is known already but that the history may show late."""
        if ticket is None or ticket in self.tickets:
            return self
        return self.model_copy(update={"tickets": (*self.tickets, ticket)})


class Leg(Record):
    """One bet of a pair and its progress.

    ``attempt`` counts submissions; ``asked_stake`` is the stake of the last one. ``whole_stake`` would hedge the
    positive bet in full, if it differs from the bet's own stake. ``limit`` is the largest stake that a refusal named.
    ``stake`` and ``odds`` are the accepted ones; ``referred`` is what a trader may add to the stake. ``outcome`` and
    ``payout`` come from the history. While a bet is unknown, ``looks`` counts the complete histories since
    ``missed_since`` that did not show it, and ``proposal`` is what a human is asked to confirm.
    ``reason`` is that of the last refusal; of an unknown bet it says in words what was seen instead of a proof.
    """

    role: Role
    bet: Bet
    state: LegState = LegState.PLANNED
    attempt: int = 0
    baseline: Baseline | None = None
    ticket: str | None = None
    looks: int = 0
    missed_since: datetime | None = None
    proposal: str | None = None
    asked_stake: MoneyField | None = None
    whole_stake: MoneyField | None = None
    limit: MoneyField | None = None
    stake: MoneyField | None = None
    odds: OddsField | None = None
    referred: MoneyField | None = None
    outcome: Outcome | None = None
    payout: MoneyField | None = None
    reason: ReasonField | None = None

    @property
    def asked(self) -> Bet:
        """What the last attempt asked for: its own stake, at the lower of minimum odds and the armed slip's odds."""
        shown = self.baseline.odds if self.baseline else None
        least = self.bet.min_odds if shown is None else min(self.bet.min_odds, shown)
        return self.bet.model_copy(update={"stake": self.asked_stake or self.bet.stake, "min_odds": least})

    @property
    def is_open(self) -> bool:
        """Whether the bookmaker holds this bet without a final result."""
        return self.state is LegState.ACCEPTED


class Timeline(Record):
    """Milliseconds from picking up a job to each step of its pair, by the monotonic clock of the worker that took it.

    A step is None if it did not happen, or happened in another process, whose clock is not comparable. ``armed``
    includes reading the account's history; ``clicked`` is when the click was handed to the page, ``accepted`` when its
    acceptance was read there.
    """

    armed_positive: float | None = None
    armed_hedge: float | None = None
    clicked_positive: float | None = None
    accepted_positive: float | None = None
    clicked_hedge: float | None = None
    accepted_hedge: float | None = None

    @property
    def leg_gap_ms(self) -> float | None:
        """Milliseconds from the positive bet's acceptance to the hedge's click."""
        if self.accepted_positive is None or self.clicked_hedge is None:
            return None
        return round(self.clicked_hedge - self.accepted_positive, 1)


class Verdict(Record):
    """How a pair ended. Amounts are in the positive leg's currency.

    ``differences`` names the payouts on which page and formula disagree.
    """

    exposure: bool
    reason: ReasonField | None
    expected_pnl: MoneyField
    actual_pnl: MoneyField | None
    expected_outcome: str
    actual_outcome: str
    differences: tuple[str, ...] = ()


class Pair(Record):
    """An arbitrage: its two legs, its state and its verdict.

    ``max_loss`` is the job's own limit on the loss that a hedge may cause, as a fraction of the positive bet's stake.
    """

    arb_id: str
    bet_pair_id: str
    positive: Leg
    hedge: Leg
    state: PairState = PairState.RECEIVED
    reason: ReasonField | None = None
    verdict: Verdict | None = None
    rebet_of: str | None = None
    found_at: datetime | None = None
    expires_at: datetime | None = None
    expected_profit: ExactField | None = None
    fx_rate: ExactField | None = None
    max_loss: ExactField | None = None
    needs_review: bool = False
    timeline: Timeline | None = None
    meta: dict[str, JsonValue] = {}

    def leg(self, role: Role) -> Leg:
        """Return one leg."""
        return self.positive if role is Role.POSITIVE else self.hedge

    @property
    def legs(self) -> tuple[Leg, Leg]:
        """Both legs, the positive one first."""
        return self.positive, self.hedge

    @property
    def accounts(self) -> tuple[Account, Account]:
        """The accounts of both legs, the positive one first."""
        return self.positive.bet.account, self.hedge.bet.account

    def with_leg(self, leg: Leg) -> Pair:
        """Return the pair with one leg replaced."""
        return self.model_copy(update={leg.role.value: leg})
