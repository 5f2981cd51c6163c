"""The settings of Frontier's pages: each is read with an overlay, as a whitelabel of its own would have it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext
from pydantic import SecretStr

from bot.domain.odds import OddsStyle
from bot.domain.outcome import Outcome, classified
from bot.domain.placement import Accepted, HistoryRow
from bot.errors import SessionUnusable
from bot.ports.bookmaker import Bookmaker, Credentials, Whitelabel
from bot.practice.sites.servers import PracticeSites
from providers.kit.pages.bookmaker import Opening
from providers.registry import open_session
from tests.integration.providers.frontier.customer import ACCOUNT, PASSWORD, PATIENT, Customer, dollars
from tests.integration.providers.overlays import overlaid

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
RESULTS = {"won": Outcome.WON, "lost": Outcome.LOST, "half_won": Outcome.HALF_WON, "void": Outcome.VOID}
_ROW = "[pages.bets.readings.settled.row]"


async def with_overlay(context: BrowserContext, practice_sites: PracticeSites, overlay: str, folder: Path) -> Bookmaker:
    """Open the customer's session in a tab of its own, with locators that include an overlay."""
    address = practice_sites.addresses.frontier
    opening = Opening(
        account=ACCOUNT,
        whitelabel=Whitelabel("frontier", "frontier", address, "en", OddsStyle.AMERICAN, "America/New_York"),
        credentials=Credentials("wyatt", SecretStr(PASSWORD)),
        currency="USD",
        context=context,
        locators=overlaid("frontier", "frontier", overlay, folder),
        timings=PATIENT,
    )
    return await open_session(opening)


async def read_settled(
    customer: Customer, practice_sites: PracticeSites, overlay: str, folder: Path
) -> dict[str, HistoryRow]:
    """Settle a bet in every way and read all; return the rows by the way of settling."""
    tickets = dict(zip(RESULTS, await customer.bet_by_request(count=len(RESULTS)), strict=True))
    for outcome, ticket in tickets.items():
        await customer.control.post(f"/frontier/bets/{ticket}/settle", outcome=outcome)
    bookmaker = await with_overlay(customer.context, practice_sites, overlay, folder)
    reading = await bookmaker.history(LONG_AGO, frozenset())
    await bookmaker.close()
    assert reading.complete
    return {outcome: row for outcome, ticket in tickets.items() if (row := reading.row(ticket))}


def named(row: HistoryRow) -> Outcome | None:
    return row.outcome and classified(row.outcome, row.stake, row.odds, row.payout)


@pytest.mark.parametrize(
    ("shown", "overlay"),
    [
        pytest.param(
            "money",
            f"""
            [statuses]
            RETURNED = "settled"
            {_ROW}
            status = {{ at = ":scope > td:nth-child(5)", pattern = '^(RETURNED) ', kind = "status" }}
            """,
            marks=pytest.mark.covers("UI-14a"),
        ),
        pytest.param(
            "paid",
            f"""
            [statuses]
            Won = "gain"
            Lost = "loss"
            Push = "void"
            {_ROW}
            status = {{ at = ":scope > td:nth-child(5) b", kind = "status" }}
            payout = {{ at = ":scope > td:nth-child(5) > font", pattern = '^Paid (\\S+)', kind = "money" }}
            """,
            marks=pytest.mark.covers("UI-14c"),
        ),
    ],
)
async def test_results_that_only_money_tells_are_named_by_it(
    customer: Customer, practice_sites: PracticeSites, shown: str, overlay: str, tmp_path: Path
) -> None:
    await customer.control.patch("/frontier/settings", result_shown=shown)
    rows = await read_settled(customer, practice_sites, overlay, tmp_path)
    assert {outcome: named(row) for outcome, row in rows.items()} == RESULTS
    assert rows["lost"].payout == dollars("0.00")


@pytest.mark.covers("UI-14b")
async def test_a_result_that_only_an_icon_tells_has_no_payout_and_is_named_as_far_as_the_icon_does(
    customer: Customer, practice_sites: PracticeSites, tmp_path: Path
) -> None:
    overlay = f"""
        [statuses]
        Winner = "settled"
        Loser = "settled"
        {_ROW}
        payout = {{ at = ":scope > td:nth-child(5) > font", kind = "money", need = "optional" }}
    """
    await customer.control.patch("/frontier/settings", result_shown="icon")
    rows = await read_settled(customer, practice_sites, overlay, tmp_path)
    assert {row.payout for row in rows.values()} == {None}
    assert {outcome: named(row) for outcome, row in rows.items()} == {
        "won": Outcome.SETTLED,
        "lost": Outcome.SETTLED,
        "half_won": Outcome.SETTLED,
        "void": Outcome.VOID,
    }


HOSTS = r"hosts = '(w\d+|bets)\.localhost'"


@pytest.mark.covers("UI-16a")
async def test_after_a_login_that_leads_to_a_host_of_its_own_bets_are_placed_there(
    customer: Customer, practice_sites: PracticeSites, context: BrowserContext, tmp_path: Path
) -> None:
    await customer.control.patch("/frontier/settings", login_host="own")
    with pytest.raises(SessionUnusable, match="elsewhere"):
        await with_overlay(context, practice_sites, "", tmp_path)
    await context.clear_cookies()
    bookmaker = await with_overlay(context, practice_sites, HOSTS, tmp_path)
    placement = await bookmaker.submit(await bookmaker.arm(customer.bet()))
    assert isinstance(placement, Accepted), placement
    reading = await bookmaker.history(LONG_AGO, frozenset())
    assert (reading.complete, [row.ticket for row in reading.rows]) == (True, [placement.ticket])


@pytest.mark.covers("UI-20d")
async def test_a_list_of_bets_on_another_host_is_read_there(
    customer: Customer, practice_sites: PracticeSites, context: BrowserContext, tmp_path: Path
) -> None:
    await customer.control.patch("/frontier/settings", history_host="own")
    bookmaker = await with_overlay(context, practice_sites, HOSTS, tmp_path)
    [ticket] = await customer.bet_by_request()
    reading = await bookmaker.history(LONG_AGO, frozenset())
    assert (reading.complete, [row.ticket for row in reading.rows]) == (True, [ticket])
