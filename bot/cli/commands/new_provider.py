"""The beginning of a new provider."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.bootstrap.fixtures import create_provider
from bot.cli.options import AsJson
from bot.cli.output import print_json, print_text


def new_provider(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What whitelabels will call it, such as acme.")],
    as_json: AsJson = False,
) -> None:
    """Write the files of a new provider: module, locators, a folder for recordings, tests.

    Nothing is written over. It works in a checkout of Pairguard.
    """
    files = create_provider(name)
    if as_json:
        print_json({"provider": name, "files": [str(file) for file in files]})
        return
    print_text(*(f"  {file}" for file in files), "")
    print_text(
        f"Next: a [whitelabels.…] with provider = {name!r} and an [[accounts]] in pairguard.toml; then",
        "  pairguard open ACCOUNT --config pairguard.toml   to find each locator that is still TODO",
        f"  .venv/bin/pytest tests/unit/providers/test_{name}.py   to see what is missing; it fails until nothing is",
        "providers/README.md goes through it step by step.",
    )
