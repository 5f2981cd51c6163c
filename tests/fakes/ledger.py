"""A ledger in memory, with the same contract as the one on Redis: it plays thousands of histories in seconds."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.adapters.redis_ledger import LedgerTimes
from bot.domain.consequences import Consequences
from bot.domain.events import Announcement
from bot.domain.halt import Halt, HaltCause
from bot.domain.lifecycle import HOLDS_ACCOUNT, PLACING, UNPLACED, is_naked
from bot.domain.limit_usage import Tally, changed_tallies, tallies
from bot.domain.limits import NO_LIMITS, Limits, caps, rates
from bot.domain.pair import Account, Pair, PairState, Role
from bot.domain.pauses import Troubles
from bot.domain.reasons import Reason
from bot.domain.watch import Look, Watch, Window
from bot.errors import ClickForbidden, ClicksFrozen, LeaseLost, LedgerConflict, LedgerSetBack
from bot.ports.pairs import AuditLine, Commit, StoredPair
from bot.ports.reservations import Reservation, ReservationRefused
from tests.fakes.breakers import MemoryBreakers
from tests.fakes.counters import BetTimes, Counters
from tests.fakes.lapsing import Lapsing


@dataclass
class Watched:
    """A ticket under watch."""

    account: Account
    bet_pair_id: str
    role: Role
    ticket: str
    since: datetime
    due: datetime
    polls: int = 0
    settled_at: datetime | None = None
    unhealthy: int = 0
    looks: int = 0
    window: Window | None = None


@dataclass
class LedgerStore:
    """What all workers share: everything that Redis would hold. ``now`` is the store's own time."""

    now: Callable[[], datetime]
    pairs: dict[str, StoredPair] = field(default_factory=dict)
    attempts: set[tuple[str, Role, int]] = field(default_factory=set)
    owners: dict[tuple[Account, str], tuple[str, Role]] = field(default_factory=dict)
    watches: dict[tuple[str, Role], Watched] = field(default_factory=dict)
    exposures: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: list[Announcement] = field(default_factory=list)
    announced: set[str] = field(default_factory=set)
    halts: dict[tuple[str, HaltCause], Halt] = field(default_factory=dict)
    audit: list[tuple[str, str, AuditLine]] = field(default_factory=list)
    fences: dict[Account, int] = field(default_factory=dict)
    cooldown_violations: Counter[Account] = field(default_factory=Counter)
    timings: Counter[tuple[str, str]] = field(default_factory=Counter)
    reservations: dict[str, tuple[str, Reservation]] = field(default_factory=dict)
    naked: dict[str, datetime] = field(default_factory=dict)
    announced_naked: dict[str, datetime] = field(default_factory=dict)
    became: defaultdict[str, dict[str, datetime]] = field(default_factory=lambda: defaultdict(dict))
    resumed: dict[HaltCause, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.held = Lapsing(self.now)  # locks, accounts in use and cooldowns
        self.leases = Lapsing(self.now)
        self.counters = Counters(self.now)
        self.bets = BetTimes(self.now)
        self.breakers = MemoryBreakers(self.now, self.events)

    def ids_where(self, holds: Callable[[Pair], bool]) -> list[str]:
        """Return the ids of pairs that meet a condition, oldest first."""
        return [name for name, stored in self.pairs.items() if holds(stored.pair)]

    def lessee(self, account: Account) -> str | None:
        """Return the worker that holds an account."""
        lease = self.leases.get(str(account))
        return lease.split(" ")[0] if lease else None


class MemoryLedger:
    """Implements the Ledger port on a shared store, for one worker."""

    def __init__(self, store: LedgerStore, worker: str, times: LedgerTimes | None = None) -> None:
        self.store = store
        self.worker = worker
        self._times = times or LedgerTimes()
        self._fences: dict[Account, str] = {}
        self._seen = 0

    async def now(self) -> datetime:
        return self.store.now()

    async def position(self) -> str:
        return f"{len(self.store.audit)}-0"

    async def remembers(self, position: str) -> bool:
        return int(position.removesuffix("-0")) <= len(self.store.audit)

    def expect(self, position: str) -> None:
        self._seen = int(position.removesuffix("-0"))

    async def receive(self, pair: Pair) -> tuple[StoredPair, bool]:
        known = self.store.pairs.get(pair.bet_pair_id)
        if known is not None:
            return known, False
        return self._write(pair, 1, AuditLine("received", {})), True

    async def load(self, bet_pair_id: str) -> StoredPair | None:
        return self.store.pairs.get(bet_pair_id)

    async def load_all(self, bet_pair_ids: Collection[str]) -> Mapping[str, StoredPair]:
        return {name: self.store.pairs[name] for name in bet_pair_ids if name in self.store.pairs}

    async def unplaced_pairs(self) -> Sequence[str]:
        return self.store.ids_where(lambda pair: pair.state in UNPLACED)

    async def claimed_tickets(self, account: Account) -> frozenset[str]:
        return frozenset(ticket for owner, ticket in self.store.owners if owner == account)

    async def commit(self, before: StoredPair, commit: Commit) -> StoredPair:
        self._require_version(before)
        after = commit.after
        claims = {(leg.bet.account, leg.ticket): leg.role for leg in after.legs if leg.ticket is not None}
        for claim, role in claims.items():
            owner = self.store.owners.get(claim, (after.bet_pair_id, role))
            if owner != (after.bet_pair_id, role):
                raise LedgerConflict(f"pair {after.bet_pair_id}: a ticket belongs to {owner[0]}/{owner[1].value}")
        self.store.owners |= {claim: (after.bet_pair_id, role) for claim, role in claims.items()}
        self._write_consequences(after, commit.consequences)
        self._count(after.bet_pair_id, changed_tallies(before.pair, after))
        self.store.counters.site(after)
        return self._write(after, before.version + 1, commit.audit)

    async def record_audit(self, pair: Pair, line: AuditLine) -> None:
        self.store.audit.append((self.worker, pair.bet_pair_id, line))

    async def reserve(
        self, pair: Pair, to_bet: Sequence[Role], limits: Limits = NO_LIMITS
    ) -> Reservation | ReservationRefused:
        is_new = Role.POSITIVE in to_bet
        if is_new:
            self._require_as_received(pair)
        must_keep = caps(pair, limits) if is_new else ()
        refused = (
            self._refusal(pair, pair.accounts if is_new else [pair.leg(role).bet.account for role in to_bet], is_new)
            or (self.store.breakers.refusal(pair.accounts) if is_new else None)
            or (self._refusal_of_review(pair) if is_new else None)
            or self._refusal_of_arb(pair)
            or self._refusal_of_accounts(pair)
            or self.store.counters.refusal(pair, must_keep)
            or self.store.bets.refusal(rates(pair, limits) if is_new else ())
            or self._refusal_of_cooldown(pair, to_bet)
        )
        if refused is not None:
            return refused
        fences = {account: self._fences[account] for account in pair.accounts if account in self._fences}
        reservation = Reservation(uuid.uuid4().hex, pair.arb_id, pair.bet_pair_id, pair.accounts, fences)
        self.store.reservations[reservation.token] = (self.worker, reservation)
        for name in _names(reservation):
            self.store.held.put(name, reservation.token, self._times.lock_s)
        if is_new:
            self._count(pair.bet_pair_id, tallies(pair))
        return reservation

    async def renew(self, reservation: Reservation) -> bool:
        own = self._own(reservation)
        for name in own:
            self.store.held.put(name, reservation.token, self._times.lock_s)
        return len(own) == len(_names(reservation))

    async def release(self, reservation: Reservation) -> None:
        for name in self._own(reservation):
            self.store.held.drop(name)

    async def submit(self, before: StoredPair, after: Pair, reservation: Reservation, role: Role) -> StoredPair:
        self._require_version(before)
        account, held = after.leg(role).bet.account, self.store.held
        if held.get(f"lock:{after.arb_id}") != reservation.token:
            raise LeaseLost(f"the lock of arbitrage {after.arb_id} is no longer held")
        if held.get(f"busy:{account}") != reservation.token:
            raise LeaseLost(f"account {account} is no longer reserved")
        problem = self._lease_problem(account, reservation.fences)
        if problem is not None:
            raise LeaseLost(problem)
        if not await self.remembers(f"{self._seen}-0"):
            raise LedgerSetBack(f"the ledger has lost its entry {self._seen}-0")
        self._require_allowed(after, role)
        broken = self.store.breakers.refusal(after.accounts) if role is Role.POSITIVE else None
        if broken is not None:
            raise ClickForbidden(f"breaker open: {broken.detail}")
        attempt = (after.bet_pair_id, role, after.leg(role).attempt)
        if attempt in self.store.attempts:
            raise LedgerConflict(f"attempt {role.value}:{attempt[2]} was submitted before")
        self.store.attempts.add(attempt)
        self.store.bets.count(account)
        if lease := self.store.leases.get(str(account)):
            self.store.leases.put(str(account), lease, self._times.lease_s)
        self._count(after.bet_pair_id, changed_tallies(before.pair, after))
        return self._write(after, before.version + 1, AuditLine(f"{role.value}:submitted", {}))

    async def commit_and_submit(
        self, before: StoredPair, commit: Commit, intended: Pair, reservation: Reservation, role: Role
    ) -> StoredPair:
        return await self.submit(await self.commit(before, commit), intended, reservation, role)

    async def take_lease(self, account: Account) -> bool:
        lease = self.store.leases.get(str(account))
        if lease is None:
            self.store.fences[account] = self.store.fences.get(account, 0) + 1
            lease = f"{self.worker} {self.store.fences[account]}"
        owner, fence = lease.split(" ")
        if owner != self.worker:
            self._fences.pop(account, None)
            return False
        self._fences[account] = fence
        self.store.leases.put(str(account), lease, self._times.lease_s)
        return True

    async def holds(self, accounts: Sequence[Account]) -> bool:
        return all(self._lease_problem(account) is None for account in accounts)

    async def give_up_lease(self, account: Account) -> None:
        if self._lease_problem(account) is None:
            self.store.leases.drop(str(account))
        self._fences.pop(account, None)

    async def naked_since(self) -> Mapping[str, datetime]:
        return dict(self.store.naked)

    async def announced_naked(self) -> Mapping[str, datetime]:
        return dict(self.store.announced_naked)

    async def announce_naked(self, bet_pair_id: str, announcement: Announcement) -> None:
        if bet_pair_id in self.store.naked and bet_pair_id not in self.store.announced_naked:
            self.store.announced_naked[bet_pair_id] = self.store.naked[bet_pair_id]
            self.store.events.append(announcement)

    async def announce_covered(self, bet_pair_id: str, announcement: Announcement) -> None:
        if bet_pair_id not in self.store.naked and bet_pair_id in self.store.announced_naked:
            del self.store.announced_naked[bet_pair_id]
            self.store.events.append(announcement)

    async def halt(self, halt: Halt, announcement: Announcement, key: str) -> None:
        if (halt.scope, halt.cause) not in self.store.halts:
            self.store.announced.discard(key)
        self.store.halts[halt.scope, halt.cause] = halt
        await self.announce(announcement, key)

    async def halts(self) -> Sequence[Halt]:
        return list(self.store.halts.values())

    async def troubles(self, within_s: float) -> Troubles:
        store, long_ago = self.store, datetime.min.replace(tzinfo=UTC)
        begin = max(
            store.resumed.get(HaltCause.EMERGENCIES_PER_HOUR, long_ago), store.now() - timedelta(seconds=within_s)
        )
        good = max(store.became["reconciled"].values(), default=long_ago)
        row = max(store.resumed.get(HaltCause.EXPOSURES_IN_A_ROW, long_ago), good)
        return Troubles(
            sum(at > begin for at in store.became["emergencies"].values()),
            sum(at > row for at in store.became["exposed"].values()),
        )

    async def lift(self, halt: Halt, announcement: Announcement | None = None) -> bool:
        standing = self.store.halts.get((halt.scope, halt.cause))
        if standing is None or standing.locators != halt.locators:
            return False
        del self.store.halts[halt.scope, halt.cause]
        self.store.resumed[halt.cause] = self.store.now()
        if announcement is not None:
            self.store.events.append(announcement)
        return True

    async def overdue_s(self, accounts: Collection[Account]) -> Mapping[Account, float]:
        first: dict[Account, datetime] = {}
        for watched in self.store.watches.values():
            if watched.account in accounts:
                first[watched.account] = min(first.get(watched.account, watched.due), watched.due)
        return {account: (self.store.now() - due).total_seconds() for account, due in first.items()}

    async def due_watches(self, account: Account, limit: int) -> Sequence[Watch]:
        now = self.store.now()
        due = [watched for watched in self.store.watches.values() if watched.account == account and watched.due <= now]
        return [_as_watch(watched) for watched in sorted(due, key=lambda watched: watched.due)[:limit]]

    async def looked_at(self, looks: Sequence[tuple[Watch, Look]]) -> None:
        for watch, look in looks:
            watched = self.store.watches.get((watch.bet_pair_id, watch.role))
            if watched is not None and watched.looks == watch.looks:
                watched.looks, watched.due = watched.looks + 1, look.next_at
                watched.polls, watched.unhealthy, watched.window = look.polls, look.unhealthy, look.window

    async def unwatch(self, watch: Watch) -> None:
        for tally in tallies(self.store.pairs[watch.bet_pair_id].pair):
            if tally.role is watch.role:
                self.store.counters.count_no_more(watch.bet_pair_id, tally)
        self.store.watches.pop((watch.bet_pair_id, watch.role), None)

    async def announce(self, announcement: Announcement, key: str) -> None:
        if key not in self.store.announced:
            self.store.announced.add(key)
            self.store.events.append(announcement)

    def _require_as_received(self, pair: Pair) -> None:
        stored = self.store.pairs.get(pair.bet_pair_id)
        if stored is None or stored.pair.state is not PairState.RECEIVED:
            raise LedgerConflict(f"pair {pair.bet_pair_id} has changed since it was received")

    def _count(self, bet_pair_id: str, changed: Sequence[Tally]) -> None:
        self.store.counters.count(bet_pair_id, changed)

    def _require_version(self, before: StoredPair) -> None:
        stored = self.store.pairs.get(before.pair.bet_pair_id)
        if stored is None or stored.version != before.version:
            raise LedgerConflict(f"pair {before.pair.bet_pair_id} has changed since version {before.version}")

    def _write(self, pair: Pair, version: int, line: AuditLine) -> StoredPair:
        stored = StoredPair(pair, version)
        self.store.pairs[pair.bet_pair_id] = stored
        indexes = {
            "emergencies": pair.state is PairState.EMERGENCY,
            "exposed": pair.state in (PairState.EMERGENCY, PairState.EXPOSURE_EVENT),
            "reconciled": pair.state is PairState.RECONCILED,
        }
        self._index(self.store.naked, pair, is_so=is_naked(pair))
        for name, is_so in indexes.items():
            self._index(self.store.became[name], pair, is_so=is_so)
        self.store.audit.append((self.worker, pair.bet_pair_id, line))
        return stored

    def _index(self, index: dict[str, datetime], pair: Pair, *, is_so: bool) -> None:
        if is_so:
            index.setdefault(pair.bet_pair_id, self.store.now())
        else:
            index.pop(pair.bet_pair_id, None)

    def _write_consequences(self, pair: Pair, consequences: Consequences) -> None:
        now, times = self.store.now(), self._times
        self.store.events.extend(consequences.announcements)
        self.store.timings.update(consequences.counted)
        if consequences.cooled is not None:
            cools_down = self.store.held.get(f"cooldown:{consequences.cooled}") is not None
            self.store.cooldown_violations[consequences.cooled] += cools_down
            self.store.held.put(f"cooldown:{consequences.cooled}", str(int(now.timestamp())), times.cooldown_s)
        if consequences.accepted is not None:
            leg, due = pair.leg(consequences.accepted), now + timedelta(seconds=times.first_look_s)
            watched = Watched(leg.bet.account, pair.bet_pair_id, leg.role, leg.ticket or "", now, due)
            self.store.watches[(pair.bet_pair_id, leg.role)] = watched
        if consequences.settled is not None and (pair.bet_pair_id, consequences.settled) in self.store.watches:
            self.store.watches[(pair.bet_pair_id, consequences.settled)].settled_at = now
        if consequences.exposure is not None:
            self.store.exposures[pair.bet_pair_id] = consequences.exposure

    def _refusal(self, pair: Pair, to_bet: Sequence[Account], is_new: bool) -> ReservationRefused | None:
        for account in to_bet:
            if halted := self._halted(account, is_new):
                return ReservationRefused(*halted)
        for account in pair.accounts:
            problem = self._lease_problem(account)
            if problem is not None:
                return ReservationRefused(Reason.ACCOUNT_NOT_LEASED, problem)
        return None

    def _refusal_of_review(self, pair: Pair) -> ReservationRefused | None:
        for other in (stored.pair for stored in self.store.pairs.values()):
            is_before = other.bet_pair_id == pair.rebet_of
            is_of_arb = other.arb_id == pair.arb_id and other.bet_pair_id != pair.bet_pair_id
            if other.needs_review and (is_before or is_of_arb):
                return ReservationRefused(Reason.REVIEW_PENDING, f"pair {other.bet_pair_id} has not been reviewed")
        return None

    def _refusal_of_arb(self, pair: Pair) -> ReservationRefused | None:
        for other in (stored.pair for stored in self.store.pairs.values()):
            if other.arb_id != pair.arb_id or other.bet_pair_id == pair.bet_pair_id:
                continue
            if other.state in PLACING:
                return ReservationRefused(Reason.ARB_LOCKED, f"pair {other.bet_pair_id} is being placed")
        return self._refusal_of_held(f"lock:{pair.arb_id}", pair, Reason.ARB_LOCKED)

    def _refusal_of_held(self, name: str, pair: Pair, reason: Reason) -> ReservationRefused | None:
        token = self.store.held.get(name)
        if token is None:
            return None
        worker, hold = self.store.reservations[token]
        is_of_this = hold.bet_pair_id == pair.bet_pair_id
        is_ended = self.store.pairs[hold.bet_pair_id].pair.state not in UNPLACED
        is_kept = hold.bet_pair_id in self.store.naked
        leases = {account: self.store.leases.get(str(account)) for account in hold.accounts}
        has_lost = leases != {a: f"{worker} {fence}" for a, fence in hold.fences.items()}
        if is_of_this or is_ended or (has_lost and not is_kept):
            return None
        return ReservationRefused(reason, f"pair {hold.bet_pair_id} is being placed", self.store.held.left_s(name))

    def _refusal_of_accounts(self, pair: Pair) -> ReservationRefused | None:
        for account in pair.accounts:
            for name, stored in self.store.pairs.items():
                if name != pair.bet_pair_id and _is_unresolved(stored.pair, account):
                    return ReservationRefused(
                        Reason.ACCOUNT_FROZEN, f"{account} waits for the proof of a bet of pair {name}"
                    )
            if busy := self._refusal_of_held(f"busy:{account}", pair, Reason.ACCOUNT_BUSY):
                return busy
        return None

    def _refusal_of_cooldown(self, pair: Pair, to_bet: Sequence[Role]) -> ReservationRefused | None:
        for account in (pair.leg(role).bet.account for role in to_bet):
            left_s = self.store.held.left_s(f"cooldown:{account}")
            if left_s is not None:
                return ReservationRefused(Reason.COOLDOWN, f"{account} cools down", left_s)
        return None

    def _require_allowed(self, pair: Pair, role: Role) -> None:
        is_first, account = role is Role.POSITIVE, pair.leg(role).bet.account
        for asked in pair.accounts if is_first else (account,):
            if halted := self._halted(asked, is_first):
                reason, detail = halted
                raise (ClicksFrozen if reason is Reason.FREEZE else ClickForbidden)(f"{reason.value}: {detail}")
        if is_first and (review := self._refusal_of_review(pair)):
            raise ClickForbidden(f"review_pending: {review.detail}")
        if self.store.held.get(f"cooldown:{account}") is not None:
            raise ClickForbidden(f"cooldown: {account} cools down")

    def _halted(self, account: Account, is_new: bool) -> tuple[Reason, str] | None:
        scopes = ("all", account.whitelabel, f"{account.whitelabel}:{account.provider}", str(account))
        standing = [halt for halt in self.store.halts.values() if halt.scope in scopes]
        order = {
            HaltCause.FREEZE: 1,
            HaltCause.PAUSE: 2,
            HaltCause.EMERGENCIES_PER_HOUR: 2,
            HaltCause.EXPOSURES_IN_A_ROW: 2,
        }
        for halt in sorted(standing, key=lambda halt: order.get(halt.cause, 0)):
            if is_new or not halt.cause.lets_hedges_pass:
                reason = Reason(halt.cause.value) if halt.cause in order else Reason.HALTED
                return reason, f"{halt.scope}: {halt.reason}"
        return None

    def _lease_problem(self, account: Account, fences: Mapping[Account, str] | None = None) -> str | None:
        lease = self.store.leases.get(str(account))
        if lease is None:
            return f"no worker holds {account}"
        fence = (self._fences if fences is None else fences).get(account)
        return None if lease == f"{self.worker} {fence}" else f"{account} is held by another worker"

    def _own(self, reservation: Reservation) -> list[str]:
        return [name for name in _names(reservation) if self.store.held.get(name) == reservation.token]


def _as_watch(watched: Watched) -> Watch:
    return Watch(**{each.name: getattr(watched, each.name) for each in fields(Watch)})


def _names(reservation: Reservation) -> list[str]:
    return [f"lock:{reservation.arb_id}", *(f"busy:{account}" for account in reservation.accounts)]


def _is_unresolved(pair: Pair, account: Account) -> bool:
    return any(leg.bet.account == account and leg.state in HOLDS_ACCOUNT for leg in pair.legs)
