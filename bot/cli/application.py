"""The table of commands, and the application that runs them."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.group import Entry, LazyGroup

_LEARNING = "Learn"
_ACTING = "Work"
_WATCHING = "Watch"
_MAINTAINING = "Maintain a provider"

COMMANDS = {
    "demo": Entry(
        _LEARNING, "Run eight pairs against two practice sites, in under a minute.", "pairguard demo --headed"
    ),
    "sandbox": Entry(
        _LEARNING,
        "Run the practice sites until Ctrl-C: made-up matches, made-up money.",
        "pairguard sandbox --port 8100",
    ),
    "run": Entry(
        _ACTING,
        "Take pairs from the queue, place them, and watch them until the money adds up.",
        "pairguard run --config pairguard.toml",
    ),
    "enqueue": Entry(_ACTING, "Put pair jobs into the queue and print their job ids.", "pairguard enqueue jobs.json"),
    "schema": Entry(
        _ACTING,
        "Print a JSON Schema: of a pair job, or of every event and its reasons.",
        "pairguard schema events > events.schema.json",
    ),
    "doctor": Entry(
        _ACTING, "Check every part that Pairguard needs, and say what is wrong and how to fix it.", "pairguard doctor"
    ),
    "pairs": Entry(
        _WATCHING,
        "List the newest pairs: the state of both legs, the actual PnL and the reason.",
        "pairguard pairs --limit 50",
    ),
    "show": Entry(
        _WATCHING, "Show one pair in full: both legs, tickets, verdict and kept pages.", "pairguard show pair-17"
    ),
    "exposures": Entry(
        _WATCHING,
        "List the exposures of the last day and every pair that waits for review.",
        "pairguard exposures --json",
    ),
    "events": Entry(
        _WATCHING, "List the newest events that were announced, the newest last.", "pairguard events --limit 20"
    ),
    "review": Entry(
        _WATCHING,
        "End the review of a pair, so that its arbitrage may be bet on again.",
        'pairguard review pair-17 --note "hedged by hand at 1.95"',
    ),
    "audit": Entry(
        _WATCHING, "Tell what happened to a pair, or export or verify the whole audit.", "pairguard audit pair-17"
    ),
    "tickets": Entry(_WATCHING, "List the tickets under watch, the next one due first.", "pairguard tickets --json"),
    "timings": Entry(
        _WATCHING,
        "Count hedged pairs by the time between their legs and by the time to the first click.",
        "pairguard timings --json",
    ),
    "resolve": Entry(
        _WATCHING,
        "Decide a bet that is unknown or under review, after looking at the bookmaker's site.",
        'pairguard resolve pair-17 --leg hedge --not-placed --reason "not in My Bets"',
    ),
    "pause": Entry(
        _ACTING,
        "Stop new pairs; the hedges of accepted positive bets are still placed, and results are booked.",
        'pairguard pause --reason "on holiday"',
    ),
    "freeze": Entry(
        _ACTING,
        "Stop every click, hedges too, and say which positive bets that leaves alone; reading goes on.",
        'pairguard freeze WHITELABEL:PROVIDER --reason "its prices look odd"',
    ),
    "resume": Entry(
        _ACTING,
        "End everything that stops a scope: a pause, a freeze, automatic halts, an open breaker.",
        'pairguard resume --reason "back again"',
    ),
    "halts": Entry(
        _WATCHING, "List what is stopped and why: by hand, by a fault, or by an open breaker.", "pairguard halts"
    ),
    "limits": Entry(_WATCHING, "Show how much of each limit is used.", "pairguard limits"),
    "check": Entry(
        _MAINTAINING,
        "Check providers: are the locator files valid, and do all recorded pages read as recorded?",
        "pairguard check acme --live ann --event 17",
    ),
    "open": Entry(
        _MAINTAINING,
        "Log in to an account in a browser, with a console to try locators and readings.",
        "pairguard open ann",
        function="open_account",
    ),
    "record": Entry(
        _MAINTAINING,
        "Record a page of an account and what is read from it, without personal data.",
        "pairguard record ann slip/armed --reading armed --headed",
    ),
    "new-provider": Entry(
        _MAINTAINING,
        "Write the files of a new provider: module, locators, a folder for recordings, tests.",
        "pairguard new-provider acme",
    ),
    "fixtures": Entry(
        _MAINTAINING,
        "List recorded pages, read them again, or accept what they read now.",
        "pairguard fixtures rerun acme",
    ),
}


class _Commands(LazyGroup):
    table = COMMANDS


app = typer.Typer(
    cls=_Commands,
    help="Place both legs of an arbitrage at two bookmakers, and guard the pair until the money adds up.",
    epilog="Try **pairguard demo** first. **pairguard COMMAND --help** shows each command with an example.",
    rich_markup_mode="markdown",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)


def _show_version(wanted: bool) -> None:
    if not wanted:
        return
    from importlib.metadata import version  # noqa: PLC0415 - slow to import, and no other command needs it

    typer.echo(f"pairguard {version('pairguard')}")
    raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    del version  # its callback has answered already
