from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.console import Console

from bot.cli.render.demo_screen import LineScreen, LiveScreen, screen_for
from bot.domain.changes import PairBlocked
from bot.domain.job import read_job
from bot.domain.lifecycle import apply
from bot.domain.pair import Pair
from bot.domain.reasons import Reason
from bot.ports.reader import PairOnRecord
from bot.practice.demo.scenario import SIDES, STORIES

NOW = datetime(2030, 1, 31, tzinfo=UTC)
COOLDOWN = next(story for story in STORIES if story.pair == "4-cooldown")


def console(*, width: int = 120, height: int = 40, terminal: bool = False) -> Console:
    return Console(
        file=StringIO(), width=width, height=height, force_terminal=terminal, highlight=False, color_system=None
    )


def said(on: Console) -> str:
    assert isinstance(on.file, StringIO)
    return on.file.getvalue()


def on_record(pair: Pair) -> PairOnRecord:
    return PairOnRecord(pair, NOW, NOW)


def received() -> Pair:
    return read_job(COOLDOWN.job(), {side.account: "EUR" for side in SIDES})


def drawn(live: LiveScreen, width: int, height: int) -> str:
    on = console(width=width, height=height)
    on.print(live)
    return said(on)


def test_a_line_is_printed_for_each_change_and_none_without() -> None:
    on = console()
    screen = LineScreen(on)
    for pair in (received(), received(), apply(received(), PairBlocked(Reason.COOLDOWN))):
        screen.show(on_record(pair))
    lines = [line for line in said(on).splitlines() if "4-cooldown" in line]
    assert [line.partition(": ")[2] for line in lines] == [
        "positive planned, hedge planned (received)",
        "positive planned, hedge planned (blocked)",
    ]


def test_the_live_table_shows_every_story_and_where_its_pair_stands() -> None:
    live = LiveScreen(STORIES)
    live.show(on_record(apply(received(), PairBlocked(Reason.COOLDOWN))))
    text = drawn(live, width=120, height=40)
    assert all(story.title in text and story.summary in text for story in STORIES)
    assert "blocked" in text
    assert text.count("not sent yet") == len(STORIES) - 1


def test_the_live_table_fits_an_ordinary_terminal() -> None:
    live = LiveScreen(STORIES)
    for number in range(9):
        live.say(f"Something happens for the {number}th time.")
    lines = drawn(live, width=80, height=24).splitlines()
    assert len(lines) <= 24
    assert all(len(line) <= 80 for line in lines)
    assert "for the 8th time" in lines[-1]


@pytest.mark.parametrize(("terminal", "kind"), [(True, LiveScreen), (False, LineScreen)])
def test_a_terminal_gets_a_live_table_and_a_file_gets_lines(*, terminal: bool, kind: type) -> None:
    with screen_for(console(terminal=terminal), STORIES, silent=False) as screen:
        assert isinstance(screen, kind)


def test_a_program_gets_nothing() -> None:
    on = console()
    with screen_for(on, STORIES, silent=True) as screen:
        screen.say("The match is over.")
        screen.show(on_record(received()))
    assert said(on) == ""
