"""The settings of Lotus' pages: each is handled, or stops everything before a bet or a misreading."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.domain.money import Money
from bot.domain.odds import Odds
from bot.domain.outcome import Outcome, classified
from bot.domain.placement import Accepted, HistoryRow, TicketState, Unknown
from bot.errors import CannotArm
from bot.ports.bookmaker import Bookmaker, Credentials
from bot.practice.sites.records import BetResult, Verdict
from bot.practice.sites.servers import PracticeSites
from providers.kit.pages.bookmaker import Opening, WebBookmaker
from providers.kit.pages.embedded import EmbeddedPage
from providers.kit.pages.slip import SlipPage
from providers.registry import open_session
from tests.integration.practice.control_client import Control
from tests.integration.providers.lotus.customer import (
    LONG_AGO,
    PASSWORD,
    PATIENT,
    Customer,
    Opener,
    a_match,
    one_brand_is_enough,
    record,
)
from tests.integration.providers.overlays import overlaid

VOCABULARIES = {
    "trading": """
        "Waiting Rejected" = "rejected"
        Won = "gain"
        Lose = "loss"
    """,
    "capitals": "",
    "codes": """
        OPEN = "open"
        HALF_WON_HALF_PUSHED = "half_won"
        HALF_LOST_HALF_PUSHED = "half_lost"
        LOST = "lost"
        PUSHED = "draw"
        VOIDED = "void"
        CANCELLED = "void"
    """,
    "clearing": """
        PENDING_ACCEPTANCE = "waiting"
        pending = "open"
        unsettled = "open"
        lost = "lost"
        push = "draw"
        cancelled = "void"
        refunded = "void"
    """,
}
"""The statuses that a whitelabel with such words would put into its overlay."""

RESULTS = {
    BetResult.WON: Outcome.WON,
    BetResult.LOST: Outcome.LOST,
    BetResult.HALF_WON: Outcome.HALF_WON,
    BetResult.HALF_LOST: Outcome.HALF_LOST,
    BetResult.DRAW: Outcome.VOID,
    BetResult.VOID: Outcome.VOID,
    BetResult.REFUND: Outcome.VOID,
}


def named(row: HistoryRow) -> Outcome | TicketState:
    return row.state if row.outcome is None else classified(row.outcome, row.stake, row.odds, row.payout)


def record_every_kind(
    practice_sites: PracticeSites, customer: Customer, match: str
) -> dict[str, Outcome | TicketState]:
    """Record a bet of every result, and one that runs, waits and was rejected; return the meaning of each ticket."""
    handicap = f"{match}-asian_handicap-away"
    kinds: dict[str, Outcome | TicketState] = {}
    for result, outcome in RESULTS.items():
        ticket = record(practice_sites, customer, handicap)
        practice_sites.sites["lotus"].settle(ticket, result)
        kinds[ticket] = outcome
    kinds[record(practice_sites, customer, handicap)] = TicketState.OPEN
    kinds[record(practice_sites, customer, handicap, Verdict.HOLD)] = TicketState.WAITING
    rejected = record(practice_sites, customer, handicap, Verdict.HOLD)
    practice_sites.sites["lotus"].reject(rejected, "late")
    return kinds | {rejected: TicketState.REJECTED}


async def with_overlay(customer: Customer, practice_sites: PracticeSites, overlay: str, folder: Path) -> Bookmaker:
    """Open the customer's session in a tab of its own, with locators that include an overlay."""
    opening = Opening(
        account=customer.bet("any").account,
        whitelabel=customer.brand.whitelabel(practice_sites),
        credentials=Credentials(customer.username, SecretStr(PASSWORD)),
        currency=customer.brand.currency,
        context=customer.context,
        locators=overlaid("lotus", customer.brand.name, overlay, folder),
        timings=PATIENT,
    )
    return await open_session(opening)


@one_brand_is_enough
@pytest.mark.parametrize(
    "vocabulary",
    [
        pytest.param("trading", marks=pytest.mark.covers("UI-13a")),
        pytest.param("capitals", marks=pytest.mark.covers("UI-13b")),
        pytest.param("codes", marks=pytest.mark.covers("UI-13d")),
        pytest.param("clearing", marks=pytest.mark.covers("UI-13e")),
    ],
)
async def test_statuses_in_another_vocabulary_are_read_by_an_overlay(
    newcomer: Customer, control: Control, practice_sites: PracticeSites, match: str, vocabulary: str, tmp_path: Path
) -> None:
    expected = record_every_kind(practice_sites, newcomer, match)
    await control.patch("/lotus/settings", vocabulary=vocabulary)
    bookmaker = await with_overlay(newcomer, practice_sites, f"[statuses]\n{VOCABULARIES[vocabulary]}", tmp_path)

    reading = await bookmaker.history(LONG_AGO, frozenset())

    await bookmaker.close()
    await control.patch("/lotus/settings", vocabulary="house")
    assert reading.complete
    assert {row.ticket: named(row) for row in reading.rows} == expected


@pytest.mark.covers("UI-03d")
@one_brand_is_enough
async def test_while_asking_after_a_waiting_bet_fails_it_waits_on(
    customer: Customer, control: Control, match: str
) -> None:
    await control.post("/lotus/faults", kind="stay_waiting", username=customer.username)
    await control.post("/lotus/faults", kind="pending_500", username=customer.username, times=2)
    placing = asyncio.create_task(customer.place(customer.bet(match)))
    while await control.get("/lotus/faults"):
        assert not placing.done()
        await asyncio.sleep(0.05)
    [bet] = await customer.recorded(control, match)
    await control.post(f"/lotus/bets/{bet['ticket']}/decide", accept=True)
    placement = await placing
    assert isinstance(placement, Accepted), placement
    assert placement.ticket == bet["ticket"]


@pytest.mark.covers("UI-10e")
async def test_a_code_that_says_that_a_bet_was_reversed_is_no_proof_of_what_stands(
    customer: Customer, control: Control, match: str
) -> None:
    await control.post("/lotus/faults", kind="reject", reason="reversed", username=customer.username)
    assert isinstance(await customer.place(customer.bet(match)), Unknown)


@pytest.mark.covers("UI-10d")
@one_brand_is_enough
async def test_a_code_that_says_that_the_customer_was_logged_out_is_no_proof_that_there_is_no_bet(
    opened: Opener, control: Control, match: str
) -> None:
    customer = await opened()
    await control.post("/lotus/faults", kind="reject", reason="forced_logout", username=customer.username)
    assert isinstance(await customer.place(customer.bet(match)), Unknown)


LIVE = r"""
[pages.live]
frame = "#liveFrame"

[pages.live.nodes]
price = "button[value='{selection}']"
stake = "[name=stake]"
place = "[name=bet]"

[pages.live.readings.match]
region = "[data-match]"

[pages.live.readings.match.fields]
event = { at = "h3", take = "own" }
score = { at = "h3 b" }

[pages.live.readings.armed]
region = "#liveSlip"

[pages.live.readings.armed.fields]
selection = { at = "p:first-child > b:first-child" }
line = { at = "p:first-child", pattern = ' ([+-][\d.]+) @ ', kind = "line", numbers = "line" }
odds = { at = "p:first-child", pattern = ' @ (\S+ MY)$', kind = "odds", numbers = "odds" }
stake = { at = "[name=stake]", take = "value", kind = "amount", numbers = "typed" }
"""


class LivePage(EmbeddedPage, SlipPage):
    name = "live"


@pytest.mark.covers("UI-15b")
@one_brand_is_enough
async def test_a_frame_for_bets_in_play_with_a_layout_of_its_own_is_read_and_acted_in(
    opened: Opener, practice_sites: PracticeSites, control: Control, tmp_path: Path
) -> None:
    await control.patch("/lotus/settings", live_frame="own")
    event = await control.post("/lotus/events", **a_match("live-own", score="1-0"))
    customer = await opened()
    bookmaker = customer.bookmaker
    assert isinstance(bookmaker, WebBookmaker)
    locators = overlaid("lotus", customer.brand.name, LIVE, tmp_path)
    live = LivePage(customer.page, replace(bookmaker._site, locators=locators))

    shown = await live.read("match")
    await live.click("price", selection=f"{event['id']}-asian_handicap-home")
    await live.enter("stake", "20")
    armed = await live.read("armed")
    await (await live.guard(armed)).leave()

    assert (shown.get("score", str), armed.get("stake", Money)) == ("1-0", customer.brand.money("20"))
    assert armed.get("odds", Odds) == Odds.parse("1.95")
    assert armed.get("line", Decimal) == Decimal("-0.25")
    with pytest.raises(CannotArm, match="event_not_found"):
        await bookmaker.arm(customer.bet(event["id"]))
    await control.patch("/lotus/settings", live_frame="shared")
