"""A logged-in browser with the kit in a console."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer

from bot.bootstrap.maintenance import BrowserOptions, Workbench, open_workbench
from bot.cli.console import converse
from bot.cli.options import DEFAULT_CONFIG, AccountName, ConfigFile, SlowMo
from bot.config import Settings

_HELP = """\
read("slip", "armed")       take a reading by its names in the TOML, which is loaded again each time
nodes("slip")               what each locator of a page matches now
find("button.place")        what a locator matches, in every frame; also {"css": …, "text": …} and lists
highlight("button.place")   draw boxes around what it matches; highlight() takes them away
record("slip", "armed", "armed")   keep the page as a fixture: page, case, reading
page                        Playwright's page, such as page.goto("https://…")
exit()                      or Ctrl-D"""


class _Help:
    def __repr__(self) -> str:
        return _HELP

    def __call__(self) -> _Help:
        return self


def open_account(
    account: AccountName,
    headless: Annotated[bool, typer.Option("--headless", help="Without a window, where there is no screen.")] = False,
    slow_mo_ms: SlowMo = 0,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Log in to an account in a browser, with a console to try locators and readings.

    No worker acts on the account in that time. Only you click.
    """
    options = BrowserOptions(headed=not headless, slow_mo_ms=slow_mo_ms)
    asyncio.run(_open(Settings.load(config), account, options))


async def _open(settings: Settings, account: str, options: BrowserOptions) -> None:
    async with open_workbench(settings, account, options) as workbench:
        state = "logged in" if workbench.problem is None else f"NOT logged in: {workbench.problem}"
        await converse(_names(workbench), f"{account} is {state}. `help` lists what can be done here.")


def _names(workbench: Workbench) -> dict[str, Any]:
    tools = {name: getattr(workbench, name) for name in ("read", "nodes", "find", "highlight", "record", "page")}
    return tools | {"help": _Help(), "workbench": workbench}
