"""What really happened, by the bookmakers' own ledgers, against what Pairguard says and what the stories demand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bot.domain.money import Money
from bot.domain.pair import Leg, Pair, Role
from bot.domain.reconciliation import guaranteed_pnl
from bot.practice.demo.story import Story

_TAKEN = frozenset({"open", "settled"})


@dataclass(frozen=True, slots=True)
class BookmakerBet:
    """A bet that a bookmaker has taken, as its ledger has it. ``pnl`` is None while it is open."""

    site: str
    event_id: str
    account: str
    ticket: str
    stake: Decimal
    odds: Decimal
    pnl: Decimal | None


@dataclass(frozen=True, slots=True)
class JudgedPair:
    """A pair at its end.

    ``true_pnl`` is what the bookmakers' ledgers paid, None while a bet is open there; ``differences`` are those from
    these ledgers, ``surprises`` those from the story.
    """

    story: Story
    pair: Pair | None
    true_pnl: Decimal | None
    differences: tuple[str, ...]
    surprises: tuple[str, ...]

    @property
    def state(self) -> str:
        """The pair's state, or that it never arrived."""
        return self.pair.state.value if self.pair else "missing"

    @property
    def reason(self) -> str | None:
        """Why it ended so."""
        return self.pair.reason if self.pair else None

    @property
    def expected_pnl(self) -> Money | None:
        """What the pair should have come to: by its verdict, or what it promised when it never came to one."""
        if self.pair is None:
            return None
        return self.pair.verdict.expected_pnl if self.pair.verdict else guaranteed_pnl(self.pair)

    @property
    def actual_pnl(self) -> Money | None:
        """What Pairguard says that it came to; nothing bet is nothing lost. None while a bet is open."""
        if self.pair is None:
            return None
        if self.pair.verdict:
            return self.pair.verdict.actual_pnl
        if any(leg.stake is not None for leg in self.pair.legs):
            return None
        return Money(Decimal(0), self.pair.positive.bet.stake.currency)

    def ticket(self, role: Role) -> str | None:
        """Return the ticket of a bet that was taken."""
        return _taken_ticket(self.pair.leg(role)) if self.pair else None


@dataclass(frozen=True, slots=True)
class Judgement:
    """All pairs, and bets that no story asked for."""

    pairs: tuple[JudgedPair, ...]
    strays: tuple[str, ...]

    @property
    def truth_matches(self) -> bool:
        """Whether the bookmakers' ledgers say the same as Pairguard, to the cent and to the ticket."""
        return not self.strays and not any(judged.differences for judged in self.pairs)

    @property
    def as_expected(self) -> bool:
        """Whether every pair ended as its story says."""
        return not any(judged.surprises for judged in self.pairs)


def read_bets(site: str, rows: Iterable[Mapping[str, Any]]) -> list[BookmakerBet]:
    """Read a bookmaker's ledger, as its control API gives it, without the bets that it refused."""
    return [
        BookmakerBet(
            site=site,
            event_id=row["event_id"],
            account=row["account"],
            ticket=row["ticket"],
            stake=Decimal(row["stake"]),
            odds=Decimal(row["odds"]),
            pnl=Decimal(row["payout"]) - Decimal(row["stake"]) if row["status"] == "settled" else None,
        )
        for row in rows
        if row["status"] in _TAKEN
    ]


def judge(stories: Sequence[Story], pairs: Mapping[str, Pair], bets: Sequence[BookmakerBet]) -> Judgement:
    """Compare the pairs on record with the bookmakers' ledgers and with the stories."""
    asked_for = {story.event_id(role) for story in stories for role in Role}
    strays = tuple(f"{bet.site} has a bet {bet.ticket} of nobody" for bet in bets if bet.event_id not in asked_for)
    return Judgement(tuple(_judged(story, pairs.get(story.pair), bets) for story in stories), strays)


def _judged(story: Story, pair: Pair | None, bets: Sequence[BookmakerBet]) -> JudgedPair:
    mine = {role: [bet for bet in bets if bet.event_id == story.event_id(role)] for role in Role}
    both = [bet for role in Role for bet in mine[role]]
    judged = JudgedPair(story, pair, _paid(both), (), tuple(_surprises(story, pair)))
    if pair is None:
        return replace(judged, differences=tuple(f"{bet.site} has a bet {bet.ticket}" for bet in both))
    differences = [difference for role in Role for difference in _leg_differences(pair.leg(role), mine[role])]
    differences += [f"{bet.ticket} is still open at the bookmaker" for bet in both if bet.pnl is None]
    if judged.true_pnl is not None and (judged.actual_pnl is None or judged.actual_pnl.amount != judged.true_pnl):
        differences.append(f"the bookmakers paid {judged.true_pnl:+}, on record {judged.actual_pnl}")
    return replace(judged, differences=tuple(differences))


def _paid(bets: Sequence[BookmakerBet]) -> Decimal | None:
    if any(bet.pnl is None for bet in bets):
        return None
    return sum((bet.pnl for bet in bets if bet.pnl is not None), Decimal(0))


def _leg_differences(leg: Leg, bets: Sequence[BookmakerBet]) -> Iterable[str]:
    ticket = _taken_ticket(leg)
    for bet in bets:
        if bet.ticket != ticket:
            yield f"{bet.site} has taken a {leg.role.value} bet {bet.ticket} that is not on record"
        elif not _has_terms_of(leg, bet):
            yield f"{bet.ticket} is {bet.stake} at {bet.odds}, on record {leg.stake} at {leg.odds}"
        elif bet.account != leg.bet.account.account_id:
            yield f"{bet.ticket} is a bet of {bet.account}, on record of {leg.bet.account}"
    if ticket is not None and ticket not in {bet.ticket for bet in bets}:
        yield f"the {leg.role.value} bet {ticket} on record is not in the bookmaker's ledger"


def _surprises(story: Story, pair: Pair | None) -> Iterable[str]:
    if pair is None:
        yield "the pair never arrived"
        return
    if pair.state is not story.ending.state:
        yield f"is {pair.state.value}, should be {story.ending.state.value}"
    if pair.reason != story.ending.reason:
        yield f"reason is {pair.reason}, should be {story.ending.reason}"


def _has_terms_of(leg: Leg, bet: BookmakerBet) -> bool:
    if leg.stake is None or leg.odds is None:
        return False
    return leg.stake.amount == bet.stake and leg.odds.decimal == Fraction(bet.odds)


def _taken_ticket(leg: Leg) -> str | None:
    return leg.ticket if leg.stake is not None else None
