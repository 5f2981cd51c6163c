"""Builds the parts that place pairs from the ports that they use."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.engine.arming import LegArmer
from bot.engine.baselines import BaselineCache
from bot.engine.evidence import EvidenceKeeper
from bot.engine.executor import Executor
from bot.engine.hedging import HedgeRules, Hedging
from bot.engine.lanes import Lanes
from bot.engine.pair_book import PairBook
from bot.engine.placing import PairPlacer, PlacingRules
from bot.engine.proving import Prover
from bot.engine.site_health import SiteHealth
from bot.engine.stopwatch import Stopwatches
from bot.engine.submission import CLICK_WITHIN_S, LegSubmitter
from bot.ports.bookmaker import Bookmakers
from bot.ports.clock import Clock
from bot.ports.evidence import Evidence
from bot.ports.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """The ports and rules of placing. ``build`` makes the executor."""

    ledger: Ledger
    bookmakers: Bookmakers
    evidence: Evidence
    clock: Clock
    health: SiteHealth
    lanes: Lanes
    placing: PlacingRules = field(default_factory=PlacingRules)
    hedging: HedgeRules = field(default_factory=HedgeRules)
    baselines: BaselineCache | None = None
    click_within_s: float = CLICK_WITHIN_S
    executor: type[Executor] = Executor

    def build(self) -> Executor:
        """Build the executor and its parts."""
        ledger, book, stopwatches = self.ledger, PairBook(self.ledger), Stopwatches()
        armer = LegArmer(self.bookmakers, ledger, self.baselines)
        prover = Prover(self.bookmakers, book, self.health, self.clock, ledger)
        submitter = self._submitter(book, stopwatches)
        hedging = Hedging(armer, submitter, prover, book, self.health, self.clock, self.hedging)
        placer = PairPlacer(
            armer=armer,
            submitter=submitter,
            prover=prover,
            hedging=hedging,
            evidence=submitter.evidence,
            book=book,
            health=self.health,
            stopwatches=stopwatches,
            clock=self.clock,
            ledger_clock=ledger,
            rules=self.placing,
        )
        return self.executor(
            pairs=ledger,
            reservations=ledger,
            leases=ledger,
            ledger_clock=ledger,
            placer=placer,
            hedging=hedging,
            book=book,
            lanes=self.lanes,
            clock=self.clock,
            stopwatches=stopwatches,
            rules=self.placing,
        )

    def _submitter(self, book: PairBook, stopwatches: Stopwatches) -> LegSubmitter:
        return LegSubmitter(
            intents=self.ledger,
            announcer=self.ledger,
            book=book,
            health=self.health,
            evidence=EvidenceKeeper(self.evidence, self.ledger),
            clock=self.clock,
            stopwatches=stopwatches,
            baselines=self.baselines,
            click_within_s=self.click_within_s,
        )
