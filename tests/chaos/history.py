"""One history: a pair is sent, a fault strikes, the match ends, and the worker runs until nothing changes."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from bot.bootstrap.ledger import open_ledger
from bot.domain.lifecycle import NOT_SUBMITTED, PLACING
from bot.domain.pair import LegState, Pair, PairState, Role
from bot.errors import ConfigurationInvalid
from bot.practice.pairs import (
    Market,
    Match,
    PracticePair,
    Side,
    hong_kong,
    malay,
)
from bot.practice.sites.brands import ASIAN, EUROPEAN, Brand
from bot.practice.sites.records import BetStatus, as_json
from bot.services.resolve import resolve_not_placed
from tests.chaos.judge import Evidence, Finding, LegTruth, judge
from tests.chaos.moments import strike_at
from tests.chaos.plan import Plan
from tests.chaos.strikes import Strike
from tests.chaos.world import World, WorldStuck, until

_PATIENCE_S = 40  # then the next history begins; the rest is awaited at the end
_LAST_PATIENCE_S = 150
_FOR_GOOD_S = 1.0
_DELIVERY_LIMIT_S = 80  # an event whose deliverer was killed is due again after a minute
_OUTCOMES = {Role.POSITIVE: "over", Role.HEDGE: "under"}


@dataclass
class History:
    """A pair and what happened to it.

    ``notes`` describe everything unusual, right or wrong; ``was_late`` says that something did not happen in time.
    """

    world: World
    plan: Plan
    pair: PracticePair
    strike: Strike
    violations_before: Counter[str]
    written_off: dict[Role, set[int]] = field(default_factory=lambda: {role: set() for role in Role})
    notes: list[str] = field(default_factory=list)
    was_late: bool = False

    @classmethod
    async def begin(cls, world: World, plan: Plan) -> History:
        """Choose accounts, offer the match, and order the bookmaker's fault if the plan has one; raises WorldStuck."""
        acting = await world.acting_hand()
        if acting is None:
            raise WorldStuck("no worker holds the leases")
        positive = await world.take_account(plan.brand(Role.POSITIVE))
        hedge = await world.take_account(plan.brand(Role.HEDGE))
        pair = _pair(plan, positive, hedge)
        for role in Role:
            await world.control.add_event(pair.side(role).brand.site, pair.offer(role))
        if plan.fault.is_the_bookmakers:
            where = {"username": pair.side(plan.leg).username, "selection": pair.selection_id(plan.leg)}
            await world.control.order_fault(plan.brand(plan.leg).site, {"kind": plan.fault.value} | where)
        strike = Strike(world, plan, pair.job(), acting)
        return cls(world, plan, pair, strike, Counter(await world.view.cooldown_violations()))

    async def play(self) -> None:
        """Send the pair, let the fault strike, settle what was bet, and wait until nothing changes."""
        async with strike_at(self.world, self.plan, self.pair, self.strike):
            await self.world.queue.add(self.pair.job(), f"pair-{self.plan.pair}")
            await self._come_to_an_end(_PATIENCE_S)
        await self.strike.end()
        self.world.in_use.difference_update(self.pair.side(role).username for role in Role)
        if self.plan.moment is not None and not self.strike.has_struck.is_set():
            self.notes.append("its moment never came")

    def account_of(self, role: Role) -> str:
        """Return the account of a leg by its name in the ledger."""
        side = self.pair.side(role)
        return f"{side.brand.name}:{side.brand.site}:{side.username}"

    async def state(self) -> str:
        """Return the recorded state of the pair."""
        pair = await self._pair()
        return pair.state.value if pair else "not on record"

    async def evidence(self) -> Evidence:
        """Collect what bookmakers, ledger and receiver now know of the pair."""
        record = await self.world.view.pair(self.plan.pair)
        return Evidence(
            pair=record.pair if record else None,
            truth={role: self._truth(role) for role in Role},
            steps=await self._steps(),
            events=[event for event in self.world.receiver.events if self._is_mine(event)],
            cooldown_violations=await self._violations(),
        )

    async def judged(self) -> list[Finding]:
        """Wait until nothing is pending, return what is wrong, and write the history into the world's folder."""
        await self._come_to_an_end(_LAST_PATIENCE_S)
        await self._until_told()
        findings = judge(await self.evidence())
        if findings or self.was_late:
            file = self.world.folder / f"{'WRONG' if findings else 'LATE'}-{self.plan.pair}.json"
            await asyncio.to_thread(file.write_text, await self._story(findings), "utf-8")
        return findings

    async def _come_to_an_end(self, patience_s: float) -> None:
        try:
            while True:
                await until(self._rests, patience_s, "the pair does not come to rest")
                if not await self.ask_a_human():
                    break
            await self._settle()
            await until(self._is_booked, patience_s, "the results are not booked")
        except WorldStuck as stuck:
            self._note_late(stuck)

    async def _story(self, findings: Sequence[Finding]) -> str:
        evidence = await self.evidence()
        story = {
            "plan": asdict(self.plan),
            "notes": self.notes,
            "findings": [f"{finding.wrong.value}: {finding.text}" for finding in findings],
            "pair": evidence.pair.model_dump(mode="json") if evidence.pair else None,
            "truth": {
                role.value: as_json({"bets": t.bets, "requests": t.requests}) for role, t in evidence.truth.items()
            },
            "cooldown_violations": evidence.cooldown_violations,
            "audit": await self._audit(),
            "events": list(evidence.events),
        }
        return json.dumps(story, indent=1, ensure_ascii=False)

    async def _pair(self) -> Pair | None:
        record = await self.world.view.pair(self.plan.pair)
        return record.pair if record else None

    async def _rests(self) -> bool:
        pair = await self._pair()
        if pair is None or not self._fault_is_over():
            return False
        if pair.state not in NOT_SUBMITTED | PLACING:
            return True
        return self._waits_for_a_human(pair) is not None and await self._stays_so(pair)

    def _fault_is_over(self) -> bool:
        return self.strike.over.is_set() or not self.strike.has_struck.is_set()

    async def _stays_so(self, pair: Pair) -> bool:
        await asyncio.sleep(_FOR_GOOD_S)
        return pair == await self._pair()

    def _waits_for_a_human(self, pair: Pair) -> Role | None:
        unknown = [leg.role for leg in pair.legs if leg.state is LegState.UNKNOWN]
        return next((role for role in unknown if not self._truth(role).standing), None)

    async def ask_a_human(self) -> bool:
        """Let a human rule out a bet that the bookmaker does not have; False if no leg waits for that."""
        pair = await self._pair()
        role = self._waits_for_a_human(pair) if pair else None
        if role is None:
            return False
        lost = {request.id for request in self._truth(role).requests}
        with suppress(ConfigurationInvalid):  # it has been resolved in between
            async with open_ledger(self.world.settings) as ledger:
                await resolve_not_placed(ledger.book, self.plan.pair, role, "the bookmaker has no such bet")
            self.written_off[role] |= lost
            self.notes.append(f"a human said that the {role.value} bet was not placed")
        return True

    async def _settle(self) -> None:
        for role in Role:
            if any(bet.status is BetStatus.OPEN for bet in self._truth(role).standing):
                book = self.pair.side(role).brand.site
                await self.world.control.settle(book, self.pair.selection_id(role), self.plan.result(role))

    async def _is_booked(self) -> bool:
        pair = await self._pair()
        if pair is None:
            return True
        booked = all(pair.leg(role).state is LegState.SETTLED for role in Role if self._truth(role).standing)
        return booked and self._fault_is_over() and pair.state not in (PairState.HEDGED, PairState.SETTLING)

    async def _violations(self) -> dict[str, int]:
        mine = {self.account_of(role) for role in Role}
        since = Counter(await self.world.view.cooldown_violations()) - self.violations_before
        return {account: times for account, times in since.items() if account in mine}

    async def _until_told(self) -> None:
        async def is_told() -> bool:
            announced = [event for event in await self.world.view.events(100_000) if self._is_of_pair(event.data)]
            received = {event["id"] for event in self.world.receiver.events}
            return all(event.id in received for event in announced)

        try:
            await until(is_told, _DELIVERY_LIMIT_S, "its events are not delivered")
        except WorldStuck as stuck:
            self._note_late(stuck)

    def _note_late(self, stuck: WorldStuck) -> None:
        self.was_late = True
        self.notes.append(str(stuck))

    def _truth(self, role: Role) -> LegTruth:
        ledger = self.world.practice_sites.sites[self.pair.side(role).brand.site].ledger
        selection = self.pair.selection_id(role)
        requests = [row for row in ledger.journal.rows() if row.asked["selection"] == selection]
        return LegTruth(tuple(ledger.bets(selection=selection)), tuple(requests), frozenset(self.written_off[role]))

    async def _steps(self) -> list[str]:
        return [step for entry in await self._audit() for step in entry["what"].split()]

    async def _audit(self) -> list[dict[str, str]]:
        entries = await self.world.connection.ask(self.world.connection.client.xrange("audit"))
        return [entry for _, entry in entries if entry["pair"] == self.plan.pair]

    def _is_mine(self, event: dict[str, Any]) -> bool:
        return self._is_of_pair(event["data"])

    def _is_of_pair(self, data: Any) -> bool:
        return bool(data.get("betPairId") == self.plan.pair)


def _pair(plan: Plan, positive: str, hedge: str) -> PracticePair:
    return PracticePair(
        pair=plan.pair,
        match=Match(f"Port Amber {plan.number}", f"Windmere {plan.number}", "Coastal League"),
        positive=_side(plan.brand(Role.POSITIVE), positive, Role.POSITIVE),
        hedge=_side(plan.brand(Role.HEDGE), hedge, Role.HEDGE),
    )


def _side(brand: Brand, username: str, role: Role) -> Side:
    """Bet 10 at 2.10 at Harbour against 11 at 1.98 at Lotus: neither result loses money."""
    if brand is EUROPEAN:
        market = Market("total_goals", {"over": "2.10", "under": "2.10"}, "2.5")
        return Side(brand, username, market, _OUTCOMES[role], "2.10", "2.05", "10.00")
    market = Market("total_goals", {"over": "1.98", "under": "1.98"}, "2.5")
    price = malay if brand is ASIAN else hong_kong
    return Side(brand, username, market, _OUTCOMES[role], price("0.98"), price("0.95"), "11")
