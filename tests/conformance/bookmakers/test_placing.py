"""The result of the click, judged by the bets that the bookmaker recorded: after the click only proof counts."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from bot.domain.placement import Accepted, Rejected, TicketState, Unknown, Waiting
from bot.domain.reasons import Reason
from tests.conformance.bookmakers.cases import case
from tests.conformance.bookmakers.customer import STAKE, Customer, Match
from tests.conformance.bookmakers.harness import Ability, Refusal
from tests.conformance.bookmakers.offer import AWAY_WINS


@pytest.mark.covers("UI-05e", "UI-07a", "UI-10a", "UI-10b", "UI-10c")
@case("BX-39")
async def test_a_refusal_is_proof_that_there_is_no_bet_and_says_why(
    customer: Customer, match: Match, refusal: Refusal
) -> None:
    await customer.order(**refusal.fault)
    placement = await customer.place(customer.bet(match))
    assert isinstance(placement, Rejected), placement
    limit = None if refusal.limit is None else customer.money(refusal.limit)
    assert (placement.reason, placement.limit) == (refusal.reason, limit)
    assert await customer.bets(match) == []
    assert await customer.site.requests(match.id) == 1


@case("BX-40")
async def test_after_a_refusal_the_next_bet_can_be_placed(customer: Customer, match: Match) -> None:
    await customer.order("max_stake", amount="5")
    assert await customer.refused_because(customer.bet(match)) == "stake_above_maximum"
    placement = await customer.accepted(customer.bet(match, stake=customer.money("5")))
    assert placement.stake == customer.money("5")


@pytest.mark.covers("UI-04a", "UI-04c")
@case("BX-41", Ability.PARTIAL_ACCEPTANCE, every_brand=True)
async def test_a_partly_accepted_bet_shows_the_stake_that_was_taken(customer: Customer, match: Match) -> None:
    await customer.order("partial", amount="8")
    placement = await customer.accepted(customer.bet(match))
    [bet] = await customer.bets(match)
    assert (placement.ticket, placement.stake) == (bet.ticket, customer.money("8"))
    assert bet.stake == Decimal(8)


@pytest.mark.covers("UI-03a")
@case("BX-42", Ability.STAGED_ACCEPTANCE)
async def test_a_bet_that_waits_is_accepted_only_when_the_site_has_decided(customer: Customer, match: Match) -> None:
    await customer.site.set(acceptance_delay_ms=300)
    slip = await customer.bookmaker.arm(customer.bet(match))
    placing = asyncio.create_task(customer.bookmaker.submit(slip))
    assert customer.harness.signs.waiting is not None
    await customer.slip_frame.locator(customer.harness.signs.waiting).wait_for()
    assert not placing.done()

    placement = await placing

    [bet] = await customer.bets(match)
    assert bet.status == "open"
    assert placement == Accepted(bet.ticket, slip.stake, slip.odds)


@pytest.mark.covers("UI-03b")
@case("BX-43", Ability.STAGED_ACCEPTANCE)
async def test_a_bet_that_is_rejected_after_waiting_is_rejected_with_the_traders_words(
    newcomer: Customer, match: Match
) -> None:
    await newcomer.order("reject_after_waiting", reason="The trader (no. 7) said no")
    placement = await newcomer.place(newcomer.bet(match))
    assert placement == Rejected(Reason.DECLINED, "The trader (no. 7) said no")
    [bet] = await newcomer.bets(match)
    row = (await newcomer.history()).row(bet.ticket)
    assert (bet.status, row and row.state) == ("rejected", TicketState.REJECTED)


@pytest.mark.covers("UI-03a", "UI-03b")
@case("BX-44", Ability.STAGED_ACCEPTANCE, every_brand=True)
async def test_a_bet_that_nobody_decides_in_time_is_waiting_until_the_history_shows_the_decision(
    impatient: Customer, match: Match
) -> None:
    [running] = await impatient.site.record(impatient.username, match.id, AWAY_WINS.id)
    await impatient.order("stay_waiting", times=2)
    placements = [await impatient.place(impatient.bet(match)) for _ in range(2)]
    [one, other] = [bet.ticket for bet in await impatient.bets(match) if bet.ticket != running]
    assert placements == [Waiting(one), Waiting(other)]

    states = {running: TicketState.OPEN, one: TicketState.WAITING, other: TicketState.WAITING}
    assert await _states(impatient) == states
    await impatient.site.decide(other, accept=False)
    assert await _states(impatient) == states | {other: TicketState.REJECTED}
    await impatient.site.decide(one, accept=True)
    assert await _states(impatient) == states | {other: TicketState.REJECTED, one: TicketState.OPEN}


async def _states(customer: Customer) -> dict[str, TicketState]:
    return {row.ticket: row.state for row in (await customer.history()).rows}


@pytest.mark.covers("UI-04b", "UI-04c")
@case("BX-45", Ability.REFERRED_STAKES)
@pytest.mark.parametrize(("accepted", "stake"), [(True, "20"), (False, "12")], ids=["approved", "declined"])
async def test_a_stake_that_is_partly_left_to_a_trader_says_both_parts_and_then_the_decision(
    newcomer: Customer, match: Match, accepted: bool, stake: str
) -> None:
    await newcomer.order("refer_to_trader", amount="12")
    placement = await newcomer.accepted(newcomer.bet(match))
    [bet] = await newcomer.bets(match)
    assert (placement.ticket, placement.stake) == (bet.ticket, newcomer.money("12"))
    assert placement.referred == newcomer.money("8")
    await newcomer.site.decide(bet.ticket, accept=accepted)
    row = (await newcomer.history()).row(bet.ticket)
    assert row is not None
    assert row.stake == newcomer.money(stake)


async def _seen_as_one_new_row_each(customer: Customer, *matches: Match) -> None:
    tickets = [bet.ticket for match in matches for bet in await customer.bets(match)]
    await customer.bookmaker.login()
    after = await customer.history()
    assert after.complete
    assert len(tickets) == len(matches)
    assert {(row.ticket, row.selection, row.line) for row in after.rows} == {(each, "home", None) for each in tickets}
    assert len(after.rows) == len(matches)
    assert [await customer.site.requests(match.id) for match in matches] == [1 for _ in matches]


@pytest.mark.covers("UI-02a", "UI-02b", "UI-04c")
@case("BX-46", Ability.TICKETLESS_RECEIPTS)
async def test_a_success_that_names_no_ticket_is_no_rejection_and_then_one_new_row(
    impatient: Customer, match: Match
) -> None:
    await impatient.order("record_without_ticket")
    placement = await impatient.place(impatient.bet(match))
    known = Accepted(None, impatient.money(STAKE), placement.odds) if isinstance(placement, Accepted) else None
    assert placement == known or (isinstance(placement, Unknown) and placement.detail)
    await _seen_as_one_new_row_each(impatient, match)


@pytest.mark.covers("UI-18a")
@case("BX-47")
async def test_a_bet_that_was_recorded_without_proof_is_unknown_and_then_one_new_row(
    impatient: Customer, match: Match
) -> None:
    matches = []
    for answer in ("silent", "500", "logout", "redirect"):
        name = f"{match.id}-{answer}"
        matches.append(Match(name, await impatient.site.offer(name)))
        await impatient.bookmaker.login()
        await impatient.order(f"record_then_{answer}")
        placement = await impatient.place(impatient.bet(matches[-1]))
        assert isinstance(placement, Unknown), (answer, placement)
        assert placement.detail, answer
    await _seen_as_one_new_row_each(impatient, *matches)


@case("BX-48")
@pytest.mark.parametrize("answer", ["silent", "error_500"])
async def test_no_answer_to_a_bet_that_was_not_recorded_is_unknown_too(
    impatient: Customer, match: Match, answer: str
) -> None:
    await impatient.order(answer)
    placement = await impatient.place(impatient.bet(match))
    assert isinstance(placement, Unknown), placement
    assert placement.detail
    assert await impatient.bets(match) == []


async def _clicked(customer: Customer, match: Match) -> asyncio.Task[object]:
    """Click, and return the running placement once the site has the request and delays its answer."""
    await customer.site.set(response_delay_ms=1000)
    slip = await customer.bookmaker.arm(customer.bet(match))
    placing: asyncio.Task[object] = asyncio.create_task(customer.bookmaker.submit(slip))
    while not await customer.site.requests(match.id):
        await asyncio.sleep(0.02)
    return placing


@case("BX-49")
async def test_a_tab_that_is_closed_after_the_click_leaves_the_bet_unknown(spoilt: Customer, match: Match) -> None:
    placing = await _clicked(spoilt, match)
    await spoilt.page.close()
    assert isinstance(await placing, Unknown)


@pytest.mark.covers("UI-18a")
@case("BX-50")
async def test_a_page_that_is_left_after_the_click_leaves_the_bet_unknown(impatient: Customer, match: Match) -> None:
    placing = await _clicked(impatient, match)
    await impatient.page.goto("about:blank")
    assert isinstance(await placing, Unknown)


@case("BX-51")
async def test_a_placement_that_is_cancelled_says_so_to_its_caller(spoilt: Customer, match: Match) -> None:
    placing = await _clicked(spoilt, match)
    placing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await placing
