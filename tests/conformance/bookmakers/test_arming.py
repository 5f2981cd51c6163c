"""Arming: everything is read back, what the site does not offer is named, and no bet is placed."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from itertools import cycle
from typing import Any

import pytest

from bot.domain.odds import Odds
from bot.domain.pair import Event
from bot.domain.placement import Accepted
from bot.errors import CannotArm
from tests.conformance.bookmakers.cases import case
from tests.conformance.bookmakers.customer import STAKE, Customer, Match
from tests.conformance.bookmakers.harness import Ability
from tests.conformance.bookmakers.offer import (
    AWAY_TAKES,
    AWAY_WINS,
    DRAW,
    HOME_GIVES,
    HOME_WINS,
    OVER,
    UNDER,
    Choice,
)


@pytest.mark.covers("UI-01a", "UI-01c", "UI-08b", "UI-11e", "UI-11f", "UI-15a", "UI-19a", "UI-19b", "UI-19c")
@case("BX-12", every_brand=True)
@pytest.mark.parametrize("choice", [HOME_WINS, DRAW, UNDER, AWAY_TAKES], ids=str)
async def test_every_kind_of_selection_is_armed_and_accepted_as_the_ledger_has_it(
    customer: Customer, match: Match, choice: Choice
) -> None:
    slip = await customer.bookmaker.arm(customer.bet(match, choice))

    assert (slip.stake, slip.line) == (customer.money(STAKE), choice.signed_line)
    assert (slip.odds, slip.odds.style) == (Odds.parse(choice.odds), customer.brand.odds_style)
    assert slip.potential_return in {None, customer.money(str(Decimal(STAKE) * Decimal(choice.odds)))}
    placement = await customer.bookmaker.submit(slip)
    [bet] = await customer.bets(match)
    assert placement == Accepted(bet.ticket, slip.stake, slip.odds)
    assert (bet.market, bet.outcome, bet.line) == (choice.market, choice.outcome, choice.signed_line)
    assert (bet.stake, bet.odds) == (Decimal(STAKE), Decimal(choice.odds))
    assert await customer.site.requests(match.id) == 1


@case("BX-13")
async def test_arming_and_disarming_send_no_bet_request(customer: Customer, match: Match) -> None:
    await customer.bookmaker.arm(customer.bet(match))
    await customer.bookmaker.arm(customer.bet(match, AWAY_WINS))
    await customer.bookmaker.disarm()
    await customer.bookmaker.disarm()
    assert await customer.site.requests(match.id) == 0


async def _is_refused(customer: Customer, match: Match, reason: str, **changes: Any) -> None:
    with pytest.raises(CannotArm) as refused:
        await customer.bookmaker.arm(customer.bet(match, **changes))
    assert refused.value.reason == reason
    assert await customer.site.requests(match.id) == 0


@case("BX-14")
async def test_an_event_that_the_site_does_not_have_cannot_be_armed(customer: Customer, match: Match) -> None:
    await _is_refused(customer, match, "event_not_found", event=Event(id="nowhere", name=match.name))


@case("BX-15")
async def test_an_event_of_another_name_cannot_be_armed(customer: Customer, match: Match) -> None:
    other = match.name.replace("Castle Albion", "Harwick Town")
    await _is_refused(customer, match, "event_not_found", event=Event(id=match.id, name=other))


@case("BX-16")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"market": "corners"}, "market_not_found"),
        ({"selection": "over"}, "selection_not_found"),
        ({"market": "total_goals", "selection": "over", "line": Decimal("3.5")}, "line_not_found"),
        ({"market": "total_goals", "selection": "over", "line": None}, "line_not_found"),
        ({"market": "asian_handicap", "selection": "away", "line": Decimal("-0.25")}, "line_not_found"),
    ],
    ids=["market", "selection", "line", "no line", "line of the other side"],
)
async def test_what_the_site_does_not_offer_cannot_be_armed(
    customer: Customer, match: Match, changes: dict[str, Any], reason: str
) -> None:
    await _is_refused(customer, match, reason, **changes)


@pytest.mark.covers("UI-11d")
@case("BX-17")
async def test_a_suspended_selection_cannot_be_armed(customer: Customer, match: Match) -> None:
    await customer.site.move(match.id, HOME_WINS.id, status="suspended")
    await _is_refused(customer, match, "selection_suspended")


@pytest.mark.covers("UI-07d")
@case("BX-18", Ability.WHOLE_STAKES)
async def test_a_stake_with_cents_cannot_be_armed_where_stakes_are_whole(customer: Customer, match: Match) -> None:
    await _is_refused(customer, match, "stake_not_whole", stake=customer.money("10.50"))
    slip = await customer.bookmaker.arm(customer.bet(match, stake=customer.money("25.00")))
    assert slip.stake == customer.money("25")


@case("BX-19", Ability.FRACTIONAL_STAKES)
async def test_a_stake_with_cents_is_read_back_to_the_cent(customer: Customer, match: Match) -> None:
    slip = await customer.bookmaker.arm(customer.bet(match, stake=customer.money("12.50")))
    assert slip.stake == customer.money("12.50")


@case("BX-20")
async def test_a_stake_finer_than_the_site_takes_cannot_be_armed(customer: Customer, match: Match) -> None:
    with pytest.raises(CannotArm):
        await customer.bookmaker.arm(customer.bet(match, stake=customer.money("10.005")))
    assert await customer.site.requests(match.id) == 0


@pytest.mark.covers("UI-07a", "UI-07c")
@case("BX-21")
@pytest.mark.parametrize(
    ("stake", "reason", "limit"),
    [("21", "stake_above_maximum", "20"), ("10", "stake_below_minimum", "15")],
    ids=["above", "below"],
)
async def test_a_stake_outside_the_limits_is_refused_by_that_name_and_nothing_is_bet(
    customer: Customer, match: Match, stake: str, reason: str, limit: str
) -> None:
    await customer.site.move(match.id, HOME_WINS.id, min_stake="15", max_stake="20")
    bet = customer.bet(match, stake=customer.money(stake))
    try:
        slip = await customer.bookmaker.arm(bet)
    except CannotArm as refused:
        outcome = (refused.reason, None if refused.limit is None else customer.money(refused.limit))
    else:
        outcome = await customer.submitted(slip)
    may_keep_silent = reason == "stake_below_minimum"  # the rest of a hedge is computed from a maximum
    assert outcome == (reason, customer.money(limit)) or (may_keep_silent and outcome == (reason, None))
    assert await customer.bets(match) == []


@pytest.mark.covers("UI-05a")
@case("BX-22")
async def test_an_offer_that_never_stands_still_is_armed_as_shown_or_given_up(customer: Customer, match: Match) -> None:
    shown = ("2.00", "2.25", "3.00", "2.60")

    async def move() -> None:
        for odds in cycle(shown):
            await customer.site.move(match.id, HOME_WINS.id, odds=odds)
            await asyncio.sleep(0.02)

    moving = asyncio.create_task(move())
    armed, given_up = [], []
    for _ in range(2):
        try:
            armed.append((await customer.bookmaker.arm(customer.bet(match))).odds)
        except CannotArm as refused:
            given_up.append(refused.reason)
    moving.cancel()

    assert set(given_up) <= {"odds_moving", "odds_changed", "slip_differs"}
    assert set(armed) <= {Odds.parse(odds) for odds in shown}
    await customer.accepted(customer.bet(match))


@pytest.mark.covers("UI-06a", "UI-06b")
@case("BX-23", Ability.ACCEPTANCE_MODE)
async def test_arming_sets_that_changed_odds_are_never_accepted(spoilt: Customer, match: Match) -> None:
    await spoilt.site.accept_any_odds(spoilt.username)
    await spoilt.bookmaker.login()
    slip = await spoilt.bookmaker.arm(spoilt.bet(match))
    await spoilt.order("price_change", odds="1.80")
    assert await spoilt.submitted(slip) == ("odds_changed", None)
    assert await spoilt.bets(match) == []


@pytest.mark.covers("UI-12a")
@case("BX-24", Ability.SCORES)
async def test_a_bet_in_play_keeps_the_line_apart_from_the_score(customer: Customer, match: Match) -> None:
    in_play = Match(f"{match.id}-live", await customer.site.offer(f"{match.id}-live", score="1-0"))
    slip = await customer.bookmaker.arm(customer.bet(in_play, HOME_GIVES))
    assert slip.line == HOME_GIVES.signed_line
    assert isinstance(await customer.bookmaker.submit(slip), Accepted)
    [bet] = await customer.bets(in_play)
    assert (bet.line, bet.score) == (HOME_GIVES.signed_line, "1-0")


@pytest.mark.covers("UI-09a", "UI-09b")
@case("BX-25", Ability.DUPLICATE_QUESTION)
async def test_the_question_about_a_second_bet_on_an_event_is_never_answered_with_yes(
    customer: Customer, match: Match
) -> None:
    await customer.accepted(customer.bet(match))
    assert await customer.refused_because(customer.bet(match, OVER)) == "duplicate_bet"
    assert await customer.refused_because(customer.bet(match, DRAW)) == "duplicate_bet"
    assert len(await customer.bets(match)) == 1
