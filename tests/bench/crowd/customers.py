"""Accounts with many open tickets, written into the practice bookmakers' ledgers before their sites open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, zip_longest
from pathlib import Path

from bot.practice.logins import Login, made_up_logins
from bot.practice.sites.accounts import AccountDraft
from bot.practice.sites.brands import AMERICAN, ASIAN, EUROPEAN, VIETNAMESE
from bot.practice.sites.fields import Fields
from bot.practice.sites.frontier.profile import FRONTIER
from bot.practice.sites.harbour.profile import HARBOUR
from bot.practice.sites.ledger import BetEntry
from bot.practice.sites.lotus.profile import LOTUS
from bot.practice.sites.practice_site import PracticeSite
from bot.practice.sites.records import Bet
from bot.practice.sites.requests import read_event
from tests.bench.gap.stage import MATCHES, Bookmakers, Match, open_bookmakers

SHARES = {EUROPEAN.name: 7, ASIAN.name: 4, VIETNAMESE.name: 3, AMERICAN.name: 6}
"""How many of the twenty accounts each brand has."""

STAKE = Decimal(10)
_BALANCE = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Customer:
    """An account and its open bets, oldest first."""

    login: Login
    bets: Sequence[Bet]


@asynccontextmanager
async def open_crowded_bookmakers(folder: Path, bets_each: int) -> AsyncIterator[tuple[Bookmakers, list[Customer]]]:
    """Run the practice bookmakers, whose ledgers hold twenty accounts with so many open bets each."""
    await asyncio.to_thread(folder.mkdir, parents=True)
    sites = {profile.name: PracticeSite.open(profile, folder) for profile in (HARBOUR, LOTUS, FRONTIER)}
    for site in sites.values():
        for number in range(MATCHES):
            site.add_event(read_event(Fields(Match(number).offer())))
    customers = [_customer(sites[login.site], login, bets_each) for login in _logins()]
    for site in sites.values():
        site.ledger.close()
    async with open_bookmakers(folder) as bookmakers:
        yield bookmakers, customers


def _logins() -> Sequence[Login]:
    """Make up the accounts, those of different brands in turn, so that neighbours are seldom at the same one.

    A username is one account at each bookmaker, whatever the brand.
    """
    initials = {VIETNAMESE.name: "v"}
    by_brand = [
        [(brand, f"{initials.get(brand, 'c')}{number}") for number in range(1, count + 1)]
        for brand, count in SHARES.items()
    ]
    return made_up_logins([account for account in chain(*zip_longest(*by_brand)) if account])


def _customer(site: PracticeSite, login: Login, bets: int) -> Customer:
    password = login.password.get_secret_value()
    site.put_account(
        AccountDraft(login.username, password, login.whitelabel, login.brand.currency, _BALANCE, settings={})
    )
    return Customer(login, [_recorded(site, login, Match(number % MATCHES)) for number in range(bets)])


def _recorded(site: PracticeSite, login: Login, match: Match) -> Bet:
    odds = site.ledger.catalogue.selection(match.over).odds
    return site.record_bet(BetEntry(login.username, match.over, odds, STAKE, odds, STAKE))


def accounts_at(customers: Sequence[Customer]) -> Mapping[str, int]:
    """Count the accounts at each bookmaker."""
    sites = [customer.login.site for customer in customers]
    return {site: sites.count(site) for site in dict.fromkeys(sites)}
