"""One click on "Place bet", and what its answer proves. Nothing afterwards sends the bet again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.odds import Odds, OddsStyle
from bot.domain.placement import Accepted, Rejected, SessionState, Unknown
from bot.domain.reasons import Reason
from bot.errors import CannotArm
from tests.integration.providers.frontier.customer import Customer, dollars

UNKNOWN = ["record_then_500", "error_500", "record_then_logout", "record_then_redirect", "record_without_ticket"]
ASKS = "askBeforePlacing = () => confirm('{}')"


async def test_a_receipt_with_a_ticket_is_proof(customer: Customer) -> None:
    placed = await customer.place()
    [bet] = await customer.recorded()
    assert placed == Accepted(bet["ticket"], dollars("110.00"), Odds.parse("-105", OddsStyle.AMERICAN))


@pytest.mark.parametrize(
    ("fault", "referred"), [("partial", None), ("refer_to_trader", "70.00")], ids=["partial", "referred"]
)
async def test_a_part_of_the_stake_may_be_taken_and_the_rest_be_left_to_a_trader(
    customer: Customer, fault: str, referred: str | None
) -> None:
    await customer.order_fault(fault, amount="40")
    placed = await customer.place()
    assert isinstance(placed, Accepted)
    assert (placed.stake, placed.referred) == (dollars("40.00"), referred and dollars(referred))


@pytest.mark.parametrize(
    ("kind", "parameters", "reason"),
    [
        ("price_change", {"odds": "1.80"}, Reason.ODDS_CHANGED),
        ("suspend", {}, Reason.SUSPENDED),
        ("max_stake", {"amount": "60"}, Reason.STAKE_ABOVE_MAXIMUM),
        ("insufficient_funds", {}, Reason.INSUFFICIENT_FUNDS),
        ("reject", {"reason": "limit reached"}, Reason.DECLINED),
    ],
)
async def test_a_message_that_is_known_proves_that_there_is_no_bet(
    customer: Customer, kind: str, parameters: dict[str, Any], reason: Reason
) -> None:
    await customer.order_fault(kind, **parameters)
    placed = await customer.place()
    assert isinstance(placed, Rejected)
    assert placed.reason is reason
    assert placed.limit == (dollars("60.00") if kind == "max_stake" else None)
    assert await customer.recorded() == []


async def test_a_restricted_account_shows_in_the_refusal_and_then_in_the_session(customer: Customer) -> None:
    await customer.order_fault("reject", reason="account")
    placed = await customer.place()
    assert isinstance(placed, Rejected)
    assert placed.reason is Reason.ACCOUNT_RESTRICTED
    assert await customer.bookmaker.session_state() is SessionState.RESTRICTED


async def test_a_question_about_a_second_bet_is_answered_no_and_proves_that_nothing_was_sent(
    customer: Customer,
) -> None:
    slip = await customer.bookmaker.arm(customer.bet())
    await customer.page.evaluate(ASKS.format("You already have a bet on this event. Repeat it?"))
    placed = await customer.bookmaker.submit(slip)
    assert isinstance(placed, Rejected)
    assert placed.reason is Reason.DUPLICATE_BET
    assert await customer.requests() == 0


async def test_a_question_that_is_not_known_is_answered_no_and_proves_nothing(impatient: Customer) -> None:
    slip = await impatient.bookmaker.arm(impatient.bet())
    await impatient.page.evaluate(ASKS.format("Do you want to insure this bet?"))
    assert isinstance(await impatient.bookmaker.submit(slip), Unknown)
    assert await impatient.requests() == 0


async def test_a_page_that_has_begun_to_ask_since_it_was_armed_is_not_clicked(customer: Customer) -> None:
    slip = await customer.bookmaker.arm(customer.bet())
    await customer.page.evaluate("document.querySelector('[name=repeat]').setAttribute('value', 'ask')")
    with pytest.raises(CannotArm, match="repeats changed"):
        await customer.bookmaker.submit(slip)
    assert await customer.requests() == 0


async def test_after_a_bet_that_was_placed_elsewhere_the_server_asks_about_a_second_one(
    customer: Customer,
) -> None:
    slip = await customer.bookmaker.arm(customer.bet())
    await customer.bet_by_request()
    placed = await customer.bookmaker.submit(slip)
    assert isinstance(placed, Rejected)
    assert placed.reason is Reason.DUPLICATE_BET
    assert len(await customer.recorded()) == 1


@pytest.mark.parametrize("fault", UNKNOWN)
async def test_without_proof_it_is_unknown_and_nothing_that_follows_sends_it_again(
    customer: Customer, fault: str
) -> None:
    sent: list[str] = []
    customer.context.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    await customer.order_fault(fault)
    before = datetime.now(UTC) - timedelta(minutes=1)
    assert isinstance(await customer.place(), Unknown)

    bookmaker = customer.bookmaker
    await bookmaker.snapshot()
    if await bookmaker.session_state() is not SessionState.LOGGED_IN:
        await bookmaker.login()
    reading = await bookmaker.history(before, frozenset())
    await bookmaker.balance()
    await bookmaker.disarm()

    assert [url.endswith("/slip/place") for url in sent].count(True) == 1
    assert reading.complete
    assert [row.ticket for row in reading.rows] == [bet["ticket"] for bet in await customer.recorded()]
    assert len(reading.rows) == (0 if fault == "error_500" else 1)


async def test_silence_is_unknown_and_the_page_can_be_left(impatient: Customer) -> None:
    await impatient.order_fault("record_then_silent")
    assert isinstance(await impatient.place(), Unknown)
    assert await impatient.bookmaker.session_state() is SessionState.LOGGED_IN
    await impatient.bookmaker.disarm()
    assert await impatient.requests() == 1
