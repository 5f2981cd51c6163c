"""The tutorial in providers/README.md, played from first line to last in a copy of this checkout."""

from __future__ import annotations

import http.cookiejar
import re
import shutil
import socket
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.integration.tutorial.tutorial import Block, Reader, blocks_of, environment

ROOT = Path(__file__).parents[3]
HEADING = "## Tutorial: a new bookmaker in an afternoon"
COPIED = ("bot", "providers", "selectors", "fixtures", "tests", "pyproject.toml")
SITES = 7
LEARNED = ("providers/corner.py", "selectors/corner.toml")


@pytest.mark.timeout(300)  # seventeen commands, nine of them with a browser, on a machine that may be busy
def test_the_tutorial_works_as_written(reader: Reader, tutorial: list[Block]) -> None:
    for block in tutorial:
        reader.obey(block)


def test_a_fresh_checkout_does_not_have_what_the_tutorial_makes() -> None:
    assert not [name for name in LEARNED if (ROOT / name).exists()]


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    """A reader with a new clone and this environment's commands."""
    checkout = tmp_path / "pairguard"
    checkout.mkdir()
    for name in COPIED:
        _copy(ROOT / name, checkout / name)
    reader = Reader(checkout, {"configure": configure, "bet": bet}, environment(checkout))
    yield reader
    reader.leave()


@pytest.fixture
def tutorial() -> list[Block]:
    """The blocks of the tutorial, with free ports in place of 9100 and those after it."""
    base = _free_ports()
    markdown = (ROOT / "providers" / "README.md").read_text("utf-8")
    return list(blocks_of(re.sub(r"\b910([0-6])\b", lambda port: str(base + int(port[1])), markdown), HEADING))


def configure(reader: Reader, _: str) -> None:
    """Copy the passwords into this terminal, and the configuration into its file."""
    said = reader.terminals[-1].said()
    reader.variables |= dict(re.findall(r"^ *export (\w+)=(\S+)$", said, re.MULTILINE))
    _, _, configuration = said.partition("A pairguard.toml for these sites:\n")
    (reader.checkout / "pairguard.toml").write_text(configuration, "utf-8")


def bet(reader: Reader, what: str) -> None:
    """Place a bet at Corner as a browser does, and put its reference in place of the tutorial's CB1234567."""
    selection, stake = what.split()
    [corner] = re.findall(r"^ *corner +(http\S+)$", reader.terminals[0].said(), re.MULTILINE)
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    login = {"username": "joy", "password": reader.variables["PAIRGUARD_PASSWORD_CORNER_JOY"]}
    browser.open(f"{corner}/login", urllib.parse.urlencode(login).encode())
    slip = browser.open(f"{corner}/slip/{selection}").read().decode()
    offer = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', slip))
    receipt = browser.open(f"{corner}/slip/{selection}", urllib.parse.urlencode(offer | {"stake": stake}).encode())
    reader.own["CB1234567"] = receipt.url.rpartition("/")[2]


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def _free_ports() -> int:
    """Return the first of as many consecutive free ports as there are practice sites."""
    for base in range(31_000, 60_000, SITES):
        with ExitStack() as opened:
            try:
                for offset in range(SITES):
                    opened.enter_context(socket.create_server(("127.0.0.1", base + offset)))
            except OSError:
                continue
            return base
    raise AssertionError("no free ports in a row")
