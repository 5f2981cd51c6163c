"""Corner: signing in, a slip full of hidden messages, receipts, My bets."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.integration.practice.corner.site import PASSWORD, Customer

SUSPENDED = "m1-1x2-draw"


async def test_only_the_right_password_opens_the_site(customer: Customer) -> None:
    await customer.page.context.clear_cookies()
    await customer.go_to("/bets")
    await customer.sign_in("wrong")
    await expect(customer.text("That name and password do not go together.")).to_be_visible()
    await customer.sign_in(PASSWORD)
    await expect(customer.text("£1,000.00")).to_be_visible()
    await expect(customer.text("In play 1-0")).to_be_visible()


async def test_a_bet_goes_from_the_table_of_odds_to_the_receipt_and_to_my_bets(customer: Customer) -> None:
    await customer.control.patch(f"/corner/selections/{SUSPENDED}", status="suspended")
    await customer.go_to("/event/m1")
    await expect(customer.rows.nth(1)).to_have_text("Match result Draw Suspended", use_inner_text=True)
    await customer.rows.nth(5).get_by_role("link", name="1.91").click()
    await customer.page.fill("[name=stake]", "12.5")
    await expect(customer.field("Returns")).to_have_text("£23.88")
    await customer.place_button.click()
    ticket = await customer.field("Reference").inner_text()
    await expect(customer.field("Line")).to_have_text("-0.25")
    await expect(customer.field("Stake")).to_have_text("£12.50")
    [bet] = await customer.bets()
    assert (bet["ticket"], bet["stake"], bet["currency"]) == (ticket, "12.5", "GBP")
    await customer.go_to("/bets")
    await expect(customer.text("Showing 1 of 1 bets")).to_be_visible()
    await expect(customer.rows.locator("td").nth(6)).to_have_text("Open")


async def test_what_takes_no_bets_has_a_slip_that_says_so(customer: Customer) -> None:
    await customer.control.patch(f"/corner/selections/{SUSPENDED}", status="suspended")
    await customer.go_to(f"/slip/{SUSPENDED}?stake=2.00")
    await expect(customer.field("Returns")).to_have_text("£6.80")
    await expect(customer.text("This bet is suspended.")).to_be_visible()
    await expect(customer.place_button).to_be_disabled()


RESULTS = [
    ("won", None, "Won", "£19.10"),
    ("lost", None, "Lost", "£0.00"),
    ("void", None, "Void", "£10.00"),
    ("half_won", None, "Half won", "£14.55"),
    ("half_lost", None, "Half lost", "£5.00"),
    ("cashed_out", "8.00", "Cashed out", "£8.00"),
]


async def test_my_bets_show_each_result_with_its_money_the_newest_bet_first(customer: Customer) -> None:
    for outcome, payout, _, _ in RESULTS:
        ticket = await customer.bet()
        paid = {} if payout is None else {"payout": payout}
        await customer.control.post(f"/corner/bets/{ticket}/settle", outcome=outcome, **paid)
    await customer.go_to("/bets")
    shown = [(await row.locator("td").all_inner_texts())[-2:] for row in await customer.rows.all()]
    assert shown == [[status, returned] for _, _, status, returned in reversed(RESULTS)]


REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("reject", {"reason": "ask at the counter"}, "Your bet was not accepted: ask at the counter."),
    ("insufficient_funds", {}, "Your balance does not cover this stake."),
    ("max_stake", {"amount": "4"}, "The most that we take on this bet is £4.00."),
    ("price_change", {"odds": "1.80"}, "The odds have changed."),
    ("suspend", {}, "This bet is suspended."),
]


async def test_of_all_messages_in_a_slip_a_person_sees_the_one_that_applies(customer: Customer) -> None:
    for kind, parameters, message in REFUSALS:
        await customer.order_fault(kind, **parameters)
        await customer.fill_slip()
        await customer.place_button.click()
        await expect(customer.page.locator("form p.w").filter(visible=True)).to_have_text([message])
        assert await customer.page.locator("form p.w").count() == 11
    assert await customer.bets() == []


async def test_a_restricted_account_takes_no_bet(customer: Customer) -> None:
    await customer.order_fault("restricted")
    await customer.fill_slip()
    await customer.place_button.click()
    await expect(customer.text("We take no bets on your account. Please ask at the counter.")).to_be_visible()
    assert await customer.bets() == []


async def test_a_stake_that_is_no_amount_asks_for_no_bet(customer: Customer) -> None:
    for stake in ("", "0", "1,000", "2.005", "-2"):
        await customer.fill_slip(stake=stake)
        await customer.place_button.click()
        await expect(customer.text("Please enter a stake in pounds, such as 2.00.")).to_be_visible()
    assert await customer.control.get("/corner/journal") == []


HIDING = [
    ("record_then_500", "Something went wrong"),
    ("record_then_redirect", "Matches"),
    ("record_without_ticket", "Bet placed"),
    ("record_then_logout", "Sign in"),
]


async def test_an_answer_can_hide_that_the_bet_was_recorded(customer: Customer) -> None:
    for number, (kind, shown) in enumerate(HIDING, start=1):
        await customer.order_fault(kind)
        await customer.fill_slip()
        await customer.place_button.click()
        await expect(customer.page.locator("h1").filter(visible=True), kind).to_have_text(shown)
        bets = await customer.bets()
        assert len(bets) == number, kind
        assert bets[-1]["ticket"] not in await customer.page.content(), kind


@pytest.mark.parametrize(("kind", "result", "count"), [("record_then_silent", "recorded", 1), ("silent", "silent", 0)])
async def test_silence_leaves_the_page_waiting(customer: Customer, kind: str, result: str, count: int) -> None:
    await customer.order_fault(kind)
    await customer.fill_slip()
    await customer.place_button.click(no_wait_after=True)
    await customer.journal_shows(result)
    assert len(await customer.bets()) == count
    [row] = await customer.control.get("/corner/journal")
    assert row["answered_at"] is None


async def test_a_part_of_the_stake_may_be_taken(customer: Customer) -> None:
    await customer.order_fault("partial", amount="4")
    await customer.bet(stake="10.00")
    await expect(customer.text("We took £4.00 of the £10.00 that you asked for.")).to_be_visible()
    await expect(customer.text("£996.00")).to_be_visible()


async def test_a_shortened_list_of_bets_still_tells_how_many_there_are(customer: Customer) -> None:
    for _ in range(3):
        await customer.bet()
    for kind, parameters, count, said in [
        ("history_truncated", {"rows": 2}, 2, "Showing 2 of 3 bets"),
        ("history_empty", {}, 0, "Your bets are being brought up to date."),
        ("history_error", {}, 0, "Your bets cannot be shown now."),
    ]:
        await customer.order_fault(kind, **parameters)
        await customer.go_to("/bets")
        await expect(customer.rows).to_have_count(count)
        await expect(customer.page.locator("main p").filter(visible=True)).to_have_text([said])


async def test_other_addresses_and_other_peoples_receipts_are_not_found(customer: Customer) -> None:
    ticket = await customer.bet()
    await customer.control.post("/corner/accounts", username="bob", password=PASSWORD, whitelabel="corner")
    await customer.sign_in(PASSWORD, name="bob")
    for path in ("/event/none", "/slip/none", f"/receipt/{ticket}"):
        await customer.go_to(path)
        await expect(customer.text("Page not found")).to_be_visible()


async def test_the_site_can_be_covered_challenged_and_closed(customer: Customer) -> None:
    await customer.order_fault("interruption", notice="reality_check")
    await customer.go_to("/")
    await customer.page.get_by_role("button", name="Go on").click()
    await expect(customer.text("Time check")).to_have_count(0)
    await customer.order_fault("challenge")
    await customer.go_to("/bets")
    await customer.page.get_by_role("button", name="I am a person").click()
    await expect(customer.text("Matches").first).to_be_visible()
    await customer.control.patch("/corner/settings", maintenance=True)
    await customer.go_to("/bets")
    await expect(customer.text("Closed for maintenance")).to_be_visible()
