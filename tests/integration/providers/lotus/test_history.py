"""What is special about Lotus' bet list and statement: the operator's days, its words, and what a draw means."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

import pytest

from bot.domain.outcome import Outcome
from bot.domain.placement import HistoryRow, TicketState
from bot.errors import UnreadableValue
from bot.practice.sites.records import BetResult, Verdict
from bot.practice.sites.servers import PracticeSites
from tests.integration.practice.control_client import Control
from tests.integration.providers.lotus.customer import (
    EVENT_NAME,
    LONG_AGO,
    Customer,
    a_match,
    one_brand_is_enough,
    record,
)

THREE_DAYS = {
    # when bets ended (UTC), which is the day before by the operator's clock (GMT-4): how many
    "2026-05-02T03:59:59+00:00": 25,
    "2026-05-03T03:30:00+00:00": 15,
    "2026-05-04T00:00:00+00:00": 5,
}


def record_lost(
    practice_sites: PracticeSites, customer: Customer, selection: str, ended_at: str, number: int
) -> list[str]:
    """Record bets that were lost at some time; return their tickets."""
    site = practice_sites.sites["lotus"]
    tickets = [record(practice_sites, customer, selection) for _ in range(number)]
    for ticket in tickets:
        site.settle(ticket, BetResult.LOST)
        site.ledger._database.run("UPDATE bets SET settled_at = ? WHERE ticket = ?", (ended_at, ticket))
    return tickets


def record_three_days(practice_sites: PracticeSites, customer: Customer, match: str) -> list[list[str]]:
    """Record 45 bets that ended on three days; return their tickets by day, oldest first."""
    selection = f"{match}-asian_handicap-away"
    return [
        record_lost(practice_sites, customer, selection, ended_at, number) for ended_at, number in THREE_DAYS.items()
    ]


def tickets(rows: Iterable[HistoryRow]) -> set[str]:
    return {row.ticket for row in rows}


@pytest.mark.covers("UI-14d", "UI-20f")
@one_brand_is_enough
@pytest.mark.parametrize(
    ("since", "days"),
    [
        ("2026-05-02T03:59:59+00:00", [0, 1, 2]),
        ("2026-05-02T04:00:00+00:00", [1, 2]),
        ("2026-05-03T04:00:00+00:00", [2]),
        ("2026-05-03T00:00:00-04:00", [2]),
        ("2026-05-04T04:00:00+00:00", []),
    ],
)
async def test_the_statement_is_read_from_the_operators_day_of_the_moment_asked_for(
    newcomer: Customer, practice_sites: PracticeSites, match: str, since: str, days: list[int]
) -> None:
    ended = record_three_days(practice_sites, newcomer, match)
    reading = await newcomer.bookmaker.history(datetime.fromisoformat(since), frozenset())
    assert reading.complete
    assert tickets(reading.rows) == {ticket for day in days for ticket in ended[day]}


SETTLEMENTS = {
    # how the bookmaker settles a handicap bet of 100 at even odds: its meaning, its payout
    BetResult.WON: (Outcome.WON, "200.00"),
    BetResult.LOST: (Outcome.LOST, "0.00"),
    BetResult.DRAW: (Outcome.VOID, "100.00"),
    BetResult.VOID: (Outcome.VOID, "100.00"),
    BetResult.REFUND: (Outcome.VOID, "100.00"),
    BetResult.HALF_WON: (Outcome.HALF_WON, "150.00"),
    BetResult.HALF_LOST: (Outcome.HALF_LOST, "50.00"),
    BetResult.CASHED_OUT: (Outcome.CASHED_OUT, "1234.56"),
}


async def test_every_word_of_a_bet_without_result_is_read(
    newcomer: Customer, control: Control, practice_sites: PracticeSites, match: str
) -> None:
    live = await control.post("/lotus/events", **a_match(f"{match}-live", score="2-1"))
    running = record(practice_sites, newcomer, f"{match}-1x2-home")
    running_in_capitals = record(practice_sites, newcomer, f"{live['id']}-1x2-home")
    waiting = record(practice_sites, newcomer, f"{match}-1x2-home", Verdict.HOLD)
    rejected = record(practice_sites, newcomer, f"{match}-1x2-home", Verdict.HOLD)
    rejected_long_ago = record(practice_sites, newcomer, f"{match}-1x2-home", Verdict.HOLD)
    for ticket in (rejected, rejected_long_ago):
        practice_sites.sites["lotus"].reject(ticket, "no")
    practice_sites.sites["lotus"].ledger._database.run(
        "UPDATE bets SET settled_at = '2026-05-02T12:00:00+00:00' WHERE ticket = ?", (rejected_long_ago,)
    )

    reading = await newcomer.bookmaker.history(LONG_AGO, frozenset())

    assert {row.ticket: row.state for row in reading.rows} == {
        running: TicketState.OPEN,
        running_in_capitals: TicketState.OPEN,
        waiting: TicketState.WAITING,
        rejected: TicketState.REJECTED,
        rejected_long_ago: TicketState.REJECTED,
    }
    assert all(row.event == EVENT_NAME and row.payout is None for row in reading.rows)


@pytest.mark.covers("UI-13h")
async def test_a_draw_loses_where_the_draw_could_be_bet_on(
    newcomer: Customer, practice_sites: PracticeSites, match: str
) -> None:
    ticket = record(practice_sites, newcomer, f"{match}-1x2-home")
    practice_sites.sites["lotus"].settle(ticket, BetResult.DRAW, Decimal(0))
    row = (await newcomer.bookmaker.history(LONG_AGO, frozenset())).row(ticket)
    assert row is not None
    assert (row.outcome, row.payout) == (Outcome.LOST, newcomer.brand.money("0.00"))


@pytest.mark.covers("UI-13h")
@pytest.mark.parametrize(
    ("market", "result", "payout"),
    [
        ("1x2", BetResult.DRAW, "100"),
        ("asian_handicap", BetResult.DRAW, "0"),
    ],
)
@one_brand_is_enough
async def test_a_draw_that_its_money_contradicts_is_no_reading(
    newcomer: Customer, practice_sites: PracticeSites, match: str, market: str, result: BetResult, payout: str
) -> None:
    ticket = record(practice_sites, newcomer, f"{match}-{market}-home")
    practice_sites.sites["lotus"].settle(ticket, result, Decimal(payout))
    with pytest.raises(UnreadableValue, match="profit"):
        await newcomer.bookmaker.history(LONG_AGO, frozenset())
