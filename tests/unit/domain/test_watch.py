"""When a ticket is read, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.changes import LegTimedOut
from bot.domain.outcome import Outcome
from bot.domain.pair import Account, Pair, PairState, Role
from bot.domain.watch import (
    FastWindow,
    Watch,
    WatchPolicy,
    Window,
    is_over,
    next_look,
    opens_at,
    polls_after,
    window_at,
)
from tests.builders import POSITIVE_ACCOUNT, a_pair_in, after, with_results

POSITIVE = Role.POSITIVE
KICK_OFF = datetime(2030, 1, 31, 18, tzinfo=UTC)
ACCEPTED = KICK_OFF - timedelta(hours=5)
EXPECTED_END = KICK_OFF + timedelta(hours=2)
DAY, HOUR, MOMENT = timedelta(days=1), timedelta(hours=1), timedelta(milliseconds=1)
POLICY = WatchPolicy()
AT_ONCE = WatchPolicy(fast_window=FastWindow.AT_ONCE)


def hedged() -> Pair:
    return a_pair_in(PairState.HEDGED)


def timed_out() -> Pair:
    return after(hedged(), LegTimedOut(POSITIVE))


def settled() -> Pair:
    return with_results(hedged(), Outcome.WON, Outcome.LOST)


def a_watch(polls: int = 0, unhealthy: int = 0, settled_at: datetime | None = None) -> Watch:
    return Watch(
        POSITIVE_ACCOUNT, "pair-1", POSITIVE, "HB10000001", polls, ACCEPTED, settled_at, ACCEPTED, unhealthy=unhealthy
    )


def at(moment: datetime, pair: Pair, watch: Watch, policy: WatchPolicy = POLICY) -> Window:
    return window_at(moment, pair, watch, policy)


def without_start() -> Pair:
    return a_pair_in(PairState.HEDGED, positiveBet={"event": {"id": "ev-1", "name": "Reds v Blues"}})


def test_the_windows_are_those_that_were_promised() -> None:
    assert (POLICY.interval_s, POLICY.max_polls) == (5, 120)
    assert (POLICY.slow_interval_s, POLICY.slow_days, POLICY.resettlement_hours) == (600, 14, 24)


class TestFastWindow:
    def test_opens_at_the_expected_end_where_either_leg_names_the_start(self) -> None:
        assert opens_at(hedged(), ACCEPTED, POLICY) == EXPECTED_END
        hedge_names_it = a_pair_in(
            PairState.HEDGED,
            positiveBet={"event": {"id": "ev-1", "name": "Reds v Blues"}},
            hedgeBet={"event": {"id": "ev-9", "name": "Reds vs Blues", "startsAt": "2030-01-31T18:00:00Z"}},
        )
        assert opens_at(hedge_names_it, ACCEPTED, POLICY) == EXPECTED_END

    def test_opens_at_the_acceptance_of_a_bet_on_what_should_be_over_or_has_no_start(self) -> None:
        late = EXPECTED_END + HOUR
        assert opens_at(hedged(), late, POLICY) == late
        assert opens_at(without_start(), ACCEPTED, POLICY) == ACCEPTED

    def test_opens_at_once_where_a_provider_is_set_so(self) -> None:
        assert opens_at(hedged(), ACCEPTED, AT_ONCE) == ACCEPTED

    def test_a_start_beyond_all_calendars_is_waited_for(self) -> None:
        never = a_pair_in(
            PairState.HEDGED, positiveBet={"event": {"id": "e", "name": "n", "startsAt": "9999-12-31T23:00:00Z"}}
        )
        assert at(KICK_OFF, never, a_watch()) is Window.BEFORE_END

    @pytest.mark.parametrize(
        ("moment", "pair", "window"),
        [
            (EXPECTED_END - MOMENT, hedged(), Window.BEFORE_END),
            (EXPECTED_END, hedged(), Window.FAST),
            (EXPECTED_END + DAY, hedged(), Window.FAST),
            (EXPECTED_END + DAY, timed_out(), Window.AFTER_TIMEOUT),
            (KICK_OFF, settled(), Window.RESETTLEMENT),
        ],
    )
    def test_each_window_follows_from_what_is_on_record(self, moment: datetime, pair: Pair, window: Window) -> None:
        assert at(moment, pair, a_watch()) is window


class TestPolls:
    @pytest.mark.parametrize(
        ("moment", "pair", "used"),
        [
            (EXPECTED_END - MOMENT, hedged(), 0),
            (EXPECTED_END, hedged(), 1),
            (EXPECTED_END, timed_out(), 0),
            (EXPECTED_END, settled(), 0),
        ],
    )
    def test_only_looks_in_the_fast_window_are_polls(self, moment: datetime, pair: Pair, used: int) -> None:
        assert polls_after(moment, pair, a_watch(), POLICY) == used

    def test_a_look_that_covered_nothing_uses_up_none_and_is_counted_by_itself(self) -> None:
        look = next_look(EXPECTED_END, hedged(), a_watch(polls=7, unhealthy=2), POLICY, None)
        assert (look.polls, look.unhealthy) == (7, 3)

    def test_a_look_that_covered_the_ticket_ends_the_row_of_those_that_did_not(self) -> None:
        look = next_look(EXPECTED_END, hedged(), a_watch(polls=7, unhealthy=23), POLICY, 8)
        assert (look.polls, look.unhealthy) == (8, 0)


class TestPace:
    @pytest.mark.parametrize(
        ("moment", "pair", "unhealthy", "pace_s"),
        [
            (KICK_OFF, hedged(), 0, 600),
            (EXPECTED_END, hedged(), 0, 5),
            (EXPECTED_END, hedged(), 22, 5),
            (EXPECTED_END, hedged(), 23, 600),
            (EXPECTED_END, hedged(), 500, 600),
            (EXPECTED_END, timed_out(), 0, 600),
            (EXPECTED_END, settled(), 0, 600),
        ],
    )
    def test_looks_are_frequent_in_the_fast_window_only_and_only_while_the_site_can_be_read(
        self, moment: datetime, pair: Pair, unhealthy: int, pace_s: float
    ) -> None:
        first = next_look(moment, pair, a_watch(unhealthy=unhealthy), POLICY, None)
        second = next_look(first.next_at, pair, a_watch(unhealthy=unhealthy), POLICY, None)
        assert timedelta(0) < first.next_at - moment <= timedelta(seconds=pace_s)
        assert second.next_at - first.next_at == timedelta(seconds=pace_s)

    def test_tickets_of_an_account_that_were_accepted_at_any_time_are_due_together(self) -> None:
        moments = [EXPECTED_END + timedelta(seconds=s) for s in (0.1, 1.2, 2.3)]
        looks = {next_look(moment, hedged(), a_watch(), POLICY, 1).next_at for moment in moments}
        assert len(looks) <= 2, "they fall into one slot, or into two at its border"

    def test_accounts_are_not_all_due_in_the_same_moment(self) -> None:
        watches = [replace(a_watch(), account=Account("harbourline", "harbour", f"ann-{n}")) for n in range(10)]
        assert len({next_look(KICK_OFF, hedged(), watch, POLICY, 0).next_at for watch in watches}) > 5

    def test_the_slow_watch_before_the_end_does_not_sleep_over_the_opening(self) -> None:
        moment = EXPECTED_END - timedelta(seconds=1)
        assert next_look(moment, hedged(), a_watch(), POLICY, 0).next_at <= EXPECTED_END


class TestEnd:
    @pytest.mark.parametrize(
        ("moment", "settled_at", "stands", "over"),
        [
            (EXPECTED_END + 14 * DAY - MOMENT, None, True, False),
            (EXPECTED_END + 14 * DAY, None, True, True),
            (EXPECTED_END + 14 * DAY, None, False, True),
            (EXPECTED_END + DAY - MOMENT, EXPECTED_END, True, False),
            (EXPECTED_END + DAY, EXPECTED_END, True, True),
            (EXPECTED_END + DAY, EXPECTED_END, False, False),
            (EXPECTED_END + 14 * DAY, EXPECTED_END + 14 * DAY - HOUR, True, False),
            (EXPECTED_END + 15 * DAY, EXPECTED_END, False, True),
        ],
    )
    def test_comes_a_day_after_a_result_that_stands_or_two_weeks_after_the_window_opened(
        self, moment: datetime, settled_at: datetime | None, stands: bool, over: bool
    ) -> None:
        pair = hedged() if settled_at is None else settled()
        assert is_over(moment, pair, a_watch(settled_at=settled_at), POLICY, stands=stands) is over

    def test_does_not_come_before_the_event_however_early_the_bet_was(self) -> None:
        early = replace(a_watch(), since=KICK_OFF - 60 * DAY)
        assert not is_over(KICK_OFF, hedged(), early, POLICY, stands=True)
