"""A part of a stake can wait for a trader while the rest of the bet runs; every settlement stays on record."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot.practice.sites.accounts import AccountDraft
from bot.practice.sites.catalogue import EventDraft, MarketDraft, SelectionDraft
from bot.practice.sites.errors import BetNotChangeable
from bot.practice.sites.frontier.profile import FRONTIER
from bot.practice.sites.ledger import BetEntry, Ledger
from bot.practice.sites.records import Bet, BetResult, BetStatus, MarketKind, Referral, ReferralStatus

ODDS = Decimal("1.5")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger(tmp_path / "frontier.sqlite", FRONTIER.tickets)
    ledger.accounts.put(AccountDraft("anna", "pw", "frontier", "USD", Decimal(100), {}))
    prices = tuple(SelectionDraft(outcome, ODDS) for outcome in MarketKind.MATCH_RESULT.outcomes)
    market = MarketDraft(MarketKind.MATCH_RESULT, prices)
    ledger.catalogue.add(EventDraft("m1", "One", "Other", (market,)))
    yield ledger
    ledger.close()


def record(ledger: Ledger, referred: str | None = "30") -> Bet:
    return ledger.record_bet(
        BetEntry(
            username="anna",
            selection_id="m1-1x2-home",
            odds=ODDS,
            stake=Decimal(10),
            requested_odds=ODDS,
            requested_stake=Decimal(40),
            referred=None if referred is None else Decimal(referred),
        )
    )


def balance(ledger: Ledger) -> Decimal:
    return ledger.accounts.get("anna").balance


def test_placed_part_runs_and_the_referred_part_is_held(ledger: Ledger) -> None:
    bet = record(ledger)
    assert (bet.status, bet.stake, bet.potential_return) == (BetStatus.OPEN, Decimal(10), Decimal("15.00"))
    assert bet.referral == Referral(Decimal(30), ReferralStatus.PENDING)
    assert balance(ledger) == Decimal(60)


def test_approved_part_joins_the_stake(ledger: Ledger) -> None:
    bet = ledger.accept(record(ledger).ticket)
    assert (bet.stake, bet.potential_return) == (Decimal(40), Decimal("60.00"))
    assert bet.referral == Referral(Decimal(30), ReferralStatus.APPROVED)
    assert balance(ledger) == Decimal(60)


def test_declined_part_comes_back_and_the_rest_runs_on(ledger: Ledger) -> None:
    bet = ledger.reject(record(ledger).ticket, "No")
    assert (bet.status, bet.stake, bet.reject_reason) == (BetStatus.OPEN, Decimal(10), None)
    assert bet.referral == Referral(Decimal(30), ReferralStatus.DECLINED)
    assert balance(ledger) == Decimal(90)


def test_part_is_decided_once(ledger: Ledger) -> None:
    ticket = ledger.accept(record(ledger).ticket).ticket
    with pytest.raises(BetNotChangeable):
        ledger.reject(ticket, "No")
    assert balance(ledger) == Decimal(60)


def test_settling_declines_what_no_trader_has_approved(ledger: Ledger) -> None:
    bet = ledger.settle(record(ledger).ticket, BetResult.WON)
    assert bet.payout == Decimal("15.00")
    assert bet.referral == Referral(Decimal(30), ReferralStatus.DECLINED)
    assert balance(ledger) == Decimal("105.00")


def test_every_settling_stays_on_record_and_the_last_one_counts(ledger: Ledger) -> None:
    ticket = record(ledger, referred=None).ticket
    for result in (BetResult.WON, BetResult.LOST, BetResult.VOID):
        ledger.settle(ticket, result)
    settlements = ledger.settlements(ticket)
    assert [each.result for each in settlements] == [BetResult.WON, BetResult.LOST, BetResult.VOID]
    assert [each.payout for each in settlements] == [Decimal("15.00"), Decimal("0.00"), Decimal("10.00")]
    assert settlements[-1].settled_at == ledger.bet(ticket).settled_at
    assert balance(ledger) == Decimal(100)


def test_tickets_have_two_numbers_between_slashes(ledger: Ledger) -> None:
    ticket = record(ledger).ticket
    letter, first, second = ticket.split("/")
    assert (letter, first[:1], second[:2]) == ("O", "0", "00")
    assert all(part.isdigit() and len(part) == 7 for part in (first, second))
