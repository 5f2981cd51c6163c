"""The counters behind the limits, in memory."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.domain.limit_usage import Tally, booked_result
from bot.domain.limits import Cap, Counter, Rate
from bot.domain.money import Money
from bot.domain.pair import Account, Pair, Role
from bot.ports.reservations import ReservationRefused

_DAY_S = 86_400
_Field = tuple[str, Role | None]


@dataclass
class Counters:
    """Stakes by leg and results by pair, for each counter, scope and day (None for open stakes)."""

    now: Callable[[], datetime]
    values: dict[tuple[Counter, str, date | None], dict[_Field, int]] = field(default_factory=dict)
    days: dict[str, date] = field(default_factory=dict)
    booked: dict[str, int] = field(default_factory=dict)

    def refusal(self, pair: Pair, must_keep: Sequence[Cap]) -> ReservationRefused | None:
        """Return the limit that a new pair would pass."""
        left_of_day_s = int(_DAY_S - self.now().timestamp() % _DAY_S)
        for cap in must_keep:
            fields = self._fields(cap.counter, cap.scope, self.now().date() if cap.is_daily else None)
            others = sum(units for (name, _), units in fields.items() if name != pair.bet_pair_id)
            is_loss = cap.counter is Counter.RESULT
            value, limit = -others if is_loss else others + cap.adds.minor_units, cap.limit.minor_units
            if value >= limit if is_loss else value > limit:
                refusal = cap.refusal(Money.of_minor_units(value, cap.limit.currency))
                return ReservationRefused(refusal.control, str(refusal), left_of_day_s if cap.is_daily else None)
        return None

    def count(self, bet_pair_id: str, tallies: Sequence[Tally]) -> None:
        """Replace the counts of a pair's legs."""
        day = self.days.setdefault(bet_pair_id, self.now().date())
        for tally in tallies:
            for scope in tally.scopes:
                _put(self._fields(Counter.STAKED, scope, day), (bet_pair_id, tally.role), tally.staked)
                _put(self._fields(Counter.OPEN, scope, None), (bet_pair_id, tally.role), tally.open)

    def count_no_more(self, bet_pair_id: str, tally: Tally) -> None:
        """Remove a leg's stake from the open stakes."""
        for scope in tally.scopes:
            _put(self._fields(Counter.OPEN, scope, None), (bet_pair_id, tally.role), None)

    def site(self, pair: Pair) -> None:
        """Book the result of a finished pair, less what was booked before."""
        result = booked_result(pair)
        if result is None:
            return
        today = self._fields(Counter.RESULT, result.currency, self.now().date())
        change = result.minor_units - self.booked.get(pair.bet_pair_id, 0)
        today[pair.bet_pair_id, None] = today.get((pair.bet_pair_id, None), 0) + change
        self.booked[pair.bet_pair_id] = result.minor_units

    def of_leg(self, counter: Counter, scope: str, leg: tuple[str, Role]) -> int | None:
        """Return the sum of a leg's counts in a scope over all days, or None when it does not count."""
        days = (fields for (kind, where, _), fields in self.values.items() if (kind, where) == (counter, scope))
        found = [fields[leg] for fields in days if leg in fields]
        return sum(found) if found else None

    def _fields(self, counter: Counter, scope: str, day: date | None) -> dict[_Field, int]:
        return self.values.setdefault((counter, scope, day), {})


@dataclass
class BetTimes:
    """The times of each account's bets."""

    now: Callable[[], datetime]
    times: dict[Account, list[datetime]] = field(default_factory=dict)

    def count(self, account: Account) -> None:
        """Count a bet now."""
        self.times.setdefault(account, []).append(self.now())

    def refusal(self, rates: Sequence[Rate]) -> ReservationRefused | None:
        """Return the account that would bet too often, and when it may bet again."""
        for rate in rates:
            since = self.now() - timedelta(seconds=rate.window_s)
            bets = [time for time in self.times.get(rate.account, []) if time > since]
            if len(bets) >= rate.limit:
                left_s = math.ceil((bets[-rate.limit] - since).total_seconds())
                return ReservationRefused(rate.control, str(rate.refusal(len(bets) + 1)), max(left_s, 1))
        return None


def _put(fields: dict[_Field, int], name: _Field, amount: Money | None) -> None:
    fields.pop(name, None)
    if amount is not None:
        fields[name] = amount.minor_units
