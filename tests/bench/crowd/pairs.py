"""Pairs on the ledger, and the same bets at bookmakers in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from itertools import islice

from bot.adapters.redis_ledger import RedisLedger
from bot.domain.changes import Change, LegAccepted, LegSubmitted, PairArmed
from bot.domain.outcome import Outcome
from bot.domain.pair import Account, Baseline, Leg, Pair, Role
from bot.domain.placement import HistoryRow, TicketState
from bot.engine.pair_book import PairBook
from bot.ports.pairs import StoredPair
from tests.builders import a_pair, euros
from tests.fakes.bookmaker import FakeSite

_AT_ONCE = 16
_BETS_OF_AN_HOUR = 10
_RESULTS = (
    {Role.POSITIVE: (Outcome.WON, euros("210.00")), Role.HEDGE: (Outcome.LOST, euros("0.00"))},
    {Role.POSITIVE: (Outcome.LOST, euros("0.00")), Role.HEDGE: (Outcome.WON, euros("210.00"))},
)


class Crowd:
    """Accounts at two providers, each with a site in memory. Pair ``n`` is on the n-th account of both, and so on."""

    def __init__(self, accounts_each: int, page_takes_s: float = 0) -> None:
        self.positive = [Account("harbourline", "harbour", f"ann-{n}") for n in range(accounts_each)]
        self.hedge = [Account("senbien", "lotus", f"binh-{n}") for n in range(accounts_each)]
        self.sites = {
            account: FakeSite(account.provider, page_takes_s=page_takes_s) for account in (*self.positive, *self.hedge)
        }

    def pair(self, number: int) -> Pair:
        """Build a pair as it is received."""
        name, place = f"{number:06}", number % len(self.positive)
        return a_pair(
            arbId=f"arb-{name}",
            betPairId=f"pair-{name}",
            positiveBet={"betId": f"bet-p-{name}", "accountId": self.positive[place].account_id},
            hedgeBet={"betId": f"bet-h-{name}", "accountId": self.hedge[place].account_id},
        )

    def show(self, leg: Leg, ticket: str) -> None:
        """Let a bookmaker have a bet."""
        bet = leg.bet
        row = HistoryRow(ticket, TicketState.OPEN, bet.event.name, bet.selection, bet.line, bet.odds, bet.stake)
        self.sites[bet.account].bets[ticket] = row

    def settle_all(self) -> None:
        """Give every bet its result: of each pair one wins, and both gain 5.00 EUR together."""
        for account, site in self.sites.items():
            role = Role.POSITIVE if account in self.positive else Role.HEDGE
            for ticket in site.bets:
                site.settle(ticket, *_RESULTS[int(ticket[1:]) % len(_RESULTS)][role])


def ticket_of(leg: Leg) -> str:
    """Return the ticket that a leg's bet gets."""
    return f"{leg.role.value[0]}{leg.bet.bet_id[-6:]}"


def ready() -> PairArmed:
    """Arm both legs; each account's history shows the bets of the last hour."""
    tickets = tuple(f"t{number:06}" for number in range(_BETS_OF_AN_HOUR))
    baseline = Baseline(taken_at=datetime.now(UTC), tickets=tickets, balance=euros("1000.00"))
    return PairArmed(baseline, baseline)


def taken(pair: Pair, role: Role) -> tuple[Change, Change]:
    """Submit a leg and have it accepted."""
    leg = pair.leg(role)
    return LegSubmitted(role), LegAccepted(role, ticket_of(leg), leg.bet.stake, leg.bet.odds)


async def hedged(crowd: Crowd, ledger: RedisLedger, number: int) -> StoredPair:
    """Bring a pair to where both bets run, on the ledger and at the bookmakers."""
    book, (stored, _) = PairBook(ledger), await ledger.receive(crowd.pair(number))
    stored = await book.change(stored, ready(), *taken(stored.pair, Role.POSITIVE))
    stored = await book.change(stored, *taken(stored.pair, Role.HEDGE))
    for leg in stored.pair.legs:
        crowd.show(leg, ticket_of(leg))
    return stored


async def for_each(numbers: Sequence[int], act: Callable[[int], Awaitable[object]]) -> None:
    """Do something for every number, several at once."""
    left = iter(numbers)

    async def some() -> None:
        for number in left:
            await act(number)

    await asyncio.gather(*(some() for _ in islice(numbers, _AT_ONCE)))
