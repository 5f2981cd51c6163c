"""Login, restored sessions, logout, and pages that stand in front of a site."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from playwright.async_api import Browser

from bot.domain.placement import SessionState
from bot.errors import SessionUnusable
from tests.conformance.bookmakers.cases import case
from tests.conformance.bookmakers.conftest import Opener
from tests.conformance.bookmakers.customer import PASSWORD, STAKE, Customer, Match
from tests.conformance.bookmakers.harness import Ability

WRONG_PASSWORD = "wrong-password-7"


@case("BX-01", every_brand=True)
async def test_a_login_reaches_the_logged_in_state_and_reads_the_balance_that_the_ledger_has(
    customer: Customer, match: Match
) -> None:
    before = await customer.site.balance(customer.username)
    await customer.accepted(customer.bet(match))
    await customer.bookmaker.login()
    assert await customer.bookmaker.session_state() is SessionState.LOGGED_IN
    assert await customer.bookmaker.balance() == customer.money(before - Decimal(STAKE))


@case("BX-02")
async def test_a_restored_session_is_used_without_a_password(
    open_: Opener, customer: Customer, chrome: Browser
) -> None:
    restored = await chrome.new_context(storage_state=await customer.context.storage_state())
    again = await open_(username=customer.username, password=WRONG_PASSWORD, where=restored)
    assert await again.bookmaker.session_state() is SessionState.LOGGED_IN
    await restored.close()


@case("BX-03", every_brand=True)
async def test_a_refused_login_says_so_without_the_password(open_: Opener) -> None:
    with pytest.raises(SessionUnusable) as refused:
        await open_(password=WRONG_PASSWORD)
    assert refused.value.state == "logged_out"
    assert WRONG_PASSWORD not in str(refused.value)


@case("BX-04")
async def test_a_restored_session_of_somebody_else_is_refused(open_: Opener, impatient: Customer) -> None:
    with pytest.raises(SessionUnusable, match="another user"):
        await open_(username="somebody-else", where=impatient.context)
    await impatient.context.pages[-1].close()


@case("BX-05")
async def test_a_session_that_the_site_ended_gives_no_reading_and_comes_back_by_login(impatient: Customer) -> None:
    since = datetime.now(UTC)
    assert (await impatient.bookmaker.history(since, frozenset())).complete

    await impatient.site.end_sessions(impatient.username)

    with pytest.raises(SessionUnusable) as ended:
        await impatient.bookmaker.history(since, frozenset())
    assert ended.value.state == "logged_out"
    await impatient.bookmaker.login()
    assert await impatient.bookmaker.session_state() is SessionState.LOGGED_IN
    assert (await impatient.bookmaker.history(since, frozenset())).complete


async def _is_named(customer: Customer, match: Match, state: SessionState) -> None:
    async def read_to_its_end() -> None:
        while not (await customer.history()).complete:
            pass  # an open page may say that its list failed before it shows the page in front of the site

    for act in (customer.bookmaker.login, lambda: customer.bookmaker.arm(customer.bet(match)), read_to_its_end):
        with pytest.raises(SessionUnusable) as unusable:
            await act()
        assert unusable.value.state == state.value, str(unusable.value)
    assert await customer.bookmaker.session_state() is state


@case("BX-06", Ability.CHALLENGES)
async def test_a_verification_page_in_front_of_the_site_is_named_and_not_answered(
    impatient: Customer, match: Match
) -> None:
    await impatient.order("challenge")
    await _is_named(impatient, match, SessionState.CHALLENGE)
    assert await impatient.site.pending() == 1, "somebody solved it"


@case("BX-07", Ability.MAINTENANCE)
async def test_a_maintenance_page_in_front_of_the_site_is_named(impatient: Customer, match: Match) -> None:
    await impatient.site.set(maintenance=True)
    await _is_named(impatient, match, SessionState.MAINTENANCE)


@case("BX-08")
async def test_a_site_that_cannot_be_reached_is_named(impatient: Customer) -> None:
    await impatient.context.set_offline(offline=True)
    for act in (impatient.bookmaker.login, impatient.history):
        with pytest.raises(SessionUnusable) as unusable:
            await act()
        assert unusable.value.state == "unreachable"
    await impatient.context.set_offline(offline=False)


@pytest.mark.covers("UI-17a", "UI-17b", "UI-17c", "UI-17d")
@case("BX-09", Ability.NOTICES)
async def test_notices_over_the_page_are_taken_away_and_the_session_stays(customer: Customer, match: Match) -> None:
    for notice in ("cookies", "reality_check", "last_login", "deposit_limit", "identity"):
        await customer.order("interruption", notice=notice)
        await customer.bookmaker.login()
        assert await customer.site.pending() == 0, f"the notice {notice} was not shown"
        assert await customer.bookmaker.session_state() is SessionState.LOGGED_IN
    await customer.order("interruption", notice="reality_check")
    await customer.accepted(customer.bet(match))
    await customer.bookmaker.login()
    assert await customer.site.pending() == 0, "the later notice was not shown"
    assert await customer.bookmaker.session_state() is SessionState.LOGGED_IN


@case("BX-10")
async def test_a_snapshot_shows_the_page_and_holds_no_secret(impatient: Customer, match: Match) -> None:
    await impatient.bookmaker.arm(impatient.bet(match))
    html = (await impatient.bookmaker.snapshot()).html
    secrets = [cookie["value"] for cookie in await impatient.context.cookies()]
    assert match.name.split()[0] in html
    assert secrets
    assert not [secret for secret in [PASSWORD, *secrets] if secret in html]


@case("BX-11")
async def test_closing_closes_the_tabs_and_keeps_the_session(open_: Opener) -> None:
    customer = await open_()
    await customer.history()
    await customer.bookmaker.close()
    assert customer.context.pages == []
    again = await open_(password=WRONG_PASSWORD)
    assert await again.bookmaker.session_state() is SessionState.LOGGED_IN


@pytest.mark.covers("UI-17e")
@case("BX-66", Ability.RESTRICTIONS)
async def test_an_account_that_the_site_restricts_is_named_and_arms_nothing(impatient: Customer, match: Match) -> None:
    await impatient.order("restricted")
    for act in (impatient.bookmaker.login, lambda: impatient.bookmaker.arm(impatient.bet(match))):
        with pytest.raises(SessionUnusable) as unusable:
            await act()
        assert unusable.value.state == SessionState.RESTRICTED.value
    assert await impatient.bookmaker.session_state() is SessionState.RESTRICTED
    assert await impatient.site.requests(match.id) == 0
