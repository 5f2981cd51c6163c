"""When each account is read: longest due first, giving way to bets, and always finished. In virtual time."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from loguru import logger

from bot.domain.outcome import Outcome
from bot.domain.pair import Account, PairState, Role
from bot.domain.placement import HistoryRow, TicketState
from bot.domain.watch import FastWindow, Look, Watch, WatchPolicy, Window
from bot.engine.breakers import Breakers
from bot.engine.lanes import Lanes, Priority
from bot.engine.pair_book import PairBook
from bot.engine.scheduler import Scheduler, SweepRules
from bot.engine.settlement import Settlement
from bot.engine.site_health import SiteHealth
from bot.errors import BookmakerError, LocatorMissing, SessionUnusable
from bot.ports.pairs import StoredPair
from tests.builders import a_pair_in
from tests.chaos.interleavings.virtual_time import VirtualClock, play, virtual_now
from tests.fakes.bookmaker import FakeBookmakers, FakeSite
from tests.fakes.ledger import LedgerStore, MemoryLedger, Watched
from tests.fakes.locators import MemoryLocatorFiles

POLICY = WatchPolicy(fast_window=FastWindow.AT_ONCE)
ANN = Account("harbourline", "harbour", "ann")
STRANGER = Account("lotusquay", "lotus", "somebody")


@dataclass
class Bench:
    """A scheduler over accounts with one watched ticket each."""

    names: tuple[str, ...] = ("ann",)
    at_once: int = 4

    def __post_init__(self) -> None:
        self.accounts = [Account("harbourline", "harbour", name) for name in self.names]
        self.store, self.order = LedgerStore(virtual_now), list[str]()
        self.ledger = MemoryLedger(self.store, "worker-a")
        self.sites = {account: self._site(account) for account in self.accounts}
        health = SiteHealth(self.ledger, MemoryLocatorFiles(), Breakers(self.store.breakers, "worker-a"))
        self.lanes, sessions = Lanes(), FakeBookmakers(self.sites)
        settlement = Settlement(self.ledger, sessions, PairBook(self.ledger), health, POLICY)
        rules = SweepRules(together=self.at_once)
        self.scheduler = Scheduler(self.ledger, settlement, self.lanes, VirtualClock(), self.accounts, rules)

    @asynccontextmanager
    async def running(self, lease_s: float = 1e9) -> AsyncIterator[None]:
        """Run the scheduler of a worker that has all accounts."""
        for account in self.accounts:
            self.store.leases.put(str(account), "worker-a 1", lease_s)
            self.ledger._fences[account] = "1"
        running = asyncio.create_task(self.scheduler.run())
        yield
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    def watched(self, name: str = "ann") -> Watched:
        """Return the watch of an account's ticket."""
        return self.store.watches[name, Role.POSITIVE]

    @property
    def site(self) -> FakeSite:
        """The first account's bookmaker."""
        return self.sites[self.accounts[0]]

    def _site(self, account: Account) -> FakeSite:
        name, site = account.account_id, FakeSite(account.account_id)
        pair = a_pair_in(PairState.HEDGED, betPairId=name, arbId=name, positiveBet={"accountId": name})
        leg, now = pair.positive, virtual_now()
        assert leg.ticket
        assert leg.stake
        assert leg.odds
        self.store.pairs[name] = StoredPair(pair, 1)
        self.store.watches[name, Role.POSITIVE] = Watched(account, name, Role.POSITIVE, leg.ticket, now, now)
        site.bets[leg.ticket] = HistoryRow(
            leg.ticket, TicketState.OPEN, "Reds v Blues", "over", None, leg.odds, leg.stake
        )
        site.on_look = lambda: self.order.append(name)
        return site


def now_s() -> float:
    return asyncio.get_running_loop().time()


@dataclass
class Clicks:
    """Placements on one account's lane, and how long each had to wait."""

    bench: Bench
    waited_s: list[float] = field(default_factory=list)

    async def click(self, takes_s: float = 1) -> None:
        began_s = now_s()
        async with self.bench.lanes.lane(ANN).turn(Priority.CLICK):
            self.waited_s.append(now_s() - began_s)
            await asyncio.sleep(takes_s)


class TestOrder:
    def test_accounts_are_read_longest_due_first_and_as_many_at_once_as_allowed(self) -> None:
        async def history() -> list[str]:
            bench = Bench(("due-20", "due-40", "due-10", "due-30"), at_once=1)
            for name, site in zip(bench.names, bench.sites.values(), strict=True):
                bench.watched(name).due -= timedelta(seconds=int(name.removeprefix("due-")))
                site.page_takes_s = 1
            async with bench.running():
                await asyncio.sleep(0.5)
                assert bench.order == []
                await asyncio.sleep(2)
                assert len(bench.order) == 2, "one at a time, a second each"
                await asyncio.sleep(2)
            return bench.order

        assert play(history)[:4] == ["due-40", "due-30", "due-20", "due-10"]

    def test_results_that_come_for_all_accounts_at_once_are_booked_for_a_few_at_a_time(self) -> None:
        async def history() -> int:
            bench = Bench(tuple(f"account-{number}" for number in range(10)), at_once=10)
            booking, most = 0, 0

            async def slowly(looks: Sequence[tuple[Watch, Look]]) -> None:
                nonlocal booking, most
                assert looks
                booking, most = booking + 1, max(most, booking + 1)
                await asyncio.sleep(1)
                booking -= 1

            bench.ledger.looked_at = slowly  # type: ignore[method-assign] # the test measures how bookings overlap
            async with bench.running():
                await asyncio.sleep(30)
            assert len(set(bench.order)) == 10
            return most

        assert play(history) == 2

    def test_a_ticket_that_is_not_due_is_not_read(self) -> None:
        async def history() -> int:
            bench = Bench()
            bench.watched().due += timedelta(minutes=10)
            async with bench.running():
                await asyncio.sleep(599)
                assert bench.order == []
                await asyncio.sleep(2)
            return len(bench.order)

        assert play(history) == 1

    def test_a_slow_watch_waits_for_the_keep_alive_of_a_session(self) -> None:
        async def history(window: Window) -> list[str]:
            bench = Bench()
            bench.watched().window = window
            lane = bench.lanes.lane(ANN)

            async def keep_alive() -> None:
                async with lane.turn(Priority.KEEP_ALIVE):
                    bench.order.append("kept alive")

            async with bench.running():
                async with lane.turn(Priority.CLICK):
                    await asyncio.sleep(1)
                    keeping = asyncio.create_task(keep_alive())
                    await asyncio.sleep(1)
                await keeping
                await asyncio.sleep(1)
            return bench.order

        assert play(lambda: history(Window.FAST))[:2] == ["ann", "kept alive"]
        assert play(lambda: history(Window.AFTER_TIMEOUT))[:2] == ["kept alive", "ann"]

    def test_a_late_look_is_warned_about_once_a_minute(self) -> None:
        async def history(said: list[str]) -> list[int]:
            bench = Bench()
            counts = []
            async with bench.running(), bench.lanes.lane(ANN).turn(Priority.CLICK):
                for _ in range(4):
                    await asyncio.sleep(29)
                    counts.append(len(said))
            return counts

        said: list[str] = []
        sink = logger.add(said.append, level="WARNING", filter=lambda record: "too many" in record["message"])
        assert play(lambda: history(said)) == [0, 1, 1, 2]
        logger.remove(sink)


async def after_bets(number: int) -> tuple[Bench, Clicks]:
    """Bet every ten seconds on an account whose history takes thirty seconds to read."""
    bench = Bench()
    bench.site.pages, bench.site.page_takes_s = 30, 1
    clicks = Clicks(bench)
    async with bench.running():
        for _ in range(number):
            await clicks.click()
            await asyncio.sleep(10)
    return bench, clicks


class TestGivingWay:
    def test_a_bet_does_not_wait_for_a_reading_which_is_taken_again_afterwards(self) -> None:
        async def history() -> None:
            bench = Bench()
            bench.site.pages, bench.site.page_takes_s = 100, 1
            clicks = Clicks(bench)
            async with bench.running():
                await asyncio.sleep(50)
                await clicks.click(takes_s=3)
                assert clicks.waited_s[0] < 0.01
                assert (bench.watched().polls, bench.watched().unhealthy) == (0, 0)
                await asyncio.sleep(101)
                assert (bench.site.readings, bench.watched().polls) == (1, 1)

        play(history)

    def test_betting_without_a_pause_does_not_keep_tickets_from_being_read(self) -> None:
        async def history() -> None:
            bench, clicks = await after_bets(12)
            assert bench.site.readings >= 1
            assert sum(waited_s > 1 for waited_s in clicks.waited_s) == bench.site.readings, "one wait for each reading"
            assert max(clicks.waited_s) < 30

        play(history)

    def test_after_a_reading_that_was_finished_the_next_gives_way_again(self) -> None:
        async def history() -> None:
            bench, clicks = await after_bets(20)
            assert bench.site.readings >= 2
            has_waited = [waited_s > 1 for waited_s in clicks.waited_s]
            assert not any(before and after for before, after in itertools.pairwise(has_waited)), has_waited

        play(history)


class TestWhileAPairIsPlaced:
    def test_readings_of_other_accounts_give_way_and_none_begins(self) -> None:
        async def history() -> None:
            bench = Bench(("ann", "bob"))
            bench.site.pages, bench.site.page_takes_s = 100, 1
            async with bench.running():
                await asyncio.sleep(7)
                bench.order.clear()
                async with bench.lanes.turns_to_place([STRANGER]):
                    await asyncio.sleep(4)
                    assert bench.order == []
                await asyncio.sleep(96)
                assert bench.site.readings == 0, "the one of before was given up"
                await asyncio.sleep(7)
                assert bench.site.readings == 1

        play(history)

    def test_long_overdue_accounts_are_read_anyway_one_at_a_time(self) -> None:
        async def history() -> tuple[list[str], list[str]]:
            bench = Bench(("ann", "bob", "cid"))
            for site in bench.sites.values():
                site.page_takes_s = 2
            async with bench.running(), bench.lanes.turns_to_place([STRANGER]):
                await asyncio.sleep(9)
                assert bench.order == []
                await asyncio.sleep(4)
                early = list(bench.order)
                await asyncio.sleep(6)
            return early, bench.order

        early, order = play(history)
        assert len(early) == 1
        assert set(order) == {"ann", "bob", "cid"}


class TestFailures:
    def test_a_reading_that_took_longer_than_the_lease_is_not_booked(self) -> None:
        async def history() -> int:
            bench = Bench()
            bench.site.page_takes_s = 20
            async with bench.running(lease_s=10):
                await asyncio.sleep(30)
            assert bench.site.readings == 1
            return bench.watched().looks

        assert play(history) == 0

    @pytest.mark.parametrize(
        ("trouble", "complete"),
        [
            (SessionUnusable("logged_out"), True),
            (SessionUnusable("challenge"), True),
            (SessionUnusable("maintenance"), True),
            (SessionUnusable("unreachable"), True),
            (LocatorMissing("harbour", "bets", "rows", "li", "nothing visible matches"), True),
            (None, False),
            (None, True),
        ],
        ids=[
            *("logged out", "a challenge", "maintenance", "unreachable", "a page that drifted"),
            *("a list cut short", "a list without the ticket, which calls itself complete"),
        ],
    )
    def test_what_could_not_be_read_uses_up_no_poll_and_books_nothing_is_counted_told_and_slowed_down(
        self, trouble: BookmakerError | None, complete: bool
    ) -> None:
        async def history() -> None:
            bench = Bench()
            bench.site.history_error, bench.site.complete = trouble, complete
            rows, bench.site.bets = bench.site.bets, {}
            async with bench.running():
                await asyncio.sleep(POLICY.max_unhealthy * 5 - 10)
                assert _told(bench) == []
                await asyncio.sleep(20)
                assert _told(bench) == [{"account": str(ANN), "tickets": list(rows)}]
                assert bench.watched().unhealthy == POLICY.max_unhealthy
                await asyncio.sleep(3600)
                assert bench.watched().unhealthy == POLICY.max_unhealthy + 6
                assert (bench.watched().polls, bench.store.pairs["ann"].version) == (0, 1)
                bench.site.history_error, bench.site.complete, bench.site.bets = None, True, rows
                await asyncio.sleep(2000)  # a lost login rests before it is typed again
                assert bench.watched().unhealthy == 0
                assert bench.watched().polls > 0

        play(history)

    def test_a_bug_in_one_account_is_counted_and_stops_no_other_account(self) -> None:
        async def history() -> None:
            bench = Bench(("ann", "bea"))
            bench.site.on_look = _fails
            async with bench.running():
                await asyncio.sleep(60)
            assert bench.watched("ann").unhealthy > 5
            assert bench.watched("bea").polls > 5

        play(history)

    def test_a_ticket_that_cannot_be_booked_keeps_no_other_from_being_booked(self) -> None:
        async def history() -> None:
            bench = Bench(("ann", "bea"))
            spoilt, sound, site = bench.watched("ann"), bench.watched("bea"), bench.site
            sound.account, sound.ticket = ANN, "HB10000002"
            site.bets[sound.ticket] = replace(site.bets[spoilt.ticket], ticket=sound.ticket)
            impossible = bench.store.pairs["ann"].pair.model_copy(update={"state": PairState.RECEIVED})
            bench.store.pairs["ann"] = StoredPair(impossible, 1)
            site.settle(spoilt.ticket, Outcome.WON)
            async with bench.running():
                await asyncio.sleep(30)
            assert (spoilt.polls, spoilt.unhealthy > 5) == (0, True)
            assert sound.polls > 5

        play(history)


def _told(bench: Bench) -> list[dict[str, object]]:
    announced = [event.data for event in bench.store.events if event.type.value == "settlement_unreadable"]
    return [{name: data[name] for name in ("account", "tickets")} for data in announced]


def _fails() -> None:
    raise RuntimeError("a fault of our own")
