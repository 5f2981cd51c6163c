from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.gap.checkouts import THIS
from tests.bench.gap.figures import CONTESTANTS, OTHER, figures_of, printed
from tests.bench.gap.stage import Measured
from tests.bench.leg_gap import asked


def measured(*gaps_ms: float) -> list[Measured]:
    return [Measured(job_to_click_ms=100, gap_ms=gap) for gap in gaps_ms]


def test_a_run_without_against_plays_this_checkout_only() -> None:
    assert asked([])[1] == {"ours": THIS}


def test_the_checkout_to_compare_with_plays_beside_ours() -> None:
    assert set(asked(["--against", str(THIS.folder)])[1]) == {"ours", OTHER}


@pytest.mark.parametrize("make", [False, True], ids=["no folder", "an empty folder"])
def test_a_folder_without_the_project_is_wrong_usage_and_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], make: bool
) -> None:
    folder = tmp_path / "elsewhere"
    if make:
        folder.mkdir()
    with pytest.raises(SystemExit) as ended:
        asked(["--against", str(folder)])
    assert ended.value.code == 2
    assert f"--against: {folder} is no checkout" in capsys.readouterr().err


def test_the_ratio_is_ours_by_the_medians_of_both() -> None:
    found = {0: {name: measured(10, 20, 90) for name in CONTESTANTS} | {OTHER: measured(16, 16, 16)}}
    assert figures_of(found)["ratio_other"] == 1.25
    assert "1.25 times as long as the other checkout" in printed(found, seed=1)


def test_without_a_second_checkout_there_is_no_figure_of_it() -> None:
    found = {0: {name: measured(10) for name in CONTESTANTS}}
    assert not [name for name in figures_of(found) if "other" in name]
