"""kill -9 at the positive's click: how long until a successor has proven the bet and hedged it, and what is told.

Everything is real, and every setting is what users have. A worker acts and another waits for its leases. The acting one
is killed when the bookmaker has recorded the positive bet. Sometimes the answer is faster than the kill, and the worker
dies between the hedge's intent and its click: then a human decides, and what counts is how soon that is told. Times are
Redis' own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from loguru import logger

from bot.adapters.redis_connection import redis_time_ms
from bot.domain.pair import LegState, PairState
from bot.domain.policies import HedgePolicy, ReservationPolicy
from tests.chaos.history import History
from tests.chaos.moments import strike_at
from tests.chaos.plan import Fault, Moment, Plan
from tests.chaos.world import AS_USERS_HAVE_IT, World, WorldStuck, raised_world, until

_LEASE_S, _NAKED_AFTER_S = ReservationPolicy().lease_s, HedgePolicy().naked_after_s
_HEDGED_WITHIN_S = _LEASE_S + 5
_TOLD_WITHIN_S = _NAKED_AFTER_S + 2
_PATIENCE_S = 120
_ENDS = frozenset({PairState.HEDGED, PairState.EMERGENCY, PairState.SETTLING, PairState.RECONCILED})


async def measured(runs: int, folder: Path) -> dict[str, Any]:
    """Kill the acting worker so often, and return the figures."""
    async with raised_world(folder / "world", AS_USERS_HAVE_IT) as world:
        rounds = [await _round(world, number) for number in range(1, runs + 1)]
    proven, hedged, alone = (
        [each[name] for each in rounds if name in each] for name in ("proven_s", "hedged_s", "alone_untold_s")
    )
    return {
        "runs": runs,
        "left_to_a_human": runs - len(hedged),
        "proven_s_p50": round(statistics.median(proven), 2),
        "hedged_after_proof_s_p50": round(statistics.median(hedged), 2),
        "hedged_after_proof_s_p95": round(_p95(hedged), 2),
        "alone_untold_s_most": round(max(alone), 2),
        "bets_doubled": sum(each["bets"] > 1 for each in rounds),
    }


async def _round(world: World, number: int) -> Mapping[str, float]:
    await world.in_order()
    history = await History.begin(world, Plan(number, Fault.KILL_WORKER, Moment.CLICKED))
    async with strike_at(world, history.plan, history.pair, history.strike):
        await world.queue.add(history.pair.job(), f"pair-{history.plan.pair}")
        await asyncio.wait_for(history.strike.has_struck.wait(), _PATIENCE_S)
        killed_ms = await redis_time_ms(world.connection)
        try:
            await until(lambda: _has_ended(world, history), _PATIENCE_S, "the pair is not hedged")
        except WorldStuck as stuck:
            raise SystemExit(f"{stuck}: {await _story(world, history)}") from None
    await history.strike.end()
    world.in_use.clear()
    times = await _times_ms(world, history)
    proven_ms = next(at for what, at in times.items() if "positive:accepted" in what)
    evidence = await history.evidence()
    bets = max(len(truth.bets) for truth in evidence.truth.values())
    if await history.ask_a_human():
        return {"alone_untold_s": (times["naked_positive"] - proven_ms) / 1000, "bets": bets}
    hedged_ms = next(at for what, at in times.items() if "hedge:submitted" in what)
    told_ms = times.get("naked_positive", hedged_ms)
    seconds = {
        "proven_s": proven_ms - killed_ms,
        "hedged_s": hedged_ms - proven_ms,
        "alone_untold_s": told_ms - proven_ms,
    }
    return {name: ms / 1000 for name, ms in seconds.items()} | {"bets": bets}


async def _story(world: World, history: History) -> str:
    """Tell what the ledger says of a pair that came to no end."""
    record = await world.view.pair(history.plan.pair)
    steps = [f"{entry.time:%H:%M:%S} {entry.what}" for entry in await world.view.audit_of(history.plan.pair)]
    legs = [f"{leg.role.value} {leg.state.value} {leg.reason or ''}" for leg in record.pair.legs] if record else []
    return "; ".join([history.plan.pair, record.pair.state.value if record else "not on record", *legs, *steps])


async def _has_ended(world: World, history: History) -> bool:
    record = await world.view.pair(history.plan.pair)
    if record is None or record.pair.state in _ENDS:
        return record is not None
    is_told = "naked_positive" in await _times_ms(world, history)
    return record.pair.hedge.state is LegState.UNKNOWN and is_told


async def _times_ms(world: World, history: History) -> Mapping[str, float]:
    entries = await world.view.audit_of(history.plan.pair)
    times = {entry.what: entry.time.timestamp() * 1000 for entry in entries}
    for event in await world.view.events(1000):
        if event.data.get("betPairId") == history.plan.pair and event.data.get("reason") == "naked_positive":
            times.setdefault("naked_positive", event.time.timestamp() * 1000)
    return times


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[max(round(len(values) * 0.95) - 1, 0)]


def main() -> None:
    """Print the figures for people, then for programs; status 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="takeover", description="Measure how soon a successor hedges.")
    parser.add_argument("--runs", type=int, default=20, help="how often the worker is killed")
    parser.add_argument("--folder", type=Path, help="where to leave logs and ledgers, to look into")
    asked = parser.parse_args()
    logger.remove()
    logger.add(sys.stderr, level="ERROR")
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(measured(asked.runs, asked.folder or Path(folder)))
    print(f"{figures['runs']} times kill -9 at the positive's click, with the configuration that users have:")
    proven_s, hedged_s = figures["proven_s_p50"], figures["hedged_after_proof_s_p95"]
    print(f"  the bet was proven {proven_s} s later (median; the lease lasts {_LEASE_S} s),")
    print(f"  the hedge was clicked {hedged_s} s after that (p95; at most {_HEDGED_WITHIN_S} s wanted),")
    if figures["left_to_a_human"]:
        print(f"  {figures['left_to_a_human']} times the kill hit the hedge's click instead, and a human had to look,")
    print(f"  and no positive bet stood alone untold for more than {figures['alone_untold_s_most']} s")
    missed = (
        figures["hedged_after_proof_s_p95"] > _HEDGED_WITHIN_S
        or figures["alone_untold_s_most"] > _TOLD_WITHIN_S
        or figures["bets_doubled"] > 0
    )
    print("MISSED\n" if missed else "", end="")
    print(json.dumps({"bench": "takeover", "figures": figures}))
    sys.exit(missed)


if __name__ == "__main__":
    main()
