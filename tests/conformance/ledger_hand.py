"""A worker that takes the steps needed by the tests of the Ledger contract."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.adapters.redis_ledger import LedgerTimes
from bot.domain.changes import Change, LegSubmitted, PairArmed
from bot.domain.lifecycle import apply
from bot.domain.pair import Account, Role
from bot.domain.watch import Watch
from bot.engine.pair_book import PairBook
from bot.engine.submission import intended_together
from bot.ports.ledger import Ledger
from bot.ports.pairs import StoredPair
from bot.ports.reservations import Reservation, ReservationRefused
from tests.builders import HEDGE_ACCOUNT, POSITIVE_ACCOUNT, a_baseline, a_pair, an_acceptance

BOTH = (Role.POSITIVE, Role.HEDGE)
ACCOUNTS = (POSITIVE_ACCOUNT, HEDGE_ACCOUNT)
OTHER_ACCOUNTS = tuple(
    replace(account, account_id=name) for account, name in zip(ACCOUNTS, ("carl", "dora"), strict=True)
)
ARMED = PairArmed(a_baseline(), a_baseline())
LASTING = LedgerTimes(first_look_s=0)
OTHER = {"betPairId": "pair-2", "arbId": "arb-2"}


@dataclass
class Hand:
    """One worker on a ledger, with the steps that all contract tests take."""

    ledger: Ledger

    async def leased(self, accounts: Sequence[Account] = ACCOUNTS) -> Hand:
        for account in accounts:
            assert await self.ledger.take_lease(account)
        return self

    async def received(self, **changes: Any) -> StoredPair:
        return (await self.ledger.receive(a_pair(**changes)))[0]

    async def reserved(self, stored: StoredPair, roles: Sequence[Role] = BOTH) -> Reservation:
        reservation = await self.ledger.reserve(stored.pair, roles)
        assert isinstance(reservation, Reservation), reservation
        return reservation

    async def refusal(self, **changes: Any) -> ReservationRefused:
        answer = await self.ledger.reserve((await self.received(**changes)).pair, BOTH)
        assert isinstance(answer, ReservationRefused)
        return answer

    async def changed(self, stored: StoredPair, *changes: Change) -> StoredPair:
        return await PairBook(self.ledger).change(stored, *changes)

    async def submitted(self, stored: StoredPair, reservation: Reservation, role: Role) -> StoredPair:
        after = apply(stored.pair, LegSubmitted(role, stored.pair.leg(role).bet.stake))
        return await self.ledger.submit(stored, after, reservation, role)

    async def accepted_and_submitted(self, stored: StoredPair, reservation: Reservation) -> StoredPair:
        """Write the positive's acceptance and the hedge's intent as one step, as the engine does between the legs."""
        intent = LegSubmitted(Role.HEDGE, stored.pair.hedge.bet.stake)
        accepted = an_acceptance(stored.pair, Role.POSITIVE)
        return await intended_together(self.ledger, stored, [accepted], intent, reservation)

    async def armed(self, **changes: Any) -> tuple[StoredPair, Reservation]:
        stored = await self.received(**changes)
        reservation = await self.reserved(stored)
        return await self.changed(stored, ARMED), reservation

    async def accepted(self, **changes: Any) -> tuple[StoredPair, Reservation]:
        stored, reservation = await self.armed(**changes)
        stored = await self.submitted(stored, reservation, Role.POSITIVE)
        return await self.changed(stored, an_acceptance(stored.pair, Role.POSITIVE)), reservation

    async def watches(self) -> list[Watch]:
        due = [await self.ledger.due_watches(account, 10) for account in ACCOUNTS]
        return [watch for watches in due for watch in watches]


Opening = Callable[[str, LedgerTimes], Hand]
