"""Common set-up of all interleavings: a quiet log, fewer idle polls, and a place for their counts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from loguru import logger

from bot.engine import scheduler
from tests.chaos.interleavings.histories import Tally

Report = Callable[[str, Tally], None]
_RUNS = 150


@pytest.fixture(autouse=True)
def _quick_and_quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(scheduler, "_LOOK_EVERY_S", 5)
    logger.disable("bot")
    yield
    logger.enable("bot")


@pytest.fixture
def report(record_property: Callable[[str, object], None]) -> Report:
    """Add a tally to the summary of the test run."""
    return lambda name, tally: record_property("interleavings", f"{name}: {tally}")


@pytest.fixture
def runs() -> int:
    """The number of histories drawn of each kind: ``CHAOS_RUNS``, by default few enough for every test run."""
    return int(os.environ.get("CHAOS_RUNS", _RUNS))


@pytest.fixture
def draws_more() -> bool:
    """Whether this run was asked for more than an ordinary one plays."""
    return "CHAOS_RUNS" in os.environ


@pytest.fixture
def seed() -> int:
    """The seed from which histories are drawn: ``CHAOS_SEED``."""
    return int(os.environ.get("CHAOS_SEED", "1"))
