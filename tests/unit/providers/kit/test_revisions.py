"""A list may show every settlement of a ticket; the one that stands counts."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.domain.money import Money
from bot.domain.odds import Odds
from bot.domain.outcome import Outcome
from bot.domain.placement import HistoryRow, TicketState
from bot.errors import UnreadableValue
from providers.kit.pages.revisions import standing_rows
from providers.kit.reading.locators import GAIN, LOSS, REVERSED, Locators
from providers.kit.reading.parsing import Status, Value
from providers.kit.reading.readings import Values

LOCATORS = Locators.model_validate(
    {
        "provider": "made-up",
        "numbers": {"default": {"decimal_mark": ".", "decimals": [2]}},
        "words": {"outcomes": {"Draw": "draw"}},
        "pages": {},
    }
)
WON = Status(TicketState.SETTLED, Outcome.SETTLED, GAIN)
LOST = Status(TicketState.SETTLED, Outcome.SETTLED, LOSS)
TAKEN_BACK = Status(TicketState.OPEN, None, REVERSED)


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def shown(ticket: str, status: Status, payout: str, revision: str | None = None) -> Values:
    values: dict[str, Value] = {
        "ticket": ticket,
        "status": status,
        "payout": euros(payout),
        "event": "A v B",
        "market": "1x2",
        "selection": "A",
        "odds": Odds.parse("1.95"),
        "stake": euros("10.00"),
        "placed_at": datetime(2030, 5, 1, tzinfo=UTC),
    }
    return Values(values if revision is None else values | {"revision": revision})


def standing(*rows: Values) -> list[tuple[str, Outcome | None, Money | None]]:
    return [(row.ticket, row.outcome, row.payout) for row in _read(*rows)]


def _read(*rows: Values) -> tuple[HistoryRow, ...]:
    return standing_rows(rows, "settled.list", LOCATORS)


def test_a_ticket_that_was_settled_once_is_read_unchanged() -> None:
    assert standing(shown("T1", WON, "19.50"), shown("T2", LOST, "0.00")) == [
        ("T1", Outcome.SETTLED, euros("19.50")),
        ("T2", Outcome.SETTLED, euros("0.00")),
    ]


@pytest.mark.covers("UI-21b")
@pytest.mark.parametrize("order", [1, -1], ids=["oldest first", "newest first"])
def test_of_a_ticket_that_was_settled_again_the_last_result_stands(order: int) -> None:
    rows = [shown("T1", LOST, "0.00", "reversed"), shown("T1", WON, "19.50", "amended")][::order]
    assert standing(*rows) == [("T1", Outcome.SETTLED, euros("19.50"))]


@pytest.mark.covers("UI-21b")
def test_a_status_word_may_tell_that_a_result_was_taken_back() -> None:
    assert standing(shown("T1", TAKEN_BACK, "19.50"), shown("T1", LOST, "0.00")) == [
        ("T1", Outcome.SETTLED, euros("0.00"))
    ]


@pytest.mark.covers("UI-21b")
@pytest.mark.parametrize("row", [shown("T1", LOST, "0.00", "reversed"), shown("T1", TAKEN_BACK, "0.00")])
def test_a_ticket_whose_only_results_were_taken_back_is_open_again(row: Values) -> None:
    [row_read] = _read(row)
    assert (row_read.state, row_read.outcome, row_read.payout) == (TicketState.OPEN, None, None)


def test_a_row_that_is_listed_twice_is_one_row() -> None:
    assert len(standing(shown("T1", WON, "19.50"), shown("T1", WON, "19.50"))) == 1


@pytest.mark.parametrize("revision", [None, "amended"])
def test_two_results_that_both_stand_are_refused_by_name(revision: str | None) -> None:
    with pytest.raises(UnreadableValue, match=r"made-up/settled\.list.*revision.*ticket T1 has 2 valid rows"):
        standing(shown("T1", LOST, "0.00"), shown("T1", WON, "19.50", revision))
