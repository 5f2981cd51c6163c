"""What was measured, as a table for people and figures for programs, held against the targets."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

from tests.bench.gap.stage import Measured
from tests.bench.targets import Targets

CONTESTANTS = ("sequential", "old_tabs", "locator_click", "ours", "floor")
TARGETS = Targets(at_least={"ratio_sequential": 25.0, "ratio_job_to_click": 1.5}, at_most={"ratio_floor": 1.5})
"""They hold where nothing is delayed."""
OTHER = "other"
"""The second checkout, in a run that has one."""

Found = Mapping[int, Mapping[str, Sequence[Measured]]]


def figures_of(found: Found) -> dict[str, float]:
    """Return the figures under each delay; those under one have its milliseconds at the end of their names."""
    figures: dict[str, float] = {}
    for delay_ms, contestants in found.items():
        suffix = f"_delayed_{delay_ms}" if delay_ms else ""
        figures |= {f"{name}{suffix}": value for name, value in _figures(contestants).items()}
    return figures


def _figures(contestants: Mapping[str, Sequence[Measured]]) -> dict[str, float]:
    gaps = {name: [each.gap_ms for each in contestants[name]] for name in _shown(contestants)}
    p50 = {name: statistics.median(each) for name, each in gaps.items()}
    jobs = {name: [each.job_to_click_ms for each in contestants[name]] for name in ("ours", "sequential")}
    job_p50 = {name: statistics.median(each) for name, each in jobs.items()}
    figures = {f"{name}_ms_p50": p50[name] for name in CONTESTANTS}
    figures |= {f"{name}_ms_p95": p95(gaps[name]) for name in CONTESTANTS}
    figures |= {
        "ratio_sequential": p50["sequential"] / p50["ours"],
        "ratio_floor": p50["ours"] / p50["floor"],
        "job_to_click_ours_ms_p50": job_p50["ours"],
        "job_to_click_ours_ms_p95": p95(jobs["ours"]),
        "job_to_click_sequential_ms_p50": job_p50["sequential"],
        "ratio_job_to_click": job_p50["sequential"] / job_p50["ours"],
    }
    if OTHER in gaps:
        figures |= {
            "other_ms_p50": p50[OTHER],
            "other_ms_p95": p95(gaps[OTHER]),
            "ratio_other": p50["ours"] / p50[OTHER],
        }
    return {name: round(value, 2) for name, value in figures.items()}


def _shown(contestants: Mapping[str, Sequence[Measured]]) -> tuple[str, ...]:
    return (*CONTESTANTS, OTHER) if OTHER in contestants else CONTESTANTS


def printed(found: Found, seed: int) -> str:
    """Write the table."""
    lines = [f"Harbour's acceptance sent → Lotus' bet request received, in ms (order by seed {seed})"]
    for delay_ms, contestants in found.items():
        count = len(contestants["ours"])
        lines += ["", f"responses delayed by {delay_ms} ms, {count} pairs each", _ROW.format(*_HEADS)]
        lines += [_ROW.format(name, *_row(contestants[name])) for name in _shown(contestants)]
        figures = _figures(contestants)
        lines.append(
            f"ours is {figures['ratio_sequential']:.1f} times faster than sequential and takes "
            f"{figures['ratio_floor']:.2f} times the floor; its first click comes {figures['ratio_job_to_click']:.2f} "
            "times sooner"
        )
        if OTHER in contestants:
            lines.append(f"ours takes {figures['ratio_other']:.2f} times as long as the other checkout")
    return "\n".join(lines)


_HEADS = ("", "gap p50", "p95", "best", "first click p50", "p95")
_ROW = "{:<14} {:>9} {:>9} {:>9} {:>16} {:>9}"


def _row(pairs: Sequence[Measured]) -> list[str]:
    gaps, jobs = [each.gap_ms for each in pairs], [each.job_to_click_ms for each in pairs]
    values = (statistics.median(gaps), p95(gaps), min(gaps), statistics.median(jobs), p95(jobs))
    return [f"{value:.1f}" for value in values]


def p95(values: Sequence[float]) -> float:
    """Return what 95 of 100 values do not exceed."""
    return sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]
