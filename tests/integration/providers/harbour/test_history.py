"""Reading Harbour's list of bets: to its end, or saying that the end was not reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import pytest_asyncio

from bot.domain.odds import Odds
from bot.domain.outcome import Outcome
from bot.domain.placement import HistoryRow, TicketState
from bot.errors import SessionUnusable
from bot.ports import Bookmaker
from bot.sandbox.ledger import BetEntry
from bot.sandbox.servers import Sandbox
from tests.integration.providers.harbour.account import EVENT_NAME, a_bet, euros, place
from tests.integration.sandbox.control_client import Control

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest_asyncio.fixture(loop_scope="session")
async def recorded(sandbox: Sandbox, ann: None) -> list[str]:
    """Tickets of 45 open bets, the oldest first."""
    entry = BetEntry(
        username="ann",
        selection_id="m1-asian_handicap-away",
        odds=Decimal("1.99"),
        stake=Decimal(5),
        requested_odds=Decimal("1.99"),
        requested_stake=Decimal(5),
    )
    return [sandbox.books["harbour"].record_bet(entry).ticket for _ in range(45)]


async def test_a_row_tells_all_that_the_page_shows(harbour: Bookmaker, control: Control) -> None:
    await place(harbour, a_bet(market="asian_handicap", selection="away", line=Decimal("0.25")))
    [bet] = await control.get("/harbour/bets")

    reading = await harbour.history(LONG_AGO, frozenset())

    assert reading.complete
    assert reading.rows == (
        HistoryRow(
            ticket=bet["ticket"],
            state=TicketState.OPEN,
            event=EVENT_NAME,
            selection="away",
            line=Decimal("0.25"),
            odds=Odds.parse("1.99"),
            stake=euros("10.00"),
            placed_at=datetime.fromisoformat(bet["placed_at"]),
        ),
    )


async def test_an_account_without_bets_has_a_complete_and_empty_history(harbour: Bookmaker) -> None:
    reading = await harbour.history(LONG_AGO, frozenset())
    assert (reading.rows, reading.complete) == ((), True)


async def test_a_long_list_is_read_to_its_end(harbour: Bookmaker, control: Control, recorded: list[str]) -> None:
    for ticket in recorded[:22]:
        await control.post(f"/harbour/bets/{ticket}/settle", outcome="lost")

    reading = await harbour.history(LONG_AGO, frozenset())

    assert reading.complete
    assert sorted(row.ticket for row in reading.rows) == sorted(recorded)
    assert sum(row.outcome is Outcome.LOST for row in reading.rows) == 22


async def test_reading_stops_below_the_span_asked_for(
    harbour: Bookmaker, control: Control, recorded: list[str]
) -> None:
    bets = await control.get("/harbour/bets")
    since = datetime.fromisoformat(bets[40]["placed_at"])

    reading = await harbour.history(since, frozenset())

    assert reading.complete
    assert {row.ticket for row in reading.rows} == set(recorded[25:])


async def test_reading_stops_at_the_last_ticket_wanted_and_does_not_call_itself_complete(
    harbour: Bookmaker, recorded: list[str]
) -> None:
    reading = await harbour.history(LONG_AGO, frozenset({recorded[-1], recorded[-15]}))
    assert not reading.complete
    assert len(reading.rows) == 20


async def test_a_wanted_ticket_that_nobody_has_makes_the_reading_complete(
    harbour: Bookmaker, recorded: list[str]
) -> None:
    reading = await harbour.history(LONG_AGO, frozenset({"HB00000000"}))
    assert reading.complete
    assert reading.row("HB00000000") is None


@pytest.mark.parametrize(
    ("fault", "rows"),
    [({"kind": "history_truncated", "rows": 30, "times": 9}, 30), ({"kind": "history_error", "after": 1}, 20)],
    ids=["list cut short", "list breaks off"],
)
async def test_a_list_without_its_end_is_not_complete(
    harbour: Bookmaker, control: Control, recorded: list[str], fault: dict[str, object], rows: int
) -> None:
    await control.post("/harbour/faults", **fault)
    reading = await harbour.history(LONG_AGO, frozenset())
    assert not reading.complete
    assert len(reading.rows) == rows


async def test_a_session_that_ends_in_mid_list_gives_no_reading(
    harbour: Bookmaker, control: Control, recorded: list[str]
) -> None:
    await harbour.history(LONG_AGO, frozenset())
    await control.post("/harbour/logout", username="ann")
    with pytest.raises(SessionUnusable, match="logged_out"):
        await harbour.history(LONG_AGO, frozenset())


@pytest.mark.parametrize(
    ("settlement", "outcome", "payout"),
    [
        ({"outcome": "won"}, Outcome.WON, "19.90"),
        ({"outcome": "lost"}, Outcome.LOST, "0.00"),
        ({"outcome": "void"}, Outcome.VOID, "10.00"),
        ({"outcome": "draw"}, Outcome.VOID, "10.00"),
        ({"outcome": "refund"}, Outcome.VOID, "10.00"),
        ({"outcome": "half_won"}, Outcome.HALF_WON, "14.95"),
        ({"outcome": "half_lost"}, Outcome.HALF_LOST, "5.00"),
        ({"outcome": "cashed_out", "payout": "12.34"}, Outcome.CASHED_OUT, "12.34"),
        ({"outcome": "won", "payout": "1015.00"}, Outcome.WON, "1015.00"),
    ],
    ids=lambda value: " ".join(value.values()) if isinstance(value, dict) else None,
)
async def test_every_result_is_read_with_what_it_paid(
    harbour: Bookmaker, control: Control, settlement: dict[str, str], outcome: Outcome, payout: str
) -> None:
    await place(harbour, a_bet(market="asian_handicap", selection="away", line=Decimal("0.25")))
    [bet] = await control.get("/harbour/bets")
    await control.post(f"/harbour/bets/{bet['ticket']}/settle", **settlement)

    row = (await harbour.history(LONG_AGO, frozenset())).row(bet["ticket"])

    assert row is not None
    assert (row.state, row.outcome, row.payout) == (TicketState.SETTLED, outcome, euros(payout))


async def test_a_ticket_that_is_settled_again_shows_its_new_result(harbour: Bookmaker, control: Control) -> None:
    await place(harbour, a_bet())
    [bet] = await control.get("/harbour/bets")
    outcomes = []
    for outcome in ("won", "void"):
        await control.post(f"/harbour/bets/{bet['ticket']}/settle", outcome=outcome)
        row = (await harbour.history(LONG_AGO, frozenset())).row(bet["ticket"])
        outcomes.append(row and row.outcome)
    assert outcomes == [Outcome.WON, Outcome.VOID]


async def test_reading_the_history_leaves_an_armed_slip_alone(
    harbour: Bookmaker, control: Control, recorded: Sequence[str]
) -> None:
    slip = await harbour.arm(a_bet(selection="draw"))
    reading = await harbour.history(datetime.now(UTC) - timedelta(hours=1), frozenset())
    assert reading.row(recorded[0])
    await harbour.submit(slip)
    assert (await control.get("/harbour/bets"))[-1]["outcome"] == "draw"
