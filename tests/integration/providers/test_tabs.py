"""What a site does to the tabs of a session: dialogs, windows, and a host of its own for each login."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from itertools import count
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import BrowserContext, Page
from pydantic import SecretStr

from bot.domain.odds import OddsStyle
from bot.domain.pair import Account, Bet
from bot.domain.placement import ArmedSlip, HistoryReading, Placement, SessionState, Unknown
from bot.errors import PageDrift, SessionUnusable
from bot.ports.bookmaker import Credentials, Whitelabel
from providers.kit.browser.site import Site, Timings
from providers.kit.pages.bookmaker import Opening, WebBookmaker, reports_browser_trouble
from providers.kit.pages.page import PageObject
from providers.kit.reading.locators import Locators

LOCATORS = {
    "provider": "made-up",
    "numbers": {"default": {"decimal_mark": ".", "decimals": [2]}},
    "pages": {
        "session": {
            "nodes": {"logged_in": "#balance", "logged_out": "form", "restricted": "#restricted"},
            "readings": {"account": {"fields": {"balance": {"at": "#balance", "kind": "amount"}}}},
        },
        "login": {
            "path": "/login",
            "nodes": {"username": "#user", "password": "#pass", "submit": "button", "logged_in": "#balance"},
        },
        "slip": {"path": "/slip", "nodes": {"open": "#open", "other": "#other"}, "readings": {"armed": {"fields": {}}}},
    },
}
SITE = r"w\d+\.localhost"


class Slip(PageObject):
    name = "slip"


class MadeUp(WebBookmaker):
    """The minimum of a provider that a session needs."""

    async def arm(self, bet: Bet) -> ArmedSlip:
        raise NotImplementedError

    async def disarm(self) -> None:
        raise NotImplementedError

    async def history(self, since: datetime, until_found: frozenset[str]) -> HistoryReading:
        raise NotImplementedError

    async def _answer(self, slip: ArmedSlip) -> Placement:
        return Unknown(slip.handle)

    @property
    def slip(self) -> Slip:
        return Slip(self._page, self._site)

    @reports_browser_trouble
    async def listed(self) -> list[str]:
        """Make the page request its list again, and read it."""
        history = Slip(await self._history_tab(), self._site)
        if history.page.url == "about:blank":
            await history.goto()
        await history.page.click("#again")
        await history.page.wait_for_selector("li")
        return await history.page.locator("li").all_inner_texts()

    async def where_history_opens(self) -> str:
        history = Slip(await self._history_tab(), self._site)
        await history.goto()
        return history.page.url


class Bookmaker:
    """A site at www.localhost: each login leads to the next of w1, w2, …, and only that host knows the session."""

    def __init__(self) -> None:
        self.leads_to = "w{}.localhost"
        self.gone: set[str] = set()
        self.logins = count(1)
        self.answers: dict[str, str] = {}
        self.fails_at = ""
        self.fails_with: Callable[[], web.Response] | None = None
        self.server: TestServer

    @property
    def address(self) -> str:
        return f"http://www.localhost:{self.server.port}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        host, session = request.url.host or "", request.cookies.get("session", "")
        if host in self.gone:
            assert request.transport is not None
            request.transport.abort()  # as a host that no longer exists
            return web.Response()
        if request.path == self.fails_at:
            return web.Response(status=503, text="No adverts today")
        if self.fails_with is not None:
            return self.fails_with()
        if request.method == "POST":
            host = self.leads_to.format(next(self.logins))
            return _led_to(f"http://{host}:{self.server.port}/enter", session=host)
        if request.path == "/enter":
            return _led_to("/home", session=host)
        if session == host or (session and host == self.leads_to):
            return _page(self.answers.get(request.path, "<b id=balance>5.00</b>"))
        if session:
            return _led_to(f"http://{session}:{self.server.port}/home", session=session)
        return _page("<form method=post action=/login><input id=user><input id=pass type=password><button>In</button>")


def _led_to(address: str, session: str) -> web.Response:
    answer = web.Response(status=303, headers={"Location": address})
    answer.set_cookie("session", session)
    return answer


def _page(body: str) -> web.Response:
    return web.Response(text=f"<!doctype html><body>{body}", content_type="text/html")


@pytest_asyncio.fixture(loop_scope="session")
async def bookmaker() -> AsyncIterator[Bookmaker]:
    """The made-up bookmaker's site."""
    bookmaker = Bookmaker()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", bookmaker.answer)
    bookmaker.server = TestServer(app, host="127.0.0.1")
    await bookmaker.server.start_server()
    yield bookmaker
    await bookmaker.server.close()


Open = Callable[..., Awaitable[MadeUp]]


@pytest.fixture
def opened(bookmaker: Bookmaker, context: BrowserContext) -> Open:
    """Open a session without logging in."""

    async def open_(hosts: str | None = SITE, page_s: float = 20) -> MadeUp:
        locators = Locators.model_validate(LOCATORS | {"hosts": hosts})
        brand = Whitelabel("brand", "made-up", bookmaker.address, "en", OddsStyle.DECIMAL, "UTC")
        credentials = Credentials("ann", SecretStr("made-up-1"))
        account = Account("brand", "made-up", "ann")
        opening = Opening(account, brand, credentials, "EUR", context, locators, Timings(page_s=page_s))
        return MadeUp(opening, await context.new_page())

    return open_


def host_of(url: str) -> str | None:
    return urlsplit(url).hostname


class TestHosts:
    async def test_what_follows_a_login_is_at_the_host_that_it_led_to(self, opened: Open) -> None:
        session = await opened()
        await session.login()
        await session.slip.goto()
        assert host_of(session.slip.page.url) == "w1.localhost"
        assert host_of(await session.where_history_opens()) == "w1.localhost"

    async def test_the_next_login_may_lead_to_another(self, opened: Open, context: BrowserContext) -> None:
        session = await opened()
        await session.login()
        await context.clear_cookies()
        await session.login()
        assert host_of(await session.where_history_opens()) == "w2.localhost"

    async def test_a_restored_session_is_found_at_its_host(self, opened: Open, bookmaker: Bookmaker) -> None:
        await (await opened()).login()
        again = await opened()
        await again.login()
        assert host_of(await again.where_history_opens()) == "w1.localhost"
        assert next(bookmaker.logins) == 2

    async def test_a_restored_session_whose_host_is_gone_logs_in_again(
        self, opened: Open, bookmaker: Bookmaker
    ) -> None:
        await (await opened()).login()
        bookmaker.gone = {"w1.localhost"}
        again = await opened()
        await again.login()
        assert host_of(await again.where_history_opens()) == "w2.localhost"

    @pytest.mark.parametrize("hosts", [SITE, None])
    async def test_a_login_that_leads_elsewhere_is_not_followed(
        self, opened: Open, bookmaker: Bookmaker, hosts: str | None
    ) -> None:
        bookmaker.leads_to = "evil.localhost" if hosts else "w{}.localhost"
        session = await opened(hosts)
        with pytest.raises(SessionUnusable, match=r"session is elsewhere.*(evil|w1)\.localhost"):
            await session.login()

    async def test_no_password_is_typed_at_a_host_that_the_site_led_to_unasked(
        self, opened: Open, bookmaker: Bookmaker, context: BrowserContext
    ) -> None:
        session = await opened()
        await context.add_cookies([{"name": "session", "value": "evil.localhost", "url": bookmaker.address}])
        with pytest.raises(SessionUnusable, match="elsewhere"):
            await session.login()
        assert next(bookmaker.logins) == 1


async def test_a_restricted_account_is_recognised_by_its_marker(opened: Open, bookmaker: Bookmaker) -> None:
    session = await opened()
    await session.login()
    bookmaker.answers["/slip"] = "<b id=balance>5.00</b><p id=restricted>Your account is restricted</p>"
    await session.slip.goto()
    assert await session.session_state() is SessionState.RESTRICTED
    with pytest.raises(SessionUnusable, match="restricted"):
        await session.balance()


@pytest.mark.parametrize("body", ["<h1>Bad gateway</h1>", ""], ids=["a strange page", "no page"])
async def test_a_server_that_fails_is_no_drift(opened: Open, bookmaker: Bookmaker, body: str) -> None:
    impatient = await opened(page_s=0.5)
    bookmaker.fails_with = lambda: web.Response(status=502, text=body, content_type="text/html")
    with pytest.raises(SessionUnusable, match="session is server_error"):
        await impatient.login()


async def test_an_advert_that_its_server_cannot_show_is_no_excuse_for_a_strange_page(
    opened: Open, bookmaker: Bookmaker
) -> None:
    session = await opened(page_s=0.5)
    await session.login()
    bookmaker.answers["/slip"] = "<h1>New!</h1><iframe src=/advert></iframe>"
    bookmaker.fails_at = "/advert"
    await session.slip.goto()
    await session.slip.page.wait_for_load_state("load")
    with pytest.raises(PageDrift):
        await session.session_state()


async def test_a_strange_page_of_a_server_that_does_not_fail_is_drift(opened: Open, bookmaker: Bookmaker) -> None:
    session = await opened(page_s=0.5)
    bookmaker.fails_with = lambda: web.Response(status=404, text="<h1>Nothing</h1>", content_type="text/html")
    with pytest.raises(PageDrift):
        await session.login()


class TestDialogs:
    @pytest.mark.parametrize(
        ("question", "kind", "answer"),
        [
            ("String(alert('Limits'))", "alert", "undefined"),
            ("String(confirm('Repeat the bet?'))", "confirm", "false"),
            ("String(prompt('How much?', '5'))", "prompt", "null"),
        ],
    )
    async def test_none_is_answered_with_yes_and_all_are_remembered(
        self, opened: Open, question: str, kind: str, answer: str
    ) -> None:
        session = await opened()
        slip = session.slip
        before = slip.site.dialogs.moment
        assert await slip.page.evaluate(question) == answer
        [said] = slip.site.dialogs.since(before, slip.page)
        assert said.kind == kind
        assert said.message in question
        assert slip.site.dialogs.since(slip.site.dialogs.moment, slip.page) == ()

    async def test_a_dialog_of_another_tab_is_not_this_ones(self, opened: Open) -> None:
        session = await opened()
        await session.login()
        await session.where_history_opens()
        history = await session._history_tab()
        await history.evaluate("alert('Timeout')")
        assert session._site.dialogs.since(0, session.slip.page) == ()
        assert len(session._site.dialogs.since(0, history)) == 1

    async def test_a_page_that_asks_not_to_be_left_is_left_by_a_page_object_only(
        self, opened: Open, bookmaker: Bookmaker
    ) -> None:
        bookmaker.answers["/slip"] = (
            "<b id=balance>5.00</b><button id=open onclick=\"location.assign('/away')\">Away</button>"
            "<script>onbeforeunload = (event) => event.preventDefault()</script>"
        )
        session = await opened()
        await session.login()
        slip = session.slip
        await slip.goto()
        await slip.click("open")
        await _until(lambda: bool(slip.site.dialogs.since(0, slip.page)))
        assert slip.page.url.endswith("/slip")
        await slip.load()
        assert [said.kind for said in slip.site.dialogs.since(0, slip.page)] == ["beforeunload", "beforeunload"]


class TestWindows:
    async def test_what_the_site_opens_by_itself_is_closed(
        self, opened: Open, bookmaker: Bookmaker, context: BrowserContext
    ) -> None:
        bookmaker.answers["/slip"] = (
            "<b id=balance>5.00</b><button id=open onclick=\"window.open('/advert')\">Bet</button>"
            "<a id=other target=_blank rel=noopener href=/advert>Advert</a>"
        )
        session = await opened()
        await session.login()
        await session.slip.goto()
        for node in ("open", "other"):
            async with context.expect_event("page") as opening:
                await session.slip.click(node)
            advert: Page = await opening.value
            await _until(advert.is_closed)
        assert session.slip.page.url.endswith("/slip")
        assert await session.session_state() is SessionState.LOGGED_IN

    async def test_a_page_that_comes_in_a_window_of_its_own_is_asked_for(
        self, opened: Open, bookmaker: Bookmaker
    ) -> None:
        bookmaker.answers["/slip"] = (
            "<b id=balance>5.00</b>"
            "<button id=open onclick=\"window.open('/live'); window.open('/advert')\">Live</button>"
        )
        session = await opened()
        await session.login()
        await session.slip.goto()
        window = await session.slip.open_window("open")
        await window.wait_for_url("**/live")
        await _until(lambda: len(session.slip.page.context.pages) == 2)
        assert await window.evaluate("confirm('Repeat the bet?')") is False

    async def test_a_window_that_does_not_come_is_named(self, opened: Open, bookmaker: Bookmaker) -> None:
        bookmaker.answers["/slip"] = "<b id=balance>5.00</b><button id=open>Live</button>"
        session = await opened(page_s=20)
        await session.login()
        await session.slip.goto()
        slip = Slip(session.slip.page, _impatient(session.slip.site))
        with pytest.raises(PageDrift, match=r"open.*opens no window"):
            await slip.open_window("open")


def _impatient(site: Site) -> Site:
    return Site(site.whitelabel, site.locators, site.dialect, Timings(page_s=0.3), site.dialogs, site.windows)


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


LATE_LIST = """
<button id=again>Again</button><ul></ul>
<script>
    document.querySelector("#again").onclick = () => {
        const asked = localStorage.asked = Number(localStorage.asked ?? 0) + 1;
        document.querySelector("ul").innerHTML = "";
        setTimeout(() => { document.querySelector("ul").innerHTML += `<li>${asked}</li>`; }, 1000);
    };
</script>
"""


class TestReadingsGivenUp:
    async def test_what_one_had_asked_for_does_not_arrive_in_the_next(
        self, opened: Open, bookmaker: Bookmaker, context: BrowserContext
    ) -> None:
        bookmaker.answers = {"/slip": LATE_LIST}
        session = await opened()
        await session.login()
        assert await session.listed() == ["1"]
        given_up = asyncio.create_task(session.listed())
        await context.pages[-1].wait_for_function("localStorage.asked === '2'")
        given_up.cancel()
        await asyncio.wait({given_up})
        assert await session.listed() == ["3"]
        assert len(context.pages) == 2
