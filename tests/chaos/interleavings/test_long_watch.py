"""Two weeks of watching in seconds. The test computes each ticket's windows by itself, from the promise."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from bot.domain.outcome import Outcome
from bot.domain.pair import Account, LegState, PairState, Role
from bot.domain.watch import WatchPolicy
from bot.engine import scheduler
from tests.builders import a_pair
from tests.chaos.interleavings.long_watch import READING_TAKES_S, LongWatch, Seen, Trouble, WatchedSite
from tests.chaos.interleavings.virtual_time import play, virtual_now

WON, LOST, VOID = Outcome.WON, Outcome.LOST, Outcome.VOID
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
POLLS, MISSES, FAST_S, SLOW_S, LATE_S = 120, 24, 5.0, 600.0, 3.0
LASTS_S = 15.5 * DAY
SHARED_ACCOUNTS = 3
EVERY_S = 70.0
Result = tuple[float, Outcome | None]


@dataclass(frozen=True, slots=True)
class Fate:
    """What happens to a pair: when its match starts after the acceptance, and the results after its expected end.

    A result of None takes the one before back. ``crashes`` and ``troubles`` also count from the expected end.
    """

    name: str
    starts_in_s: float | None
    positive: tuple[Result, ...]
    hedge: tuple[Result, ...]
    ends: PairState
    reason: str | None = None
    troubles: tuple[Trouble, ...] = ()
    crashes: tuple[float, ...] = ()
    has_own_accounts: bool = False


NEVER: tuple[Result, ...] = ()
FATES = (
    Fate("in the window", 4 * HOUR, ((30, WON),), ((95, LOST),), PairState.RECONCILED),
    Fate("at once", None, ((180, LOST),), ((420, WON),), PairState.RECONCILED, crashes=(100,)),
    Fate("after the timeouts", 6 * HOUR, ((3 * HOUR, WON),), ((5 * HOUR, LOST),), PairState.RECONCILED, crashes=(200,)),
    Fate("never", 2 * HOUR, NEVER, NEVER, PairState.EXPOSURE_EVENT, "settlement_timeout_timeout_timeout"),
    Fate("one never", HOUR, ((50, WON),), NEVER, PairState.EXPOSURE_EVENT, "settlement_timeout_won_timeout"),
    Fate("called off before the end", 8 * HOUR, ((-2 * HOUR, VOID),), ((40, VOID),), PairState.RECONCILED),
    Fate(
        *("settled again", 3 * HOUR, ((20, WON), (10 * HOUR, VOID)), ((20, LOST),)),
        *(PairState.EXPOSURE_EVENT, "resettled_won_void"),
    ),
    Fate(
        *("taken back for a day", 3 * HOUR, ((20, WON), (20 * HOUR, None), (40 * HOUR, LOST)), ((60, LOST),)),
        *(PairState.EXPOSURE_EVENT, "resettled_won_lost"),
    ),
    Fate("nine days ahead", 9 * DAY, ((60, WON),), ((61, LOST),), PairState.RECONCILED),
    Fate(
        *(
            "a short trouble in the window",
            5 * HOUR,
            ((9 * MINUTE, WON),),
            ((11 * MINUTE, LOST),),
            PairState.RECONCILED,
        ),
        troubles=(Trouble(100, 190, "maintenance"), Trouble(300, 340, "truncated")),
    ),
    Fate(
        *(
            "a long trouble in the window",
            5.5 * HOUR,
            ((40 * MINUTE, WON),),
            ((41 * MINUTE, LOST),),
            PairState.RECONCILED,
        ),
        troubles=(Trouble(-60, 35 * MINUTE, "maintenance"),),
    ),
    Fate(
        *(
            "troubles without end",
            7 * HOUR,
            NEVER,
            NEVER,
            PairState.EXPOSURE_EVENT,
            "settlement_timeout_timeout_timeout",
        ),
        troubles=(Trouble(-HOUR, 6 * HOUR, "empty"), Trouble(8 * HOUR, 15 * DAY, "drift")),
        has_own_accounts=True,
    ),
)


@dataclass
class Ticket:
    """What the test knows of a ticket without asking the program for a window."""

    name: str
    bet_pair_id: str
    role: Role
    number: str
    accepted: datetime
    expected_end: datetime
    results: list[tuple[datetime, Outcome | None]] = field(default_factory=list)

    def result_by(self, moment: datetime) -> Outcome | None:
        """Return the result that the bookmaker shows at a moment."""
        return next((outcome for at, outcome in reversed(self.results) if at <= moment), None)


@dataclass
class Played:
    """A world that was played to its end, and its tickets."""

    world: LongWatch
    tickets: list[Ticket]

    def seen(self, ticket: Ticket) -> list[Seen]:
        """Return every time that a ticket was looked for."""
        account = self.world.pair(ticket.bet_pair_id).leg(ticket.role).bet.account
        return self.world.sites[account].seen[ticket.number]


def test_two_weeks_of_watching_lose_no_ticket_and_look_at_none_outside_its_window(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def once_placed() -> None:
        monkeypatch.setattr(scheduler, "_LOOK_EVERY_S", 900)  # no further ticket comes, and it wakes for those it knows

    played = play(lambda: _two_weeks(2026, once_placed))
    assert len(played.world.down) >= 10, "workers were killed"
    for ticket in played.tickets:
        _assert_windows_kept(played, ticket)
        _assert_never_forgotten(played, ticket)
    _assert_announced(played)
    for fate in FATES:
        pair = played.world.pair(fate.name.replace(" ", "-"))
        assert (pair.state, pair.reason) == (fate.ends, fate.reason), fate.name


async def _two_weeks(seed: int, once_placed: Callable[[], None]) -> Played:
    rng, names = Random(seed), [(f"ann-{n}", f"binh-{n}") for n in range(SHARED_ACCOUNTS + 1)]
    sites = {}
    for ann, binh in names:
        sites[Account("harbourline", "harbour", ann)] = WatchedSite(f"HB-{ann}-")
        sites[Account("senbien", "lotus", binh)] = WatchedSite(f"LO-{binh}-")
    world = LongWatch(sites, WatchPolicy())
    await world.start()
    tickets, crashes = list[Ticket](), [rng.uniform(12 * HOUR, LASTS_S - DAY) for _ in range(10)]
    for number, fate in enumerate(FATES):
        await asyncio.sleep(EVERY_S * number - asyncio.get_running_loop().time())
        placed = await _place(world, fate, *names[-1 if fate.has_own_accounts else number % SHARED_ACCOUNTS])
        end_s = (placed[0].expected_end - virtual_now()).total_seconds() + asyncio.get_running_loop().time()
        crashes += [end_s + after_s for after_s in fate.crashes]
        tickets += placed
    once_placed()
    for moment_s in sorted(crashes):
        now_s = asyncio.get_running_loop().time()
        if moment_s > now_s:
            await asyncio.sleep(moment_s - now_s)
            await world.crash(rng.uniform(1, 900))
    await asyncio.sleep(LASTS_S - asyncio.get_running_loop().time())
    world.end()
    return Played(world, tickets)


async def _place(world: LongWatch, fate: Fate, ann: str, binh: str) -> list[Ticket]:
    name, now = fate.name.replace(" ", "-"), virtual_now()
    event = {"id": name, "name": "Reds v Blues"}
    if fate.starts_in_s is not None:
        event["startsAt"] = (now + timedelta(seconds=fate.starts_in_s)).isoformat()
    bets = {
        "positiveBet": {"betId": f"{name}-1", "accountId": ann, "event": event},
        "hedgeBet": {"betId": f"{name}-2", "accountId": binh},
    }
    pair = await world.place(a_pair(arbId=name, betPairId=name, **bets))
    assert pair.state is PairState.HEDGED, pair.reason
    accepted = virtual_now()
    expected_end = accepted if fate.starts_in_s is None else now + timedelta(seconds=fate.starts_in_s + 2 * HOUR)
    offset_s = asyncio.get_running_loop().time() + (expected_end - accepted).total_seconds()
    tickets = []
    for leg, results in zip(pair.legs, (fate.positive, fate.hedge), strict=True):
        site = world.sites[leg.bet.account]
        site.troubles += [Trouble(offset_s + t.from_s, offset_s + t.until_s, t.kind) for t in fate.troubles]
        ticket = Ticket(fate.name, name, leg.role, leg.ticket or "", accepted, expected_end)
        for after_s, outcome in results:
            site.settle_at(offset_s + after_s, ticket.number, outcome)
            ticket.results.append((expected_end + timedelta(seconds=after_s), outcome))
        tickets.append(ticket)
    return tickets


def _assert_windows_kept(played: Played, ticket: Ticket) -> None:
    """Check that polls are fast from the expected end until the result or the limit, and otherwise slow.

    The limit is the 120th poll, or 24 polls in a row that did not cover the ticket.
    """
    seen, timed_out = played.seen(ticket), _timed_out(played, ticket)
    polls = missed = doubtful = 0
    result_seen, slow = False, list[datetime]()
    for look in seen:
        is_in_window = look.at >= ticket.expected_end and not result_seen
        is_in_window = is_in_window and (timed_out is None or look.at < timed_out)
        if is_in_window:
            polls += look.covered
            doubtful += _died_within(played.world, look.at, 2)
        if not is_in_window or missed >= MISSES:
            slow.append(look.at)
        missed = 0 if look.covered else missed + 1
        result_seen = result_seen or (look.covered and _shows_result(ticket, look))
    subject = f"{ticket.name} {ticket.role.value}"
    assert polls <= POLLS + doubtful, f"{subject}: {polls} polls"
    assert timed_out is None or polls >= POLLS or _is_final(played, ticket), f"{subject}: timed out after {polls} polls"
    for first, third in zip(slow, slow[2:], strict=False):
        assert (third - first).total_seconds() > SLOW_S - LATE_S, f"{subject}: looked at too often at {third}"


def _assert_never_forgotten(played: Played, ticket: Ticket) -> None:
    """Check that a running worker polls in time, until a day after the result or the end of the watch."""
    seen, subject = played.seen(ticket), f"{ticket.name} {ticket.role.value}"
    assert (seen[0].at - ticket.accepted).total_seconds() < FAST_S + LATE_S
    timed_out, missed, result_seen = _timed_out(played, ticket), 0, False
    for look, following in pairwise(seen):
        missed = 0 if look.covered else missed + 1
        result_seen = result_seen or (look.covered and _shows_result(ticket, look))
        is_fast = look.at >= ticket.expected_end and not result_seen and missed < MISSES
        is_fast = is_fast and (timed_out is None or look.at < timed_out - timedelta(seconds=LATE_S))
        up_s = played.world.up_s(look.at, following.at)
        assert up_s <= (FAST_S if is_fast else SLOW_S) + LATE_S, f"{subject}: forgotten from {look.at} on"
    booked = played.world.pair(ticket.bet_pair_id).leg(ticket.role)
    assert booked.outcome is (ticket.result_by(seen[-1].at) or Outcome.TIMEOUT), subject
    last_change = next((look.at for look in seen if look.covered and _shows_last_result(ticket, look)), None)
    until = last_change + timedelta(days=1) if last_change else ticket.expected_end + timedelta(days=14)
    assert seen[-1].at >= until - timedelta(seconds=1), subject
    assert played.world.up_s(until, seen[-1].at) <= SLOW_S + LATE_S, subject
    assert (ticket.bet_pair_id, ticket.role) not in played.world.store.watches, f"{subject} is still watched"
    assert (booked.state is LegState.SETTLED) == bool(ticket.results), subject


def _assert_announced(played: Played) -> None:
    """Check that timeouts, new results and watches that end without a result are each announced once."""
    announced = played.world.announced
    for ticket in played.tickets:
        named = {"betPairId": ticket.bet_pair_id, "leg": ticket.role.value}
        ended = announced.of("settlement_timeout", **named, watch="ended")
        assert len(ended) == (0 if ticket.results else 1), ticket
        late = not ticket.results or ticket.results[0][0] > ticket.expected_end + timedelta(hours=1)
        assert len(announced.of("settlement_timeout", **named)) - len(ended) == (1 if late else 0), ticket
        changed = [outcome for _, outcome in ticket.results if outcome is not None]
        assert len(announced.of("bet_resettled", **named)) == max(len(changed) - 1, 0), ticket
    assert announced.of("exposure_alert", betPairId="called-off-before-the-end", reason="positive_void_hedge_active")
    assert announced.of("settlement_unreadable", account="harbourline:harbour:ann-3")


def _shows_result(ticket: Ticket, look: Seen) -> bool:
    return ticket.result_by(look.at + timedelta(seconds=READING_TAKES_S)) is not None


def _shows_last_result(ticket: Ticket, look: Seen) -> bool:
    return bool(ticket.results) and look.at + timedelta(seconds=READING_TAKES_S) >= ticket.results[-1][0]


def _timed_out(played: Played, ticket: Ticket) -> datetime | None:
    named = {"betPairId": ticket.bet_pair_id, "leg": ticket.role.value}
    announced = played.world.announced.of("settlement_timeout", **named)
    return min((at for at, _ in announced), default=None)


def _is_final(played: Played, ticket: Ticket) -> bool:
    timed_out = _timed_out(played, ticket)
    return timed_out is not None and timed_out >= ticket.expected_end + timedelta(days=14)


def _died_within(world: LongWatch, moment: datetime, seconds: float) -> bool:
    return any(0 <= (since - moment).total_seconds() <= seconds for since, _ in world.down)
