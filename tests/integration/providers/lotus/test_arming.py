"""Arming a Lotus bet box, and what keeps an armed one from being clicked; the journal counts bet requests."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from itertools import cycle
from typing import Any

import pytest

from bot.domain.odds import Odds
from bot.domain.pair import Event
from bot.domain.placement import Accepted, ArmedSlip, Rejected, RejectReason
from bot.errors import CannotArm
from tests.integration.providers.lotus.customer import EVENT_NAME, Customer, Opener, a_match, one_brand_is_enough
from tests.integration.sandbox.control_client import Control


async def requests(control: Control, match: str) -> list[dict[str, Any]]:
    """Return what bet requests the bookmaker received for a match."""
    return [row for row in await control.get("/lotus/journal") if row["asked"]["selection"].startswith(f"{match}-")]


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        (("1x2", "home", None), {"malay": "-0.80", "hong_kong": "1.25"}),
        (("1x2", "draw", None), {"malay": "-0.50", "hong_kong": "2.00"}),
        (("1x2", "away", None), {"malay": "-0.625", "hong_kong": "1.60"}),
        (("total_goals", "over", "2.75"), {"malay": "0.88", "hong_kong": "0.88"}),
        (("total_goals", "under", "2.75"), {"malay": "0.98", "hong_kong": "0.98"}),
        (("asian_handicap", "home", "-0.25"), {"malay": "0.95", "hong_kong": "0.95"}),
        (("asian_handicap", "away", "0.25"), {"malay": "1.00", "hong_kong": "1.00"}),
        (("asian_handicap", "home", "0.5"), {"malay": "0.62", "hong_kong": "0.62"}),
        (("asian_handicap", "away", "-0.5"), {"malay": "-0.80", "hong_kong": "1.25"}),
    ],
    ids=lambda value: " ".join(filter(None, value)) if isinstance(value, tuple) else "",
)
async def test_every_kind_of_selection_is_armed_and_accepted_at_exactly_the_odds_shown(
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


async def test_a_bet_in_play_keeps_the_line_apart_from_the_score(customer: Customer, control: Control) -> None:
    event = await control.post("/lotus/events", **a_match(f"live-{customer.brand.name}", score="1-0"))
    bet = customer.bet(event["id"], market="asian_handicap", selection="home", line=Decimal("-0.25"))
    slip = await customer.bookmaker.arm(bet)
    assert slip.line == Decimal("-0.25")
    assert isinstance(await customer.bookmaker.submit(slip), Accepted)
    [recorded] = await customer.recorded(control, event["id"])
    assert (recorded["line"], recorded["score"]) == ("-0.25", "1-0")


@one_brand_is_enough
@pytest.mark.parametrize("style", ["decimal", "indonesian"])
async def test_odds_are_read_in_the_style_that_the_account_is_set_to(
    opened: Opener, match: str, control: Control, style: str
) -> None:
    customer = await opened()
    await customer.view.select_option("#selStyle", style)
    slip = await customer.bookmaker.arm(customer.bet(match, selection="away"))
    assert slip.odds == Odds.parse("2.60")
    assert slip.odds.style.value == style


@one_brand_is_enough
async def test_arming_clicks_nothing_that_bets(customer: Customer, control: Control, match: str) -> None:
    await customer.bookmaker.arm(customer.bet(match))
    await customer.bookmaker.arm(customer.bet(match, selection="away"))
    await customer.bookmaker.disarm()
    await customer.bookmaker.disarm()
    assert await requests(control, match) == []


@one_brand_is_enough
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"market": "corners"}, "market_not_found"),
        ({"selection": "over"}, "selection_not_found"),
        ({"market": "total_goals", "selection": "over", "line": Decimal("3.5")}, "line_not_found"),
        ({"market": "total_goals", "selection": "over", "line": None}, "line_not_found"),
        ({"market": "asian_handicap", "selection": "away", "line": Decimal("-0.25")}, "line_not_found"),
    ],
)
async def test_what_the_site_does_not_offer_cannot_be_armed(
    customer: Customer, match: str, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(CannotArm) as refused:
        await customer.bookmaker.arm(customer.bet(match, **changes))
    assert refused.value.reason == reason


@one_brand_is_enough
@pytest.mark.parametrize(
    ("stake", "reason"),
    [("10.50", "stake_not_whole"), ("501", "stake_above_maximum"), ("0", "stake_below_minimum")],
)
async def test_a_stake_that_the_box_does_not_take_cannot_be_armed(
    customer: Customer, control: Control, match: str, stake: str, reason: str
) -> None:
    await control.patch(f"/lotus/selections/{match}-1x2-home", max_stake="500")
    with pytest.raises(CannotArm) as refused:
        await customer.bookmaker.arm(customer.bet(match, stake=customer.brand.money(stake)))
    assert refused.value.reason == reason
    assert await requests(control, match) == []


@one_brand_is_enough
async def test_a_whole_stake_may_be_written_with_decimals(customer: Customer, match: str) -> None:
    slip = await customer.bookmaker.arm(customer.bet(match, stake=customer.brand.money("25.00")))
    assert slip.stake == customer.brand.money("25")


@one_brand_is_enough
async def test_an_event_that_the_site_does_not_have_cannot_be_armed(customer: Customer, match: str) -> None:
    for event in (Event(id="nowhere", name=EVENT_NAME), Event(id=match, name="Northgate Rovers -vs- Harwick Town")):
        with pytest.raises(CannotArm, match="event_not_found"):
            await customer.bookmaker.arm(customer.bet(match, event=event))


@one_brand_is_enough
async def test_a_suspended_selection_and_a_closed_market_cannot_be_armed(
    customer: Customer, control: Control, match: str
) -> None:
    await control.patch(f"/lotus/selections/{match}-1x2-home", status="suspended")
    with pytest.raises(CannotArm, match="selection_suspended"):
        await customer.bookmaker.arm(customer.bet(match))
    for outcome in ("home", "draw", "away"):
        await control.patch(f"/lotus/selections/{match}-1x2-{outcome}", status="closed")
    with pytest.raises(CannotArm, match="market_not_found"):
        await customer.bookmaker.arm(customer.bet(match))


@one_brand_is_enough
@pytest.mark.parametrize(
    ("market", "change", "reason"),
    [
        ("asian_handicap", {"odds": "1.90"}, "odds_changed"),
        ("asian_handicap", {"odds": "2.05"}, "odds_changed"),
        ("asian_handicap", {"line": "-0.75"}, "line_changed"),
        ("asian_handicap", {"status": "suspended"}, "selection_suspended"),
    ],
    ids=["odds down", "odds up", "line", "suspended"],
)
async def test_a_box_that_shows_that_the_offer_moved_is_not_clicked(
    customer: Customer, control: Control, match: str, market: str, change: dict[str, str], reason: str
) -> None:
    slip = await customer.bookmaker.arm(customer.bet(match, market=market, selection="home", line=Decimal("-0.25")))
    await control.patch(f"/lotus/selections/{match}-{market}-home", **change)
    await customer.view.locator("#boxErr").wait_for()
    with pytest.raises(CannotArm) as refused:
        await customer.bookmaker.submit(slip)
    assert refused.value.reason == reason
    assert await requests(control, match) == []


# The page asks for news by itself: where it has heard of the move before the click, there is no click at all.
_SEEN_BY_THE_PAGE = {
    RejectReason.ODDS_CHANGED: {"odds_changed"},
    RejectReason.LINE_CHANGED: {"line_changed"},
    RejectReason.CLOSED: {"selection_suspended", "button_not_ready"},
}


async def refused_because(customer: Customer, slip: ArmedSlip) -> str:
    """Submit, and return why nothing was bet: by the guard before the click, or by the site after it."""
    try:
        placement = await customer.bookmaker.submit(slip)
    except CannotArm as error:
        return error.reason
    assert isinstance(placement, Rejected)
    return placement.reason.value


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"odds": "1.90"}, RejectReason.ODDS_CHANGED),
        ({"line": "-0.75"}, RejectReason.LINE_CHANGED),
        ({"status": "suspended"}, RejectReason.CLOSED),
    ],
    ids=["odds", "line", "suspended"],
)
async def test_an_offer_that_moved_unseen_is_refused_by_the_site_and_nothing_is_bet(
    customer: Customer, control: Control, match: str, change: dict[str, str], reason: RejectReason
) -> None:
    slip = await customer.bookmaker.arm(
        customer.bet(match, market="asian_handicap", selection="home", line=Decimal("-0.25"))
    )
    await control.patch(f"/lotus/selections/{match}-asian_handicap-home", **change)
    assert await refused_because(customer, slip) in {reason.value, *_SEEN_BY_THE_PAGE[reason]}
    assert await customer.recorded(control, match) == []


async def test_a_goal_since_arming_is_refused_by_the_site(customer: Customer, control: Control) -> None:
    event = await control.post("/lotus/events", **a_match(f"goal-{customer.brand.name}", score="0-0"))
    slip = await customer.bookmaker.arm(customer.bet(event["id"]))
    await control.patch(f"/lotus/events/{event['id']}", score="1-0")
    assert await refused_because(customer, slip) == "score_changed"


@one_brand_is_enough
@pytest.mark.parametrize(
    ("meddling", "reason"),
    [
        ("document.querySelector('#txtStake').value = '900'", "slip_unreadable"),
        ("document.querySelector('#btnProcess').disabled = true", "button_not_ready"),
        ("document.querySelector('#betBox .slip').style.opacity = 0", "slip_unreadable"),
        ("document.querySelector('#betBox .pr .ty').textContent = 'XX'", "slip_unreadable"),
        ("document.querySelector('#betBox .ev').textContent = 'Harwick -vs- Elling'", "slip_changed"),
    ],
    ids=["stake", "button disabled", "slip invisible", "odds style unknown", "another match"],
)
async def test_a_box_that_was_tampered_with_is_not_clicked(
    customer: Customer, control: Control, match: str, meddling: str, reason: str
) -> None:
    slip = await customer.bookmaker.arm(customer.bet(match))
    await customer.view.evaluate(meddling)
    with pytest.raises(CannotArm) as refused:
        await customer.bookmaker.submit(slip)
    assert refused.value.reason == reason
    assert await requests(control, match) == []


@one_brand_is_enough
async def test_a_box_behind_something_in_the_shell_is_not_clicked(
    customer: Customer, control: Control, match: str
) -> None:
    slip = await customer.bookmaker.arm(customer.bet(match))
    await customer.page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<p id=over style=\"position:fixed;inset:0;z-index:99\"></p>')"
    )
    with pytest.raises(CannotArm, match="button_not_ready"):
        await customer.bookmaker.submit(slip)
    await customer.page.evaluate("document.querySelector('#over').remove()")
    assert await requests(control, match) == []


@one_brand_is_enough
async def test_a_session_that_ended_since_arming_is_not_clicked(opened: Opener, control: Control, match: str) -> None:
    customer = await opened()
    slip = await customer.bookmaker.arm(customer.bet(match))
    await control.post("/lotus/logout", username=customer.username)
    await customer.page.locator('form[action="/login"]').wait_for()
    with pytest.raises(CannotArm, match="session_ended"):
        await customer.bookmaker.submit(slip)


@one_brand_is_enough
async def test_a_closed_page_is_not_clicked(opened: Opener, match: str) -> None:
    customer = await opened()
    slip = await customer.bookmaker.arm(customer.bet(match))
    await customer.page.close()
    with pytest.raises(CannotArm, match="page_gone"):
        await customer.bookmaker.submit(slip)


@one_brand_is_enough
async def test_a_slip_is_clicked_once(customer: Customer, control: Control, match: str) -> None:
    slip = await customer.bookmaker.arm(customer.bet(match))
    await customer.bookmaker.submit(slip)
    with pytest.raises(CannotArm, match="slip_gone"):
        await customer.bookmaker.submit(slip)
    assert len(await customer.recorded(control, match)) == 1


@one_brand_is_enough
async def test_an_offer_that_never_stands_still_is_armed_as_shown_or_given_up(
    customer: Customer, control: Control, match: str
) -> None:
    async def move() -> None:
        for odds in cycle(("2.00", "2.25", "3.00", "2.60")):
            await control.patch(f"/lotus/selections/{match}-1x2-home", odds=odds)
            await asyncio.sleep(0.02)

    moving = asyncio.create_task(move())
    armed, given_up = [], []
    for _ in range(8):
        try:
            armed.append((await customer.bookmaker.arm(customer.bet(match))).odds)
        except CannotArm as refused:
            given_up.append(refused.reason)
    moving.cancel()

    assert set(given_up) <= {"odds_moving"}
    assert set(armed) <= {Odds.parse(odds) for odds in ("2.00", "2.25", "3.00", "2.60")}
    assert isinstance(await customer.place(customer.bet(match)), Accepted)
