"""Looking a pair up by the id that a person names."""

from __future__ import annotations

from bot.errors import ConfigurationInvalid
from bot.ports.pairs import PairStore, StoredPair
from bot.ports.reader import LedgerReader, PairOnRecord


async def pair_on_record(pairs: PairStore, bet_pair_id: str) -> StoredPair:
    """Return a pair to change; raises ConfigurationInvalid when it is not on record."""
    stored = await pairs.load(bet_pair_id)
    if stored is None:
        raise not_on_record(bet_pair_id)
    return stored


async def pair_to_show(reader: LedgerReader, bet_pair_id: str) -> PairOnRecord:
    """Return a pair with its times; raises ConfigurationInvalid when it is not on record."""
    on_record = await reader.pair(bet_pair_id)
    if on_record is None:
        raise not_on_record(bet_pair_id)
    return on_record


def not_on_record(bet_pair_id: str) -> ConfigurationInvalid:
    """Return the error for a pair id that the ledger does not know."""
    return ConfigurationInvalid(f"there is no pair {bet_pair_id!r} on record; `pairguard pairs` lists them")
