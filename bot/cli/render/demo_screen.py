"""How the course of the demonstration is shown: a live table in a terminal, lines elsewhere, nothing for a program."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.live import Live
from rich.table import Table
from rich.text import Text

from bot.cli.render.wording import DASH, state_text, status_text
from bot.domain.events import leg_status
from bot.domain.pair import Pair, Role
from bot.ports.reader import PairOnRecord
from bot.practice.demo.play import Screen
from bot.practice.demo.story import Story

_SENTENCES_KEPT = 4
_REFRESHES_PER_S = 8
_ROOMY_WIDTH = 116
_ROOMY_HEIGHT = 32
_SENTENCE_WIDTH = 60
_OPENING = (
    "Eight bet pairs, two practice bookmakers, one real browser. No real money, nothing leaves this machine.",
    "A pair is two bets on one match, so that one of them pays. The hedge waits until the positive bet is taken.",
)
_LEGEND = "planned › armed (one click away) › submitting (clicked) › accepted › won, lost, void …"


class SilentScreen:
    """Shows nothing."""

    def say(self, sentence: str) -> None:
        """Tell nothing."""

    def show(self, record: PairOnRecord) -> None:
        """Show nothing."""


class LineScreen:
    """Prints a line whenever something changes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._began = time.monotonic()
        self._shown: dict[str, tuple[str, str, str]] = {}
        for sentence in _OPENING:
            console.print(sentence)
        console.print()

    def say(self, sentence: str) -> None:
        """Print a sentence."""
        self._console.print(Text.assemble((f"{_seconds_since(self._began)}  ", "dim"), sentence))

    def show(self, record: PairOnRecord) -> None:
        """Print a pair if it has changed."""
        pair = record.pair
        now = (leg_status(pair.positive), leg_status(pair.hedge), pair.state.value)
        if self._shown.get(pair.bet_pair_id) == now:
            return
        self._shown[pair.bet_pair_id] = now
        legs = [f"{leg.role.value} {leg_status(leg)}" for leg in pair.legs]
        self.say(f"{pair.bet_pair_id}: {', '.join(legs)} ({pair.state.value})")


class LiveScreen:
    """Keeps a table of all stories up to date."""

    def __init__(self, stories: Sequence[Story]) -> None:
        self._stories = stories
        self._began = time.monotonic()
        self._pairs: dict[str, Pair] = {}
        self._sentences: deque[Text] = deque(maxlen=_SENTENCES_KEPT)

    def say(self, sentence: str) -> None:
        """Add a sentence under the table."""
        self._sentences.append(Text.assemble((f"{_seconds_since(self._began)}  ", "dim"), sentence))

    def show(self, record: PairOnRecord) -> None:
        """Show a pair's state in its row."""
        self._pairs[record.pair.bet_pair_id] = record.pair

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw everything, each story with its sentence where the terminal is large enough."""
        is_roomy = options.max_width >= _ROOMY_WIDTH and console.height >= _ROOMY_HEIGHT
        table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
        table.add_column("Story", min_width=_SENTENCE_WIDTH if is_roomy else None)
        for heading in ("Positive bet", "Hedge bet", "Pair"):
            table.add_column(heading, no_wrap=True, min_width=len("EXPOSURE_EVENT") if is_roomy else None)
        for story in self._stories:
            table.add_row(*(self._roomy_row(story) if is_roomy else self._row(story)))
        yield from (Text(sentence) for sentence in _OPENING)
        yield table
        yield Text(_LEGEND, "dim")
        yield Text()
        yield from self._sentences

    def _row(self, story: Story) -> tuple[RenderableType, ...]:
        pair = self._pairs.get(story.pair)
        return story.title, *(_leg_words(story, role, pair, " ") for role in Role), _state_words(pair)

    def _roomy_row(self, story: Story) -> tuple[RenderableType, ...]:
        pair = self._pairs.get(story.pair)
        described = Text.assemble((story.title, "bold"), "\n", (story.summary, "dim"))
        state = Text.assemble(_state_words(pair), "\n", (_why(pair), "dim"))
        return described, *(_leg_words(story, role, pair, "\n") for role in Role), state


@contextmanager
def screen_for(console: Console, stories: Sequence[Story], *, silent: bool) -> Iterator[Screen]:
    """Open the screen that fits: live in a terminal, lines in a pipe or file, none if it is to be silent."""
    if silent:
        yield SilentScreen()
    elif not console.is_terminal:
        yield LineScreen(console)
    else:
        live = LiveScreen(stories)
        with Live(live, console=console, refresh_per_second=_REFRESHES_PER_S, transient=True):
            yield live


def _leg_words(story: Story, role: Role, pair: Pair | None, between: str) -> Text:
    status = status_text(pair.leg(role)) if pair else Text(DASH, "dim")
    return Text.assemble((story.side(role).brand.title, "dim"), between, status)


def _state_words(pair: Pair | None) -> Text:
    return state_text(pair.state) if pair else Text("not sent yet", "dim")


def _why(pair: Pair | None) -> str:
    if pair is None:
        return ""
    if pair.verdict and pair.verdict.actual_pnl is not None:
        return f"{pair.verdict.actual_pnl.amount:+.2f} {pair.verdict.actual_pnl.currency}"
    return pair.reason or ""


def _seconds_since(began: float) -> str:
    return f"{time.monotonic() - began:5.1f} s"
