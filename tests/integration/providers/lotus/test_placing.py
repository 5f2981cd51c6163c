"""What is special about Lotus' answers to a click: its words, and bets that wait at first."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.placement import Placement, Rejected, TicketState, Unknown, Waiting
from bot.domain.reasons import Reason
from providers import lotus
from tests.integration.practice.control_client import Control
from tests.integration.providers.lotus.customer import Customer, Opener, one_brand_is_enough


def an_hour_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)


async def order(control: Control, customer: Customer, kind: str, **parameters: Any) -> None:
    await control.post("/lotus/faults", kind=kind, username=customer.username, **parameters)


async def state_in_history(customer: Customer, ticket: str) -> TicketState | None:
    row = (await customer.bookmaker.history(an_hour_ago(), frozenset({ticket}))).row(ticket)
    return None if row is None else row.state


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ({"lotusquay": "Odds changed", "senbien": "Tỷ lệ đã thay đổi"}, Reason.ODDS_CHANGED),
        ({"lotusquay": "Handicap changed", "senbien": "Kèo chấp đã thay đổi"}, Reason.LINE_CHANGED),
        ({"lotusquay": "The trader (no. 7) said no", "senbien": "Người ra kèo từ chối"}, Reason.DECLINED),
    ],
    ids=["odds", "line", "words of a trader's own"],
)
async def test_a_bet_that_is_rejected_after_waiting_is_rejected_with_its_reason(
    customer: Customer, control: Control, match: str, words: dict[str, str], reason: Reason
) -> None:
    text = words[customer.brand.name]
    await order(control, customer, "reject_after_waiting", reason=text)
    assert await customer.place(customer.bet(match)) == Rejected(reason, text)
    [bet] = await customer.recorded(control, match)
    assert bet["status"] == "rejected"
    assert await state_in_history(customer, bet["ticket"]) is TicketState.REJECTED


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


async def test_an_answer_without_a_reference_is_quoted_as_the_page_shows_it(
    customer: Customer, control: Control, match: str
) -> None:
    words = {
        "lotusquay": "Your bet has been submitted. Please check Bet List for confirmation.",
        "senbien": "Cược của bạn đã được gửi. Vui lòng kiểm tra Danh sách cược để xác nhận.",
    }
    await order(control, customer, "record_without_ticket")
    assert await customer.place(customer.bet(match)) == Unknown(words[customer.brand.name])
