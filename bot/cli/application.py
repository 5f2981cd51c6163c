"""The table of commands."""

from __future__ import annotations

import typer

from bot.cli.commands.audit import audit
from bot.cli.commands.check import check
from bot.cli.commands.demo import demo
from bot.cli.commands.doctor import doctor
from bot.cli.commands.enqueue import enqueue
from bot.cli.commands.events import events
from bot.cli.commands.exposures import exposures
from bot.cli.commands.fixtures import fixtures
from bot.cli.commands.halts import halts
from bot.cli.commands.limits import limits
from bot.cli.commands.new_provider import new_provider
from bot.cli.commands.open import open_account
from bot.cli.commands.pairs import pairs
from bot.cli.commands.record import record
from bot.cli.commands.resolve import resolve
from bot.cli.commands.review import review
from bot.cli.commands.run import run
from bot.cli.commands.sandbox import sandbox
from bot.cli.commands.schema import schema
from bot.cli.commands.show import show
from bot.cli.commands.tickets import tickets
from bot.cli.commands.timings import timings
from bot.cli.errors import Commands

_WATCHING = "Watch"
_ACTING = "Work"
_LEARNING = "Learn"
_MAINTAINING = "Maintain a provider"

app = typer.Typer(
    cls=Commands,
    help="Place both legs of an arbitrage at two bookmakers, and stand guard until the money adds up.",
    epilog="Try **pairguard demo** first. **pairguard COMMAND --help** shows each command with an example.",
    rich_markup_mode="markdown",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)


def _add(command: object, panel: str, example: str, name: str | None = None) -> None:
    app.command(name, rich_help_panel=panel, epilog=f"Example: **{example}**", no_args_is_help=False)(command)  # type: ignore[type-var]


_add(demo, _LEARNING, "pairguard demo --headed")
_add(sandbox, _LEARNING, "pairguard sandbox --port 8100")
_add(run, _ACTING, "pairguard run --config pairguard.toml")
_add(enqueue, _ACTING, "pairguard enqueue jobs.json")
_add(schema, _ACTING, "pairguard schema events > events.schema.json")
_add(doctor, _ACTING, "pairguard doctor")
_add(pairs, _WATCHING, "pairguard pairs --limit 50")
_add(show, _WATCHING, "pairguard show pair-17")
_add(exposures, _WATCHING, "pairguard exposures --json")
_add(events, _WATCHING, "pairguard events --limit 20")
_add(review, _WATCHING, 'pairguard review pair-17 --note "hedged by hand at 1.95"')
_add(audit, _WATCHING, "pairguard audit pair-17")
_add(tickets, _WATCHING, "pairguard tickets --json")
_add(timings, _WATCHING, "pairguard timings --json")
_add(resolve, _WATCHING, 'pairguard resolve pair-17 --leg hedge --not-placed --reason "not in My Bets"')
_add(halts, _WATCHING, "pairguard halts --lift WHITELABEL:PROVIDER")
_add(limits, _WATCHING, "pairguard limits")
_add(check, _MAINTAINING, "pairguard check acme --live ann --event 17")
_add(open_account, _MAINTAINING, "pairguard open ann", name="open")
_add(record, _MAINTAINING, "pairguard record ann slip/armed --reading armed --headed")
app.add_typer(fixtures, name="fixtures", rich_help_panel=_MAINTAINING)
_add(new_provider, _MAINTAINING, "pairguard new-provider acme")
