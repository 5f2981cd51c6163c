"""Acting on a page: every input is read back, every click hits its target, and a wait ends in proof or an error."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest
from playwright.async_api import BrowserContext, Error
from pydantic import SecretStr

from bot.domain.odds import OddsStyle
from bot.domain.placement import Rejected
from bot.domain.reasons import Reason
from bot.errors import AmbiguousLocator, CannotArm, LocatorMissing, PageDrift
from bot.ports.bookmaker import Whitelabel
from providers.kit.browser.site import Site, Timings
from providers.kit.pages.slip import SlipPage
from providers.kit.reading.locators import Locators, Way
from providers.kit.reading.parsing import Dialect

LOCATORS = Locators.model_validate(
    {
        "provider": "made-up",
        "numbers": {"default": {"decimal_mark": ".", "decimals": [2]}},
        "dialogs": [{"kind": "confirm", "pattern": "^Repeat the bet", "reason": "duplicate_bet"}],
        "interruptions": {"cookies": {"shown": "#cookies", "dismiss": "#cookies button"}},
        "pages": {
            "slip": {
                "nodes": {
                    "stake": "#stake",
                    "place": "#place",
                    "price": '[data-id="{id}"]',
                    "mode": "#mode",
                    "receipt": "#receipt",
                    "refusal": "#refusal",
                },
                "readings": {"armed": {"fields": {"odds": {"at": "#odds", "kind": "odds"}}}},
            },
            "shadow": {
                "nodes": {"stake": "x-slip >>> .stake", "place": "x-slip >>> button"},
                "readings": {
                    "armed": {
                        "fields": {
                            "odds": {"at": "x-slip >>> .odds", "kind": "odds"},
                            "stake": {"at": "x-slip >>> .stake", "take": "value", "kind": "number"},
                        }
                    }
                },
            },
            "framed": {"frame": "#view", "nodes": {"place": "#place"}, "readings": {"armed": {"fields": {}}}},
        },
    }
)
CLICKED = 'onclick="this.dataset.trusted = event.isTrusted"'


class Slip(SlipPage):
    name = "slip"


class ShadowPage(SlipPage):
    name = "shadow"


class FramedPage(SlipPage):
    name = "framed"


@pytest.fixture
def site(request: pytest.FixtureRequest) -> Site:
    """A site with long waits, or with short ones where a wait must end in an error."""
    waits_s = 0.4 if request.node.get_closest_marker("in_vain") else 30
    whitelabel = Whitelabel("brand", "made-up", "http://127.0.0.1:9", "en", OddsStyle.DECIMAL, "UTC")
    timings = Timings(page_s=waits_s, answer_s=waits_s)
    return Site(whitelabel, LOCATORS, Dialect.of(LOCATORS, whitelabel, "EUR"), timings)


@pytest.fixture
def slip(window: BrowserContext, site: Site) -> Callable[[str], Awaitable[Slip]]:
    """Show markup as the slip's page."""

    async def shown(markup: str) -> Slip:
        page = await window.new_page()
        await page.set_content(markup)
        return Slip(site.attend(page), site)

    return shown


Opened = Callable[[str], Awaitable[Slip]]


@pytest.mark.covers("UI-08b")
@pytest.mark.parametrize(
    "listener",
    [
        "",
        "addEventListener('keyup', (e) => out.value = it.value)",
        "addEventListener('input', (e) => out.value = it.value)",
    ],
)
async def test_typing_replaces_what_an_input_holds_and_is_heard_by_any_listener(slip: Opened, listener: str) -> None:
    page = await slip(
        f"<input id=stake value=5><output id=out>12.50</output><script>const it = stake;{listener}</script>"
    )
    await page.enter("stake", "12.50")
    assert await page.page.input_value("#stake") == "12.50"
    assert await page.page.text_content("#out") == "12.50"


async def test_the_keys_of_an_amount_are_struck_one_after_the_other(slip: Opened) -> None:
    page = await slip(
        "<input id=stake><script>window.struck = [];"
        "for (const type of ['keydown', 'keyup'])"
        " stake.addEventListener(type, (e) => struck.push(type.slice(3) + e.key + (e.repeat ? ' again' : '')))</script>"
    )
    await page.enter("stake", "110.5")
    struck = await page.page.evaluate("struck")
    assert struck == [f"{half}{key}" for key in "110.5" for half in ("down", "up")]


async def test_what_is_entered_is_checked_in_the_look_that_reads(slip: Opened) -> None:
    page = await slip("<b id=odds>1.95</b><input id=stake>")
    reading = page.reading("armed")
    assert str((await page.enter_and_ask("stake", "12.50", reading)).to(reading).values["odds"]) == "1.95"
    await page.page.evaluate("stake.addEventListener('input', () => { stake.value = '99' })")
    with pytest.raises(PageDrift, match=r"holds '99' after '12\.50' was typed"):
        await page.enter_and_ask("stake", "12.50", reading)


async def test_what_is_asked_together_is_of_one_moment(slip: Opened) -> None:
    page = await slip(
        "<b id=odds>1.50</b>"
        "<script>setInterval(() => { odds.textContent = (Math.random() + 1.01).toFixed(2) }, 1)</script>"
    )
    for _ in range(20):
        first, second = page.reading("armed"), page.reading("armed")
        answers = await page.ask(first, second)
        assert answers.to(first) == answers.to(second)


async def test_what_is_asked_of_a_wait_is_of_the_look_that_ends_it(slip: Opened) -> None:
    page = await slip("<b id=odds>1.50</b><p id=receipt hidden>Bet placed</p>")
    await page.page.evaluate(
        "setTimeout(() => { receipt.hidden = false; setTimeout(() => { odds.textContent = '9.99' }) }, 300)"
    )
    odds = page.reading("armed")
    shown, answers = await page.wait_and_ask(("receipt",), odds)
    assert shown == {"receipt"}
    assert str(answers.to(odds).values["odds"]) == "1.50"


async def test_an_answer_that_is_not_all_on_the_page_is_found_missing_only_where_it_is_wanted(slip: Opened) -> None:
    page = await slip("<input id=stake value=5>")
    odds, stake = page.reading("armed"), page.entered("stake")
    answers = await page.ask(odds, stake)
    assert (answers.to(stake), answers.find(odds)) == ("5", None)
    with pytest.raises(LocatorMissing, match="odds"):
        answers.to(odds)


async def test_a_wait_may_end_with_another_pages_node(slip: Opened) -> None:
    page = await slip("<p id=gate>Sorry</p>")
    shown, _ = await page.wait_and_ask(("receipt",), besides={"closed": (Way(css="#gate"),)})
    assert shown == {"closed"}


@pytest.mark.covers("UI-08a")
@pytest.mark.parametrize("remembered", ["", "5", "<b>100</b>.00"])
async def test_an_editable_node_is_an_input_too_with_any_remembered_stake(slip: Opened, remembered: str) -> None:
    page = await slip(
        f"<div id=stake contenteditable>{remembered}</div><output id=out></output>"
        "<script>stake.addEventListener('keyup', () => { out.value = stake.textContent })</script>"
    )
    await page.enter("stake", "12.50")
    assert await page.page.text_content("#stake") == "12.50"
    assert await page.page.text_content("#out") == "12.50"


async def test_a_slip_in_a_shadow_root_is_read_typed_into_and_clicked(window: BrowserContext, site: Site) -> None:
    page = await window.new_page()
    inner = (
        f"<b class=odds>1.95</b><input class=stake><x-button><template shadowrootmode=open><slot></slot></template>"
        f"<button {CLICKED}>Bet</button></x-button>"
    )
    await page.set_content(f"<x-slip><template shadowrootmode=open>{inner}</template></x-slip>")
    slip = ShadowPage(page, site)
    await slip.enter("stake", "12.50")
    armed = await slip.read("armed")
    assert str(armed.values["odds"]) == "1.95"
    assert str(armed.values["stake"]) == "12.50"
    await page.mouse.click(*(await slip.guard(armed)).point)
    assert await page.locator("x-slip button").get_attribute("data-trusted") == "true"
    await page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"position: fixed; inset: 0\">!</p>')")
    with pytest.raises(CannotArm, match="button_covered"):
        await slip.guard(armed)


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("receipt.hidden = false", {"receipt"}),
        ("location.assign('http://127.0.0.1:9/next')", {"receipt"}),
        ("confirm('Repeat the bet?') || 0", Rejected(Reason.DUPLICATE_BET, "Repeat the bet?")),
        ("alert('Bet placed!'); receipt.hidden = false", {"receipt"}),
        ("alert('Have a nice day')", frozenset()),
    ],
)
async def test_an_answer_is_a_node_a_new_page_or_a_dialog_that_is_known(
    slip: Opened, answer: str, shown: frozenset[str] | Rejected
) -> None:
    page = await slip(f'<button id=place onclick="{answer}">Bet</button><p id=receipt hidden>Placed</p>')
    next_page = {"body": "<p id=receipt>Placed</p>", "content_type": "text/html"}
    await page.page.route("**/next", lambda route: route.fulfill(**next_page))
    before = page.site.dialogs.moment
    await page.click("place")
    assert await page.answered(("receipt", "refusal"), before, 30 if shown else 0.3) == shown


@pytest.mark.parametrize(
    ("markup", "problem"),
    [
        ("<input id=stake maxlength=2>", "holds '12' after '12.50' was typed"),
        ("<input id=stake oninput='this.value = 7'>", "holds '7"),
        ("<input id=stake readonly value=5>", "holds '5'"),
        ("<p id=stake>no input</p>", "does not take the focus"),
    ],
)
@pytest.mark.in_vain
async def test_an_input_that_holds_something_else_is_named(slip: Opened, markup: str, problem: str) -> None:
    page = await slip(markup)
    with pytest.raises(PageDrift, match=problem) as raised:
        await page.enter("stake", "12.50")
    assert (raised.value.page, raised.value.field) == ("slip", "stake")


async def test_a_secret_is_typed_but_never_quoted(slip: Opened) -> None:
    page = await slip("<input id=stake type=password>")
    await page.enter_secret("stake", SecretStr("hush-hush"))
    assert await page.page.input_value("#stake") == "hush-hush"
    page = await slip("<input id=stake type=password maxlength=4>")
    with pytest.raises(PageDrift) as raised:
        await page.enter_secret("stake", SecretStr("hush-hush"))
    assert "hush" not in str(raised.value)


async def test_an_option_is_chosen_and_its_listeners_hear_of_it(slip: Opened) -> None:
    page = await slip(
        "<select id=mode onchange='this.title = this.value'><option>any</option><option>never</option></select>"
    )
    await page.choose("mode", "never")
    assert await page.page.get_attribute("#mode", "title") == "never"
    with pytest.raises(PageDrift, match="does not offer 'better'"):
        await page.choose("mode", "better")


async def test_a_click_is_a_real_one_and_its_locator_is_filled_in(slip: Opened) -> None:
    page = await slip(f"<button data-id='a\"b' {CLICKED}>1.95</button><button data-id=c>2.00</button>")
    await page.click("price", id='a"b')
    assert await page.page.get_attribute("button >> nth=0", "data-trusted") == "true"


async def test_a_click_reaches_what_lies_below_the_fold(slip: Opened) -> None:
    page = await slip(f"<div style='height: 4000px'></div><button id=place {CLICKED}>Bet</button>")
    await page.click("place")
    assert await page.page.get_attribute("#place", "data-trusted") == "true"


async def test_a_click_waits_for_a_node_that_comes(slip: Opened) -> None:
    page = await slip(f"<div id=box></div><template id=later><button id=place {CLICKED}>Bet</button></template>")
    await page.page.evaluate("setTimeout(() => box.append(later.content), 100)")
    await page.click("place")
    assert await page.page.get_attribute("#place", "data-trusted") == "true"


async def test_a_known_notice_is_taken_away_and_the_click_goes_on(slip: Opened) -> None:
    page = await slip(
        f"<button id=place {CLICKED}>Bet</button>"
        "<div id=cookies style='position: fixed; inset: 0'><button onclick='cookies.remove()'>Necessary</button></div>"
    )
    await page.click("place")
    assert await page.page.get_attribute("#place", "data-trusted") == "true"


@pytest.mark.parametrize(
    ("markup", "error", "problem"),
    [
        ("<p>Nothing</p>", LocatorMissing, "nothing visible matches"),
        ("<button id=place>1</button><button id=place>2</button>", AmbiguousLocator, "several nodes match"),
        ("<button id=place disabled>Bet</button>", PageDrift, "cannot be used now"),
        (
            "<button id=place>Bet</button><p style='position: fixed; inset: 0'>Limits</p>",
            PageDrift,
            "covers the node",
        ),
    ],
)
@pytest.mark.in_vain
async def test_a_node_that_cannot_be_clicked_is_named(
    slip: Opened, markup: str, error: type[PageDrift], problem: str
) -> None:
    page = await slip(markup)
    with pytest.raises(error, match=problem):
        await page.click("place")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("place.disabled = true", "cannot be used now"),
        ("place.remove()", "nothing visible matches"),
        ("document.body.insertAdjacentHTML('beforeend', '<p style=\"position: fixed; inset: 0\">!</p>')", "covers"),
        ("place.after(place.cloneNode(true))", "several nodes match"),
    ],
)
async def test_a_slip_whose_button_cannot_be_hit_is_not_guarded(slip: Opened, change: str, problem: str) -> None:
    page = await slip("<b id=odds>1.95</b> <button id=place>Bet</button>")
    armed = await page.read("armed")
    await page.page.evaluate(change)
    with pytest.raises(CannotArm, match=problem):
        await page.guard(armed)


@pytest.mark.covers("UI-15a")
async def test_a_guard_in_a_frame_aims_at_the_page_and_sees_what_covers_the_frame(
    window: BrowserContext, site: Site
) -> None:
    page = await window.new_page()
    inner = f"<button id=place {CLICKED.replace(chr(34), '&quot;')}>Bet</button>".replace("'", "&#39;")
    await page.set_content(
        "<div style='height: 130px'></div>"
        f"<iframe id=view style='margin-left: 70px; border: 9px solid' srcdoc='{inner}'></iframe>"
    )
    framed = FramedPage(page, site)
    await framed.wait_for_any("place")

    armed = await framed.read("armed")
    guard = await framed.guard(armed)
    await page.mouse.click(5, 5)
    await guard.disturbed()
    await guard.leave()
    await page.mouse.click(*(await framed.guard(armed)).point)
    assert await page.frame_locator("#view").locator("#place").get_attribute("data-trusted") == "true"

    await page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"position: fixed; inset: 0\">!</p>')")
    with pytest.raises(CannotArm, match="button_covered"):
        await framed.guard(armed)


@pytest.mark.in_vain
async def test_a_frame_that_never_comes_is_named(window: BrowserContext, site: Site) -> None:
    with pytest.raises(LocatorMissing, match="#view"):
        await FramedPage(await window.new_page(), site).read("armed")


async def test_a_wait_tells_all_that_can_be_seen(slip: Opened) -> None:
    page = await slip("<p id=receipt hidden>Placed</p><p id=refusal>No</p>")
    assert await page.wait_for_any("receipt", "refusal") == {"refusal"}
    await page.page.evaluate("setTimeout(() => { receipt.hidden = false }, 50); refusal.remove()")
    assert await page.wait_for_any("receipt", "refusal") == {"receipt"}


@pytest.mark.parametrize("way", ["receipt.style.opacity = 1", "receipt.className = 'shown'"])
async def test_a_wait_sees_what_only_a_style_reveals(slip: Opened, way: str) -> None:
    page = await slip(
        "<style>#receipt { opacity: 0; transition: opacity 60ms } .shown { opacity: 1 !important }</style>"
        "<p id=receipt>Placed</p>"
    )
    await page.page.evaluate(f"setTimeout(() => {{ {way} }}, 30)")
    assert await page.wait_for_any("receipt") == {"receipt"}


async def test_a_wait_goes_on_across_a_navigation(slip: Opened) -> None:
    page = await slip("<p>Old</p>")
    next_page = {"body": "<p id=receipt>New</p>", "content_type": "text/html"}
    await page.page.route("**/next", lambda route: route.fulfill(**next_page))
    await page.page.evaluate("setTimeout(() => location.assign('http://127.0.0.1:9/next'), 50)")
    assert await page.wait_for_any("receipt") == {"receipt"}


async def test_a_page_whose_process_died_is_given_up_at_once(slip: Opened) -> None:
    page = await slip("<p>Nothing</p>")
    async with page.page.expect_event("crash"):
        with suppress(Error):
            await page.page.goto("chrome://crash")
    with pytest.raises(Error, match="crashed"):
        await page.wait_for_any("receipt")


@pytest.mark.in_vain
async def test_a_page_that_waits_for_the_answer_to_a_form_is_given_up_in_time(slip: Opened) -> None:
    page = await slip("<form method=post action=http://127.0.0.1:9/never><button id=place>Bet</button></form>")
    asked = asyncio.Event()
    await page.page.route("**/never", lambda _route: asked.set())
    await page.click("place")
    await asyncio.wait_for(asked.wait(), 30)
    with pytest.raises(TimeoutError):
        await page.read("armed")
    with pytest.raises(TimeoutError):
        await page.shown("receipt")
    assert await page.first_shown(("receipt", "refusal"), 0.05) == frozenset()


@pytest.mark.in_vain
async def test_a_wait_that_ends_without_any_names_all(slip: Opened) -> None:
    page = await slip("<p>Nothing</p>")
    with pytest.raises(LocatorMissing, match=r"receipt \| refusal"):
        await page.wait_for_any("receipt", "refusal")
    assert await page.first_shown(("receipt", "refusal"), 0.05) == frozenset()


@pytest.mark.in_vain
async def test_a_reading_that_never_becomes_what_is_waited_for_is_an_error(slip: Opened) -> None:
    page = await slip("<b id=odds>1.95</b>")
    with pytest.raises(TimeoutError, match=r"slip\.armed"):
        await page.read_until("armed", lambda values: "gone" in values.values)
    await page.page.evaluate("odds.textContent = 'SP'")
    with pytest.raises(PageDrift, match="'SP'"):
        await page.read_until("armed", lambda _values: True)


async def test_a_slip_that_did_not_come_up_since_a_notice_took_the_click_is_to_be_picked_again(slip: Opened) -> None:
    notice = "<p id=cookies>Cookies <button onclick='cookies.remove(); stake.hidden = false'>OK</button></p>"
    page = await slip(f"{notice}<input id=stake hidden>")
    assert not await page.came_up("stake")
    assert await page.came_up("stake")


async def test_a_node_that_comes_up_is_pressed_at_once(slip: Opened) -> None:
    page = await slip("<input id=stake hidden><script>setTimeout(() => { stake.hidden = false }, 200)</script>")
    assert await page.came_up("stake")
    assert await page.page.evaluate("document.activeElement === stake")


async def test_a_node_that_comes_up_under_something_else_is_not_pressed(slip: Opened) -> None:
    page = await slip("<input id=stake><p style='position: fixed; inset: 0' onclick='window.pressed = true'>Wait</p>")
    assert await page.came_up("stake")
    assert await page.page.evaluate("window.pressed") is None


@pytest.mark.in_vain
async def test_a_slip_that_does_not_come_up_without_any_notice_is_drift(slip: Opened) -> None:
    page = await slip("<p>Nothing</p>")
    with pytest.raises(LocatorMissing, match="#stake"):
        await page.came_up("stake")
