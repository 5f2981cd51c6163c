"""Sweeps against polling each ticket: a thousand open tickets on twenty accounts, all of them looked at once.

Ours is a whole worker: its scheduler, settlement, ledger and browser sessions; all tickets are due at the same moment,
and the cycle ends when the last look is on record. The peer polls each ticket on its own, as such scripts are usually
written (``crowd/polling.py``), on the same accounts in the same browser. Page loads are what the browser tells of.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.adapters.browser import PageLoadCount
from bot.practice.configuration import forget_own_configuration
from tests.bench.crowd.customers import SHARES, accounts_at, open_crowded_bookmakers
from tests.bench.crowd.polling import Cycle, Polling
from tests.bench.crowd.watches import Watches
from tests.bench.running import running_worker
from tests.bench.targets import Targets, conclude

_ROWS_ON_A_PAGE = {"lotus": 20, "frontier": 20}
"""Harbour's list is a single page that grows."""

_TARGETS = Targets(at_least={"ratio_page_loads": 30.0, "ratio_time": 20.0})
_DUE_IN_S = 1.5
_SETTINGS = """
mode = "live"  # the practice sites know no real money
data_dir = "data"

[settlement]
interval_s = 3153600000  # a hundred years: only the bench says when tickets are due
max_polls = 1000
"""


async def measured(bets_each: int, cycles: int) -> dict[str, Any]:
    """Have ours look at all tickets, the peer once, ours again, and return the figures."""
    forget_own_configuration()
    with tempfile.TemporaryDirectory() as folder:
        async with open_crowded_bookmakers(Path(folder) / "bookmakers", bets_each) as (bookmakers, customers):
            logins = [customer.login for customer in customers]
            async with running_worker(Path(folder) / "ours", logins, bookmakers.addresses, _SETTINGS) as worker:
                watches = Watches(worker.connection)
                await watches.begin(customers)
                providers = accounts_at(customers)
                together = worker.settings.settlement.sweeps_at_once
                first = await _cycle(watches, worker.sessions.page_loads, providers)
                ours = [await _cycle(watches, worker.sessions.page_loads, providers) for _ in range(cycles)]
                polling = await Polling.begin(await worker.browser(), customers, bookmakers.addresses, together)
                peer = await polling.cycle()
                ours += [await _cycle(watches, worker.sessions.page_loads, providers) for _ in range(cycles)]
                _require_all_covered(await watches.looks(), len(customers) * bets_each, 1 + 2 * cycles)
    return _figures(len(customers), len(customers) * bets_each, first, ours, peer) | {
        "page_loads_needed": sum(_pages(site, bets_each) * accounts for site, accounts in providers.items()),
        "together": together,
    }


async def _cycle(watches: Watches, loads: PageLoadCount, providers: Mapping[str, int]) -> Cycle:
    await watches.make_due(_DUE_IN_S)
    await asyncio.sleep(_DUE_IN_S)
    began_s = time.monotonic()
    await watches.all_looked_at()
    seconds = time.monotonic() - began_s
    return Cycle(sum(loads.within(provider, seconds) for provider in providers), seconds)


def _require_all_covered(looks: list[tuple[int, int]], tickets: int, times: int) -> None:
    if looks != [(times, 0)] * tickets:
        raise SystemExit(f"not every ticket was seen exactly {times} times: {sorted(set(looks))}, {len(looks)} tickets")


def _figures(accounts: int, tickets: int, first: Cycle, ours: list[Cycle], peer: Cycle) -> dict[str, Any]:
    ours_s, ours_loads = statistics.median(each.seconds for each in ours), max(each.page_loads for each in ours)
    return {
        "tickets": tickets,
        "accounts": accounts,
        "ours_page_loads": ours_loads,
        "peer_page_loads": peer.page_loads,
        "ours_s": round(ours_s, 2),
        "peer_s": round(peer.seconds, 2),
        "ratio_page_loads": round(peer.page_loads / ours_loads, 1),
        "ratio_time": round(peer.seconds / ours_s, 1),
        "ours_cycles": len(ours),
        "ours_s_slowest": round(max(each.seconds for each in ours), 2),
        "first_cycle_page_loads": first.page_loads,
        "first_cycle_s": round(first.seconds, 2),
        "peer_page_loads_per_ticket": round(peer.page_loads / tickets, 2),
    }


def _pages(site: str, bets: int) -> int:
    return -(-bets // _ROWS_ON_A_PAGE.get(site, bets))


def _told(figures: Mapping[str, Any]) -> str:
    where = ", ".join(f"{brand} {number}" for brand, number in SHARES.items())
    rows = [
        ("ours", "ours_page_loads", "ours_s", "median of {ours_cycles} cycles, slowest {ours_s_slowest:.2f}"),
        ("ours, its first cycle", "first_cycle_page_loads", "first_cycle_s", "opens the tabs"),
        ("each ticket polled", "peer_page_loads", "peer_s", "{peer_page_loads_per_ticket:.2f} page loads per ticket"),
    ]
    lines = [
        f"{figures['tickets']} open tickets on {figures['accounts']} accounts ({where})",
        f"  {figures['together']} accounts side by side; their lists have {figures['page_loads_needed']} pages",
        _ROW.format("", "page loads", "seconds", ""),
        *(_ROW.format(name, figures[loads], figures[s], note.format(**figures)) for name, loads, s, note in rows),
        f"{figures['ratio_page_loads']:.1f} times fewer page loads, {figures['ratio_time']:.1f} times less time",
    ]
    return "\n".join(lines)


_ROW = "  {:<24} {:>10} {:>9}   {}"


def main() -> None:
    """Print the figures for people, then for programs; status 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="sweep", description="Measure a cycle over all open tickets.")
    parser.add_argument("--tickets", type=int, default=50, help="open tickets of each of the twenty accounts")
    parser.add_argument("--cycles", type=int, default=3, help="cycles of ours before the peer's, and as many after it")
    asked = parser.parse_args()
    figures = asyncio.run(measured(asked.tickets, asked.cycles))
    print(_told(figures))
    needed = Targets(at_most={"ours_page_loads": figures["page_loads_needed"]})
    conclude("sweep", figures, needed.missed(figures) + _TARGETS.missed(figures))


if __name__ == "__main__":
    main()
