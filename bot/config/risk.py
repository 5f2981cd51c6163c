"""The owner's limits on what may be bet. Amounts have no default: a limit that is not set does not apply.

An account's amounts are in its currency. Amounts that several accounts share are tables by currency::

    [risk]
    min_margin = 0.005                          # earn at least 0.5 % of both stakes, whichever side wins
    max_slippage = 0.02                         # odds on the slip at most 2 % below those asked for
    max_age_s = 30                              # maximum age of the prices, or of the job if theirs is unknown
    stake_per_day = { EUR = 5000 }              # all accounts in EUR together; days are in UTC
    open_stake = { EUR = 2000 }                 # of bets without a result
    daily_loss = { EUR = 200 }                  # at this net loss no new pair is taken until the next day
    emergencies_per_hour = 3                    # so many (the default) pause new pairs until `pairguard resume`
    exposures_in_a_row = 3                      # and so do so many pairs in a row that end as exposures

    [[accounts]]
    limits = { stake_per_bet = 200, stake_per_day = 1000, open_stake = 500, bets_per_minute = 2, bets_per_hour = 40 }

    [whitelabels.somebrand]
    minimum_stake = { EUR = 1, VND = 50_000 }   # the smallest stake that the bookmaker takes
    stake_step = { EUR = 1, VND = 1000 }        # its stake step; stakes are rounded down to it
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from bot.config.part import Part, refuse
from bot.domain.limits import AccountLimits, Limits
from bot.domain.money import Money, minor_unit
from bot.domain.pair import Account
from bot.domain.policies import PausePolicy


def _fraction(value: Decimal) -> Decimal:
    if not -1 < value < 1:
        raise ValueError("must be a fraction: 0.01 for one per cent")
    return value


Currency = Annotated[str, BeforeValidator(lambda name: str(name).upper()), Field(pattern="^[A-Z]{3}$")]
Amount = Annotated[Decimal, Field(gt=0, le=10**12, allow_inf_nan=False)]
Times = Annotated[int, Field(ge=1, le=10_000)]
AmountByCurrency = dict[Currency, Amount]
Share = Annotated[Decimal, Field(allow_inf_nan=False), AfterValidator(_fraction)]
_AMOUNTS = ("stake_per_bet", "stake_per_day", "open_stake")


class AccountLimitSettings(Part):
    """How much one account may stake, in its currency, and how often it may bet."""

    stake_per_bet: Amount | None = None
    stake_per_day: Amount | None = None
    open_stake: Amount | None = None
    bets_per_minute: Times | None = None
    bets_per_hour: Times | None = None

    def in_currency(self, currency: str) -> dict[str, Any]:
        """Return the limits that are set, by name: amounts as money, numbers of bets as they are."""
        is_set = self.model_dump(exclude_none=True)
        return {name: Money(limit, currency) if name in _AMOUNTS else limit for name, limit in is_set.items()}


class RiskSettings(Part):
    """Limits on every pair, and on all accounts of a currency together."""

    min_margin: Share | None = None
    max_slippage: Annotated[Share, Field(ge=0)] | None = None
    max_age_s: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    stake_per_day: AmountByCurrency = Field(default_factory=dict)
    open_stake: AmountByCurrency = Field(default_factory=dict)
    daily_loss: AmountByCurrency = Field(default_factory=dict)
    emergencies_per_hour: Times = PausePolicy().emergencies_per_hour
    exposures_in_a_row: Times = PausePolicy().exposures_in_a_row

    @property
    def pauses(self) -> PausePolicy:
        """After how much trouble new pairs are paused."""
        return PausePolicy(self.emergencies_per_hour, self.exposures_in_a_row)

    def to_limits(self, accounts: Mapping[Account, AccountLimits]) -> Limits:
        """Return the limits for the engine."""
        return Limits(
            accounts=accounts,
            stake_per_day=_by_currency(self.stake_per_day),
            open_stake=_by_currency(self.open_stake),
            daily_loss=_by_currency(self.daily_loss),
            min_margin=self.min_margin,
            max_slippage=self.max_slippage,
            max_age_s=self.max_age_s,
        )


def refuse_misfits_by_currency(key: str, amounts: Mapping[str, Decimal], in_use: Collection[str]) -> None:
    """Refuse amounts in a currency that none of the accounts has, since they would limit nothing."""
    for currency, amount in amounts.items():
        if currency not in in_use:
            known = ", ".join(sorted(in_use)) or "none"
            refuse(f"{key}.{currency}", f"no account there is in {currency} (currencies in use: {known})")
        _refuse_broken_units(f"{key}.{currency}", Money(amount, currency))


def refuse_misfits_of_account(key: str, limits: AccountLimits) -> None:
    """Refuse amounts that cannot be paid, and limits that contradict each other."""
    named = {field.name: amount for field in fields(limits) if (amount := getattr(limits, field.name)) is not None}
    for name in named.keys() & set(_AMOUNTS):
        _refuse_broken_units(f"{key}.{name}", named[name])
    for smaller, larger in _IN_ORDER:
        if smaller in named and larger in named and named[larger] < named[smaller]:
            refuse(
                f"{key}.{larger}", f"{named[larger]} is below the {smaller} of {named[smaller]}: raise it or lower that"
            )


_IN_ORDER = (
    ("minimum_stake", "stake_per_bet"),
    ("stake_step", "stake_per_bet"),
    ("stake_per_bet", "stake_per_day"),
    ("stake_per_bet", "open_stake"),
    ("bets_per_minute", "bets_per_hour"),
)


def _refuse_broken_units(key: str, amount: Money) -> None:
    unit = minor_unit(amount.currency)
    if amount.amount % unit:
        refuse(key, f"{amount} cannot be paid; write a multiple of {unit}")


def _by_currency(amounts: Mapping[str, Decimal]) -> dict[str, Money]:
    return {currency: Money(amount, currency) for currency, amount in amounts.items()}
