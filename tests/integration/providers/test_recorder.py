"""A recording holds nothing that opens the session, even where the page prints it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import BrowserContext, Page
from pydantic import SecretStr

from bot.domain.odds import OddsStyle
from bot.errors import SessionUnusable
from bot.ports.bookmaker import Credentials, Whitelabel
from providers.kit.browser.site import Site, Timings
from providers.kit.reading.locators import load_locators
from providers.kit.reading.parsing import Dialect
from providers.registry import ProviderFolders
from providers.upkeep.recorder import Case, account_scrubber, record
from providers.upkeep.scrubbing import Scrubber

PASSWORD, COOKIE, LOCAL, TAB = "pass & word <1>", "cookie-value-9", "local-token-0001", "tab-token-000002"
LOCATORS = """
provider = "made-up"
numbers = { default = { decimal_mark = ".", decimals = [2] } }

[pages.home.readings.account.fields]
username = { at = "#name" }
balance = { at = "#balance", kind = "amount" }
"""
MARKUP = f"""<body><p id=name>ann</p><p id=balance>12.50</p>
<a href="/cash?session={COOKIE}">Hello Ann Archer, ann@example.net</a>
<p id=more></p>
<script>
localStorage.setItem("state", JSON.stringify({{ accessToken: "{LOCAL}" }}));
sessionStorage.setItem("session_key", "{TAB}");
document.getElementById("more").textContent = "{PASSWORD} {COOKIE} {LOCAL} {TAB}";
</script></body>"""


@pytest_asyncio.fixture(loop_scope="session")
async def talkative(context: BrowserContext) -> AsyncIterator[Page]:
    """A page that prints all the secrets of its session."""

    async def home(_request: web.Request) -> web.Response:
        answer = web.Response(text=MARKUP, content_type="text/html")
        answer.set_cookie("visit", COOKIE, httponly=True)
        return answer

    app = web.Application()
    app.router.add_get("/", home)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    page = await context.new_page()
    await page.goto(f"http://127.0.0.1:{server.port}/")
    yield page
    await server.close()


async def test_a_page_of_another_site_is_not_recorded(talkative: Page, tmp_path: Path) -> None:
    (tmp_path / "made-up.toml").write_text(LOCATORS)
    locators = load_locators("made-up", "", tmp_path)
    whitelabel = Whitelabel("brand", "made-up", "http://localhost:1", "en", OddsStyle.DECIMAL, "UTC")
    site = Site(whitelabel, locators, Dialect.of(locators, whitelabel, "EUR"), Timings())
    with pytest.raises(SessionUnusable, match="not a known host of it"):
        await record(
            talkative, site, Case("home", "said", "account"), Scrubber((), ()), ProviderFolders(tmp_path, tmp_path)
        )
    assert not (tmp_path / "made-up").exists()


async def test_nothing_that_opens_the_session_and_no_name_stays_in_a_recording(talkative: Page, tmp_path: Path) -> None:
    (tmp_path / "made-up.toml").write_text(LOCATORS)
    locators = load_locators("made-up", "", tmp_path)
    whitelabel = Whitelabel("brand", "made-up", talkative.url, "en", OddsStyle.DECIMAL, "UTC")
    site = Site(whitelabel, locators, Dialect.of(locators, whitelabel, "EUR"), Timings())
    scrubber = await account_scrubber(talkative.context, Credentials("ann", SecretStr(PASSWORD)), ["Ann Archer"])

    folders = ProviderFolders(tmp_path, tmp_path)
    recording, result = await record(talkative, site, Case("home", "said", "account"), scrubber, folders)

    assert result.values == {"username": "customer", "balance": "12.50 EUR"} == recording.expected
    kept = "".join(file.read_text("utf-8") for file in recording.folder.iterdir())
    assert [
        secret for secret in (PASSWORD, "pass &amp; word", COOKIE, LOCAL, TAB, "ann", "Archer") if secret in kept
    ] == []
    assert "Hello customer-2, customer@example.org" in kept
