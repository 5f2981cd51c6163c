"""The command that runs the demonstration."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bot.cli.errors import PROMISE_MISSED
from bot.cli.options import AsJson, Headed, SlowMo
from bot.cli.output import print_json, print_text, terminal
from bot.cli.render.demo_report import as_json as result_as_json
from bot.cli.render.demo_report import as_text as result_as_text
from bot.cli.render.demo_screen import screen_for
from bot.cli.signals import cancel_on_stop, stop_event
from bot.practice.demo.delivery import delivery_problems
from bot.practice.demo.judgement import Judgement, judge, read_bets
from bot.practice.demo.play import Play
from bot.practice.demo.scenario import SIDES, STORIES
from bot.practice.demo.stage import Folder, Stage, raised_stage
from bot.practice.worker_process import BrowserChoice

_LIMIT_S = 240  # a slow machine may take its time; what is usual is under a minute
_STEPS_OF_ALL_PAIRS = 300  # of the browser; slow motion pauses at each
_DELIVERY_LIMIT_S = 10


def demo(
    headed: Headed = False,
    slow_mo_ms: SlowMo = 0,
    keep: Annotated[bool, typer.Option("--keep", help="Leave everything running until Ctrl-C.")] = False,
    data: Annotated[Path, typer.Option(metavar="PATH", help="Where to keep what the demonstration makes.")] = Path(
        "data/demo"
    ),
    as_json: AsJson = False,
) -> None:
    """Run eight pairs against two practice sites, in under a minute.

    Real parts only: two bookmaker sites, a queue, a browser, a webhook receiver. In the end their ledgers are
    compared with ours. Exit status 1 if any pair ended otherwise than its story says.
    """
    folder = Folder((data / datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")).absolute())
    try:
        is_fine = asyncio.run(_run(folder, BrowserChoice(headed, slow_mo_ms), keep=keep, for_program=as_json))
    except asyncio.CancelledError:
        typer.echo("The demonstration was stopped.", err=True)
        raise typer.Exit(PROMISE_MISSED) from None
    if not is_fine:
        raise typer.Exit(PROMISE_MISSED)


async def _run(folder: Folder, browser: BrowserChoice, *, keep: bool, for_program: bool) -> bool:
    began = time.monotonic()
    cancel_on_stop()
    if not for_program:
        print_text("Starting two bookmakers, a queue, a webhook receiver and a worker with its browser …")
    async with raised_stage(folder, STORIES, SIDES, browser) as stage:
        with screen_for(terminal(), STORIES, silent=for_program) as screen:
            play = Play(stage, STORIES, screen)
            await play.run(_LIMIT_S + browser.slow_mo_ms / 1000 * _STEPS_OF_ALL_PAIRS)
        judgement = await _judged(stage, play)
        problems = await delivery_problems(stage.receiver, stage.view, STORIES, _DELIVERY_LIMIT_S)
        seconds = time.monotonic() - began
        if for_program:
            print_json(result_as_json(judgement, seconds))
        else:
            print_text(*result_as_text(judgement, problems, len(stage.receiver.events), folder))
            print_text("", f"Took {seconds:.0f} s.")
        if keep:
            await _keep(stage, for_program=for_program)
    return judgement.truth_matches and judgement.as_expected and not problems


async def _judged(stage: Stage, play: Play) -> Judgement:
    sites = sorted({side.brand.site for side in SIDES})
    bets = [bet for site in sites for bet in read_bets(site, await stage.control.bets(site))]
    return judge(STORIES, {name: record.pair for name, record in play.records.items()}, bets)


async def _keep(stage: Stage, *, for_program: bool) -> None:
    stopped = stop_event()
    if not for_program:
        _tell_addresses(stage)
    await stopped.wait()


def _tell_addresses(stage: Stage) -> None:
    sites, logins = Table.grid(padding=(0, 2)), Table.grid(padding=(0, 2))
    for brand in sorted({login.brand for login in stage.logins}, key=lambda brand: brand.name):
        sites.add_row("", brand.title, brand.address(stage.addresses))
    sites.add_row("", "control API", stage.addresses.control)
    for login in stage.logins:
        logins.add_row("", login.whitelabel, login.username, login.password.get_secret_value())
    print_text(
        "",
        "Everything keeps running until Ctrl-C. The practice bookmakers:",
        sites,
        "Their logins:",
        logins,
        "Look at a pair from another terminal:",
        f"  pairguard show {STORIES[0].pair} --config {stage.folder.config}",
    )
