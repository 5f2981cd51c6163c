"""From arming to the click: a slip that changed is not clicked, and no slip is clicked twice."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.placement import Accepted, Placement, Rejected, Unknown
from bot.errors import CannotArm
from tests.conformance.bookmakers.cases import case
from tests.conformance.bookmakers.customer import Customer, Match
from tests.conformance.bookmakers.harness import Ability, Meddling
from tests.conformance.bookmakers.offer import AWAY_WINS, DRAW, HOME_GIVES, HOME_WINS


async def _is_not_clicked(customer: Customer, match: Match, change: dict[str, str], reason: str) -> None:
    sign = customer.harness.signs.offer_moved
    assert sign is not None
    slip = await customer.bookmaker.arm(customer.bet(match, HOME_GIVES))
    watch = asyncio.create_task(customer.bookmaker.changed(slip))
    await customer.site.move(match.id, HOME_GIVES.id, **change)
    await customer.slip_frame.locator(sign).wait_for()
    assert await watch == reason
    with pytest.raises(CannotArm) as refused:
        await customer.bookmaker.submit(slip)
    assert refused.value.reason == reason
    assert await customer.site.requests(match.id) == 0


@pytest.mark.covers("UI-01b")
@case("BX-26", Ability.LIVE_OFFER)
@pytest.mark.parametrize("odds", ["1.75", "2.00"], ids=["worse", "better"])
async def test_a_slip_whose_odds_moved_is_not_clicked(customer: Customer, match: Match, odds: str) -> None:
    await _is_not_clicked(customer, match, {"odds": odds}, "odds_changed")


@case("BX-27", Ability.LIVE_OFFER)
async def test_a_slip_whose_line_moved_is_not_clicked(customer: Customer, match: Match) -> None:
    await _is_not_clicked(customer, match, {"line": "-0.75"}, "line_changed")


@case("BX-28", Ability.LIVE_OFFER)
async def test_a_slip_that_was_suspended_is_not_clicked(customer: Customer, match: Match) -> None:
    await _is_not_clicked(customer, match, {"status": "suspended"}, "selection_suspended")


@pytest.mark.covers("UI-05f")
@case("BX-29")
@pytest.mark.parametrize(
    "change", [{"odds": "1.75"}, {"line": "-0.75"}, {"status": "suspended"}], ids=["odds", "line", "suspended"]
)
async def test_an_offer_that_moved_unseen_is_bet_at_no_other_terms(
    impatient: Customer, match: Match, change: dict[str, str]
) -> None:
    slip = await impatient.bookmaker.arm(impatient.bet(match, HOME_GIVES))
    await impatient.site.move(match.id, HOME_GIVES.id, **change)
    try:
        placement: Placement | None = await impatient.bookmaker.submit(slip)
    except CannotArm:
        placement = None
    assert placement is None or isinstance(placement, Rejected | Unknown), placement
    assert await impatient.bets(match) == []


@pytest.mark.covers("UI-05f")
@case("BX-30", Ability.SCORES)
async def test_a_goal_since_arming_lets_nothing_be_bet(customer: Customer, match: Match) -> None:
    in_play = Match(f"{match.id}-live", await customer.site.offer(f"{match.id}-live", score="0-0"))
    slip = await customer.bookmaker.arm(customer.bet(in_play))
    await customer.site.change_score(in_play.id, "1-0")
    assert await customer.submitted(slip) == ("score_changed", None)
    assert await customer.bets(in_play) == []


@case("BX-31")
async def test_a_page_that_is_no_longer_as_armed_is_not_clicked(
    customer: Customer, match: Match, meddling: Meddling
) -> None:
    slip = await customer.bookmaker.arm(customer.bet(match))
    watch = asyncio.create_task(customer.bookmaker.changed(slip))
    where = customer.page.main_frame if meddling.around else customer.slip_frame
    await where.evaluate(meddling.script)
    assert await watch == meddling.reason
    with pytest.raises(CannotArm) as refused:
        await customer.bookmaker.submit(slip)
    assert refused.value.reason == meddling.reason
    assert await customer.site.requests(match.id) == 0
    await customer.bookmaker.login()


@case("BX-32", Ability.LIVE_OFFER)
async def test_a_slip_whose_session_ended_is_not_clicked(spoilt: Customer, match: Match) -> None:
    sign = spoilt.harness.signs.session_ended
    assert sign is not None
    slip = await spoilt.bookmaker.arm(spoilt.bet(match))
    await spoilt.site.end_sessions(spoilt.username)
    await spoilt.page.locator(sign).wait_for()
    with pytest.raises(CannotArm) as refused:
        await spoilt.bookmaker.submit(slip)
    assert refused.value.reason == "session_ended"
    assert await spoilt.site.requests(match.id) == 0


@case("BX-33")
async def test_a_session_that_ended_unseen_lets_nothing_be_accepted(impatient: Customer, match: Match) -> None:
    slip = await impatient.bookmaker.arm(impatient.bet(match))
    await impatient.site.end_sessions(impatient.username)
    try:
        placement: Placement | None = await impatient.bookmaker.submit(slip)
    except CannotArm:
        placement = None
    assert not isinstance(placement, Accepted)
    assert await impatient.bets(match) == []


@case("BX-34")
async def test_a_closed_tab_is_not_clicked(impatient: Customer, match: Match) -> None:
    slip = await impatient.bookmaker.arm(impatient.bet(match))
    await impatient.page.close()
    with pytest.raises(CannotArm) as refused:
        await impatient.bookmaker.submit(slip)
    assert refused.value.reason == "page_gone"


@case("BX-35")
async def test_a_slip_is_clicked_once(customer: Customer, match: Match) -> None:
    slip = await customer.bookmaker.arm(customer.bet(match))
    await customer.bookmaker.submit(slip)
    with pytest.raises(CannotArm) as refused:
        await customer.bookmaker.submit(slip)
    assert refused.value.reason == "slip_gone"
    assert await customer.site.requests(match.id) == 1


@case("BX-36")
async def test_only_the_slip_armed_last_is_clicked(customer: Customer, match: Match) -> None:
    first = await customer.bookmaker.arm(customer.bet(match, HOME_WINS))
    await customer.bookmaker.arm(customer.bet(match, AWAY_WINS))
    with pytest.raises(CannotArm) as refused:
        await customer.bookmaker.submit(first)
    assert refused.value.reason == "slip_gone"
    assert await customer.site.requests(match.id) == 0


@case("BX-37")
async def test_a_disarmed_slip_is_not_clicked(customer: Customer, match: Match) -> None:
    slip = await customer.bookmaker.arm(customer.bet(match))
    await customer.bookmaker.disarm()
    with pytest.raises(CannotArm):
        await customer.bookmaker.submit(slip)
    assert await customer.site.requests(match.id) == 0


@case("BX-38")
async def test_reading_the_history_leaves_an_armed_slip_alone(newcomer: Customer, match: Match) -> None:
    [earlier] = await newcomer.site.record(newcomer.username, f"{match.id}", AWAY_WINS.id)
    other = Match(f"{match.id}-b", await newcomer.site.offer(f"{match.id}-b"))
    slip, reading = await asyncio.gather(newcomer.bookmaker.arm(newcomer.bet(other, DRAW)), newcomer.history())
    assert reading.row(earlier)
    assert (await newcomer.history()).row(earlier)
    assert isinstance(await newcomer.bookmaker.submit(slip), Accepted)
    assert [bet.outcome for bet in await newcomer.bets(other)] == ["draw"]
