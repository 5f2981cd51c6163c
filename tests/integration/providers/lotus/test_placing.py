"""What Lotus answers to a click, judged against the bets that it recorded."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.placement import Accepted, Placement, Rejected, RejectReason, TicketState, Unknown, Waiting
from providers import lotus
from tests.integration.providers.lotus.customer import Customer, Opener, one_brand_is_enough
from tests.integration.sandbox.control_client import Control


def an_hour_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)


async def order(control: Control, customer: Customer, kind: str, **parameters: Any) -> None:
    await control.post("/lotus/faults", kind=kind, username=customer.username, **parameters)


async def state_in_history(customer: Customer, ticket: str) -> TicketState | None:
    row = (await customer.bookmaker.history(an_hour_ago(), frozenset({ticket}))).row(ticket)
    return None if row is None else row.state


async def test_a_bet_is_accepted_after_it_has_been_waiting(customer: Customer, control: Control, match: str) -> None:
    await control.patch("/lotus/settings", acceptance_delay_ms=300)
    slip = await customer.bookmaker.arm(customer.bet(match))
    placing = asyncio.create_task(customer.bookmaker.submit(slip))
    await customer.view.locator("#refBox .st-wait").wait_for()
    assert not placing.done()

    placement = await placing

    [bet] = await customer.recorded(control, match)
    assert bet["status"] == "open"
    assert placement == Accepted(bet["ticket"], customer.brand.money("100"), slip.odds)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"lotusquay": "Odds changed", "senbien": "Tỷ lệ đã thay đổi"}, RejectReason.ODDS_CHANGED),
        ({"lotusquay": "Handicap changed", "senbien": "Kèo chấp đã thay đổi"}, RejectReason.LINE_CHANGED),
        ({"lotusquay": "The trader (no. 7) said no", "senbien": "Người ra kèo từ chối"}, RejectReason.DECLINED),
    ],
    ids=["odds", "line", "words of a trader's own"],
)
async def test_a_bet_that_is_rejected_after_waiting_is_rejected_with_its_reason(
    customer: Customer, control: Control, match: str, told: dict[str, str], reason: RejectReason
) -> None:
    text = told[customer.brand.name]
    await order(control, customer, "reject_after_waiting", reason=text)
    assert await customer.place(customer.bet(match)) == Rejected(reason, text)
    [bet] = await customer.recorded(control, match)
    assert bet["status"] == "rejected"
    assert await state_in_history(customer, bet["ticket"]) is TicketState.REJECTED


@pytest.mark.parametrize(("accepted", "state"), [(True, TicketState.OPEN), (False, TicketState.REJECTED)])
async def test_a_bet_that_nobody_decides_in_time_is_waiting_until_the_history_shows_the_decision(
    impatient: Customer, control: Control, match: str, accepted: bool, state: TicketState
) -> None:
    await order(control, impatient, "stay_waiting")

    placement = await impatient.place(impatient.bet(match))

    [bet] = await impatient.recorded(control, match)
    assert placement == Waiting(bet["ticket"])
    assert await state_in_history(impatient, bet["ticket"]) is TicketState.WAITING
    await control.post(f"/lotus/bets/{bet['ticket']}/decide", accept=accepted)
    assert await state_in_history(impatient, bet["ticket"]) is state


@one_brand_is_enough
async def test_a_session_that_ends_while_the_bet_waits_leaves_it_waiting(
    opened: Opener, control: Control, match: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = asyncio.Event()
    read_placement = lotus._placement

    def watched(*read: Any) -> Placement:
        seen.set()
        return read_placement(*read)

    monkeypatch.setattr(lotus, "_placement", watched)
    customer = await opened()
    await order(control, customer, "stay_waiting")
    placing = asyncio.create_task(customer.place(customer.bet(match)))
    await seen.wait()
    await control.post("/lotus/logout", username=customer.username)
    [bet] = await customer.recorded(control, match)
    assert await placing == Waiting(bet["ticket"])


@pytest.mark.parametrize(
    ("fault", "reason", "limit"),
    [
        ({"kind": "price_change", "odds": "2.00"}, RejectReason.ODDS_CHANGED, None),
        ({"kind": "max_stake", "amount": "1250"}, RejectReason.STAKE_ABOVE_MAXIMUM, "1250"),
        ({"kind": "max_stake", "amount": "12.50"}, RejectReason.STAKE_ABOVE_MAXIMUM, "12.50"),
        ({"kind": "suspend"}, RejectReason.CLOSED, None),
        ({"kind": "insufficient_funds"}, RejectReason.INSUFFICIENT_FUNDS, None),
        ({"kind": "reject", "reason": "Trader"}, RejectReason.DECLINED, None),
        ({"kind": "reject", "reason": "account"}, RejectReason.ACCOUNT_RESTRICTED, None),
    ],
    ids=lambda value: " ".join(value.values()) if isinstance(value, dict) else "",
)
async def test_a_refusal_is_proof_that_there_is_no_bet(
    customer: Customer,
    control: Control,
    match: str,
    fault: dict[str, str],
    reason: RejectReason,
    limit: str | None,
) -> None:
    await order(control, customer, **fault)
    placement = await customer.place(customer.bet(match))
    assert isinstance(placement, Rejected)
    assert (placement.reason, placement.limit) == (reason, limit and customer.brand.money(limit))
    assert await customer.recorded(control, match) == []


@one_brand_is_enough
async def test_after_a_refusal_the_next_bet_can_be_placed(customer: Customer, control: Control, match: str) -> None:
    await order(control, customer, "max_stake", amount="5")
    await customer.place(customer.bet(match))
    assert isinstance(await customer.place(customer.bet(match, stake=customer.brand.money("5"))), Accepted)
    assert isinstance(await customer.place(customer.bet(match, stake=customer.brand.money("6"))), Accepted)


async def test_a_partly_accepted_bet_shows_the_stake_that_was_taken(
    customer: Customer, control: Control, match: str
) -> None:
    await order(control, customer, "partial", amount="40.50")
    placement = await customer.place(customer.bet(match))
    assert isinstance(placement, Accepted)
    assert placement.stake == customer.brand.money("40.50")


@pytest.mark.parametrize("fault", ["record_then_silent", "record_then_500", "record_then_logout"])
async def test_a_bet_recorded_without_proof_is_unknown_and_then_seen_in_the_history(
    impatient: Customer, control: Control, match: str, fault: str
) -> None:
    before = await impatient.bookmaker.history(an_hour_ago(), frozenset())
    await order(control, impatient, fault)

    placement = await impatient.place(impatient.bet(match))

    assert isinstance(placement, Unknown), placement
    assert placement.detail
    await impatient.bookmaker.login()
    after = await impatient.bookmaker.history(an_hour_ago(), frozenset())
    [bet] = await impatient.recorded(control, match)
    assert (before.rows, after.complete) == ((), True)
    assert [(row.ticket, row.selection, row.line) for row in after.rows] == [(bet["ticket"], "home", None)]


@one_brand_is_enough
@pytest.mark.parametrize(
    ("fault", "bets"), [("record_then_redirect", 1), ("record_without_ticket", 1), ("silent", 0), ("error_500", 0)]
)
async def test_without_proof_a_placement_is_unknown(
    impatient: Customer, control: Control, match: str, fault: str, bets: int
) -> None:
    await order(control, impatient, fault)
    placement = await impatient.place(impatient.bet(match))
    assert isinstance(placement, Unknown), placement
    assert placement.detail
    assert len(await impatient.recorded(control, match)) == bets


async def test_an_answer_without_a_reference_is_quoted_as_the_page_shows_it(
    customer: Customer, control: Control, match: str
) -> None:
    words = {
        "lotusquay": "Your bet has been submitted. Please check Bet List for confirmation.",
        "senbien": "Cược của bạn đã được gửi. Vui lòng kiểm tra Danh sách cược để xác nhận.",
    }
    await order(control, customer, "record_without_ticket")
    assert await customer.place(customer.bet(match)) == Unknown(words[customer.brand.name])


@one_brand_is_enough
async def test_a_page_that_is_closed_after_the_click_is_unknown(opened: Opener, control: Control, match: str) -> None:
    customer = await opened()
    await control.patch("/lotus/settings", response_delay_ms=300)
    slip = await customer.bookmaker.arm(customer.bet(match))
    async with customer.page.expect_request(lambda request: request.method == "POST"):
        placing = asyncio.create_task(customer.bookmaker.submit(slip))
    await customer.page.close()
    assert isinstance(await placing, Unknown)
