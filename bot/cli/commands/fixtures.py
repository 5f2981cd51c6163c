"""Recorded pages: listed, read again, and accepted as they read now."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from bot.bootstrap.fixtures import Finding, Recording, Rerun, Result, find_recordings, rerun_recordings
from bot.cli.errors import PROMISE_MISSED
from bot.cli.options import AsJson
from bot.cli.output import print_json, print_text
from bot.cli.render.wording import moment
from bot.errors import ConfigurationInvalid

Target = Annotated[
    str | None, typer.Argument(metavar="[PROVIDER[/PAGE[/CASE]]]", help="Which recordings; all without it.")
]

fixtures = typer.Typer(no_args_is_help=True, help="List recorded pages, read them again, or accept what they read now.")


@fixtures.command(epilog="Example: **pairguard fixtures show acme/slip/armed**")
def show(target: Target = None, as_json: AsJson = False) -> None:
    """List recordings, or show what one of them must read as."""
    found = find_recordings(target)
    if as_json:
        print_json({"recordings": [_recording_as_json(recording) for recording in found]})
    elif len(found) == 1:
        _show_one(found[0])
    else:
        print_text(_recordings_table(found))


@fixtures.command(epilog="Example: **pairguard fixtures rerun acme/slip**")
def rerun(target: Target = None, as_json: AsJson = False) -> None:
    """Read recorded pages with the locators as they are now, and show what differs; status 1 if anything does."""
    reruns = asyncio.run(rerun_recordings(find_recordings(target)))
    findings = [finding for each in reruns for finding in each.findings]
    if as_json:
        print_json({"recordings": len(reruns), "findings": [finding_as_json(finding) for finding in findings]})
    elif findings:
        print_text(findings_table(findings))
    else:
        print_text(f"{len(reruns)} recordings read as recorded.")
    if findings:
        raise typer.Exit(PROMISE_MISSED)


@fixtures.command(epilog="Example: **pairguard fixtures accept acme/slip/armed**")
def accept(
    target: Annotated[str, typer.Argument(metavar="PROVIDER[/PAGE[/CASE]]", help="Which recordings.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    error: Annotated[bool, typer.Option("--error", help="A page that cannot be read is meant to end so.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write what recorded pages read as now as what is expected of them from now on, after showing the differences."""
    differing = [each for each in asyncio.run(rerun_recordings(find_recordings(target))) if each.findings]
    unreadable = [each for each in differing if each.result.error is not None]
    if unreadable and not error:
        problems = "\n".join(f"  {each.recording.name}: {each.result.problem}" for each in unreadable)
        raise ConfigurationInvalid(f"not accepted, since these cannot be read (--error if that is right):\n{problems}")
    if differing and not yes:
        print_text(findings_table([finding for each in differing for finding in each.findings]), "")
        typer.confirm(f"Is this what the pages show? Accept it for {_counted(differing)}", abort=True, err=True)
    for each in differing:
        each.recording.accept(each.result)
    if as_json:
        print_json({"accepted": [each.recording.name for each in differing]})
    else:
        print_text(f"Accepted: {', '.join(each.recording.name for each in differing)}." if differing else _NOTHING)


_NOTHING = "Nothing to accept: all read as recorded."


def finding_as_json(finding: Finding) -> dict[str, Any]:
    """Write a finding for programs."""
    fields = {"recording": finding.where, "field": finding.field, "expected": finding.expected, "got": finding.got}
    return fields | {"file": finding.file, "key": finding.key, "locator": finding.locator}


def findings_table(findings: Sequence[Finding]) -> Table:
    """Show findings, and below each where the locator is written."""
    table = Table(box=None, pad_edge=False)
    for column in ("Recording", "Field", "Expected", "Read now"):
        table.add_column(column, overflow="fold")
    for finding in findings:
        values = (_written(finding.expected), _written(finding.got))
        table.add_row(
            Text(finding.where, "bold"), Text(finding.field), Text(values[0], "green"), Text(values[1], "red")
        )
        if finding.key:
            table.add_row("", Text("→", "yellow"), Text(f"{finding.key} = {finding.locator}", "yellow"), finding.file)
    return table


def result_as_json(result: Result) -> dict[str, Any]:
    """Write what a reading came to for programs."""
    return {"values": result.values} if result.error is None else {"error": result.error, "problem": result.problem}


def result_table(result: Result) -> Table:
    """Show what a reading came to: a line per field, or the error."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, value in (result.values or {}).items():
        table.add_row(Text(name, "bold"), Text(_written(value)))
    for name, value in (result.error or {}).items():
        table.add_row(Text(name, "bold red"), Text(value))
    if result.problem:
        table.add_row("", Text(result.problem))
    return table


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _counted(reruns: Sequence[Rerun]) -> str:
    return f"{len(reruns)} recording{'' if len(reruns) == 1 else 's'}?"


def _recording_as_json(recording: Recording) -> dict[str, Any]:
    meta = recording.meta.model_dump(mode="json")
    return {"recording": recording.name, "meta": meta} | result_as_json(recording.wanted)


def _show_one(recording: Recording) -> None:
    meta = recording.meta
    print_text(
        f"{recording.name}: reading {meta.reading!r} of a page of {meta.whitelabel}, {meta.url}, "
        f"release {meta.release}, recorded {moment(meta.recorded_at)}",
        result_table(recording.wanted),
        f"The page: {recording.folder / 'page.html'}",
    )


def _recordings_table(found: Sequence[Recording]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("Recording", "Reading", "Must give", "Whitelabel", "Recorded"):
        table.add_column(column, no_wrap=True)
    for recording in found:
        meta, wanted = recording.meta, recording.wanted
        gives = f"{len(wanted.values)} fields" if wanted.values is not None else (wanted.error or {}).get("error", "")
        table.add_row(recording.name, meta.reading, gives, meta.whitelabel, moment(meta.recorded_at))
    return table
