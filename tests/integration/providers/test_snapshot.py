"""A snapshot shows what a person saw and keeps no secret."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import BrowserContext, Page
from pydantic import SecretStr

from providers.kit.reading.locators import ReadingSpec
from providers.kit.reading.readings import READING_SCRIPT, reading_argument
from providers.kit.reading.snapshot import take_snapshot

SECRET = "a-typed-secret"


async def showing(window: BrowserContext, body: str) -> Page:
    page = await window.new_page()
    await page.set_content(f"<head><style>.gone {{ display: none }}</style></head><body>{body}</body>")
    return page


async def shown_again(window: BrowserContext, page: Page, *secrets: SecretStr) -> Page:
    """Take a snapshot and show it in a page of its own."""
    again = await window.new_page()
    await again.set_content((await take_snapshot(page, *secrets)).html)
    return again


async def test_live_values_are_kept(window: BrowserContext) -> None:
    page = await showing(
        window,
        "<input id=stake value=1><textarea id=note></textarea><input id=keep type=checkbox>"
        "<select id=mode><option value=never>Never</option><option value=any>Any</option></select>",
    )
    await page.fill("#stake", "12.50")
    await page.fill("#note", "<b>")
    await page.check("#keep")
    await page.select_option("#mode", "any")

    again = await shown_again(window, page)

    assert await again.input_value("#stake") == "12.50"
    assert await again.input_value("#note") == "<b>"
    assert await again.is_checked("#keep")
    assert await again.input_value("#mode") == "any"
    assert await page.input_value("#stake") == "12.50"


async def test_open_shadow_roots_are_kept_with_their_styles_and_live_values(window: BrowserContext) -> None:
    page = await showing(
        window,
        "<x-slip><template shadowrootmode=open><style>.gone { display: none }</style><b class=odds>1.95</b>"
        "<i class=gone>SUSPENDED</i><input class=stake><input type=password><script>const x = 'token-1'</script>"
        "<x-legs><template shadowrootmode=open><p>Home</p></template></x-legs><slot></slot></template>"
        "<p>Light</p></x-slip>"
        "<iframe srcdoc='<p>Framed</p>'></iframe>",
    )
    await page.evaluate(
        "() => { const sheet = new CSSStyleSheet(); sheet.replaceSync('.odds { color: rgb(1, 2, 3) }');"
        "document.querySelector('x-slip').shadowRoot.adoptedStyleSheets = [sheet] }"
    )
    await page.fill("x-slip .stake", "12.50")
    await page.fill("x-slip [type=password]", SECRET)

    snapshot = await take_snapshot(page)
    again = await window.new_page()
    await again.set_content(snapshot.html)

    reading = {
        "fields": {
            "odds": {"at": "x-slip >>> .odds"},
            "stake": {"at": "x-slip >>> .stake", "take": "value"},
            "suspended": {"at": "x-slip >>> .gone", "need": "optional"},
            "leg": {"at": "x-slip >>> x-legs >>> p"},
            "light": {"at": "x-slip > p"},
        }
    }
    argument = reading_argument(ReadingSpec.model_validate(reading))
    assert await again.evaluate(READING_SCRIPT, argument) == await page.evaluate(READING_SCRIPT, argument)
    assert await again.locator("x-slip .stake").input_value() == "12.50"
    assert await again.locator("x-slip .odds").evaluate("(node) => getComputedStyle(node).color") == "rgb(1, 2, 3)"
    assert await again.frame_locator("iframe").locator("p").text_content() == "Framed"
    assert SECRET not in snapshot.html
    assert "token" not in snapshot.html


async def test_a_frame_within_a_shadow_root_is_kept_in_its_place(window: BrowserContext) -> None:
    page = await showing(
        window,
        "<iframe srcdoc='<p>First</p>'></iframe><x-slip><template shadowrootmode=open>"
        "<iframe srcdoc='<p>Second</p>'></iframe></template></x-slip><iframe srcdoc='<p>Third</p>'></iframe>",
    )
    again = await shown_again(window, page)
    frames = [frame for frame in again.frames if frame is not again.main_frame]
    assert {await frame.locator("p").text_content() for frame in frames} == {"First", "Second", "Third"}
    assert await again.frame_locator("x-slip iframe").locator("p").text_content() == "Second"


@pytest.mark.parametrize(("value", "kept"), [("ask", "ask"), ("yes", "yes"), ("hunter-2", ""), ("abcdefghij", "")])
async def test_of_hidden_inputs_only_a_short_word_is_kept(window: BrowserContext, value: str, kept: str) -> None:
    page = await showing(window, f"<input type=hidden id=it value={value}>")
    assert await (await shown_again(window, page)).input_value("#it") == kept


async def test_what_was_hidden_stays_hidden(window: BrowserContext) -> None:
    page = await showing(window, "<p class=gone>SUSPENDED</p><p class=late>Slip</p>")
    await page.evaluate("document.styleSheets[0].insertRule('.late { display: none }')")
    again = await shown_again(window, page)
    assert await again.locator("p:visible").count() == 0
    assert await again.locator("p").count() == 2


@pytest.mark.parametrize(
    "body",
    [
        "<input type=password>",
        "<input type=password><p>{0}</p>",
        "<input type=password><input value={0}>",
        "<input type=password><input type=hidden value={0}>",
        "<input type=password><script>const token = '{0}'</script>",
        "<input type=password><div data-typed={0}></div>",
    ],
)
async def test_what_was_typed_as_a_password_is_nowhere(window: BrowserContext, body: str) -> None:
    page = await showing(window, body.format(SECRET))
    await page.fill("input[type=password]", SECRET)
    assert SECRET not in (await take_snapshot(page)).html


async def test_tokens_in_hidden_inputs_scripts_and_handlers_are_left_out(window: BrowserContext) -> None:
    page = await showing(
        window,
        "<input type=hidden value=token-1><script>const x = 'token-2'</script><p onclick=\"go('token-3')\">Bet</p>"
        "<iframe src='about:blank?token-4'></iframe><img src='data:,token-5'><!-- token-6 -->"
        "<b style=\"background: url('data:,token-7')\">x</b><input type=image src='data:,token-8'>"
        "<table background='data:,token-9'></table>",
    )
    assert "token" not in (await take_snapshot(page)).html


async def test_a_password_that_the_page_prints_is_left_out(window: BrowserContext) -> None:
    page = await showing(window, f"<p>Your password is {SECRET}</p>")
    assert SECRET not in (await take_snapshot(page, SecretStr(SECRET))).html


async def test_frames_of_other_origins_are_kept_in_their_place(window: BrowserContext) -> None:
    async def shell(_request: web.Request) -> web.Response:
        address = f"http://localhost:{view.port}/?token=once"
        return web.Response(
            text=f"<iframe></iframe><iframe id=view src='{address}'></iframe>", content_type="text/html"
        )

    async def inside(_request: web.Request) -> web.Response:
        return web.Response(text='<p title="a &quot;quote&quot;">Bet Box</p><input>', content_type="text/html")

    view, outer = _server(inside), _server(shell)
    await asyncio.gather(view.start_server(), outer.start_server())
    page = await window.new_page()
    await page.goto(f"http://127.0.0.1:{outer.port}/?session=token")
    await page.frame_locator("#view").locator("input").fill("25")

    snapshot = await take_snapshot(page)
    again = await window.new_page()
    await again.set_content(snapshot.html)

    assert await again.frame_locator("#view").locator("p").get_attribute("title") == 'a "quote"'
    assert await again.frame_locator("#view").locator("input").input_value() == "25"
    assert "token" not in snapshot.html + snapshot.url
    await asyncio.gather(view.close(), outer.close())


def _server(handler: Callable[[web.Request], Awaitable[web.Response]]) -> TestServer:
    app = web.Application()
    app.router.add_get("/", handler)
    return TestServer(app, host="127.0.0.1")
