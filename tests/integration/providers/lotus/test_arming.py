"""What is special about arming a Lotus bet box: odds styles, quarter lines, several handicaps, markets that close."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.domain.odds import Odds
from bot.domain.placement import Accepted
from bot.errors import CannotArm
from tests.integration.practice.control_client import Control
from tests.integration.providers.lotus.customer import Customer, Opener, one_brand_is_enough


@pytest.mark.covers("UI-11e", "UI-11f", "UI-12b")
@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        (("1x2", "home", None), {"malay": "-0.80", "hong_kong": "1.25"}),
        (("1x2", "away", None), {"malay": "-0.625", "hong_kong": "1.60"}),
        (("total_goals", "over", "2.75"), {"malay": "0.88", "hong_kong": "0.88"}),
        (("asian_handicap", "home", "0.5"), {"malay": "0.62", "hong_kong": "0.62"}),
        (("asian_handicap", "away", "-0.5"), {"malay": "-0.80", "hong_kong": "1.25"}),
    ],
    ids=lambda value: " ".join(filter(None, value)) if isinstance(value, tuple) else "",
)
async def test_a_selection_is_armed_and_accepted_at_exactly_the_odds_shown(
    customer: Customer,
    control: Control,
    match: str,
    asked: tuple[str, str, str | None],
    shown: dict[str, str],
) -> None:
    market, selection, line = asked
    signed = None if line is None else Decimal(line)
    style, stake = customer.brand.style, customer.brand.money("100")

    slip = await customer.bookmaker.arm(customer.bet(match, market=market, selection=selection, line=signed))

    assert (slip.odds.style, slip.odds.text, slip.line, slip.stake) == (style, shown[style.value], signed, stake)
    placement = await customer.bookmaker.submit(slip)
    [bet] = await customer.recorded(control, match)
    assert placement == Accepted(bet["ticket"], stake, slip.odds)
    assert (bet["market"], bet["outcome"], bet["line"]) == asked
    assert Decimal(bet["odds"]) == slip.odds.decimal


@pytest.mark.covers("UI-11g", "UI-11h")
@one_brand_is_enough
@pytest.mark.parametrize("style", ["decimal", "indonesian"])
async def test_odds_are_read_in_the_style_that_the_account_is_set_to(
    opened: Opener, match: str, control: Control, style: str
) -> None:
    customer = await opened()
    async with customer.page.expect_response("**/style"):
        await customer.view.select_option("#selStyle", style)
    slip = await customer.bookmaker.arm(customer.bet(match, selection="away"))
    assert slip.odds == Odds.parse("2.60")
    assert slip.odds.style.value == style


@one_brand_is_enough
async def test_a_market_that_closed_is_not_found(customer: Customer, control: Control, match: str) -> None:
    for outcome in ("home", "draw", "away"):
        await control.patch(f"/lotus/selections/{match}-1x2-{outcome}", status="closed")
    with pytest.raises(CannotArm, match="market_not_found"):
        await customer.bookmaker.arm(customer.bet(match))
