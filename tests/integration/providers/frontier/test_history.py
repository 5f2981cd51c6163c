"""My Bets: results shown by money and an icon, every settlement listed, operator's days, pages that must add up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.domain.outcome import Outcome, classified
from bot.domain.placement import HistoryReading, SessionState, TicketState
from bot.errors import SessionUnusable
from tests.integration.providers.frontier.customer import Customer, dollars

RESULTS = {
    # outcome at the bookmaker: the money it shows for a risk of $11.00 at −105
    "won": (Outcome.WON, "21.48"),
    "half_won": (Outcome.HALF_WON, "16.24"),
    "lost": (Outcome.LOST, "0.00"),
    "half_lost": (Outcome.HALF_LOST, "5.50"),
    "void": (Outcome.VOID, "11.00"),
    "cashed_out": (Outcome.CASHED_OUT, "9.09"),
}


async def read(customer: Customer, *wanted: str) -> HistoryReading:
    return await customer.bookmaker.history(datetime.now(UTC) - timedelta(days=2), frozenset(wanted))


async def test_an_outcome_is_classified_by_the_money_that_stands_beside_its_icon(customer: Customer) -> None:
    tickets = await customer.bet_by_request(count=len(RESULTS))
    for ticket, outcome in zip(tickets, RESULTS, strict=True):
        await customer.settle(ticket, outcome, **({"payout": "9.09"} if outcome == "cashed_out" else {}))
    reading = await read(customer)
    assert reading.complete
    for ticket, (outcome, payout) in zip(tickets, RESULTS.values(), strict=True):
        row = reading.row(ticket)
        assert row is not None
        assert row.outcome is not None
        assert row.payout == dollars(payout)
        assert classified(row.outcome, row.stake, row.odds, row.payout) is outcome


async def test_a_bet_that_was_settled_again_has_one_row_with_the_result_that_stands(customer: Customer) -> None:
    [ticket] = await customer.bet_by_request()
    for outcome in ("lost", "void", "won"):
        await customer.settle(ticket, outcome)
    reading = await read(customer)
    [row] = reading.rows
    assert (row.ticket, row.state, row.payout) == (ticket, TicketState.SETTLED, dollars("21.48"))
    assert reading.complete


async def test_a_logout_that_only_the_history_shows_leads_to_a_login(customer: Customer) -> None:
    await customer.context.request.post(f"{customer.address}/logout")
    assert await customer.bookmaker.session_state() is SessionState.LOGGED_IN  # the tab that bets is from before
    with pytest.raises(SessionUnusable, match="logged_out"):
        await read(customer)
    assert await customer.bookmaker.session_state() is SessionState.LOGGED_OUT
    await customer.bookmaker.login()
    assert await customer.bookmaker.session_state() is SessionState.LOGGED_IN
    assert (await read(customer)).complete


async def test_an_open_bet_is_read_with_all_its_terms(customer: Customer) -> None:
    await customer.order_fault("refer_to_trader", amount="40")
    await customer.place()
    [row] = (await read(customer)).rows
    [bet] = await customer.recorded()
    assert (row.ticket, row.state, row.stake, row.outcome) == (bet["ticket"], TicketState.OPEN, dollars("40.00"), None)
    assert row.placed_at is not None
    assert abs(row.placed_at - datetime.fromisoformat(bet["placed_at"])) < timedelta(minutes=1)


async def test_all_pages_are_read_and_must_add_up(customer: Customer) -> None:
    tickets = await customer.bet_by_request(count=23)
    reading = await read(customer)
    assert ({row.ticket for row in reading.rows}, reading.complete) == ({*tickets}, True)
    for ticket in tickets[:22]:
        await customer.settle(ticket, "lost")
    reading = await read(customer)
    assert ({row.ticket for row in reading.rows}, reading.complete) == ({*tickets}, True)


@pytest.mark.parametrize(
    ("fault", "parameters"), [("history_truncated", {"rows": 1}), ("history_empty", {}), ("history_error", {})]
)
@pytest.mark.parametrize("lists_before", [0, 1], ids=["open", "settled"])
async def test_a_list_that_does_not_add_up_is_not_complete(
    customer: Customer, fault: str, parameters: dict[str, int], lists_before: int
) -> None:
    for ticket in (await customer.bet_by_request(count=4))[:2]:
        await customer.settle(ticket, "lost")
    await customer.order_fault(fault, after=lists_before, **parameters)
    assert not (await read(customer)).complete


async def test_a_reading_stops_when_every_wanted_ticket_was_seen(customer: Customer) -> None:
    [ticket] = await customer.bet_by_request()
    reading = await read(customer, ticket)
    assert [row.ticket for row in reading.rows] == [ticket]
    assert not reading.complete


async def test_days_are_the_operators_own(customer: Customer) -> None:
    await customer.bookmaker.history(datetime(2026, 5, 1, 3, 59, tzinfo=UTC), frozenset())
    [tab] = [page for page in customer.context.pages if "tab=settled" in page.url]
    assert parse_qs(urlsplit(tab.url).query)["from"] == ["04/30/2026"]


async def test_the_balance_is_that_of_now_though_the_page_that_bets_is_from_before(customer: Customer) -> None:
    await customer.bookmaker.arm(customer.bet())
    before = await customer.bookmaker.balance()
    await customer.bet_by_request()
    assert await customer.bookmaker.balance() == before - dollars("11.00")
