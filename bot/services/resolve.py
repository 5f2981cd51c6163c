"""Deciding by a human's word what happened to a bet that left no proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.changes import LegAccepted, LegRejected
from bot.domain.money import Money
from bot.domain.odds import Odds
from bot.domain.pair import Pair, Role
from bot.domain.reasons import Reason
from bot.engine.pair_book import PairBook
from bot.errors import ConfigurationInvalid, IllegalTransition
from bot.ports.pairs import StoredPair
from bot.services.records import pair_on_record


@dataclass(frozen=True, slots=True)
class AcceptedTerms:
    """The terms at which a bookmaker took a bet, where they differ from those asked for."""

    stake: Decimal | None = None
    odds: Odds | None = None


async def resolve_accepted(
    book: PairBook, bet_pair_id: str, role: Role, ticket: str, terms: AcceptedTerms, reason: str
) -> StoredPair:
    """Record that an unknown bet was accepted under a ticket; missing terms are those asked for.

    Raises ConfigurationInvalid for a pair that is not on record and for a leg that has nothing to resolve.
    """

    def accepted(pair: Pair) -> LegAccepted:
        leg = pair.leg(role)
        asked = leg.asked.stake
        stake = Money(terms.stake, asked.currency) if terms.stake is not None else asked
        shown = leg.baseline.odds if leg.baseline else None
        return LegAccepted(role, ticket, stake, terms.odds or shown or leg.bet.odds)

    return await _resolve(book, bet_pair_id, role, accepted, reason)


async def resolve_not_placed(book: PairBook, bet_pair_id: str, role: Role, reason: str) -> StoredPair:
    """Record that an unknown bet was not placed; errors as for ``resolve_accepted``."""
    not_placed = LegRejected(role, Reason.NOT_PLACED, reason)
    return await _resolve(book, bet_pair_id, role, lambda _: not_placed, reason)


async def _resolve(
    book: PairBook, bet_pair_id: str, role: Role, decision: Callable[[Pair], LegAccepted | LegRejected], reason: str
) -> StoredPair:
    stored = await pair_on_record(book.pairs, bet_pair_id)
    try:
        return await book.resolve(stored, decision(stored.pair), reason)
    except IllegalTransition as error:
        raise ConfigurationInvalid(
            f"{role.value} leg of {bet_pair_id} is {error.state}, so there is nothing to resolve"
        ) from None
