"""The tutorial in providers/README.md as something that can be played: its blocks in order, and a reader who obeys.

What stands behind a fence says what to do with the block: ``sh`` is run, ``sh exits-1`` with that status; ``sh another-terminal`` is started and left
running; ``sh once`` takes long and is checked elsewhere; ``toml replace FILE`` and ``python add FILE`` are written; a
``text`` block is what the command before it prints, with ``…`` for what differs from run to run. A comment
``by hand: …`` is what a person does in a browser or an editor.
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

ByHand = Mapping[str, Callable[["Reader", str], None]]
"""What a person does, by its first word."""


@dataclass(frozen=True, slots=True)
class Block:
    """One thing that the reader is told to do; ``words`` are those behind the fence, or ``by-hand``."""

    words: tuple[str, ...]
    text: str
    line: int


def blocks_of(markdown: str, heading: str) -> Iterator[Block]:
    """Yield what a section tells its reader to do, in order."""
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
    """Somebody who sits before a checkout and does what the tutorial says, and looks whether it comes as promised.

    ``words`` are those of the tutorial that the reader has to replace, such as the number of a receipt.
    """

    checkout: Path
    by_hand: ByHand
    variables: dict[str, str]
    said: str = ""
    terminals: list[Terminal] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)

    def obey(self, block: Block) -> None:
        """Do one thing; fails, naming the line of the tutorial, when it does not come as promised."""
        for word, own in self.words.items():
            block = replace(block, text=block.text.replace(word, own))
        match block.words:
            case ("sh",):
                self.said = self._run(block, 0)
            case ("sh", "exits-1"):
                self.said = self._run(block, 1)
            case ("sh", "another-terminal"):
                self.terminals.append(Terminal(block, self))
            case ("sh", "again"):
                self._run_again = block
            case ("text",):
                self._expect(block)
            case (_, "replace", name):
                (self.checkout / name).write_text(block.text, "utf-8")
            case (_, "add", name):
                with (self.checkout / name).open("a", encoding="utf-8") as file:
                    file.write(f"\n{block.text}")
            case ("by-hand",):
                deed, _, rest = block.text.partition(" ")
                self.by_hand[deed](self, rest)
            case ("sh", "once"):
                pass
            case words:
                raise AssertionError(f"line {block.line}: nobody knows what to do with {' '.join(words)}")

    def leave(self) -> None:
        """Close the other terminals."""
        for terminal in self.terminals:
            terminal.close()

    def _run(self, block: Block, status: int) -> str:
        done = subprocess.run(
            ["/bin/bash", "-e", "-c", block.text],
            cwd=self.checkout,
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_PATIENCE_S * 2,
            check=False,
        )
        assert done.returncode == status, f"line {block.line}: exit {done.returncode} of {block.text}{done.stdout}"
        return done.stdout

    def _expect(self, block: Block) -> None:
        if self.said:
            assert shows(self.said, block.text), f"line {block.line}: promised\n{block.text}\nbut it said\n{self.said}"
        else:
            self.terminals[-1].wait_for(block)


class Terminal:
    """A command that goes on running."""

    def __init__(self, block: Block, reader: Reader) -> None:
        reader.said = ""
        self._log = reader.checkout / f"terminal-{block.line}.log"
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                ["/bin/bash", "-c", f"exec {block.text}"],
                cwd=reader.checkout,
                env=reader.variables | {"PYTHONUNBUFFERED": "1"},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self) -> str:
        return self._log.read_text("utf-8")

    def wait_for(self, block: Block) -> None:
        """Wait until it has said what it must; fails when it ends or never does."""
        deadline = time.monotonic() + _PATIENCE_S
        while not shows(self.said, block.text):
            ended = self._process.poll() is not None
            assert not ended, f"line {block.line}: it ended\n{self.said}"
            assert time.monotonic() < deadline, f"line {block.line}: promised\n{block.text}\nbut it said\n{self.said}"
            time.sleep(0.05)

    def close(self) -> None:
        """Press Ctrl-C."""
        self._process.terminate()
        self._process.wait(_PATIENCE_S)


def shows(said: str, promised: str) -> bool:
    """Tell whether every promised line was said, in order; white space within a line does not count."""
    lines = iter(_tidy(line) for line in said.splitlines())
    return all(any(_pattern(wanted).search(line) for line in lines) for wanted in promised.splitlines() if wanted)


def _pattern(promised: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in _tidy(promised).split("…")))


def _tidy(line: str) -> str:
    return " ".join(line.split())


def environment(checkout: Path) -> dict[str, str]:
    """Return the variables of somebody who works in a checkout with this environment's Python activated."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PAIRGUARD_", "PYTEST_"))}
    path = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{plain['PATH']}"
    return plain | {"PYTHONPATH": str(checkout), "PATH": path, "COLUMNS": "160", "NO_COLOR": "1"}
