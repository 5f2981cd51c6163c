"""Armed means the confirmation page: it says what one click would place, and nothing else is ever confirmed."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from playwright.async_api import Route

from bot.domain.odds import Odds, OddsStyle
from bot.errors import CannotArm
from tests.integration.providers.frontier.customer import Customer, dollars

HANDICAP = {"market": "asian_handicap", "selection": "away", "line": Decimal("0.25")}
GOALS = {"market": "total_goals", "selection": "under", "line": Decimal("2.5")}


@pytest.mark.parametrize(
    ("asked", "price", "back"),
    [
        ({}, "-105", "214.76"),
        (HANDICAP, "-101", "218.91"),
        (GOALS, "-102", "217.84"),
        ({"selection": "away"}, "310", "451.00"),
    ],
)
async def test_the_confirmation_page_is_read_back(
    customer: Customer, asked: dict[str, Any], price: str, back: str
) -> None:
    slip = await customer.bookmaker.arm(customer.bet(**asked))
    assert slip.odds == Odds.parse(price, OddsStyle.AMERICAN)
    assert (slip.stake, slip.line, slip.potential_return) == (dollars("110.00"), asked.get("line"), dollars(back))
    assert await customer.requests() == 0


async def test_words_stand_for_an_even_price_and_for_no_handicap(customer: Customer) -> None:
    selection = "asian_handicap-home"
    await customer.change(selection, odds="2.00", line="0")
    slip = await customer.bookmaker.arm(customer.bet(market="asian_handicap", selection="home", line=Decimal(0)))
    assert (slip.odds.decimal, slip.line) == (Fraction(2), Decimal(0))


async def test_a_stake_that_the_page_refuses_in_a_dialog_is_reported(customer: Customer) -> None:
    with pytest.raises(CannotArm, match=r"stake_below_minimum: The minimum stake is \$1\.00"):
        await customer.bookmaker.arm(customer.bet(stake=dollars("0.50")))


async def test_no_other_odds_are_taken_than_shown_and_the_site_keeps_that(customer: Customer) -> None:
    await customer.context.request.post(
        f"{customer.address}/slip/acceptance", form={"acceptance": "any", "sel": f"{customer.match}-1x2-home"}
    )
    await customer.bookmaker.arm(customer.bet())
    [account] = await customer.control.get("/frontier/accounts")
    assert account["settings"]["odds_changes"] == "never"


async def test_a_second_bet_on_an_event_is_known_before_the_click_and_not_armed(customer: Customer) -> None:
    await customer.place()
    with pytest.raises(CannotArm, match="duplicate_bet"):
        await customer.bookmaker.arm(customer.bet(**HANDICAP))
    assert await customer.requests() == 1


@pytest.mark.parametrize(
    ("selection", "status", "asked", "reason"),
    [
        ("1x2-home", "suspended", {}, "selection_suspended"),
        ("1x2-home", "closed", {}, "selection_suspended"),
        ("total_goals-under", "suspended", GOALS, "selection_suspended"),
    ],
)
async def test_a_price_that_reads_sp_otb_or_off_takes_no_bets(
    customer: Customer, selection: str, status: str, asked: dict[str, Any], reason: str
) -> None:
    await customer.change(selection, status=status)
    with pytest.raises(CannotArm, match=reason):
        await customer.bookmaker.arm(customer.bet(**asked))


@pytest.mark.parametrize("path", ["**/slip?*", "**/slip/review"])
async def test_what_leaves_the_board_between_two_pages_is_reported(customer: Customer, path: str) -> None:
    await _changed_before(customer, path, status="suspended")
    with pytest.raises(CannotArm, match="selection_suspended"):
        await customer.bookmaker.arm(customer.bet())


async def test_what_moves_between_two_pages_is_armed_as_it_stands_now(customer: Customer) -> None:
    await _changed_before(customer, "**/slip/review", odds="1.80")
    slip = await customer.bookmaker.arm(customer.bet())
    assert slip.odds == Odds.parse("-125", OddsStyle.AMERICAN)


async def test_a_line_that_moves_is_not_armed(customer: Customer) -> None:
    await _changed_before(customer, "**/slip/review", selection="asian_handicap-away", line="0.5")
    with pytest.raises(CannotArm, match=r"line_not_found: 0\.25 is not offered; offered are 0\.5"):
        await customer.bookmaker.arm(customer.bet(**HANDICAP))


@pytest.mark.parametrize("notice", ["cookies", "reality_check", "last_login"])
async def test_a_notice_over_the_confirmation_page_is_taken_away(customer: Customer, notice: str) -> None:
    async def order(route: Route) -> None:
        await customer.order_fault("interruption", notice=notice)
        await route.continue_()

    await customer.context.route("**/slip/review", order, times=1)
    slip = await customer.bookmaker.arm(customer.bet())
    assert (await customer.bookmaker.submit(slip)).__class__.__name__ == "Accepted"


async def _changed_before(customer: Customer, path: str, selection: str = "1x2-home", **change: str) -> None:
    """Make the offer change when the browser first asks for a page."""

    async def change_first(route: Route) -> None:
        await customer.change(selection, **change)
        await route.continue_()

    await customer.context.route(path, change_first, times=1)
