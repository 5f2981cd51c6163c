"""Holding an account for a person, as a worker does, so that no worker acts on it at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from bot.domain.pair import Account
from bot.errors import LeaseLost, LedgerError
from bot.ports.leases import Leases


@asynccontextmanager
async def held(leases: Leases, account: Account, renew_every_s: float) -> AsyncIterator[None]:
    """Hold an account's lease while the body runs.

    Raises LeaseLost when a worker holds the account, and when the lease cannot be renewed any more.
    """
    if not await leases.take_lease(account):
        raise LeaseLost(f"a worker has {account} in hand; stop it, or wait until it has let go")
    body = asyncio.current_task()
    keeper = asyncio.create_task(_renewed(leases, account, renew_every_s, body))
    try:
        yield
    except asyncio.CancelledError:
        if keeper.done():
            raise LeaseLost(f"{account} could not be held any longer; another worker may act on it") from None
        raise
    finally:
        keeper.cancel()
        await leases.give_up_lease(account)


async def _renewed(leases: Leases, account: Account, every_s: float, body: asyncio.Task[None] | None) -> None:
    with suppress(LedgerError):  # a lease that cannot be renewed is lost
        while True:
            await asyncio.sleep(every_s)
            if not await leases.take_lease(account):
                break
    if body is not None:
        body.cancel()
