"""How much may be bet: what the owner allows per bet, account and day. What is not set is not limited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from bot.domain.money import Money
from bot.domain.pair import Account, Pair
from bot.domain.reasons import Reason


@dataclass(frozen=True, slots=True)
class AccountLimits:
    """What one account may stake, in its currency, how often it may bet, and which stakes its bookmaker takes."""

    stake_per_bet: Money | None = None
    stake_per_day: Money | None = None
    open_stake: Money | None = None
    minimum_stake: Money | None = None
    stake_step: Money | None = None
    bets_per_minute: int | None = None
    bets_per_hour: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Every limit. Those on amounts of all accounts together are by currency; fractions are of the stakes or odds."""

    accounts: Mapping[Account, AccountLimits] = field(default_factory=dict)
    stake_per_day: Mapping[str, Money] = field(default_factory=dict)
    open_stake: Mapping[str, Money] = field(default_factory=dict)
    daily_loss: Mapping[str, Money] = field(default_factory=dict)
    min_margin: Decimal | None = None
    max_slippage: Decimal | None = None
    max_age_s: float | None = None

    def of(self, account: Account) -> AccountLimits:
        """Return what limits one account."""
        return self.accounts.get(account, _NOTHING)


_NOTHING = AccountLimits()
NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class ControlRefusal:
    """Why a pair must not be placed: the control, its limit and the value that broke it.

    ``subject`` says which leg, account or currency it is about, where there are several.
    """

    control: Reason
    limit: str
    value: str
    subject: str = ""

    @property
    def price_is_gone(self) -> bool:
        """Whether the price is no longer had, so that the pair fails instead of being blocked."""
        return self.control.price_is_gone

    def __str__(self) -> str:
        words = f"{self.control}: limit {self.limit}, is {self.value}"
        return f"{self.subject} {words}" if self.subject else words


Refusal = ControlRefusal  # some of the engine's modules still call it so


class Counter(StrEnum):
    """What the ledger counts: stakes of a day, stakes without a result, and the net result of a day."""

    STAKED = "staked"
    OPEN = "open"
    RESULT = "result"


@dataclass(frozen=True, slots=True)
class Cap:
    """A limit on what the ledger counts, for an account or for all accounts of a currency.

    A stake may come up to the limit, with what a new pair ``adds`` to it; a loss must stay below it.
    """

    control: Reason
    counter: Counter
    scope: str
    limit: Money
    adds: Money

    @property
    def is_daily(self) -> bool:
        """Whether the counter begins anew every day."""
        return self.counter is not Counter.OPEN

    def refusal(self, value: Money) -> ControlRefusal:
        """Say that a new pair would bring the counter to ``value``, or that a loss has come to it."""
        return ControlRefusal(self.control, str(self.limit), str(value), subject=self.scope)


@dataclass(frozen=True, slots=True)
class Rate:
    """So many bets, and no more, may an account make within any span of ``window_s``."""

    control: Reason
    account: Account
    limit: int
    window_s: int

    def refusal(self, bets: int) -> ControlRefusal:
        """Say that a new pair would be bet number ``bets`` of the span."""
        return ControlRefusal(self.control, str(self.limit), str(bets), subject=str(self.account))


def rates(pair: Pair, limits: Limits) -> tuple[Rate, ...]:
    """Return how often the accounts of a new pair may bet."""
    return tuple(rate for rate in rate_limits(limits) if rate.account in pair.accounts)


def rate_limits(limits: Limits) -> tuple[Rate, ...]:
    """Return all limits on how often an account may bet that are set."""
    return tuple(
        Rate(control, account, limit, window_s)
        for account, its in limits.accounts.items()
        for control, limit, window_s in (
            (Reason.BETS_PER_MINUTE, its.bets_per_minute, 60),
            (Reason.BETS_PER_HOUR, its.bets_per_hour, 3600),
        )
        if limit is not None
    )


def caps(pair: Pair, limits: Limits) -> tuple[Cap, ...]:
    """Return the limits on counters that a new pair must keep."""
    added, books_in = _stakes_by_scope(pair), pair.positive.bet.stake.currency
    return tuple(
        replace(cap, adds=added[cap.scope])
        for cap in counted_limits(limits)
        if cap.scope in added and (cap.counter is not Counter.RESULT or cap.scope == books_in)
    )


def counted_limits(limits: Limits) -> tuple[Cap, ...]:
    """Return all limits on counters that are set, as they stand while no new pair adds anything."""
    own = [(str(account), its) for account, its in limits.accounts.items()]
    by_control: list[tuple[Reason, Counter, dict[str, Money | None]]] = [
        (
            Reason.STAKE_PER_DAY,
            Counter.STAKED,
            {scope: its.stake_per_day for scope, its in own} | {**limits.stake_per_day},
        ),
        (Reason.OPEN_STAKE, Counter.OPEN, {scope: its.open_stake for scope, its in own} | {**limits.open_stake}),
        (Reason.DAILY_LOSS, Counter.RESULT, {**limits.daily_loss}),
    ]
    return tuple(
        Cap(control, counter, scope, limit, Money(Decimal(0), limit.currency))
        for control, counter, by_scope in by_control
        for scope, limit in by_scope.items()
        if limit is not None
    )


def _stakes_by_scope(pair: Pair) -> dict[str, Money]:
    added: dict[str, Money] = {}
    for leg in pair.legs:
        stake = leg.bet.stake
        added[str(leg.bet.account)] = stake
        added[stake.currency] = added[stake.currency] + stake if stake.currency in added else stake
    return added
