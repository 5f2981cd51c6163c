"""A page in a frame: the frame is found once, and no longer counts when the tab has another in its place."""

from __future__ import annotations

import pytest
from playwright.async_api import BrowserContext, Error

from bot.domain.odds import OddsStyle
from bot.errors import CannotArm
from bot.ports.bookmaker import Whitelabel
from providers.kit.browser.site import Site, Timings
from providers.kit.pages.slip import SlipPage
from providers.kit.reading.locators import Locators
from providers.kit.reading.parsing import Dialect

LOCATORS = Locators.model_validate(
    {
        "provider": "made-up",
        "numbers": {"default": {"decimal_mark": ".", "decimals": [2]}},
        "pages": {
            "slip": {
                "frame": "#view",
                "nodes": {"place": "#place", "receipt": "#receipt", "refusal": "#refusal"},
                "readings": {
                    "armed": {"fields": {"odds": {"at": "#odds", "kind": "odds"}}},
                    "receipt": {"fields": {"ticket": {"at": "#receipt b"}}},
                },
            },
        },
    }
)
REPLACED = "document.querySelector('#view').remove(); document.body.insertAdjacentHTML('beforeend', other)"
HIDDEN = "document.querySelector('#view').style.display = 'none'; document.body.insertAdjacentHTML('beforeend', other)"
RENAMED = "document.querySelector('#view').id = 'old'; document.body.insertAdjacentHTML('beforeend', other)"


class Slip(SlipPage):
    answers = ("receipt", "refusal")


def framed(odds: str, more: str = "") -> str:
    inner = f"<b id=odds>{odds}</b> <button id=place>Bet</button>{more}"
    return f'<iframe id=view style="width: 300px; height: 90px" srcdoc="{inner}"></iframe>'


async def opened(window: BrowserContext, markup: str) -> Slip:
    whitelabel = Whitelabel("brand", "made-up", "http://127.0.0.1:9", "en", OddsStyle.DECIMAL, "UTC")
    site = Site(whitelabel, LOCATORS, Dialect.of(LOCATORS, whitelabel, "EUR"), Timings(page_s=30, answer_s=30))
    page = await window.new_page()
    await page.set_content(markup)
    slip = Slip(page, site)
    await slip.wait_for_any("place")
    return slip


async def odds(slip: Slip) -> str:
    return str((await slip.read("armed")).values["odds"])


@pytest.mark.parametrize("change", [REPLACED, HIDDEN, RENAMED])
async def test_another_frame_in_its_place_is_the_one_that_is_read(window: BrowserContext, change: str) -> None:
    slip = await opened(window, framed("1.95"))
    assert await odds(slip) == "1.95"
    await slip.page.evaluate(f"(other) => {{ {change} }}", framed("9.50"))
    assert await odds(slip) == "9.50"


@pytest.mark.parametrize("change", [REPLACED, HIDDEN])
async def test_another_frame_in_its_place_is_the_one_that_is_read_and_guarded(
    window: BrowserContext, change: str
) -> None:
    slip = await opened(window, framed("1.95"))
    assert await odds(slip) == "1.95"
    armed = await slip.read("armed")
    guard = await slip.guard(armed)
    await slip.page.evaluate(f"(other) => {{ {change} }}", framed("9.50"))
    await guard.disturbed()
    with pytest.raises(CannotArm, match="odds_changed"):
        await slip.guard(armed)
    assert await odds(slip) == "9.50"


@pytest.mark.parametrize("change", [REPLACED, HIDDEN, RENAMED])
async def test_another_frame_in_its_place_is_the_one_that_is_pressed(window: BrowserContext, change: str) -> None:
    slip = await opened(window, framed("1.95"))
    before = await slip.frame()
    await slip.page.evaluate(f"(other) => {{ {change} }}", framed("9.50"))
    await slip.click("place")
    pressed = await slip.frame()
    assert pressed is not before
    assert await pressed.evaluate("document.activeElement.id") == "place"


async def test_what_lies_over_a_frame_is_not_pressed(window: BrowserContext) -> None:
    slip = await opened(window, framed("1.95"))
    cover = "<p id=cover onclick='covered = true; this.remove()' style='position: fixed; inset: 0'>!</p>"
    await slip.page.evaluate("(cover) => document.body.insertAdjacentHTML('beforeend', cover)", cover)
    await slip.page.evaluate("void setTimeout(() => document.querySelector('#cover').remove(), 300)")
    await slip.click("place")
    assert await slip.page.evaluate("window.covered") is None


@pytest.mark.parametrize("change", ["replaced", "loaded"])
async def test_the_node_of_a_frame_that_is_gone_is_let_go(window: BrowserContext, change: str) -> None:
    slip = await opened(window, framed("1.95"))
    before = slip.site.frames.known(slip.page, LOCATORS.pages["slip"].frame or ())
    assert before is not None
    if change == "replaced":
        await slip.page.evaluate(f"(other) => {{ {REPLACED} }}", framed("9.50"))
    else:
        await slip.page.goto("about:blank")
        await slip.page.set_content(framed("9.50"))
        await slip.wait_for_any("place")
    assert await odds(slip) == "9.50"
    with pytest.raises(Error, match=r"closed|disposed"):
        await before.node.get_attribute("id")


@pytest.mark.parametrize("moves", ["frame", "button"])
async def test_a_guard_aims_again_when_something_has_moved(window: BrowserContext, moves: str) -> None:
    slip = await opened(window, framed("1.95").replace("90px", "300px"))
    armed = await slip.read("armed")
    guard = await slip.guard(armed)
    before = guard.point
    moved = slip.page.main_frame if moves == "frame" else await slip.frame()
    await moved.evaluate("document.body.style.marginTop = '140px'")
    await guard.leave()
    after = (await slip.guard(armed)).point
    await slip.page.mouse.click(*after)
    assert after[1] > before[1] + 100
    assert await slip.page.frame_locator("#view").locator("#place").evaluate("it => it === document.activeElement")


async def test_what_covers_the_frame_disturbs_the_guard_and_takes_no_press(window: BrowserContext) -> None:
    slip = await opened(window, framed("1.95"))
    armed = await slip.read("armed")
    guard = await slip.guard(armed)
    cover = "<p onclick='covered = true' style='position: fixed; inset: 0'>!</p>"
    await slip.page.evaluate("(cover) => document.body.insertAdjacentHTML('beforeend', cover)", cover)
    await slip.page.mouse.click(*guard.point)
    await guard.disturbed()
    assert await slip.page.evaluate("window.covered") is None
    with pytest.raises(CannotArm, match="button_covered"):
        await slip.guard(armed)


async def test_a_slip_that_shows_an_answer_before_the_click_is_not_guarded(window: BrowserContext) -> None:
    slip = await opened(window, framed("1.95", "<p id=refusal>Market suspended</p>"))
    with pytest.raises(CannotArm, match="refusal shown before the click"):
        await slip.guard(await slip.read("armed"))


async def test_an_answer_is_read_in_the_look_that_sees_it(window: BrowserContext) -> None:
    slip = await opened(window, framed("1.95", "<p id=receipt hidden>Bet <b>HB1</b></p>"))
    frame = await slip.frame()
    await frame.evaluate("setTimeout(() => { receipt.hidden = false; setTimeout(() => receipt.remove()) }, 1000)")
    receipt = slip.reading("receipt")
    shown, answers = await slip.first_shown_and_ask(("receipt", "refusal"), 30, receipt)
    assert shown == {"receipt"}
    assert answers.to(receipt).values == {"ticket": "HB1"}


async def test_an_answer_that_is_not_all_there_yet_has_no_values(window: BrowserContext) -> None:
    slip = await opened(window, framed("1.95", "<p id=receipt>Bet …</p>"))
    receipt = slip.reading("receipt")
    shown, answers = await slip.first_shown_and_ask(("receipt",), 30, receipt)
    assert shown == {"receipt"}
    assert answers.find(receipt) is None
