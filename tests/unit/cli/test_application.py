from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import bot.cli.commands
from bot.cli.application import COMMANDS, app
from bot.cli.group import load_command

_FOLDER = Path(inspect.getfile(bot.cli.commands)).parent
_HEAVY = ("aiohttp", "bullmq", "jinja2", "playwright", "providers", "bot.practice", "bot.engine.worker")


def test_every_file_of_commands_is_in_the_table_and_has_its_name() -> None:
    files = {file.stem.replace("_", "-") for file in _FOLDER.glob("*.py")} - {"--init--"}
    assert files == {*COMMANDS}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_list_of_commands_says_what_the_command_itself_says(name: str) -> None:
    command = load_command(name, COMMANDS[name])
    assert (command.help or "").splitlines()[0] == COMMANDS[name].summary


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_a_help_page_with_its_example(name: str) -> None:
    shown = CliRunner().invoke(app, [name, "--help"])
    assert shown.exit_code == 0
    assert name == "fixtures" or "Example:" in shown.output


def test_an_unknown_command_is_wrong_usage() -> None:
    assert CliRunner().invoke(app, ["nonsense"]).exit_code == 2


def test_the_version_is_shown() -> None:
    assert CliRunner().invoke(app, ["--version"]).output.startswith("pairguard 0.1")


def test_a_command_imports_only_what_it_needs() -> None:
    program = (
        "import sys; import bot.cli.application; import bot.cli.commands.pairs; "
        f"print([name for name in {_HEAVY!r} if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
