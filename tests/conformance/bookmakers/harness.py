"""A harness describes how a provider is tested: its brands, what its practice site can show, and how to control it.

A package that brings a provider names its harness under the entry point group ``pairguard.harnesses``, by the name of
the provider. A site with the control API of our practice sites needs no code: ``practice.PracticeHarness`` is enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from bot.domain.money import Money
from bot.domain.odds import OddsStyle
from bot.domain.reasons import Reason


class Ability(StrEnum):
    """What only some bookmakers' sites can show; a case that needs it runs where the harness declares it."""

    LIVE_OFFER = "an armed slip follows the offer, and notices that the session ended, by itself"
    FRACTIONAL_STAKES = "stakes need not be whole"
    WHOLE_STAKES = "only whole stakes are taken"
    SCORES = "matches in play show a score, and lines are relative to it"
    ACCEPTANCE_MODE = "the account has a setting for odds that change at the click"
    DUPLICATE_QUESTION = "the site asks before it takes a second bet on an event"
    STAGED_ACCEPTANCE = "a bet waits first and is decided on later"
    PARTIAL_ACCEPTANCE = "a part of the stake may be taken and the rest refused"
    REFERRED_STAKES = "a part of the stake may be left to a trader"
    TICKETLESS_RECEIPTS = "a success may name no ticket"
    CHALLENGES = "a verification page may stand in front of the site"
    MAINTENANCE = "a maintenance page may stand in front of the site"
    RESTRICTIONS = "pages may say that the account is restricted"
    NOTICES = "notices may lie over the page: cookies, reality check, last login, a limit to set, documents to send"
    HALF_RESULTS = "bets may be half won or half lost"
    CASH_OUT = "bets may be cashed out"
    PAGED_HISTORY = "a long list of bets comes in parts"
    UNLOADED_HISTORY = "a list that did not load looks other than one without bets"
    COUNTED_HISTORY = "a list says how many bets it has, so that one cut short shows it"


@dataclass(frozen=True, slots=True)
class Brand:
    """A whitelabel as its customers have it set up."""

    name: str
    odds_style: OddsStyle
    currency: str
    language: str = "en"
    time_zone: str = "UTC"
    balance: str = "1000000.00"

    def money(self, amount: str | Decimal) -> Money:
        return Money(Decimal(amount), self.currency)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A fault by which the site refuses a bet, and the expected reason and limit."""

    fault: Mapping[str, Any]
    reason: Reason
    limit: str | None = None

    def __str__(self) -> str:
        return "-".join(str(value) for value in self.fault.values())


@dataclass(frozen=True, slots=True)
class Meddling:
    """JavaScript that changes an armed slip, in its frame or in the page around it, and why it is not clicked."""

    what: str
    script: str
    reason: str
    around: bool = False

    def __str__(self) -> str:
        return self.what


@dataclass(frozen=True, slots=True)
class Signs:
    """What the betting tab shows after a change: CSS, in the slip's frame or, for the session, in the page."""

    slip_frame: str | None = None
    offer_moved: str | None = None
    session_ended: str | None = None
    waiting: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A bet from the bookmaker's own ledger."""

    ticket: str
    event: str
    market: str
    outcome: str
    line: Decimal | None
    odds: Decimal
    stake: Decimal
    status: str
    payout: Decimal | None
    score: str | None
    placed_at: datetime


class Site(Protocol):
    """A running practice site. Providers are judged by its ledger."""

    def address(self, brand: Brand) -> str:
        """Return a brand's base URL."""

    async def open_account(self, brand: Brand, username: str, password: str) -> None:
        """Open an account with the brand's balance."""

    async def balance(self, username: str) -> Decimal:
        """Return what an account has left to bet."""

    async def offer(self, event: str, score: str | None = None) -> str:
        """Offer the match of ``offer.py`` under an id; return its name on the pages."""

    async def move(self, event: str, selection: str, **change: str) -> None:
        """Change a selection's ``odds``, ``line``, ``status``, ``max_stake`` or ``min_stake``."""

    async def change_score(self, event: str, score: str) -> None:
        """Change the score of a match in play."""

    async def order(self, username: str, kind: str, **parameters: Any) -> None:
        """Order a fault, of a kind that the practice sites know, for an account."""

    async def pending(self) -> int:
        """Return how many ordered faults have not happened yet."""

    async def set(self, **settings: Any) -> None:
        """Change settings such as ``response_delay_ms`` and ``maintenance``."""

    async def accept_any_odds(self, username: str) -> None:
        """Set an account's acceptance mode to any odds, as its owner might have done elsewhere."""

    async def end_sessions(self, username: str) -> None:
        """Log an account out at the server."""

    async def bets(self, username: str, event: str | None = None) -> Sequence[Recorded]:
        """Return an account's bets, or those on one event, oldest first."""

    async def requests(self, event: str) -> int:
        """Return how many bet requests for an event have reached the site."""

    async def settle(self, ticket: str, outcome: str, payout: str | None = None) -> None:
        """Set a bet's result, or replace it."""

    async def decide(self, ticket: str, *, accept: bool) -> None:
        """Decide on a waiting bet, or on the part of a stake that was referred to a trader."""

    async def record(self, username: str, event: str, selection: str, number: int = 1) -> list[str]:
        """Record running bets of 100 without a page; return their tickets."""

    async def backdate(self, ticket: str, moment: datetime) -> None:
        """Set the time at which a bet was placed, and settled if it is."""

    async def forget_bets(self, username: str) -> None:
        """Delete all bets of an account."""

    async def calm(self) -> None:
        """Undo every fault and setting."""


@runtime_checkable
class Harness(Protocol):
    """How one provider is tested."""

    @property
    def provider(self) -> str:
        """The provider's name, as in a whitelabel's ``provider``."""

    @property
    def brands(self) -> tuple[Brand, ...]:
        """The provider's whitelabels; the first runs every case, the others those that depend on a brand."""

    @property
    def abilities(self) -> frozenset[Ability]:
        """The abilities of its site."""

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """The faults by which its site refuses bets."""

    @property
    def meddlings(self) -> tuple[Meddling, ...]:
        """The changes that may happen to an armed slip."""

    @property
    def signs(self) -> Signs:
        """What its pages show after a change."""

    def site(self, folder: Path) -> AbstractAsyncContextManager[Site]:
        """Start its practice site, which keeps its ledger in a folder that is still empty."""


@dataclass(frozen=True, slots=True)
class Declared:
    """The data of a harness, as a base class for harnesses."""

    provider: str
    brands: tuple[Brand, ...]
    abilities: frozenset[Ability]
    refusals: tuple[Refusal, ...] = ()
    meddlings: tuple[Meddling, ...] = ()
    signs: Signs = field(default_factory=Signs)
