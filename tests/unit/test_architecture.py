"""What import-linter cannot see: sizes, and names outside of the modules that need them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from providers.registry import known_providers

ROOT = Path(__file__).resolve().parents[2]
PROVIDER_LINES = 250
_PROGRAM = sorted(file for file in (ROOT / "bot").rglob("*") if file.suffix in {".py", ".lua", ".js", ".html"})


@pytest.mark.parametrize("provider", sorted(known_providers()))
def test_nothing_under_bot_names_a_provider_but_the_practice_bookmakers(provider: str) -> None:
    name = re.compile(rf"\b{provider}\b", re.IGNORECASE)
    outside = [file for file in _PROGRAM if not file.is_relative_to(ROOT / "bot" / "practice")]
    assert [str(file.relative_to(ROOT)) for file in outside if name.search(file.read_text("utf-8"))] == []


@pytest.mark.parametrize("provider", sorted(known_providers()))
def test_a_provider_is_short(provider: str) -> None:
    lines = (ROOT / "providers" / f"{provider}.py").read_text("utf-8").splitlines()
    assert len(lines) < PROVIDER_LINES
