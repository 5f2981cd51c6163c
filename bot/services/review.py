"""Ending the review of a pair."""

from __future__ import annotations

from bot.domain.changes import PairReviewed
from bot.engine.pair_book import PairBook
from bot.ports.pairs import StoredPair
from bot.services.records import pair_on_record


async def review_pair(book: PairBook, bet_pair_id: str, note: str) -> StoredPair:
    """Record that a human has looked at a pair, so that its arbitrage may be bet on again.

    Raises ConfigurationInvalid for a pair that is not on record.
    """
    stored = await pair_on_record(book.pairs, bet_pair_id)
    return await book.change(stored, PairReviewed(note))
