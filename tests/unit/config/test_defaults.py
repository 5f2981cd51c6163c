"""A default is written once: in a policy of the domain, from which configuration takes it."""

from __future__ import annotations

import ast
from dataclasses import asdict
from pathlib import Path

import pytest

from bot import config
from bot.adapters.redis_ledger import LedgerTimes
from bot.config.breaker import BreakerSettings
from bot.config.settings import HedgeSettings
from bot.config.settlement import SettlementSettings
from bot.config.timing import TimingSettings
from bot.domain.breaker import BreakerPolicy
from bot.domain.policies import HedgePolicy, PagePolicy, PlacingPolicy, ReservationPolicy
from bot.domain.watch import WatchPolicy

FILES = sorted(Path(config.__file__).parent.glob("*.py"))


def defaults_of(file: Path) -> list[tuple[str, ast.expr]]:
    """Return the fields of a file's classes that have a default."""
    classes = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.ClassDef)]
    fields = [node for each in classes for node in each.body if isinstance(node, ast.AnnAssign)]
    return [(ast.unparse(field.target), field.value) for field in fields if field.value is not None]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_number_is_written_as_a_default_in_the_configuration(file: Path) -> None:
    written = [
        name
        for name, default in defaults_of(file)
        for node in ast.walk(default)
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool)
    ]
    assert written == []


def test_an_empty_configuration_has_the_defaults_of_the_policies() -> None:
    timing = TimingSettings().model_dump()
    for policy in (PagePolicy(), PlacingPolicy(), ReservationPolicy()):
        assert asdict(policy).items() <= timing.items()
    assert HedgeSettings().model_dump() == asdict(HedgePolicy())
    assert SettlementSettings().policy == WatchPolicy()
    assert BreakerSettings().to_policy() == BreakerPolicy()


def test_the_ledgers_times_are_those_of_the_policies() -> None:
    times = asdict(LedgerTimes())
    assert asdict(ReservationPolicy()).items() <= times.items()
    assert times["first_look_s"] == WatchPolicy().interval_s
