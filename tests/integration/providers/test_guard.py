"""The guard over an armed slip: one press passes, on the button of a slip that shows what was armed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import ClassVar

import pytest
from playwright.async_api import BrowserContext, Page
from pydantic import SecretStr

from bot.domain.odds import OddsStyle
from bot.domain.pair import Account, Bet
from bot.domain.placement import ArmedSlip, HistoryReading, Placement, Unknown
from bot.errors import CannotArm
from bot.ports.bookmaker import Credentials, Whitelabel
from providers.kit.browser.site import Timings
from providers.kit.pages.bookmaker import Opening, WebBookmaker
from providers.kit.pages.slip import SlipPage
from providers.kit.reading.locators import Locators
from tests.builders import a_pair

LOCATORS = {
    "provider": "made-up",
    "numbers": {"default": {"decimal_mark": ".", "decimals": [2]}},
    "interruptions": {"cookies": {"shown": "#cookies", "dismiss": "#cookies button"}},
    "pages": {
        "session": {"nodes": {"logged_in": "#odds", "logged_out": "form"}, "readings": {}},
        "slip": {
            "nodes": {"place": "#place", "receipt": "#receipt"},
            "readings": {
                "receipt": {"fields": {"ticket": {"at": "#receipt b"}}},
                "armed": {
                    "fields": {
                        "odds": {"at": "#odds", "kind": "odds"},
                        "stake": {"at": "#stake", "take": "value", "kind": "amount"},
                    }
                },
            },
        },
    },
}
MARKUP = """
<style>body { margin: 0 } button { display: block; width: 200px; height: 40px }</style>
<b id=odds>2.10</b> <input id=stake value=10.00>
<button id=place onclick="clicks += 1; answer()">Bet</button>
<button id=other onclick="others += 1">Other</button>
<p id=receipt hidden>Placed: <b>MU1</b></p>
<script>clicks = others = 0; answer = () => { receipt.hidden = false }</script>
"""
COVER = "document.body.insertAdjacentHTML('beforeend', `<div onclick='others += 1' style='position: fixed; inset: 0'>`)"
NOTICE = """
<div id=cookies style='position: fixed; inset: 0'>We use cookies <button onclick='cookies.remove()'>Fine</button></div>
"""
BET = a_pair().positive.bet


class MadeUpSlip(SlipPage):
    answers: ClassVar[tuple[str, ...]] = ("receipt",)


class MadeUp(WebBookmaker):
    """The minimum of a provider that a click needs."""

    async def arm(self, bet: Bet) -> ArmedSlip:  # noqa: ARG002 - the port's signature
        return await self._arm(await self._slip.read("armed"))

    async def disarm(self) -> None:
        raise NotImplementedError

    async def history(self, since: datetime, until_found: frozenset[str]) -> HistoryReading:
        raise NotImplementedError

    async def _answer(self, slip: ArmedSlip) -> Placement:  # noqa: ARG002 - as above
        shown, receipt = await self._slip.first_answer(self._site.timings.answer_s)
        return Unknown(f"{' '.join(shown)} {receipt.get('ticket', str) if receipt else ''}".strip())

    @property
    def _slip(self) -> MadeUpSlip:
        return MadeUpSlip(self._page, self._site)


class Moving(MadeUp):
    """A site on which the price moves as soon as the slip was read."""

    async def arm(self, bet: Bet) -> ArmedSlip:  # noqa: ARG002 - the port's signature
        armed = await self._slip.read("armed")
        await self._page.evaluate("void (odds.textContent = '1.50')")
        return await self._arm(armed)


Opened = Callable[..., Awaitable[tuple[MadeUp, Page]]]


@pytest.fixture
def opened(window: BrowserContext) -> Opened:
    return opened_in(window)


def opened_in(context: BrowserContext) -> Opened:
    async def open_with(answer_s: float = 30, kind: type[MadeUp] = MadeUp, page_s: float = 30) -> tuple[MadeUp, Page]:
        opening = Opening(
            account=Account("brand", "made-up", "ann"),
            whitelabel=Whitelabel("brand", "made-up", "http://127.0.0.1:9", "en", OddsStyle.DECIMAL, "UTC"),
            credentials=Credentials("ann", SecretStr("made-up-1")),
            currency="EUR",
            context=context,
            locators=Locators.model_validate(LOCATORS),
            timings=Timings(page_s=page_s, answer_s=answer_s),
        )
        page = await context.new_page()
        await page.set_content(MARKUP)
        return kind(opening, page), page

    return open_with


async def guarded(bookmaker: MadeUp) -> ArmedSlip:
    """Arm the slip and wait until its guard holds presses back, which arming alone does not wait for."""
    slip = await bookmaker.arm(BET)
    await bookmaker.stand_by(slip)
    return slip


async def clicks(page: Page) -> tuple[int, int]:
    """Return how often the button that bets was clicked, and how often anything else."""
    betting, others = await page.evaluate("[clicks, others]")
    return betting, others


async def as_the_press_lands(page: Page, script: str) -> None:
    """Run a script in the page at the press, before a guard that was installed later sees it."""
    await page.evaluate(f"void addEventListener('pointerdown', () => {{ {script} }}, {{ once: true, capture: true }})")


async def test_a_slip_is_clicked_once_and_its_receipt_is_read_in_the_look_that_sees_it(opened: Opened) -> None:
    bookmaker, page = await opened()
    slip = await bookmaker.arm(BET)
    await page.evaluate("void (answer = () => { receipt.hidden = false; setTimeout(() => receipt.remove()) })")
    assert await bookmaker.submit(slip) == Unknown("receipt MU1")
    with pytest.raises(CannotArm, match="slip_gone"):
        await bookmaker.submit(slip)
    assert await clicks(page) == (1, 0)


@pytest.mark.parametrize(
    "way",
    [
        "receipt.hidden = false",
        "receipt.outerHTML = '<div><p id=receipt>Placed: <b>MU1</b></p></div>'",
        "receipt.remove(); document.body.insertAdjacentHTML('beforeend', '<p id=receipt>Placed: <b>MU1</b></p>')",
        "receipt.hidden = false; document.body.hidden = true; setTimeout(() => { document.body.hidden = false }, 100)",
        "document.head.insertAdjacentHTML('beforeend', '<style>#receipt { display: block !important }</style>')",
    ],
)
async def test_an_answer_is_seen_however_it_comes_to_be_shown(opened: Opened, way: str) -> None:
    bookmaker, page = await opened()
    slip = await bookmaker.arm(BET)
    await page.evaluate(f"void (answer = () => {{ {way} }})")
    assert await bookmaker.submit(slip) == Unknown("receipt MU1")


async def test_an_answer_is_seen_in_the_moment_it_is_added_to_the_page(opened: Opened) -> None:
    bookmaker, page = await opened()
    slip = await bookmaker.arm(BET)
    await page.evaluate("""void (answer = () => {
      receipt.remove();
      document.body.insertAdjacentHTML('beforeend', '<p id=receipt>Placed: <b>MU2</b></p>');
      setTimeout(() => { receipt.outerHTML = '<p id=receipt>Placed: <b>MU3</b></p>' });
    })""")
    assert await bookmaker.submit(slip) == Unknown("receipt MU2")


async def test_what_changes_elsewhere_after_the_press_takes_none_of_the_answers_time(opened: Opened) -> None:
    bookmaker, page = await opened()
    slip = await bookmaker.arm(BET)
    await page.evaluate("""void (answer = async () => {
      const looks = [];
      const look = Element.prototype.checkVisibility;
      Element.prototype.checkVisibility = function (how) { looks.push(this); return look.call(this, how) };
      for (let n = 0; n < 50; n += 1) { other.textContent = n; await null }
      window.lookedAt = looks.length;
      receipt.hidden = false;
    })""")
    assert await bookmaker.submit(slip) == Unknown("receipt MU1")
    assert await page.evaluate("lookedAt") == 0


@pytest.mark.parametrize(("change", "count"), [("0", 1), ("odds.textContent = '1.50'", 0)])
async def test_a_slip_that_stands_by_has_the_mouse_on_its_button_and_a_guard_over_it(
    opened: Opened, change: str, count: int
) -> None:
    bookmaker, page = await opened()
    await bookmaker.stand_by(await bookmaker.arm(BET))
    await page.evaluate(f"void ({change})")
    await asyncio.gather(page.mouse.down(), page.mouse.up())
    assert await clicks(page) == (count, 0)


@pytest.mark.parametrize(
    ("change", "reason"), [("odds.textContent = '1.50'", "odds_changed"), (COVER, "button_covered")]
)
async def test_a_slip_that_cannot_be_clicked_does_not_stand_by(opened: Opened, change: str, reason: str) -> None:
    bookmaker, page = await opened()
    slip = await bookmaker.arm(BET)
    await page.evaluate(f"void ({change})")
    with pytest.raises(CannotArm) as refused:
        await bookmaker.stand_by(slip)
    assert (refused.value.reason, await clicks(page)) == (reason, (0, 0))


async def test_a_page_that_takes_no_notice_of_the_mouse_does_not_stand_by_for_ever(opened: Opened) -> None:
    bookmaker, page = await opened(page_s=1)
    busy = "const end = performance.now() + 4000; while (performance.now() < end);"
    await page.evaluate(f"void addEventListener('mousemove', () => {{ {busy} }}, {{ once: true }})")
    async with asyncio.timeout(3):
        with pytest.raises(CannotArm, match="button_not_ready"):
            await bookmaker.stand_by(await bookmaker.arm(BET))


async def test_a_guard_on_a_page_that_hangs_is_not_waited_for_for_ever(context: BrowserContext) -> None:
    bookmaker, page = await opened_in(context)()  # in a process of its own, since the page hangs on
    await bookmaker.stand_by(await bookmaker.arm(BET))
    await page.evaluate("setTimeout(() => { const end = performance.now() + 6000; while (performance.now() < end); })")
    async with asyncio.timeout(4):
        await bookmaker._site.guards.lift(page)


async def test_another_slip_than_the_last_one_does_not_stand_by(opened: Opened) -> None:
    bookmaker, _ = await opened()
    first = await bookmaker.arm(BET)
    await bookmaker.stand_by(await bookmaker.arm(BET))
    with pytest.raises(CannotArm, match="slip_gone"):
        await bookmaker.stand_by(first)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("odds.textContent = '1.50'", "odds_changed"),
        ("odds.textContent = '2.50'", "odds_changed"),
        ("stake.value = '20.00'", "stake_changed"),
        ("place.disabled = true", "button_disabled"),
        ("receipt.hidden = false", "button_not_ready"),
        (COVER, "button_covered"),
    ],
)
@pytest.mark.parametrize("when", ["beforehand", "as the press lands"])
async def test_what_changes_at_the_last_moment_forbids_the_click(
    opened: Opened, when: str, change: str, reason: str
) -> None:
    bookmaker, page = await opened()
    if when == "as the press lands":
        await as_the_press_lands(page, change)
    slip = await bookmaker.arm(BET)
    if when == "beforehand":
        await page.evaluate(f"void ({change})")
    with pytest.raises(CannotArm) as refused:
        await bookmaker.submit(slip)
    assert (refused.value.reason, await clicks(page)) == (reason, (0, 0))


async def test_a_known_notice_over_the_button_is_taken_away_before_the_click(opened: Opened) -> None:
    bookmaker, page = await opened()
    await page.evaluate("(notice) => document.body.insertAdjacentHTML('beforeend', notice)", NOTICE)
    assert await bookmaker.submit(await bookmaker.arm(BET)) == Unknown("receipt MU1")
    assert await clicks(page) == (1, 0)


async def test_a_slip_that_has_moved_before_it_was_guarded_is_not_clicked_and_nothing_is_agreed_to(
    opened: Opened,
) -> None:
    bookmaker, page = await opened(kind=Moving)
    await page.evaluate("(notice) => document.body.insertAdjacentHTML('beforeend', notice)", NOTICE)
    slip = await bookmaker.arm(BET)
    with pytest.raises(CannotArm, match="odds_changed"):
        await bookmaker.submit(slip)
    assert await page.locator("#cookies").count() == 1
    assert await clicks(page) == (0, 0)


async def test_a_button_that_has_moved_is_pressed_where_it_is_then(opened: Opened) -> None:
    bookmaker, page = await opened()
    slip = await bookmaker.arm(BET)
    await page.evaluate("place.before(other)")
    assert await bookmaker.submit(slip) == Unknown("receipt MU1")
    assert await clicks(page) == (1, 0)


async def test_a_button_that_moves_whenever_the_mouse_comes_is_given_up(opened: Opened) -> None:
    bookmaker, page = await opened()
    await page.evaluate(
        "void addEventListener('pointermove', () => (other.nextElementSibling === place ? place.after(other)"
        " : place.before(other)), { capture: true })"
    )
    slip = await bookmaker.arm(BET)
    with pytest.raises(CannotArm, match="button_not_ready"):
        await bookmaker.submit(slip)
    assert await clicks(page) == (0, 0)


async def test_an_answer_that_comes_later_than_the_click_is_waited_for(opened: Opened) -> None:
    bookmaker, page = await opened()
    slip = await bookmaker.arm(BET)
    await page.evaluate("void (answer = () => setTimeout(() => { receipt.hidden = false }, 500))")
    assert await bookmaker.submit(slip) == Unknown("receipt MU1")
    assert await clicks(page) == (1, 0)


async def test_without_an_answer_in_time_nothing_is_known_and_nothing_pressed_again(opened: Opened) -> None:
    bookmaker, page = await opened(answer_s=1)
    slip = await bookmaker.arm(BET)
    await page.evaluate("void (answer = () => {})")
    assert await bookmaker.submit(slip) == Unknown("")
    assert await clicks(page) == (1, 0)


class TestSomebodyElseAtTheMouse:
    """A person in front of a headed browser, or a script that should not be there."""

    async def test_a_click_elsewhere_hits_nothing_and_the_slip_is_still_good(self, opened: Opened) -> None:
        bookmaker, page = await opened()
        slip = await guarded(bookmaker)
        await page.locator("#other").click(force=True)
        assert await bookmaker.submit(slip) == Unknown("receipt MU1")
        assert await clicks(page) == (1, 0)

    async def test_a_press_on_the_button_places_the_bet_and_it_is_not_placed_twice(self, opened: Opened) -> None:
        bookmaker, page = await opened(answer_s=1)
        slip = await guarded(bookmaker)
        await page.evaluate("void (answer = () => {})")
        await page.locator("#place").click()
        assert await bookmaker.submit(slip) == Unknown("")
        assert await clicks(page) == (1, 0)

    async def test_two_presses_in_a_row_count_once(self, opened: Opened) -> None:
        bookmaker, page = await opened()
        await guarded(bookmaker)
        await page.evaluate("void (answer = () => {})")
        await page.locator("#place").dblclick()
        assert await clicks(page) == (1, 0)

    async def test_enter_on_the_button_places_nothing(self, opened: Opened) -> None:
        bookmaker, page = await opened()
        await guarded(bookmaker)
        await page.locator("#place").press("Enter")
        assert await clicks(page) == (0, 0)

    async def test_the_page_is_free_again_after_the_answer(self, opened: Opened) -> None:
        bookmaker, page = await opened()
        await bookmaker.submit(await bookmaker.arm(BET))
        await page.locator("#other").click()
        assert await clicks(page) == (1, 1)


class TestTheWatch:
    """``changed``, which waits for what the guard reports."""

    @pytest.mark.parametrize(
        ("change", "reason"), [("odds.textContent = '2.50'", "odds_changed"), (COVER, "button_covered")]
    )
    async def test_it_tells_what_the_click_would_be_refused_for(self, opened: Opened, change: str, reason: str) -> None:
        bookmaker, page = await opened()
        watch = asyncio.create_task(bookmaker.changed(await bookmaker.arm(BET)))
        await page.evaluate(f"void ({change})")
        assert await watch == reason

    async def test_what_was_only_disturbed_for_a_moment_is_watched_on(self, opened: Opened) -> None:
        bookmaker, page = await opened()
        slip = await guarded(bookmaker)
        watch = asyncio.create_task(bookmaker.changed(slip))
        await page.locator("#other").click(force=True)
        await page.evaluate("new Promise((resolve) => setTimeout(resolve, 300))")
        assert not watch.done()
        watch.cancel()
        assert await bookmaker.submit(slip) == Unknown("receipt MU1")

    @pytest.mark.parametrize("ticks", range(12))
    async def test_cancelled_at_any_moment_it_leaves_no_unknown_guard_behind(self, opened: Opened, ticks: int) -> None:
        bookmaker, page = await opened()
        slip = await guarded(bookmaker)
        await page.locator("#other").click(force=True)  # so that another guard must be set up
        watch = asyncio.create_task(bookmaker.changed(slip))
        for _ in range(ticks):
            await asyncio.sleep(0.0005)
        watch.cancel()
        assert await bookmaker.submit(slip) == Unknown("receipt MU1")
        assert await clicks(page) == (1, 0)


async def test_a_page_that_went_elsewhere_has_no_slip(opened: Opened) -> None:
    bookmaker, page = await opened()
    slip = await bookmaker.arm(BET)
    await page.goto("about:blank")
    with pytest.raises(CannotArm, match="slip_unreadable"):
        await bookmaker.submit(slip)
