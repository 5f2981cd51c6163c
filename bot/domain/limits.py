"""How much may be bet: the owner's limits per bet, account and day. A limit that is not set does not apply."""

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
    """How much one account may stake, in its currency, how often it may bet, and which stakes its bookmaker takes."""

    stake_per_bet: Money | None = None
    stake_per_day: Money | None = None
    open_stake: Money | None = None
    minimum_stake: Money | None = None
    stake_step: Money | None = None
    bets_per_minute: int | None = None
    bets_per_hour: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """All limits. Those on the total of all accounts are by currency.

    ``min_margin`` is a fraction of both stakes, ``max_slippage`` a fraction of the odds asked for.
    """

    accounts: Mapping[Account, AccountLimits] = field(default_factory=dict)
    stake_per_day: Mapping[str, Money] = field(default_factory=dict)
    open_stake: Mapping[str, Money] = field(default_factory=dict)
    daily_loss: Mapping[str, Money] = field(default_factory=dict)
    min_margin: Decimal | None = None
    max_slippage: Decimal | None = None
    max_age_s: float | None = None

    def of(self, account: Account) -> AccountLimits:
        """Return the limits of one account."""
        return self.accounts.get(account, _NOTHING)


_NOTHING = AccountLimits()
NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class ControlRefusal:
    """Why a pair must not be placed: the control, its limit and the value that broke it.

    ``subject`` names the leg, account or currency concerned, if there are several.
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


class Counter(StrEnum):
    """What the ledger counts: stakes of a day, stakes without a result, and the net result of a day."""

    STAKED = "staked"
    OPEN = "open"
    RESULT = "result"


@dataclass(frozen=True, slots=True)
class Cap:
    """A limit on what the ledger counts, for an account or for all accounts of a currency.

    A stake may reach the limit, including what a new pair ``adds``; a loss must stay below it.
    """

    control: Reason
    counter: Counter
    scope: str
    limit: Money
    adds: Money

    @property
    def is_daily(self) -> bool:
        """Whether the counter starts at zero every day."""
        return self.counter is not Counter.OPEN

    def refusal(self, value: Money) -> ControlRefusal:
        """Return the refusal of a pair that would bring the counter to ``value``, or of a loss of ``value``."""
        return ControlRefusal(self.control, str(self.limit), str(value), subject=self.scope)


@dataclass(frozen=True, slots=True)
class Rate:
    """Maximum number of bets per account in a rolling window of ``window_s`` seconds."""

    control: Reason
    account: Account
    limit: int
    window_s: int

    def refusal(self, bets: int) -> ControlRefusal:
        """Return the refusal of a pair that would be bet number ``bets`` in the window."""
        return ControlRefusal(self.control, str(self.limit), str(bets), subject=str(self.account))


def rates(pair: Pair, limits: Limits) -> tuple[Rate, ...]:
    """Return the rate limits of a new pair's accounts."""
    return tuple(rate for rate in rate_limits(limits) if rate.account in pair.accounts)


def rate_limits(limits: Limits) -> tuple[Rate, ...]:
    """Return every configured limit on how often an account may bet."""
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
    """Return the limits on counters that a new pair must keep, with the stakes that it adds."""
    added, books_in = _stakes_by_scope(pair), pair.positive.bet.stake.currency
    return tuple(
        replace(cap, adds=added[cap.scope])
        for cap in counted_limits(limits)
        if cap.scope in added and (cap.counter is not Counter.RESULT or cap.scope == books_in)
    )


def counted_limits(limits: Limits) -> tuple[Cap, ...]:
    """Return every configured limit on counters, with nothing added by a new pair."""
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
