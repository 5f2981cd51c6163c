"""Lotus lists bets by the operator's day in GMT-4."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bot.practice.sites.lotus.history import current_bets, end_of, ended_bets
from bot.practice.sites.records import Bet, BetResult, BetStatus, MarketKind

TODAY = date(2030, 5, 4)


def bet(ticket: str, status: BetStatus, ended_at: str | None = None) -> Bet:
    return Bet(
        ticket=ticket,
        account="someone",
        whitelabel="lotusquay",
        currency="EUR",
        selection="ev-1x2-home",
        event_id="ev",
        event="One v Other",
        market=MarketKind.MATCH_RESULT,
        outcome="home",
        line=None,
        score=None,
        odds=Decimal("1.95"),
        stake=Decimal(100),
        potential_return=Decimal("195.00"),
        requested_odds=Decimal("1.95"),
        requested_stake=Decimal(100),
        status=status,
        verdict=None,
        outcome_result=BetResult.WON if status is BetStatus.SETTLED else None,
        payout=Decimal("195.00") if status is BetStatus.SETTLED else None,
        reject_reason=None,
        placed_at="2030-05-03T12:00:00+00:00",
        settled_at=ended_at,
    )


@pytest.mark.parametrize(
    ("settled_at", "day"),
    [
        ("2030-05-04T03:59:59+00:00", date(2030, 5, 3)),
        ("2030-05-04T04:00:00+00:00", date(2030, 5, 4)),
        ("2030-05-05T03:59:59+00:00", date(2030, 5, 4)),
        ("2030-12-04T03:59:59+00:00", date(2030, 12, 3)),
    ],
    ids=["before midnight", "at midnight", "next day in UTC", "no winter time"],
)
def test_day_of_a_settlement_is_the_operators(settled_at: str, day: date) -> None:
    assert end_of(bet("1", BetStatus.SETTLED, settled_at)).date() == day


def test_rejected_bets_move_from_bet_list_to_statement_at_the_days_end() -> None:
    rejected_today = bet("today", BetStatus.REJECTED, "2030-05-04T04:00:00+00:00")
    rejected_before = bet("before", BetStatus.REJECTED, "2030-05-04T03:59:59+00:00")
    bets = [rejected_before, rejected_today]
    assert current_bets(bets, TODAY) == [rejected_today]
    assert ended_bets(bets, TODAY) == [rejected_before]


def test_bet_list_has_the_latest_bet_first_and_no_settled_one() -> None:
    waiting, running = bet("1", BetStatus.WAITING), bet("2", BetStatus.OPEN)
    settled = bet("3", BetStatus.SETTLED, "2030-05-04T12:00:00+00:00")
    assert current_bets([waiting, running, settled], TODAY) == [running, waiting]


def test_statement_has_the_latest_settlement_first() -> None:
    early = bet("1", BetStatus.SETTLED, "2030-05-04T12:00:00+00:00")
    late = bet("2", BetStatus.SETTLED, "2030-05-04T13:00:00+00:00")
    assert ended_bets([late, early], TODAY) == ended_bets([early, late], TODAY) == [late, early]
