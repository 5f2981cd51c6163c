"""``python -m tests.chaos.soak --minutes 10``: place pairs at full rate, sample memory, compare ledgers at the end.

The exit status is 1 when memory grows, ledgers disagree or anything else is wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from pathlib import Path

from bot.cli.signals import cancel_on_stop
from bot.engine.tasks import end
from bot.practice.demo.judgement import Judgement, judge, read_bets
from tests.chaos.soak.flow import Flow
from tests.chaos.soak.growth import NOTHING, Kept, growth
from tests.chaos.soak.memory import Memory
from tests.chaos.soak.pairs import BRANDS
from tests.chaos.soak.report import Outcome, as_json, as_text
from tests.chaos.soak.stage import Stage, raised_stage

_SAMPLES = 300
_PATIENCE_S = 90
_DELIVERY_S = 30
_TELL_EVERY_S = 30
# Playwright keeps the last 10,000 requests, in the driver and in the worker; a pair makes about 13.
_KEPT = {"redis": Kept(40), "worker": Kept(180, full_after_pairs=900), "driver": Kept(400, full_after_pairs=900)}


def main() -> int:
    """Soak and report; return exit status 1 when anything is wrong."""
    options = _options()
    folder = Path(tempfile.mkdtemp(prefix="pairguard-soak-", dir=options.folder))
    try:
        outcome = asyncio.run(_soaked(folder, options.minutes, options.in_hand))
    except asyncio.CancelledError:
        print(f"The soak was stopped; everything is kept in {folder}", file=sys.stderr)
        return 1
    is_fine = not any(outcome.findings())
    print(*as_text(outcome), sep="\n")
    if is_fine:
        shutil.rmtree(folder)
    else:
        print(f"Everything is kept in {folder}")
    print(as_json(outcome))
    return 0 if is_fine else 1


async def _soaked(folder: Path, minutes: float, in_hand: int) -> Outcome:
    cancel_on_stop()
    async with raised_stage(folder) as stage:
        flow = Flow(stage, in_hand)
        memory = Memory(stage.worker.pid, stage.connection, lambda: flow.done)
        sampling = asyncio.create_task(memory.sample(minutes * 60 / _SAMPLES), name="memory")
        telling = asyncio.create_task(_tell(flow, memory), name="tell")
        try:
            await flow.run(minutes * 60, _PATIENCE_S)
        finally:
            await end({sampling, telling})
        return Outcome(
            minutes=minutes,
            memory={part: growth(each, _KEPT.get(part, NOTHING)) for part, each in memory.series.items()},
            course=memory.series,
            judgement=await _judged(stage, flow),
            cooldown_violations=sum((await stage.view.cooldown_violations()).values()),
            undelivered=await _undelivered(stage),
            errors=await asyncio.to_thread(_errors, stage.worker_log),
        )


async def _judged(stage: Stage, flow: Flow) -> Judgement:
    records = {pair.pair: await stage.view.pair(pair.pair) for pair in flow.pairs}
    sites = sorted({brand.site for brand in BRANDS})
    bets = [bet for site in sites for bet in read_bets(site, await stage.control.bets(site))]
    return judge(flow.pairs, {name: record.pair for name, record in records.items() if record}, bets)


async def _undelivered(stage: Stage) -> int:
    until_s = time.monotonic() + _DELIVERY_S
    while (left := await stage.view.undelivered_events()) and time.monotonic() < until_s:
        await asyncio.sleep(0.2)
    return left


def _errors(log: Path) -> tuple[str, ...]:
    return tuple(line for line in log.read_text("utf-8", errors="replace").splitlines() if "ERROR" in line)


async def _tell(flow: Flow, memory: Memory) -> None:
    while True:
        await asyncio.sleep(_TELL_EVERY_S)
        held = ", ".join(f"{part} {each[-1].megabytes:.0f} MB" for part, each in memory.series.items() if each)
        print(f"{flow.done} of {len(flow.pairs)} pairs have ended; {held}", file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.chaos.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="how long pairs are sent")
    parser.add_argument("--in-hand", type=int, default=4, help="number of pairs in the worker's hands at once")
    parser.add_argument("--folder", type=Path, help="folder of the soak; kept only after a finding")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
