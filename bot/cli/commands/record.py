"""Recording a live page as a fixture."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer

from bot.bootstrap.maintenance import BrowserOptions, Recorded, RecordingOrder, record_evidence, record_page
from bot.cli.commands.fixtures import finding_as_json, findings_table, result_as_json, result_table
from bot.cli.errors import PROMISE_MISSED
from bot.cli.options import DEFAULT_CONFIG, AccountName, AsJson, ConfigFile, Headed
from bot.cli.output import print_json, print_text
from bot.config import Settings
from bot.errors import ConfigurationInvalid

_LINE_BYTES = 4096
_TARGET = re.compile(r"[A-Za-z0-9_-]+/[A-Za-z0-9_-]+")


def record(
    account: AccountName,
    target: Annotated[str, typer.Argument(metavar="PAGE/CASE", help="The page in the TOML, and a name for its state.")],
    reading: Annotated[str, typer.Option("--reading", metavar="NAME", help="The reading to take from it.")],
    url: Annotated[
        str | None, typer.Option("--url", metavar="URL", help="Where to go: a path of the site, or an address.")
    ] = None,
    hide: Annotated[
        list[str] | None, typer.Option("--hide", metavar="NAME", help="What else the site calls you; may be repeated.")
    ] = None,
    evidence: Annotated[
        Path | None, typer.Option("--evidence", metavar="FILE", help="Record a page kept as evidence; nobody logs in.")
    ] = None,
    headed: Headed = False,
    config: ConfigFile = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Record a page of an account and what is read from it, without personal data.

    With --headed you bring the page into the state to record and then press Enter here. Without, the page is opened
    and read as soon as it can be. With --evidence it is a page that a worker kept when it did not know it. A page that
    cannot be read is recorded with its error. No price is clicked.
    """
    order = RecordingOrder(*_page_and_case(target), reading, url, tuple(hide or ()))
    settings = Settings.load(config)
    if evidence is None:
        wait = _until_enter if headed else None
        recorded = asyncio.run(record_page(settings, account, order, BrowserOptions(headed=headed), wait))
    elif headed or url:
        raise ConfigurationInvalid("--evidence: goes neither with --headed nor with --url; the page is as it was kept")
    else:
        recorded = asyncio.run(record_evidence(settings, account, order, evidence))
    (_print_json if as_json else _tell)(recorded)
    if recorded.differences:
        raise typer.Exit(PROMISE_MISSED)


async def _until_enter() -> None:
    prompt = "Bring the page into the state to record, then press Enter here."
    typer.echo(prompt, err=True)
    loop = asyncio.get_running_loop()
    entered: asyncio.Future[bytes] = loop.create_future()

    def listen() -> None:
        line = os.read(sys.stdin.fileno(), _LINE_BYTES)
        loop.call_soon_threadsafe(entered.set_result, line)

    # Nobody waits for this thread: Ctrl-C ends the command at once, not after one more Enter.
    threading.Thread(target=listen, name="enter", daemon=True).start()
    if not await entered:
        raise typer.Abort


def _page_and_case(target: str) -> tuple[str, str]:
    if not _TARGET.fullmatch(target):
        raise ConfigurationInvalid(
            f"PAGE/CASE: {target!r} must be a page of the TOML, a slash, and a name for its state of letters, "
            "digits, _ and -, such as slip/armed"
        )
    page, _, case = target.partition("/")
    return page, case


def _print_json(recorded: Recorded) -> None:
    differences = [finding_as_json(finding) for finding in recorded.differences]
    fields = {"recording": recorded.recording.name, "folder": str(recorded.recording.folder)}
    print_json(fields | result_as_json(recorded.result) | {"differences": differences})


def _tell(recorded: Recorded) -> None:
    print_text(f"{recorded.recording.name} is recorded in {recorded.recording.folder}", result_table(recorded.result))
    if recorded.differences:
        print_text("", "The saved page does not read as the live one did:", findings_table(recorded.differences))
    else:
        print_text("", "Is that what the page showed? Only you can say so: open its page.html in a browser.")
