"""The ledger and the queue, opened for people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.adapters.redis_breakers import RedisBreakers
from bot.adapters.redis_ledger import RedisLedger
from bot.adapters.redis_reader import RedisReader
from bot.bootstrap.connections import ledger_connection, worker_name
from bot.config import Settings
from bot.engine.breakers import Breakers
from bot.engine.pair_book import PairBook
from bot.ports.halts import Halts
from bot.ports.reader import LedgerReader


@dataclass(frozen=True, slots=True)
class OpenLedger:
    """The ledger as services for people use it."""

    reader: LedgerReader
    book: PairBook
    halts: Halts
    breakers: Breakers


@asynccontextmanager
async def open_reader(settings: Settings) -> AsyncIterator[LedgerReader]:
    """Open the ledger for reading; raises PartMissing without Redis."""
    async with ledger_connection(settings) as connection:
        yield RedisReader(connection)


@asynccontextmanager
async def open_ledger(settings: Settings) -> AsyncIterator[OpenLedger]:
    """Open the ledger for changes by a human; raises PartMissing without Redis."""
    async with ledger_connection(settings) as connection:
        name = worker_name("cli")
        ledger = RedisLedger(connection, name)
        breakers = Breakers(RedisBreakers(connection), name)
        yield OpenLedger(RedisReader(connection), PairBook(ledger), ledger, breakers)
