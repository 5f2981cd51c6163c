"""Reading an account's bets: every row, or a reading that says it is incomplete."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.domain.odds import Odds
from bot.domain.outcome import Outcome, classified
from bot.domain.placement import HistoryReading, HistoryRow, TicketState
from bot.errors import LocatorMissing, PageDrift, SessionUnusable
from providers.kit.browser.site import Timings
from tests.conformance.bookmakers.cases import case
from tests.conformance.bookmakers.conftest import Opener
from tests.conformance.bookmakers.customer import LONG_AGO, STAKE, Customer, Match
from tests.conformance.bookmakers.harness import Ability
from tests.conformance.bookmakers.offer import AWAY_TAKES, AWAY_WINS

A_PAGE_AND_MORE = 22


def tickets(rows: Iterable[HistoryRow]) -> set[str]:
    return {row.ticket for row in rows}


@pytest.mark.covers("UI-14d", "UI-14e")
@case("BX-52", every_brand=True)
async def test_a_row_tells_all_that_the_page_shows(newcomer: Customer, match: Match) -> None:
    await newcomer.accepted(newcomer.bet(match, AWAY_TAKES))
    [bet] = await newcomer.bets(match)

    reading = await newcomer.history()

    assert reading.complete
    [row] = reading.rows
    assert (row.ticket, row.state, row.event) == (bet.ticket, TicketState.OPEN, match.name)
    assert (row.selection, row.line) == ("away", AWAY_TAKES.signed_line)
    assert (row.odds, row.stake) == (Odds.parse(AWAY_TAKES.odds), newcomer.money(STAKE))
    assert (row.outcome, row.payout) == (None, None)
    assert row.placed_at is None or abs(row.placed_at - bet.placed_at) < timedelta(minutes=1)


@case("BX-53", every_brand=True)
async def test_an_account_without_bets_has_a_complete_and_empty_history(newcomer: Customer) -> None:
    reading = await newcomer.history()
    assert (reading.rows, reading.complete) == ((), True)


@pytest.mark.covers("UI-12c", "UI-13c", "UI-22a")
@case("BX-54", every_brand=True)
async def test_every_result_is_read_with_what_the_ledger_paid(newcomer: Customer, match: Match) -> None:
    results = ["won", "lost", "void", "draw", "refund"]
    results += ["half_won", "half_lost"] if Ability.HALF_RESULTS in newcomer.harness.abilities else []
    settled = await newcomer.site.record(newcomer.username, match.id, AWAY_TAKES.id, len(results))
    for ticket, result in zip(settled, results, strict=True):
        await newcomer.site.settle(ticket, result)

    reading = await newcomer.history()

    assert reading.complete
    handed_back = {"draw": Outcome.VOID, "refund": Outcome.VOID}
    paid = {bet.ticket: newcomer.brand.money(bet.payout or Decimal(0)) for bet in await newcomer.bets()}
    assert {row.ticket: (_named(row), row.payout) for row in reading.rows} == {
        ticket: (handed_back.get(result) or Outcome(result), paid[ticket])
        for ticket, result in zip(settled, results, strict=True)
    }


def _named(row: HistoryRow) -> Outcome | None:
    return row.outcome and classified(row.outcome, row.stake, row.odds, row.payout)


@pytest.mark.covers("UI-22a")
@case("BX-55", Ability.CASH_OUT, every_brand=True)
async def test_a_bet_that_was_cashed_out_is_read_with_what_it_paid(newcomer: Customer, match: Match) -> None:
    [ticket] = await newcomer.site.record(newcomer.username, match.id, AWAY_TAKES.id)
    await newcomer.site.settle(ticket, "cashed_out", "1234.56")
    row = (await newcomer.history()).row(ticket)
    assert row is not None
    assert (row.outcome, row.payout) == (Outcome.CASHED_OUT, newcomer.money("1234.56"))


@pytest.mark.covers("UI-21a", "UI-21b")
@case("BX-56")
async def test_a_ticket_that_is_settled_again_shows_the_result_that_stands(newcomer: Customer, match: Match) -> None:
    [ticket] = await newcomer.site.record(newcomer.username, match.id, AWAY_WINS.id)
    outcomes = []
    for result in ("won", "void", "lost"):
        await newcomer.site.settle(ticket, result)
        [row] = (await newcomer.history()).rows
        outcomes.append((row.ticket, _named(row)))
    assert outcomes == [(ticket, Outcome.WON), (ticket, Outcome.VOID), (ticket, Outcome.LOST)]


@case("BX-57")
async def test_a_result_that_its_money_contradicts_is_no_reading(
    open_: Opener, impatient: Customer, match: Match
) -> None:
    quick = Timings(page_s=3.0, answer_s=1.0)  # the page never changes to one that can be read
    customer = await open_(username=impatient.username, where=impatient.context, timings=quick)
    [ticket] = await customer.site.record(customer.username, match.id, AWAY_TAKES.id)
    await customer.site.settle(ticket, "lost", "150")
    with pytest.raises(PageDrift) as drift:
        await customer.history()
    assert not isinstance(drift.value, LocatorMissing), "the page came too late"
    await customer.bookmaker.close()


@pytest.mark.covers("UI-20a", "UI-20f", "UI-20g")
@case("BX-59", Ability.PAGED_HISTORY)
async def test_a_long_history_is_read_to_its_end(newcomer: Customer, match: Match) -> None:
    settled = await newcomer.site.record(newcomer.username, match.id, AWAY_TAKES.id, A_PAGE_AND_MORE)
    running = await newcomer.site.record(newcomer.username, match.id, AWAY_WINS.id, A_PAGE_AND_MORE)
    for ticket in settled:
        await newcomer.site.settle(ticket, "lost")

    reading = await newcomer.history()

    assert reading.complete
    assert len(reading.rows) == 2 * A_PAGE_AND_MORE
    assert tickets(row for row in reading.rows if _named(row) is Outcome.LOST) == set(settled)
    assert tickets(row for row in reading.rows if row.state is TicketState.OPEN) == set(running)


@case("BX-60", Ability.PAGED_HISTORY)
async def test_reading_stops_when_every_wanted_ticket_was_seen_and_does_not_call_itself_complete(
    newcomer: Customer, match: Match
) -> None:
    [settled] = await newcomer.site.record(newcomer.username, match.id, AWAY_TAKES.id)
    running = await newcomer.site.record(newcomer.username, match.id, AWAY_WINS.id, 2)
    await newcomer.site.settle(settled, "lost")
    reading = await newcomer.history(running[0])
    assert not reading.complete
    assert reading.row(running[0]) is not None
    assert reading.row(settled) is None, "more was read than was asked for"


@case("BX-61")
async def test_a_wanted_ticket_that_nobody_has_makes_the_reading_complete(newcomer: Customer, match: Match) -> None:
    [running] = await newcomer.site.record(newcomer.username, match.id, AWAY_WINS.id)
    reading = await newcomer.history("0000000000")
    assert reading.complete
    assert tickets(reading.rows) == {running}


@pytest.mark.covers("UI-20c")
@case("BX-62")
async def test_a_complete_reading_has_every_bet_of_the_span_asked_for(newcomer: Customer, match: Match) -> None:
    now = datetime.now(UTC)
    ended = await newcomer.site.record(newcomer.username, match.id, AWAY_TAKES.id, 3)
    for ticket, days in zip(ended, (10, 2, 0), strict=True):
        await newcomer.site.settle(ticket, "lost")
        await newcomer.site.backdate(ticket, now - timedelta(days=days))
    [running] = await newcomer.site.record(newcomer.username, match.id, AWAY_WINS.id)

    reading = await newcomer.bookmaker.history(now - timedelta(days=4), frozenset())

    assert reading.complete
    assert tickets(reading.rows) >= {ended[1], ended[2], running}
    assert (await newcomer.bookmaker.history(LONG_AGO, frozenset())).row(ended[0]) is not None


async def _is_never_complete(customer: Customer, match: Match, fault: str, settled: int, **parameters: int) -> None:
    """Order the fault for each list of a reading in turn, until the fault comes after the last list."""
    await customer.site.record(customer.username, match.id, AWAY_WINS.id)
    for ticket in await customer.site.record(customer.username, match.id, AWAY_TAKES.id, settled):
        await customer.site.settle(ticket, "lost")
    lists = 0
    while True:
        await customer.order(fault, after=lists, **parameters)
        reading = await customer.history()
        if await customer.site.pending():
            break
        assert not reading.complete, f"list {lists + 1} was spoilt"
        lists += 1
    assert lists >= (2 if Ability.PAGED_HISTORY in customer.harness.abilities else 1)
    assert reading.complete


@pytest.mark.covers("UI-20h")
@case("BX-63", Ability.COUNTED_HISTORY)
async def test_a_history_that_is_cut_short_anywhere_is_never_complete(newcomer: Customer, match: Match) -> None:
    await _is_never_complete(newcomer, match, "history_truncated", A_PAGE_AND_MORE, rows=0)


@pytest.mark.covers("UI-20h")
@case("BX-64", Ability.UNLOADED_HISTORY)
async def test_a_history_of_which_any_list_came_empty_is_never_complete(newcomer: Customer, match: Match) -> None:
    await _is_never_complete(newcomer, match, "history_empty", 1)


@case("BX-65")
async def test_a_history_of_which_any_list_cannot_be_shown_is_never_complete(newcomer: Customer, match: Match) -> None:
    await _is_never_complete(newcomer, match, "history_error", 1)


@case("BX-67")
async def test_a_session_that_ends_while_the_lists_are_read_gives_no_result(impatient: Customer, match: Match) -> None:
    [running] = await impatient.site.record(impatient.username, match.id, AWAY_WINS.id)
    settled = await impatient.site.record(impatient.username, match.id, AWAY_TAKES.id, A_PAGE_AND_MORE)
    assert (await impatient.history()).complete, "the tab now shows a list that is about to be old"
    for ticket in settled:
        await impatient.site.settle(ticket, "lost")
    lists = 0
    while True:
        await impatient.order("history_logout", after=lists)
        reading = await _history_unless_logged_out(impatient)
        if reading is not None:
            break
        lists += 1
        await impatient.bookmaker.login()
    assert reading.complete
    assert {row.ticket for row in reading.rows if _named(row) is Outcome.LOST} == set(settled)
    assert {row.ticket for row in reading.rows if row.state is TicketState.OPEN} == {running}
    assert lists >= (1 if Ability.PAGED_HISTORY in impatient.harness.abilities else 0)


async def _history_unless_logged_out(customer: Customer) -> HistoryReading | None:
    try:
        return await customer.history()
    except SessionUnusable as ended:
        if ended.state != "logged_out":
            raise
        return None


@case("BX-68")
async def test_a_reading_that_was_given_up_at_any_moment_leaves_nothing_for_the_next(
    newcomer: Customer, match: Match
) -> None:
    running = await newcomer.site.record(newcomer.username, match.id, AWAY_WINS.id, A_PAGE_AND_MORE)
    await newcomer.history()
    tabs, start = len(newcomer.context.pages), time.monotonic()
    await newcomer.history()
    lasts_s = time.monotonic() - start
    for part in (0.1, 0.4, 0.8):
        given_up = asyncio.create_task(newcomer.history())
        await asyncio.wait({given_up}, timeout=part * lasts_s)
        given_up.cancel()
        await asyncio.wait({given_up})
        reading = await newcomer.history()
        assert reading.complete
        assert tickets(reading.rows) == set(running)
    assert len(newcomer.context.pages) == tabs, "tabs were left open"


@case("BX-69")
async def test_a_history_whose_page_was_left_is_read_again_with_its_new_rows(newcomer: Customer, match: Match) -> None:
    running = await newcomer.site.record(newcomer.username, match.id, AWAY_WINS.id)
    assert tickets((await newcomer.history()).rows) == set(running)
    newcomer.bookmaker.leave_history()
    running += await newcomer.site.record(newcomer.username, match.id, AWAY_TAKES.id)
    newcomer.bookmaker.leave_history()
    reading = await newcomer.history()
    assert reading.complete
    assert tickets(reading.rows) == set(running)
    newcomer.bookmaker.leave_history()
    await newcomer.context.pages[-1].wait_for_url("about:blank")
