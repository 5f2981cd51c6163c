"""The parts of a worker, found and opened to be diagnosed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.adapters.chromium import chromium_version, find_headless_chromium
from bot.adapters.redis_preflight import redis_problems
from bot.adapters.redis_reader import RedisReader
from bot.bootstrap.connections import ledger_connection
from bot.config import Settings
from bot.services.diagnosis import Finding, LedgerUnderTest, Parts, diagnose


async def diagnose_parts(settings: Settings) -> list[Finding]:
    """Look at every part that a worker with this configuration needs."""

    @asynccontextmanager
    async def open_ledger() -> AsyncIterator[LedgerUnderTest]:
        async with ledger_connection(settings) as connection:
            yield LedgerUnderTest(RedisReader(connection), await redis_problems(connection))

    accounts = list(settings.account_currencies)
    browser = find_headless_chromium()
    parts = Parts(
        configuration=f"mode {settings.mode}, {len(accounts)} accounts at {len(settings.whitelabels)} whitelabels",
        accounts=accounts,
        browser=f"{chromium_version(browser)} at {browser}" if browser else None,
        open_ledger=open_ledger,
        check_password=settings.credentials,
    )
    return await diagnose(parts)
