"""What the engine needs from the outside, as protocols, implemented by adapters, providers and the tests' fakes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from pydantic import SecretStr

from bot.domain.breaker import Breaker
from bot.domain.consequences import Consequences
from bot.domain.events import Announcement
from bot.domain.halt import Halt
from bot.domain.limits import NO_LIMITS, Limits
from bot.domain.money import Money
from bot.domain.odds import OddsStyle
from bot.domain.pair import Account, Bet, Pair, Role
from bot.domain.placement import ArmedSlip, HistoryReading, Placement, SessionState
from bot.domain.watch import Look, Watch


@dataclass(frozen=True, slots=True)
class Whitelabel:
    """A brand that runs on a provider: where it is and how it writes."""

    name: str
    provider: str
    base_url: str
    language: str
    odds_style: OddsStyle
    time_zone: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """A login. The password is unwrapped only where it is typed."""

    username: str
    password: SecretStr


@dataclass(frozen=True, slots=True)
class PageSnapshot:
    """A page as a person saw it, for evidence and replay: markup with live values, secrets blanked."""

    url: str
    html: str
    taken_at: datetime


class Bookmaker(Protocol):
    """One account's session at one bookmaker, for one caller at a time; only ``history`` may be read beside ``arm``.

    Reading methods raise PageDrift when the page is not what the provider knows and SessionUnusable when nobody is
    logged in; neither is ever turned into an empty or default value. A method that only reads never repeats a request
    that could have been a bet: a page that is the answer to one is left, not loaded again.
    """

    @property
    def account(self) -> Account:
        """The account whose session this is."""

    async def login(self) -> None:
        """Bring the session to logged-in, using the saved state where it still holds; raises SessionUnusable."""

    async def session_state(self) -> SessionState:
        """Read the session's state from positive markers on the page."""

    async def arm(self, bet: Bet) -> ArmedSlip:
        """Make a slip ready for one click, and read it back; raises CannotArm, naming the limit of too high a stake."""

    async def changed(self, slip: ArmedSlip) -> str:
        """Wait until a slip no longer shows what was armed, and name the reason as ``submit`` would.

        It may be given up at any time, and nothing else may be asked of the session until then.
        """

    async def stand_by(self, slip: ArmedSlip) -> None:
        """Have all but the click done; raises CannotArm as ``submit`` would."""

    async def submit(self, slip: ArmedSlip) -> Placement:
        """Click once and read the answer.

        Never raises after the click: whatever is no proof comes back as ``Unknown``. Raises CannotArm when the click
        was provably not made because the slip no longer shows what was armed.

        Where a bet is first reviewed, the answer is ``Waiting`` until a decision is seen, and also when the time for
        an answer ends before. Where only part of the stake is taken, ``Accepted.stake`` is that part, and
        ``Accepted.referred`` what a trader may still add. A success that names no ticket is ``Unknown``, or
        ``Accepted`` without a ticket where the page proves stake and odds; the history tells the ticket.
        """

    async def disarm(self) -> None:
        """Empty the slip; does nothing when there is none."""

    async def history(self, since: datetime, until_found: frozenset[str]) -> HistoryReading:
        """Read bets placed since then, open and settled; may stop early once every wanted ticket was seen.

        A reading that stopped early, or whose lists do not add up to their totals, is not ``complete``. Of a bet that
        was settled more than once only the last result is told. Two results that both stand raise PageDrift.
        """

    def leave_history(self) -> None:
        """Let go of the page that the history was read from, since it is not read for now."""

    async def balance(self) -> Money:
        """Read the balance available for betting, as the site has it now."""

    async def snapshot(self) -> PageSnapshot:
        """Take the page as it is, for evidence."""

    async def close(self) -> None:
        """Close the session's pages; its state belongs to whoever opened it."""


class Bookmakers(Protocol):
    """Gives the session of an account, opening it when needed."""

    async def session(self, account: Account) -> Bookmaker:
        """Return the account's logged-in session; raises SessionUnusable or PageDrift."""

    async def session_as_left(self, account: Account) -> Bookmaker:
        """Return the session without looking at it first; one that is not open is opened as by ``session``."""


class LocatorFiles(Protocol):
    """The files that say where things are on each provider's pages, and the versions of them that are in force."""

    def version(self, provider: str) -> str:
        """Name the version that a provider's pages are read by now."""

    async def changed(self) -> Sequence[str]:
        """Return the providers whose files say something else than what is in force, or was refused, and lie still."""

    async def take_up(self, provider: str) -> Sequence[str]:
        """Put a provider's files in force, provided that they read every recorded page rightly.

        Returns what is wrong with them; then what was in force stays so. Raises SessionUnusable when they could not be
        tried, and nothing is decided.
        """


class Evidence(Protocol):
    """Keeps what pages showed."""

    async def keep(self, pair_id: str, label: str, snapshot: PageSnapshot) -> str:
        """Store a snapshot under a pair and a label such as ``positive-slip``; returns where it lies."""


@dataclass(frozen=True, slots=True)
class StoredPair:
    """A pair as loaded, with the version that a change must name."""

    pair: Pair
    version: int


@dataclass(frozen=True, slots=True)
class AuditNote:
    """What the audit says of a change: its name, such as ``hedge:accepted``, and its facts as JSON values."""

    what: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Commit:
    """A changed pair, what that entails, and what the audit says of it: written together or not at all."""

    after: Pair
    consequences: Consequences
    note: AuditNote


@dataclass(frozen=True, slots=True)
class Reservation:
    """Exclusive hold on an arbitrage and its two accounts. ``token`` proves it; it must be renewed before it lapses.

    ``fences`` are those of the leases under which it was made: a worker that lost a lease meanwhile, and has it again,
    clicks nothing under this hold, since another may have acted in between.
    """

    token: str
    arb_id: str
    bet_pair_id: str
    accounts: tuple[Account, Account]
    fences: Mapping[Account, str]


@dataclass(frozen=True, slots=True)
class ReservationRefused:
    """Why a pair may not be taken now: lock, cooldown, halt, review, account busy or leased elsewhere, a limit."""

    reason: str
    detail: str
    remaining_s: int | None = None


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """An event on its way out. ``id`` is the same at every delivery attempt; ``position`` is the outbox' own."""

    position: str
    id: str
    type: str
    time: datetime
    data: Mapping[str, Any]
    attempts: int = 0


class Ledger(Protocol):
    """The one store of what happened. Every change is compare-and-set and may safely be sent again.

    Methods raise LedgerUnavailable when the store does not answer.
    """

    async def now(self) -> datetime:
        """Return the ledger's own time, the only clock that workers share."""

    async def position(self) -> str:
        """Return how far the audit has come; positions only grow while nothing is lost."""

    async def receive(self, pair: Pair) -> tuple[StoredPair, bool]:
        """Record a new pair, or return the one already recorded under its id; the flag says whether it is new."""

    async def load(self, bet_pair_id: str) -> StoredPair | None:
        """Return a pair, or None when the ledger has none of that id."""

    async def load_all(self, bet_pair_ids: Collection[str]) -> Mapping[str, StoredPair]:
        """Return those of these pairs that the ledger has, by their ids, in one question."""

    async def unplaced_pairs(self) -> Sequence[str]:
        """Return the ids of all pairs whose placing has not ended, oldest first, however many others are open."""

    async def claimed_tickets(self, account: Account) -> frozenset[str]:
        """Return the tickets of an account that belong to legs on record."""

    async def commit(self, before: StoredPair, commit: Commit) -> StoredPair:
        """Write a changed pair with all its consequences, or nothing; raises LedgerConflict when it has moved."""

    async def unresolved_pairs(self, account: Account) -> Sequence[str]:
        """Return the ids of pairs with a bet on this account whose placement is not known."""

    async def note(self, pair: Pair, note: AuditNote) -> None:
        """Add to a pair's audit what changes nothing, such as evidence that was kept."""

    async def reserve(
        self, pair: Pair, to_bet: Sequence[Role], limits: Limits = NO_LIMITS
    ) -> Reservation | ReservationRefused:
        """Take the arbitrage lock and both accounts, or say why not, in one step; only legs to bet need be cool.

        Where the positive leg is to be bet, the pair is a new one: it must keep the limits, and in the same step both
        of its stakes are counted. Changes of the pair correct that, to nothing for a bet that was not placed. Raises
        LedgerConflict when such a pair is no longer as it was received.
        """

    async def renew(self, reservation: Reservation) -> bool:
        """Extend a reservation; False means that it is lost."""

    async def release(self, reservation: Reservation) -> None:
        """Give a reservation back; nothing happens to one that is no longer ours."""

    async def submit(self, before: StoredPair, after: Pair, reservation: Reservation, role: Role) -> StoredPair:
        """Make the intent of one click durable, after checking at the last moment that it may happen; renew the lease.

        Raises LeaseLost when lock, lease or fence is no longer ours, ClickForbidden for a halt or cooldown, and
        LedgerConflict when the pair has moved or this attempt was submitted before. In each case nothing was written.
        """

    async def commit_and_submit(
        self, before: StoredPair, commit: Commit, intended: Pair, reservation: Reservation, role: Role
    ) -> StoredPair:
        """Do ``commit``, then ``submit`` on what that leaves, in one round trip; where the first fails, both do."""

    async def take_lease(self, account: Account) -> bool:
        """Take or renew the lease of an account; False while another worker holds it."""

    async def take_over(self, accounts: Collection[Account]) -> None:
        """Put what an older release left of leased accounts where this one looks for it; repeated, it does nothing."""

    async def holds(self, accounts: Sequence[Account]) -> bool:
        """Say whether this worker holds the leases of these accounts at this moment."""

    async def give_up_lease(self, account: Account) -> None:
        """Let other workers have an account at once."""

    async def halt(self, halt: Halt, announcement: Announcement, key: str) -> None:
        """Stop new bets in a scope for a cause, and announce it once per key; other causes there stay as they are."""

    async def halts(self) -> Sequence[Halt]:
        """Return every halt."""

    async def lift(self, halt: Halt, announcement: Announcement | None = None) -> bool:
        """End a halt and announce it; False when its scope has none of its cause, or one under other locators."""

    async def overdue_s(self, accounts: Collection[Account]) -> Mapping[Account, float]:
        """Return how long the first look at each account with watched tickets has been due; negative if not yet."""

    async def due_watches(self, account: Account, limit: int) -> Sequence[Watch]:
        """Return an account's watched tickets that are due for a look, the longest due first."""

    async def looked_at(self, looks: Sequence[tuple[Watch, Look]]) -> None:
        """Record looks at tickets and when the next are due; nothing happens to one that was recorded before."""

    async def unwatch(self, watch: Watch) -> None:
        """Stop watching a ticket whose result is final, or given up; its stake is no longer counted as open."""

    async def announce(self, announcement: Announcement, key: str) -> None:
        """Put an event that belongs to no pair into the outbox; the same key is announced once."""


@dataclass(frozen=True, slots=True)
class StoredBreaker:
    """A circuit breaker as it was read, with the version that a change must name."""

    breaker: Breaker
    version: int


class BreakerStore(Protocol):
    """Where circuit breakers stand, the same for all workers. Methods raise LedgerUnavailable as the ledger's do."""

    async def read(self, scopes: Sequence[str]) -> tuple[Sequence[StoredBreaker], datetime]:
        """Return the breakers of these scopes in order, and the ledger's time; one that never failed is closed."""

    async def known(self) -> tuple[Sequence[StoredBreaker], datetime]:
        """Return every breaker that ever failed, by scope, and the ledger's time."""

    async def replace(self, before: StoredBreaker, after: Breaker, announcement: Announcement | None = None) -> bool:
        """Write a breaker and announce it, or nothing; False when it is no longer as it was read."""


class Mark(Protocol):
    """Remembers, outside of the ledger, how far the ledger had come."""

    async def read(self) -> str | None:
        """Return the position last written, or None on a first start."""

    async def write(self, position: str) -> None:
        """Remember a position."""


class Outbox(Protocol):
    """Events waiting to be delivered."""

    def entries(self) -> AsyncIterator[OutboxEntry]:
        """Yield entries as they become due, without end."""

    async def due(self) -> int:
        """Return how many entries wait for delivery now."""

    async def delivered(self, entry: OutboxEntry) -> None:
        """Record that the receiver has confirmed an entry."""

    async def postponed(self, entry: OutboxEntry, retry_in_s: float) -> None:
        """Record a failed attempt and when to try again."""


class EventSink(Protocol):
    """Where events go."""

    async def deliver(self, entry: OutboxEntry) -> None:
        """Hand an event over; raises DeliveryFailed when the receiver has not confirmed it."""


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """A job taken from the queue and held by this worker until it is completed or failed."""

    id: str
    data: Any
    handle: Any
    queued_at: datetime | None = None


class JobSource(Protocol):
    """The queue that brings pair jobs in."""

    async def take(self) -> QueuedJob:
        """Wait for the next job; the source keeps the hold on it alive until it is completed or failed."""

    async def complete(self, job: QueuedJob, result: Mapping[str, Any]) -> None:
        """Finish a job with the pair's result."""

    async def fail(self, job: QueuedJob, reason: str) -> None:
        """Fail a job for good, with a reason that names the field; it stays in the failed set."""


class Clock(Protocol):
    """Monotonic time and sleep, so that days of watching can be tested in seconds."""

    def monotonic_s(self) -> float:
        """Return seconds from an arbitrary start."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""
