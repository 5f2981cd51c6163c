"""The ledger is the ground truth of all other tests, so its arithmetic is checked with explicit numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.practice.sites.accounts import AccountDraft
from bot.practice.sites.catalogue import EventDraft, MarketDraft, SelectionChange, SelectionDraft
from bot.practice.sites.errors import (
    BetNotChangeable,
    FieldError,
    InsufficientBalance,
    RecordExists,
    UnknownRecord,
)
from bot.practice.sites.ledger import BetEntry, Ledger, TicketFormat
from bot.practice.sites.payouts import payout
from bot.practice.sites.records import Bet, BetResult, BetStatus, MarketKind, Verdict

TICKETS = TicketFormat("HB", 8)
ODDS = Decimal("1.95")


def open_ledger(path: Path) -> Ledger:
    return Ledger(path / "book.sqlite", TICKETS)


def event_draft(event_id: str = "m1") -> EventDraft:
    handicap = MarketDraft(
        MarketKind.ASIAN_HANDICAP,
        (
            SelectionDraft("home", ODDS, line=Decimal("-0.25")),
            SelectionDraft("away", Decimal("1.99"), line=Decimal("0.25")),
        ),
    )
    return EventDraft(event_id, "Northgate", "Port Alder", (handicap, handicap), score="1-0")


def account_draft(password: str, balance: str = "100.00") -> AccountDraft:
    return AccountDraft("anna", password, "harbourline", "EUR", Decimal(balance), {})


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = open_ledger(tmp_path)
    ledger.accounts.put(account_draft("secret"))
    ledger.catalogue.add(event_draft())
    yield ledger
    ledger.close()


def record(ledger: Ledger, stake: str = "10.00", verdict: Verdict | None = None) -> Bet:
    return ledger.record_bet(
        BetEntry(
            username="anna",
            selection_id="m1-asian_handicap-home",
            odds=ODDS,
            stake=Decimal(stake),
            requested_odds=ODDS,
            requested_stake=Decimal(stake),
            verdict=verdict,
        )
    )


def balance(ledger: Ledger) -> Decimal:
    return ledger.accounts.get("anna").balance


@pytest.mark.parametrize(
    ("result", "stake", "odds", "paid"),
    [
        (BetResult.WON, "10.00", "1.95", "19.50"),
        (BetResult.LOST, "10.00", "1.95", "0.00"),
        (BetResult.VOID, "10.00", "1.95", "10.00"),
        (BetResult.DRAW, "10.00", "1.95", "10.00"),
        (BetResult.REFUND, "10.00", "1.95", "10.00"),
        (BetResult.HALF_WON, "10.00", "1.95", "14.75"),
        (BetResult.HALF_LOST, "10.00", "1.95", "5.00"),
        (BetResult.WON, "11.25", "1.90", "21.38"),  # 21.375 rounds up
        (BetResult.HALF_WON, "0.01", "2.00", "0.02"),  # 0.015 rounds up
        (BetResult.HALF_LOST, "0.05", "2.00", "0.03"),  # 0.025 rounds up, not to the even cent
        (BetResult.WON, "33.33", "1.333", "44.43"),
    ],
)
def test_a_result_pays(result: BetResult, stake: str, odds: str, paid: str) -> None:
    assert payout(result, Decimal(stake), Decimal(odds)) == Decimal(paid)


def test_a_recorded_bet_takes_its_stake_and_keeps_what_it_was_placed_at(ledger: Ledger) -> None:
    bet = record(ledger)
    ledger.catalogue.change_selection(bet.selection, SelectionChange(odds=Decimal("1.50"), line=Decimal(-1)))
    kept = ledger.bet(bet.ticket)
    assert balance(ledger) == Decimal("90.00")
    assert (kept.status, kept.odds, kept.line, kept.score) == (BetStatus.OPEN, ODDS, Decimal("-0.25"), "1-0")
    assert (kept.event, kept.potential_return) == ("Northgate v Port Alder", Decimal("19.50"))


def test_tickets_have_the_format_of_the_bookmaker(ledger: Ledger) -> None:
    ticket = record(ledger).ticket
    assert ticket.startswith("HB")
    assert len(ticket) == 10
    assert ticket[2:].isdecimal()


def test_a_stake_above_the_balance_leaves_no_trace(ledger: Ledger) -> None:
    row = ledger.journal.receive("anna", {"stake": Decimal("100.01")})
    with pytest.raises(InsufficientBalance):
        record(ledger, "100.01")
    assert (ledger.bets(), balance(ledger)) == ([], Decimal("100.00"))
    assert ledger.journal.rows()[0].id == row
    assert ledger.journal.rows()[0].result is None


def test_a_bet_that_fails_half_way_takes_no_stake(ledger: Ledger) -> None:
    unknown = BetEntry("anna", "no-such-selection", ODDS, Decimal(10), ODDS, Decimal(10))
    with pytest.raises(UnknownRecord):
        ledger.record_bet(unknown)
    assert balance(ledger) == Decimal("100.00")


@pytest.mark.parametrize("first", BetResult)
@pytest.mark.parametrize("second", BetResult)
def test_a_resettlement_corrects_the_balance(ledger: Ledger, first: BetResult, second: BetResult) -> None:
    bet = record(ledger)
    for result in (first, second):
        settled = ledger.settle(bet.ticket, result, payout=_cash_out(result))
        assert (settled.status, settled.outcome_result) == (BetStatus.SETTLED, result)
        assert balance(ledger) == Decimal("90.00") + (settled.payout or Decimal(0))


def _cash_out(result: BetResult) -> Decimal | None:
    return Decimal("7.77") if result is BetResult.CASHED_OUT else None


def test_a_given_payout_wins_over_the_formula(ledger: Ledger) -> None:
    settled = ledger.settle(record(ledger).ticket, BetResult.WON, Decimal("18.005"))
    assert settled.payout == Decimal("18.01")
    assert balance(ledger) == Decimal("108.01")


def test_a_cash_out_needs_a_payout(ledger: Ledger) -> None:
    with pytest.raises(FieldError) as refused:
        ledger.settle(record(ledger).ticket, BetResult.CASHED_OUT)
    assert refused.value.field == "payout"


def test_a_waiting_bet_runs_once_accepted(ledger: Ledger) -> None:
    bet = record(ledger, verdict=Verdict.HOLD)
    assert bet.status is BetStatus.WAITING
    with pytest.raises(BetNotChangeable):
        ledger.settle(bet.ticket, BetResult.WON)
    assert ledger.accept(bet.ticket).status is BetStatus.OPEN
    assert balance(ledger) == Decimal("90.00")


def test_a_rejected_waiting_bet_gives_its_stake_back_once(ledger: Ledger) -> None:
    bet = record(ledger, verdict=Verdict.HOLD)
    rejected = ledger.reject(bet.ticket, "odds closed")
    assert (rejected.status, rejected.reject_reason) == (BetStatus.REJECTED, "odds closed")
    with pytest.raises(BetNotChangeable):
        ledger.reject(bet.ticket, "again")
    with pytest.raises(BetNotChangeable):
        ledger.settle(bet.ticket, BetResult.VOID)
    assert balance(ledger) == Decimal("100.00")


def test_the_ledger_survives_a_restart(ledger: Ledger, tmp_path: Path) -> None:
    bet = record(ledger)
    ledger.close()
    with closing(open_ledger(tmp_path)) as restarted:
        assert restarted.bet(bet.ticket) == bet


def test_a_page_goes_on_where_the_last_one_ended_even_if_bets_arrive_between(ledger: Ledger) -> None:
    placed = [record(ledger, "1.00").ticket for _ in range(5)]
    first = ledger.page_of_bets("anna", [BetStatus.OPEN], cursor=None, limit=2)
    record(ledger, "1.00")
    second = ledger.page_of_bets("anna", [BetStatus.OPEN], cursor=first.next_cursor, limit=3)
    assert [bet.ticket for bet in (*first.bets, *second.bets)] == placed[::-1]
    assert (first.total, second.total, second.next_cursor) == (5, 6, None)


def test_an_account_posted_again_gets_its_new_password_and_balance(ledger: Ledger) -> None:
    ledger.accounts.change_settings("anna", {"odds_changes": "better"})
    record(ledger)
    ledger.accounts.put(account_draft(password="other", balance="50.00"))
    assert balance(ledger) == Decimal("50.00")
    assert ledger.accounts.get("anna").settings == {"odds_changes": "better"}
    assert ledger.accounts.password_matches("anna", "other", "harbourline")
    assert not ledger.accounts.password_matches("anna", "secret", "harbourline")
    assert not ledger.accounts.password_matches("anna", "other", "senbien")
    assert len(ledger.bets()) == 1


def test_the_file_holds_no_password(ledger: Ledger, tmp_path: Path) -> None:
    ledger.close()
    for file in tmp_path.iterdir():
        assert b"secret" not in file.read_bytes(), f"{file.name} holds the password"


def test_a_second_market_of_a_kind_gets_ids_of_its_own(ledger: Ledger) -> None:
    markets = ledger.catalogue.event("m1").markets
    assert [market.id for market in markets] == ["m1-asian_handicap", "m1-asian_handicap-2"]
    assert [selection.id for selection in markets[1].selections] == [
        "m1-asian_handicap-home-2",
        "m1-asian_handicap-away-2",
    ]


def test_an_event_id_is_taken_once(ledger: Ledger) -> None:
    with pytest.raises(RecordExists):
        ledger.catalogue.add(event_draft())


_STAKES = st.decimals("0.01", "20", places=2)
_STEPS = st.lists(st.tuples(_STAKES, st.sampled_from([*BetResult, None])), max_size=5)


@settings(deadline=None, max_examples=40)
@given(_STEPS)
def test_no_cent_is_made_or_lost(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[Decimal, BetResult | None]]
) -> None:
    ledger = open_ledger(tmp_path_factory.mktemp("ledger"))
    ledger.accounts.put(account_draft("secret"))
    ledger.catalogue.add(event_draft())
    for stake, result in steps:
        bet = record(ledger, str(stake))
        if result is not None:
            ledger.settle(bet.ticket, result, _cash_out(result))
    staked = sum((bet.stake for bet in ledger.bets()), Decimal(0))
    paid = sum((bet.payout or Decimal(0) for bet in ledger.bets()), Decimal(0))
    assert balance(ledger) == Decimal("100.00") - staked + paid
    ledger.close()
