"""The tutorial in providers/README.md as playable blocks, in order, and a reader who executes them.

The words after a fence say what to do with the block. ``sh`` is run, ``sh exits-1`` must exit with that status,
``sh again`` is repeated until it prints the text that follows, ``sh another-terminal`` is started and left running,
``sh once`` takes long and is tested elsewhere. ``toml replace FILE`` and ``python add FILE`` are written. A ``text``
block is the output of the command before it, with ``…`` for what differs from run to run. A comment ``by hand: …`` is
what a person does in a browser or an editor.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

_BLOCK = re.compile(
    r"^```(?P<info>[^\n]+)\n(?P<text>.*?)^```$|^<!-- by hand: (?P<deed>.+?) -->$", re.MULTILINE | re.DOTALL
)
_PATIENCE_S = 60.0
_LOOK_AGAIN_S = 0.5  # each look may be a command, and what it waits for needs the processor too


@dataclass(frozen=True, slots=True)
class Block:
    """One instruction to the reader; ``words`` are those after the fence, or ``by-hand``."""

    words: tuple[str, ...]
    text: str
    line: int


def blocks_of(markdown: str, heading: str) -> Iterator[Block]:
    """Yield the instructions of a section, in order."""
    start = markdown.index(f"\n{heading}\n")
    end = markdown.index("\n## ", start + 1)
    for match in _BLOCK.finditer(markdown, start, end):
        line = markdown.count("\n", 0, match.start()) + 1
        if match["deed"]:
            yield Block(("by-hand",), match["deed"], line)
        else:
            yield Block(tuple(match["info"].split()), match["text"], line)


@dataclass
class Reader:
    """Follows the tutorial in a checkout and checks that its promises hold.

    ``by_hand`` are the manual steps, by their first word; ``own`` are words of the tutorial to replace, such as a
    receipt's number.
    """

    checkout: Path
    by_hand: Mapping[str, Callable[[Reader, str], None]]
    variables: dict[str, str]
    own: dict[str, str] = field(default_factory=dict)
    terminals: list[Terminal] = field(default_factory=list)
    _heard: Callable[[], str] = str
    _patience_s: float = 0.0

    def obey(self, block: Block) -> None:
        """Execute one block; fails with the line of the tutorial when the result is not as promised."""
        for word, own in self.own.items():
            block = replace(block, text=block.text.replace(word, own))
        match block.words:
            case ("sh", "once"):
                return
            case ("sh", *how):
                self._in_a_terminal(block, how)
            case ("text",):
                self._expect(block)
            case (_, "replace" | "add" as how, name):
                with (self.checkout / name).open("a" if how == "add" else "w", encoding="utf-8") as file:
                    file.write(f"\n{block.text}" if how == "add" else block.text)
            case ("by-hand",):
                deed, _, rest = block.text.partition(" ")
                self.by_hand[deed](self, rest)
            case words:
                raise AssertionError(f"line {block.line}: unknown kind of block: {' '.join(words)}")

    def leave(self) -> None:
        """Close the other terminals, the last one first."""
        for terminal in reversed(self.terminals):
            terminal.close()

    def _in_a_terminal(self, block: Block, how: list[str]) -> None:
        match how:
            case ["another-terminal"]:
                terminal = Terminal(block, self.checkout, self.variables)
                self.terminals.append(terminal)
                self._heard, self._patience_s = terminal.said, _PATIENCE_S
            case ["again"]:
                self._heard, self._patience_s = (lambda: self._run(block, 0)), _PATIENCE_S
            case [] | ["exits-1"]:
                said = self._run(block, len(how))
                self._heard, self._patience_s = (lambda: said), 0.0
            case _:
                raise AssertionError(f"line {block.line}: unknown way to run sh: {' '.join(how)}")

    def _run(self, block: Block, status: int) -> str:
        done = subprocess.run(
            ["/bin/bash", "-e", "-c", block.text],
            cwd=self.checkout,
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=2 * _PATIENCE_S,
            check=False,
        )
        assert done.returncode == status, f"line {block.line}: exit {done.returncode} of {block.text}{done.stdout}"
        return done.stdout

    def _expect(self, block: Block) -> None:
        deadline = time.monotonic() + self._patience_s
        while not shows(said := self._heard(), block.text):
            assert time.monotonic() < deadline, f"line {block.line}: expected\n{block.text}\nbut got\n{said}"
            time.sleep(_LOOK_AGAIN_S)


class Terminal:
    """A command that keeps running."""

    def __init__(self, block: Block, checkout: Path, variables: Mapping[str, str]) -> None:
        self._line = block.line
        self._log = checkout / f"terminal-{block.line}.log"
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                ["/bin/bash", "-c", f"exec {block.text}"],
                cwd=checkout,
                env={**variables, "PYTHONUNBUFFERED": "1"},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def said(self) -> str:
        """Return the output so far; fails when the command has ended."""
        said = self._log.read_text("utf-8")
        assert self._process.poll() is None, f"line {self._line}: it ended\n{said}"
        return said

    def close(self) -> None:
        """Terminate the command, as closing the terminal would."""
        self._process.terminate()
        self._process.wait(_PATIENCE_S)


def shows(said: str, promised: str) -> bool:
    """Return whether the output has every promised line, in order; white space within a line does not count."""
    lines = iter([_tidy(line) for line in said.splitlines()])
    return all(any(_pattern(wanted).search(line) for line in lines) for wanted in promised.splitlines() if wanted)


def _pattern(promised: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in _tidy(promised).split("…")))


def _tidy(line: str) -> str:
    return " ".join(line.split())


def environment(checkout: Path) -> dict[str, str]:
    """Return the environment for work in a checkout with this environment's Python activated."""
    foreign = ("PAIRGUARD_", "PYTEST_", "PYTHON")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    path = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{plain['PATH']}"
    return plain | {"PYTHONPATH": str(checkout), "PATH": path, "COLUMNS": "160", "NO_COLOR": "1"}
