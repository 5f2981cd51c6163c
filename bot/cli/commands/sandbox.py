"""The practice bookmakers for people to try things against."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.bootstrap.providers import known_providers
from bot.cli.options import AsJson
from bot.cli.output import print_json, print_text
from bot.cli.signals import stop_event
from bot.practice.configuration import configuration
from bot.practice.control_client import Control
from bot.practice.logins import Login, made_up_logins
from bot.practice.running_sites import open_practice_sites
from bot.practice.sites.brands import AMERICAN, ASIAN, BRITISH, EUROPEAN, VIETNAMESE
from bot.practice.sites.practice_site import PracticeSite
from bot.practice.sites.servers import Addresses

_ACCOUNTS = (
    (EUROPEAN.name, "ada"),
    (EUROPEAN.name, "ben"),
    (ASIAN.name, "finn"),
    (VIETNAMESE.name, "hoa"),
    (AMERICAN.name, "ray"),
    (BRITISH.name, "joy"),
)
_SETTINGS = """
mode = "live"  # these sites know no real money
data_dir = "data/practice"

[settlement]
interval_s = 1
"""
_MATCHES = (("practice-1", "Port Amber", "Windmere"), ("practice-2", "Saltford", "Marlow Bay"))
_MARKETS: tuple[dict[str, Any], ...] = (
    {
        "kind": "1x2",
        "selections": [
            {"outcome": "home", "odds": "2.10"},
            {"outcome": "draw", "odds": "3.40"},
            {"outcome": "away", "odds": "3.60"},
        ],
    },
    {
        "kind": "asian_handicap",
        "line": "-0.25",
        "selections": [{"outcome": "home", "odds": "1.90"}, {"outcome": "away", "odds": "1.96"}],
    },
    {
        "kind": "total_goals",
        "line": "2.5",
        "selections": [{"outcome": "over", "odds": "2.05"}, {"outcome": "under", "odds": "1.80"}],
    },
)


def sandbox(
    port: Annotated[int, typer.Option(min=0, max=65_530, metavar="N", help="Use ports N to N+6; 0: free ones.")] = 0,
    data: Annotated[Path, typer.Option(metavar="PATH", help="Where the bookmakers keep their ledgers.")] = Path(
        "data/sandbox"
    ),
    as_json: AsJson = False,
) -> None:
    """Run the practice sites until Ctrl-C: made-up matches, made-up money.

    Prints the addresses, logins to try, and a configuration that is ready to use with them.
    """
    asyncio.run(_serve(data, port, as_json=as_json))


async def _serve(data: Path, port: int, *, as_json: bool) -> None:
    logins = made_up_logins(_ACCOUNTS)
    stopped = stop_event()
    async with open_practice_sites(data, port) as running, Control.connected(running.addresses.control) as control:
        await _furnish(control, logins, running.sites)
        tell = _tell_program if as_json else _tell_person
        tell(running.addresses, logins)
        await stopped.wait()


async def _furnish(control: Control, logins: Sequence[Login], sites: Mapping[str, PracticeSite]) -> None:
    for login in logins:
        await control.open_account(login)
    for name in sorted({login.site for login in logins}):
        known = {event.id for event in sites[name].ledger.catalogue.events()}
        for event_id, home, away in _MATCHES:
            if event_id not in known:
                await control.add_event(name, {"id": event_id, "home": home, "away": away, "markets": _MARKETS})


def _sites(addresses: Addresses, logins: Sequence[Login]) -> dict[str, str]:
    brands = {login.whitelabel: login.brand for login in logins}
    return {name: brand.address(addresses) for name, brand in brands.items()} | {"control": addresses.control}


def _tell_program(addresses: Addresses, logins: Sequence[Login]) -> None:
    shown = [
        {
            "whitelabel": login.whitelabel,
            "username": login.username,
            "password": login.password.get_secret_value(),
            "variable": login.variable,
        }
        for login in logins
    ]
    print_json(
        {"addresses": _sites(addresses, logins), "logins": shown, "configuration": _configuration(addresses, logins)}
    )


def _tell_person(addresses: Addresses, logins: Sequence[Login]) -> None:
    print_text("The practice bookmakers are open. No real money, no real matches. Ctrl-C closes them.", "")
    print_text(*(f"  {name:<12} {address}" for name, address in _sites(addresses, logins).items()), "")
    print_text("Logins to try (1000.00 each), as Pairguard wants them in its environment:", "")
    print_text(*(f"  export {login.variable}={login.password.get_secret_value()}" for login in logins), "")
    print_text("A pairguard.toml for these sites:", "", _configuration(addresses, logins))
    if without := sorted({login.whitelabel for login in logins} - {login.whitelabel for login in _usable(logins)}):
        print_text(f"No provider for {', '.join(without)} yet: providers/README.md shows how to write one.")


def _configuration(addresses: Addresses, logins: Sequence[Login]) -> str:
    return configuration(addresses, _usable(logins), _SETTINGS)


def _usable(logins: Sequence[Login]) -> list[Login]:
    return [login for login in logins if login.site in known_providers()]
