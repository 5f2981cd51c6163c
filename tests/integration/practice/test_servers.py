"""Starting, stopping and restarting the practice sites."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import astuple
from decimal import Decimal
from pathlib import Path

import aiohttp
import pytest

from bot.practice.sites.accounts import AccountDraft
from bot.practice.sites.changes import BetChanged
from bot.practice.sites.ledger import BetEntry
from bot.practice.sites.practice_site import PracticeSite
from bot.practice.sites.records import Bet, BetStatus, Verdict
from bot.practice.sites.servers import PracticeSites
from tests.integration.practice.control_client import Control, football_event

HANDICAP = "m1-asian_handicap-home"


def open_lotus_account(site: PracticeSite) -> None:
    site.put_account(AccountDraft("anna", "pw", "lotusquay", "EUR", Decimal(1000), {}))


def record_waiting(site: PracticeSite, verdict: Verdict) -> Bet:
    odds, stake = Decimal("1.91"), Decimal(10)
    return site.record_bet(BetEntry("anna", HANDICAP, odds, stake, odds, stake, verdict, "Score under review"))


async def decided(site: PracticeSite, tickets: set[str]) -> dict[str, BetStatus]:
    """Wait until all of these bets are decided, and return their statuses."""
    with site.changes.subscription() as changes:
        statuses = {ticket: site.ledger.bet(ticket).status for ticket in tickets}
        while BetStatus.WAITING in statuses.values():
            change = await changes.get()
            if isinstance(change, BetChanged) and change.bet.ticket in tickets:
                statuses[change.bet.ticket] = change.bet.status
    return statuses


async def test_a_second_start_goes_on_with_the_ledgers(tmp_path: Path) -> None:
    first = await PracticeSites.start(tmp_path)
    async with aiohttp.ClientSession(first.addresses.control) as http:
        event = await Control(http).post("/harbour/events", **football_event())
    await first.stop()
    second = await PracticeSites.start(tmp_path)
    async with aiohttp.ClientSession(second.addresses.control) as http:
        assert await Control(http).get("/harbour/events") == [event]
    await second.stop()


async def test_waiting_bets_are_decided_after_a_restart_as_they_would_have_been(tmp_path: Path) -> None:
    first = await PracticeSites.start(tmp_path)
    async with aiohttp.ClientSession(first.addresses.control) as http:
        await Control(http).post("/lotus/events", **football_event())
    open_lotus_account(first.sites["lotus"])
    accepted = record_waiting(first.sites["lotus"], Verdict.ACCEPT).ticket
    rejected = record_waiting(first.sites["lotus"], Verdict.REJECT).ticket
    held = record_waiting(first.sites["lotus"], Verdict.HOLD).ticket
    await first.stop()
    second = await PracticeSites.start(tmp_path)
    lotus = second.sites["lotus"]
    assert await decided(lotus, {accepted, rejected}) == {
        accepted: BetStatus.OPEN,
        rejected: BetStatus.REJECTED,
    }
    assert lotus.ledger.bet(held).status is BetStatus.WAITING
    assert lotus.ledger.accounts.get("anna").balance == Decimal(980)
    await second.stop()


async def test_ports_follow_from_the_base_port(tmp_path: Path) -> None:
    base_port = _seven_free_ports()
    practice_sites = await PracticeSites.start(tmp_path, base_port=base_port)
    every = astuple(practice_sites.addresses)
    assert every == tuple(f"http://127.0.0.1:{base_port + offset}" for offset in range(7))
    await practice_sites.stop()


async def test_a_taken_port_is_refused_and_the_others_are_given_back(tmp_path: Path) -> None:
    base_port = _seven_free_ports()
    with socket.create_server(("127.0.0.1", base_port + 6)), pytest.raises(OSError, match="in use"):
        await PracticeSites.start(tmp_path, base_port=base_port)
    await (await PracticeSites.start(tmp_path, base_port=base_port)).stop()


async def test_stopping_ends_streams_and_unanswered_bets(tmp_path: Path) -> None:
    practice_sites = await PracticeSites.start(tmp_path)
    async with aiohttp.ClientSession(practice_sites.addresses.control) as http:
        control = Control(http)
        await control.post("/harbour/accounts", username="anna", password="pw", whitelabel="harbourline")
        await control.post("/harbour/events", **football_event())
        await control.post("/harbour/faults", kind="record_then_silent")
    bet = {"slip_id": "s1", "selection": "m1-1x2-home", "odds": "1.95", "line": None, "stake": "10.00"}
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(practice_sites.addresses.harbour, cookie_jar=jar) as http:
        await http.post("/api/login", json={"username": "anna", "password": "pw"})
        unanswered = asyncio.create_task(http.post("/api/bets", json=bet))
        stream = await http.get("/push")
        await stream.content.readuntil(b"event: hello")
        while not practice_sites.sites["harbour"].ledger.bets():
            await stream.content.readuntil(b"event: balance")
        await practice_sites.stop()
        assert (await unanswered).status == 503
        assert b"event: selection" not in await stream.content.read()


def _seven_free_ports() -> int:
    """Return the first of seven consecutive ports that are free."""
    for base_port in range(23_000, 60_000, 7):
        listeners: list[socket.socket] = []
        try:
            listeners.extend(socket.create_server(("127.0.0.1", base_port + offset)) for offset in range(7))
        except OSError:
            continue
        finally:
            for listener in listeners:
                listener.close()
        return base_port
    raise AssertionError("no seven free ports in a row")
