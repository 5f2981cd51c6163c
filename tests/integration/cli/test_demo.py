from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.application import app
from bot.cli.commands import demo as command
from bot.domain.pair import PairState
from bot.practice.demo.scenario import STORIES
from bot.practice.demo.story import Ending

pytestmark = pytest.mark.timeout(300)  # for a busy machine

GONE = replace(next(story for story in STORIES if story.pair == "8-gone"), after=None)


@pytest.fixture(autouse=True)
def the_users_own_redis_is_not_to_be_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAIRGUARD_REDIS__URL", "redis://127.0.0.1:1")


def demo(folder: Path, *options: str) -> Result:
    """Run the demonstration in this process, on its own practice sites, Redis, worker and browser."""
    return CliRunner().invoke(app, ["demo", "--data", str(folder), *options])


def test_the_eight_stories_end_as_described_and_the_bookmakers_ledgers_agree(tmp_path: Path) -> None:
    result = demo(tmp_path, "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout.splitlines()[-1])["demo"]
    assert report["truth"] == "match"
    ends = {pair["pair"]: (pair["verdict"], pair["reason"], pair["actual_pnl"]) for pair in report["pairs"]}
    assert ends == {
        "1-profit": ("reconciled", None, 2.0),
        "2-refused": ("failed", "declined", 0.0),
        "3-emergency": ("EMERGENCY", "declined", -40.0),
        "4-cooldown": ("blocked", "cooldown", 0.0),
        "5-void": ("EXPOSURE_EVENT", "positive_void_hedge_active", -48.65),
        "6-quarters": ("EXPOSURE_EVENT", "partial_settlement_half_lost_half_won", 0.71),
        "7-both-lost": ("EXPOSURE_EVENT", "both_lost_unexpected", -102.02),
        "8-gone": ("failed", "minimum_odds", 0.0),
    }
    bets = [ticket for pair in report["pairs"] for ticket in (pair["positive_ticket"], pair["hedge_ticket"])]
    assert sum(ticket is not None for ticket in bets) == 9


def test_it_fails_when_a_pair_does_not_end_as_its_story_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = replace(GONE, ending=Ending(PairState.RECONCILED, None, "pair_reconciled"))
    monkeypatch.setattr(command, "STORIES", (wrong,))
    result = demo(tmp_path)
    assert result.exit_code == 1
    assert "8-gone: is failed, should be reconciled" in result.stdout
    assert "8-gone: there was no pair_reconciled" in result.stdout
    assert str(next(tmp_path.iterdir()) / "data" / "evidence") in result.stdout
