"""Frontier with one session per module, logged in before each test, and a new match for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser
from pydantic import SecretStr

from bot.domain.odds import OddsStyle
from bot.ports.bookmaker import Credentials, Whitelabel
from bot.practice.sites.servers import Sandbox
from providers.kit.pages.bookmaker import WebBookmaker
from providers.registry import open_bookmaker
from tests.integration.practice.control_client import Control, football_event
from tests.integration.providers.frontier.customer import ACCOUNT, IMPATIENT, PASSWORD, PATIENT, Customer

_NUMBERS = count(1)
AS_USUAL = {"result_shown": "icon_and_money", "login_host": "shared", "history_host": "shared"}


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def sandbox(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Sandbox]:
    """The practice sites, for all tests of a module."""
    sandbox = await Sandbox.start(tmp_path_factory.mktemp("sandbox"))
    yield sandbox
    await sandbox.stop()


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def shared_control(sandbox: Sandbox) -> AsyncIterator[Control]:
    """A client of the control API."""
    async with aiohttp.ClientSession(sandbox.addresses.control) as http:
        yield Control(http)


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def shared_customer(sandbox: Sandbox, shared_control: Control, chrome: Browser) -> AsyncIterator[Customer]:
    """A session that all tests of a module use, each with a match of its own."""
    account = {"username": "wyatt", "password": PASSWORD, "whitelabel": "frontier", "balance": "100000.00"}
    await shared_control.post("/frontier/accounts", **account)
    context = await chrome.new_context(viewport={"width": 1280, "height": 800})
    whitelabel = Whitelabel(
        "frontier", "frontier", sandbox.addresses.frontier, "en", OddsStyle.AMERICAN, "America/New_York"
    )
    credentials = Credentials("wyatt", SecretStr(PASSWORD))
    bookmaker = await open_bookmaker(ACCOUNT, whitelabel, credentials, "USD", context, PATIENT)
    yield Customer(bookmaker, context, shared_control, "none")
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def customer(shared_customer: Customer, sandbox: Sandbox) -> AsyncIterator[Customer]:
    """The customer, logged in, without earlier bets; what a test orders ends with it."""
    sandbox.books["frontier"].ledger._database.run("DELETE FROM bets")
    match = f"ev-{next(_NUMBERS)}"
    await shared_customer.control.post("/frontier/events", **football_event(match))
    await shared_customer.bookmaker.login()
    yield replace(shared_customer, match=match)
    await shared_customer.control.delete("/frontier/faults")
    await shared_customer.control.patch("/frontier/settings", **AS_USUAL)
    await shared_customer.control.delete(f"/frontier/events/{match}")
    await shared_customer.context.unroute_all()


@pytest.fixture
def impatient(customer: Customer, monkeypatch: pytest.MonkeyPatch) -> Customer:
    """The same customer, who waits only a second for an answer."""
    bookmaker = customer.bookmaker
    assert isinstance(bookmaker, WebBookmaker)
    monkeypatch.setattr(bookmaker, "_site", replace(bookmaker._site, timings=IMPATIENT))
    return customer
