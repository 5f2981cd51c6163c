"""A bookmaker's layout changes while a worker runs: betting stops with a kept page, and resumes once the TOML fits.

The worker is a process on a checkout of its own, so that its locators can be repaired while it runs.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bot.adapters.bullmq_jobs import BullMqQueue
from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_reader import RedisReader
from bot.domain.pair import Pair, PairState, Role
from bot.practice.configuration import configuration
from bot.practice.control_client import Control
from bot.practice.logins import Login, made_up_logins
from bot.practice.pairs import Market, Match, PracticePair, Side, malay
from bot.practice.running_sites import open_practice_sites
from bot.practice.sites.brands import ASIAN, EUROPEAN

_Found = TypeVar("_Found")
ROOT = Path(__file__).resolve().parents[3]
REPAIRED = (Path(__file__).parent / "repairs" / "harbour.harbourline.toml").read_text("utf-8")
SETTLED_STATES = {PairState.HEDGED, PairState.SETTLING, PairState.FAILED, PairState.BLOCKED}
PAIRS = ("before", "drifted", "halted", "after")
SETTINGS = """
mode = "live"
data_dir = "data"

[redis]
url = "{redis_url}"

[timing]
page_s = 2

[settlement]
interval_s = 1
"""


def pair_called(name: str) -> PracticePair:
    """Build a pair on a match of its own; its accounts cool down only after the first pair."""
    number = 1 if name == PAIRS[0] else 2
    over = Market("total_goals", {"over": "2.10", "under": "2.10"}, "2.5")
    under = Market("total_goals", {"over": "1.98", "under": "1.98"}, "2.5")
    return PracticePair(
        pair=name,
        match=Match(f"Port {name}", f"Windmere {name}", "Coastal League"),
        positive=Side(EUROPEAN, f"hal{number}", over, "over", "2.10", "2.05", "10.00"),
        hedge=Side(ASIAN, f"liv{number}", under, "under", malay("0.98"), malay("0.95"), "11"),
    )


@dataclass
class Place:
    """A checkout of the test's own, the practice sites, and a worker that is never restarted."""

    checkout: Path
    control: Control
    queue: BullMqQueue
    view: RedisReader
    variables: Mapping[str, str]
    worker: asyncio.subprocess.Process = field(init=False)

    async def start(self) -> None:
        """Start the worker and wait until it takes pairs."""
        self.worker = await self._pairguard("run", "--json")
        assert self.worker.stdout
        async with asyncio.timeout(60):
            assert b"ready" in await self.worker.stdout.readline()

    async def stop(self) -> None:
        """Shut the worker down."""
        self.worker.send_signal(signal.SIGTERM)
        await self.worker.wait()

    async def place(self, name: str) -> Pair:
        """Send a pair and return it when it has ended."""
        await self.queue.add(pair_called(name).job(), f"pair-{name}")
        return await self._until(lambda: self._pair(name))

    async def event(self, kind: str) -> Mapping[str, Any]:
        """Wait for an event and return its data."""
        return await self._until(lambda: self._event(kind))

    def evidence(self, report: Mapping[str, Any]) -> str:
        """Return the text of the kept page that an event names."""
        return Path(self.checkout, report["evidence"]).read_text("utf-8")

    def lay_over(self, toml: str) -> None:
        """Write the overlay for what the whitelabel shows since its layout changed."""
        (self.checkout / "selectors" / "harbour.harbourline.toml").write_text(toml, "utf-8")

    async def run(self, *arguments: str) -> tuple[int | None, str]:
        """Run a command beside the worker and return its exit status and output."""
        process = await self._pairguard(*arguments)
        said, _ = await process.communicate()
        return process.returncode, said.decode()

    async def _pairguard(self, *arguments: str) -> asyncio.subprocess.Process:
        with (self.checkout / "said.log").open("ab") as errors:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", *arguments),
                cwd=self.checkout,
                env=self.variables,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
            )

    async def _pair(self, name: str) -> Pair | None:
        record = await self.view.pair(name)
        return record.pair if record and record.pair.state in SETTLED_STATES else None

    async def _event(self, kind: str) -> Mapping[str, Any] | None:
        return next((event.data for event in await self.view.events(1000) if event.type == kind), None)

    async def _until(self, look: Callable[[], Awaitable[_Found | None]]) -> _Found:
        async with asyncio.timeout(40):
            while (found := await look()) is None:
                assert self.worker.returncode is None, (self.checkout / "said.log").read_text("utf-8")
                await asyncio.sleep(0.05)
        return found


@asynccontextmanager
async def furnished(folder: Path, redis_url: str) -> AsyncIterator[Place]:
    checkout, pairs = folder / "checkout", [pair_called(name) for name in PAIRS]
    for part in ("bot", "providers", "selectors", "fixtures"):
        shutil.copytree(ROOT / part, checkout / part, ignore=shutil.ignore_patterns("__pycache__"))
    sides = [side for pair in pairs for side in (pair.positive, pair.hedge)]
    logins = made_up_logins(sorted({(side.brand.name, side.username) for side in sides}))
    connection, queue = RedisConnection(redis_url), BullMqQueue(redis_url, "bet-pairs")
    async with (
        open_practice_sites(folder / "books") as practice_sites,
        Control.connected(practice_sites.addresses.control) as control,
    ):
        await _open(control, logins, pairs)
        toml = configuration(practice_sites.addresses, logins, SETTINGS.format(redis_url=redis_url))
        (checkout / "pairguard.toml").write_text(toml, "utf-8")
        passwords = {login.variable: login.password.get_secret_value() for login in logins}
        plain = {name: value for name, value in os.environ.items() if not name.startswith("PAIRGUARD_")}
        variables = plain | passwords | {"PYTHONPATH": str(checkout)}
        yield Place(checkout, control, queue, RedisReader(connection), variables)
    await queue.close()
    await connection.close()


async def _open(control: Control, logins: tuple[Login, ...], pairs: list[PracticePair]) -> None:
    for login in logins:
        await control.open_account(login)
    for pair in pairs:
        for role in Role:
            await control.add_event(pair.side(role).brand.site, pair.offer(role))


@pytest.fixture
async def place(tmp_path: Path, redis_url: str) -> AsyncIterator[Place]:
    async with furnished(tmp_path, redis_url) as place:
        await place.start()
        yield place
        await place.stop()


@pytest.mark.covers("UI-19d")
async def test_betting_stops_with_evidence_and_goes_on_without_a_restart_once_the_toml_is_repaired(
    place: Place,
) -> None:
    assert (await place.place("before")).state in {PairState.HEDGED, PairState.SETTLING}

    await place.control.change_settings(EUROPEAN.site, {"skin": "regatta"})

    drifted = await place.place("drifted")
    assert (drifted.state, drifted.positive.ticket) == (PairState.FAILED, None)
    report = await place.event("provider_halted")
    assert report["scope"] == "harbourline:harbour"
    assert 'data-skin="regatta"' in place.evidence(report)
    assert (await place.place("halted")).reason == "halted"
    record = ("record", report["account"], "session/regatta", "--reading", "account", "--evidence", report["evidence"])
    status, said = await place.run(*record)
    assert (status, "LocatorMissing" in said) == (0, True), said

    place.lay_over(REPAIRED.replace("td#slip-odds", "#slip-odds"))  # finds odds in a recording that must have none
    assert (await place.event("locators_refused"))["problems"]
    assert [on_record.halt.scope for on_record in await place.view.halts()] == ["harbourline:harbour"]

    place.lay_over(REPAIRED)
    status, said = await place.run("fixtures", "accept", "harbour/session/regatta", "--yes")
    assert status == 0, said
    assert (await place.event("provider_resumed"))["scope"] == "harbourline:harbour"
    status, said = await place.run("check", "harbour")
    assert (status, "every recorded page reads as recorded" in said) == (0, True), said
    assert (await place.place("after")).state in {PairState.HEDGED, PairState.SETTLING}
    assert place.worker.returncode is None
    bets = await place.control.bets(EUROPEAN.site)
    assert [bet["event_id"] for bet in bets] == ["before-harbour", "after-harbour"]
