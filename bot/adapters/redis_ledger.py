"""The ledger on Redis.

Keys, all under the mode's prefix (none in live mode):

- ``pair:{betPairId}`` hash: the pair as JSON, its version, the last operation, every attempt ever submitted, the day on
  which its stakes were counted (``counted_on``) and the part of its result that is ``booked``
- ``pairs``, ``pairs:open``, ``pairs:unplaced``, ``reviews``, ``reviews:arb:{arbId}``, ``placing:arb:{arbId}``,
  ``unresolved:{account}``: indexes of pair ids, oldest first
- ``emergencies``, ``exposed``, ``reconciled``: pairs by the time at which they became so; ``resumed`` hash: scope and
  cause → when a human ended that halt
- ``naked``, ``naked:announced``: pairs whose positive bet stands alone, and those announced, by the time of its begin
- ``lock:arb:{arbId}``, ``busy:{account}``: a reservation's token, JSON with its pair, worker and fences
- ``lease:{account}``, ``fence:{account}``, in every mode without prefix: which worker acts on an account, its fence
  and its mode
- ``staked:{scope}:{yyyy-mm-dd}``, ``open:{scope}`` hashes: ``betPairId:role`` → stake in minor units, of a day (UTC)
  and of bets without a result; a scope is an account, or a currency for all accounts together
- ``result:{currency}:{yyyy-mm-dd}`` hash: betPairId → its result of that day, in minor units
- ``cooldown:{account}``: epoch seconds of the acceptance, expires when the account may bet again
- ``cooldown_violations`` hash: account → number of acceptances during a cooldown; should be empty
- ``bets:{account}``: the bets of the last hour, by the time of their intent
- ``tickets:{account}`` hash: ticket → the leg that it belongs to
- ``watch:due:{account}``: watched tickets by the time of their next look; ``watch:{account}/{betPairId}/{role}``
  hash: the counts and times of one watch
- ``exposure:{whitelabel}:{provider}:{betPairId}``: the exposure record
- ``timings:{histogram}`` hash: bucket → number of hedged pairs
- ``halts`` hash: scope → its halts as JSON, by cause
- ``breakers`` hash: scope → its circuit breaker as JSON
- ``schema_version``: the version of all these keys and their values; ``schema_lock``: held during a migration
- ``outbox`` stream, ``outbox:due``, ``outbox:attempts``; ``audit`` stream, ``audit:of:{betPairId}``

An account is written ``whitelabel:provider:accountId``.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from bot.adapters.redis_connection import RedisConnection, redis_time_ms
from bot.adapters.redis_halts import read_halts
from bot.adapters.redis_outbox import event_fields, event_once
from bot.adapters.redis_watches import look_to_record, member_of, read_watches
from bot.domain.consequences import Consequences
from bot.domain.events import Announcement
from bot.domain.halt import Halt
from bot.domain.lifecycle import HOLDS_ACCOUNT, OPEN, PLACING, UNPLACED, is_naked
from bot.domain.limit_usage import Tally, booked_result, changed_tallies, tallies
from bot.domain.limits import NO_LIMITS, Cap, Limits, Rate, caps, rates
from bot.domain.money import Money
from bot.domain.pair import Account, Pair, PairState, Role
from bot.domain.pauses import Troubles
from bot.domain.policies import ReservationPolicy
from bot.domain.reasons import known
from bot.domain.watch import Look, Watch, WatchPolicy
from bot.errors import ClickForbidden, ClicksFrozen, LeaseLost, LedgerConflict, LedgerSetBack, ReplyUnknown
from bot.ports.ledger import NO_POSITION
from bot.ports.pairs import AuditLine, Commit, StoredPair
from bot.ports.reservations import Reservation, ReservationRefused

_RESERVATION = ReservationPolicy()


@dataclass(frozen=True, slots=True)
class LedgerTimes:
    """How long entries of the ledger last, in seconds."""

    lock_s: int = _RESERVATION.lock_s
    lease_s: int = _RESERVATION.lease_s
    cooldown_s: int = _RESERVATION.cooldown_s
    exposure_s: int = 86_400
    first_look_s: float = WatchPolicy().interval_s
    counted_s: int = 8 * 86_400


class RedisLedger:
    """Implements the Ledger port on Redis, for one worker."""

    def __init__(self, connection: RedisConnection, worker: str, times: LedgerTimes | None = None) -> None:
        self._redis = connection
        self._worker = worker
        self._times = times or LedgerTimes()
        self._fences: dict[Account, str] = {}
        self._seen: str | None = None

    async def now(self) -> datetime:
        return _from_ms(await redis_time_ms(self._redis))

    async def position(self) -> str:
        newest = await self._redis.ask(self._redis.client.xrevrange(self._redis.key("audit"), count=1))
        return str(newest[0][0]) if newest else NO_POSITION

    async def remembers(self, position: str) -> bool:
        if position == NO_POSITION:
            return True
        name = self._redis.key("audit")
        return bool(await self._redis.ask(self._redis.client.xrange(name, position, position)))

    def expect(self, position: str) -> None:
        self._seen = None if position == NO_POSITION else position

    async def receive(self, pair: Pair) -> tuple[StoredPair, bool]:
        request = self._change_of(None, pair, AuditLine("received", _asked_of(pair)))
        answer, doc, version = await self._redis.run("receive", request)
        return _stored(doc, version), answer == "new"

    async def load(self, bet_pair_id: str) -> StoredPair | None:
        name = self._redis.key(f"pair:{bet_pair_id}")
        doc, version = await self._redis.ask(self._redis.client.hmget(name, ["doc", "version"]))
        return _stored(doc, version) if doc else None

    async def load_all(self, bet_pair_ids: Collection[str]) -> Mapping[str, StoredPair]:
        asked = tuple(bet_pair_ids)
        async with self._redis.client.pipeline(transaction=False) as pipeline:
            for bet_pair_id in asked:
                pipeline.hmget(self._redis.key(f"pair:{bet_pair_id}"), ["doc", "version"])
            found = await self._redis.ask(pipeline.execute()) if asked else []
        return {name: _stored(*each) for name, each in zip(asked, found, strict=True) if each[0]}

    async def unplaced_pairs(self) -> Sequence[str]:
        return await self._members("pairs:unplaced")

    async def claimed_tickets(self, account: Account) -> frozenset[str]:
        return frozenset(await self._redis.ask(self._redis.client.hkeys(self._redis.key(f"tickets:{account}"))))

    async def commit(self, before: StoredPair, commit: Commit) -> StoredPair:
        answer, written = await self._redis.run("commit", self._committing(before, commit))
        self._has_written(written)
        return _committed(answer, before, commit.after)

    async def record_audit(self, pair: Pair, line: AuditLine) -> None:
        audit = {"what": line.what, "detail": json.dumps(line.facts, ensure_ascii=False)}
        request = {"op": uuid.uuid4().hex, "worker": self._worker, "pair": pair.bet_pair_id}
        await self._redis.run("note", request | {"state": pair.state.value, "audit": audit})

    async def reserve(
        self, pair: Pair, to_bet: Sequence[Role], limits: Limits = NO_LIMITS
    ) -> Reservation | ReservationRefused:
        is_new = Role.POSITIVE in to_bet
        must_keep = caps(pair, limits) if is_new else ()
        fences = {account: self._fences.get(account, "none") for account in pair.accounts}
        hold = {"id": uuid.uuid4().hex, "pair": pair.bet_pair_id, "worker": self._worker, "fences": _named(fences)}
        reservation = Reservation(json.dumps(hold), pair.arb_id, pair.bet_pair_id, pair.accounts, fences)
        request = {
            "worker": self._worker,
            "token": reservation.token,
            "arb": pair.arb_id,
            "pair": pair.bet_pair_id,
            "rebet_of": pair.rebet_of or False,
            "accounts": [str(account) for account in pair.accounts],
            "to_bet": [str(pair.leg(role).bet.account) for role in to_bet],
            "fences": _named(fences),
            "ttl_ms": self._times.lock_s * 1000,
            "is_new": is_new,
            "caps": [_cap(cap) for cap in must_keep],
            "rates": [_rate(rate) for rate in rates(pair, limits)] if is_new else [],
            "tallies": [_tally(tally) for tally in tallies(pair)],
            "counted_s": self._times.counted_s,
        }
        answer = await self._redis.run("reserve", request)
        if answer[0] == "reserved":
            return reservation
        if answer[0] == "moved":
            raise LedgerConflict(answer[1])
        if answer[0] == "limited":
            return _limited(must_keep[int(answer[1]) - 1], int(answer[2]), int(answer[3]))
        return _refused(*answer)

    async def renew(self, reservation: Reservation) -> bool:
        return await self._extend(reservation, self._times.lock_s * 1000)

    async def release(self, reservation: Reservation) -> None:
        await self._extend(reservation, 0)

    async def submit(self, before: StoredPair, after: Pair, reservation: Reservation, role: Role) -> StoredPair:
        *answer, written = await self._redis.run("submit", self._submitting(before, after, reservation, role))
        self._has_written(written)
        return _submitted(answer, before, after)

    async def commit_and_submit(
        self, before: StoredPair, commit: Commit, intended: Pair, reservation: Reservation, role: Role
    ) -> StoredPair:
        between = StoredPair(commit.after, before.version + 1)
        submitting = self._submitting(between, intended, reservation, role)
        request = {"commit": self._committing(before, commit), "submit": submitting}
        committed, *submitted, written = await self._redis.run("commit_and_submit", request)
        self._has_written(written)
        return _submitted(submitted, _committed(committed, before, commit.after), intended)

    async def take_lease(self, account: Account) -> bool:
        request = {"account": str(account), "worker": self._worker, "ttl_ms": self._times.lease_s * 1000}
        fence = await self._redis.run("lease", request)
        if fence:
            self._fences[account] = fence
        else:
            self._fences.pop(account, None)
        return bool(fence)

    async def holds(self, accounts: Sequence[Account]) -> bool:
        fences = {str(account): self._fences.get(account, "none") for account in accounts}
        return bool(await self._redis.run("holds", {"worker": self._worker, "fences": fences}))

    async def give_up_lease(self, account: Account) -> None:
        fence = self._fences.pop(account, None)
        if fence is None:
            return
        await self._redis.run("give_up", {"worker": self._worker, "account": str(account), "fence": fence})

    async def overdue_s(self, accounts: Collection[Account]) -> Mapping[Account, float]:
        now_ms = await redis_time_ms(self._redis)
        asked = tuple(accounts)
        async with self._redis.client.pipeline(transaction=False) as pipeline:
            for account in asked:
                pipeline.zrange(self._redis.key(f"watch:due:{account}"), 0, 0, withscores=True)
            first = await self._redis.ask(pipeline.execute()) if asked else []
        return {account: (now_ms - due[0][1]) / 1000 for account, due in zip(asked, first, strict=True) if due}

    async def due_watches(self, account: Account, limit: int) -> Sequence[Watch]:
        now_ms = await redis_time_ms(self._redis)
        due = self._redis.key(f"watch:due:{account}")
        members = await self._redis.ask(
            self._redis.client.zrangebyscore(due, "-inf", now_ms, start=0, num=limit, withscores=True)
        )
        return await read_watches(self._redis, members)

    async def looked_at(self, looks: Sequence[tuple[Watch, Look]]) -> None:
        if looks:
            await self._redis.run("looked_at", {"looks": [look_to_record(*each) for each in looks]})

    async def unwatch(self, watch: Watch) -> None:
        await self._count_no_more(watch)
        member, due = member_of(watch), self._redis.key(f"watch:due:{watch.account}")
        await self._redis.ask(self._redis.client.zrem(due, member))
        await self._redis.ask(self._redis.client.delete(self._redis.key(f"watch:{member}")))

    async def announce(self, announcement: Announcement, key: str) -> None:
        await self._redis.run("announce", {"event": event_once(announcement, key)})

    async def naked_since(self) -> Mapping[str, datetime]:
        return await self._times_of("naked")

    async def announced_naked(self) -> Mapping[str, datetime]:
        return await self._times_of("naked:announced")

    async def announce_naked(self, bet_pair_id: str, announcement: Announcement) -> None:
        await self._announce_naked(bet_pair_id, announcement, {"is_over": False})

    async def announce_covered(self, bet_pair_id: str, announcement: Announcement) -> None:
        await self._announce_naked(bet_pair_id, announcement, {"is_over": True})

    async def halt(self, halt: Halt, announcement: Announcement, key: str) -> None:
        await self._redis.run("halt", asdict(halt) | {"event": event_once(announcement, key)})

    async def halts(self) -> Sequence[Halt]:
        return [on_record.halt for on_record in await read_halts(self._redis)]

    async def troubles(self, within_s: float) -> Troubles:
        emergencies, in_a_row = await self._redis.run("troubles", {"within_ms": within_s * 1000})
        return Troubles(int(emergencies), int(in_a_row))

    async def lift(self, halt: Halt, announcement: Announcement | None = None) -> bool:
        event = event_once(announcement, uuid.uuid4().hex) if announcement else False
        return bool(await self._redis.run("lift", asdict(halt) | {"event": event}))

    async def _count_no_more(self, watch: Watch) -> None:
        stored = await self.load(watch.bet_pair_id)
        for tally in tallies(stored.pair) if stored else ():
            for scope in tally.scopes if tally.role is watch.role else ():
                name = self._redis.key(f"open:{scope}")
                await self._redis.ask(self._redis.client.hdel(name, f"{watch.bet_pair_id}:{watch.role.value}"))

    def _has_written(self, position: str) -> None:
        if position:
            self._seen = position

    async def _announce_naked(self, bet_pair_id: str, announcement: Announcement, what: dict[str, bool]) -> None:
        event = event_fields(announcement, f"evt_{uuid.uuid4().hex}")
        await self._redis.run("naked", what | {"pair": bet_pair_id, "event": event})

    async def _times_of(self, index: str) -> Mapping[str, datetime]:
        members = await self._redis.ask(self._redis.client.zrange(self._redis.key(index), 0, -1, withscores=True))
        return {member: _from_ms(int(added_ms)) for member, added_ms in members}

    async def _members(self, index: str) -> list[str]:
        members: list[str] = await self._redis.ask(self._redis.client.zrange(self._redis.key(index), 0, -1))
        return members

    async def _extend(self, reservation: Reservation, ttl_ms: int) -> bool:
        names = [f"lock:arb:{reservation.arb_id}", *(f"busy:{account}" for account in reservation.accounts)]
        request = {"names": names, "token": reservation.token, "ttl_ms": ttl_ms}
        return int(await self._redis.run("extend", request)) == len(names)

    def _committing(self, before: StoredPair, commit: Commit) -> dict[str, Any]:
        request = self._change_of(before, commit.after, commit.audit)
        written = self._written_with(commit.after, commit.consequences, request["op"])
        return request | written | {"result": _result(commit.after)}

    def _submitting(self, before: StoredPair, after: Pair, reservation: Reservation, role: Role) -> dict[str, Any]:
        leg = after.leg(role)
        note = AuditLine(f"{role.value}:submitted", _intent(after, role, reservation))
        return self._change_of(before, after, note) | {
            "arb": after.arb_id,
            "account": str(leg.bet.account),
            "accounts": [str(account) for account in after.accounts],
            "is_first": role is Role.POSITIVE,
            "rebet_of": after.rebet_of or False,
            "seen": self._seen or False,
            "token": reservation.token,
            "fences": _named(reservation.fences),
            "attempt": f"{role.value}:{leg.attempt}",
            "lease_ms": self._times.lease_s * 1000,
        }

    def _change_of(self, before: StoredPair | None, after: Pair, line: AuditLine) -> dict[str, Any]:
        return {
            "op": uuid.uuid4().hex,
            "worker": self._worker,
            "pair": after.bet_pair_id,
            "version": before.version if before else 0,
            "doc": after.model_dump_json(),
            "state": after.state.value,
            "indexes": _indexes(after),
            "tallies": [_tally(tally) for tally in changed_tallies(before.pair, after)] if before else [],
            "counted_s": self._times.counted_s,
            "audit": {"what": line.what, "detail": json.dumps(line.facts, ensure_ascii=False)},
        }

    def _written_with(self, pair: Pair, consequences: Consequences, op: str) -> dict[str, Any]:
        events = [event_fields(a, f"evt_{op}_{number}") for number, a in enumerate(consequences.announcements)]
        written: dict[str, Any] = {"announcements": events, "tickets": _tickets(pair)}
        written["counted"] = [{"histogram": name, "bucket": bucket} for name, bucket in consequences.counted]
        if consequences.cooled is not None:
            written["cooled"] = {"account": str(consequences.cooled), "ttl_s": self._times.cooldown_s}
        if consequences.accepted is not None:
            member = _leg_member(pair, consequences.accepted)
            ticket = pair.leg(consequences.accepted).ticket
            looked_at = {"account": str(pair.leg(consequences.accepted).bet.account), "member": member}
            written["watch"] = looked_at | {"ticket": ticket, "delay_ms": self._times.first_look_s * 1000}
        if consequences.settled is not None:
            written["settled_watch"] = _leg_member(pair, consequences.settled)
        if consequences.exposure is not None:
            account = pair.positive.bet.account
            name = f"{account.whitelabel}:{account.provider}:{pair.bet_pair_id}"
            record = json.dumps(consequences.exposure | {"detected_at": "@detected_at@"})
            written["exposure"] = {"name": name, "record": record, "ttl_s": self._times.exposure_s}
        return written


def _committed(answer: str, before: StoredPair, after: Pair) -> StoredPair:
    if answer in ("done", "mine"):
        return StoredPair(after, before.version + 1)
    if answer.startswith("claimed"):
        raise LedgerConflict(f"pair {after.bet_pair_id}: a ticket belongs to {answer.removeprefix('claimed ')}")
    raise LedgerConflict(f"pair {after.bet_pair_id} has changed since version {before.version}")


def _submitted(answer: Sequence[str], before: StoredPair, after: Pair) -> StoredPair:
    if answer[0] in ("done", "mine"):
        return StoredPair(after, before.version + 1)
    refusals = {"lost": LeaseLost, "forbidden": ClickForbidden, "frozen": ClicksFrozen, "set_back": LedgerSetBack}
    raise refusals.get(answer[0], LedgerConflict)(answer[1])


def _intent(pair: Pair, role: Role, reservation: Reservation) -> dict[str, Any]:
    leg = pair.leg(role)
    return {
        "attempt": leg.attempt,
        "fence": reservation.fences[leg.bet.account],
        "asked": leg.asked.model_dump(mode="json"),
        "before": leg.baseline.model_dump(mode="json") if leg.baseline else None,
    }


def _named(fences: Mapping[Account, str]) -> dict[str, str]:
    return {str(account): fence for account, fence in fences.items()}


def _indexes(pair: Pair) -> list[dict[str, Any]]:
    def index(name: str, present: bool) -> dict[str, Any]:  # noqa: FBT001 - a row of the list below
        return {"name": name, "member": pair.bet_pair_id, "present": present}

    return [
        index("pairs:open", pair.state in OPEN),
        index("pairs:unplaced", pair.state in UNPLACED),
        index("naked", is_naked(pair)),
        index("emergencies", pair.state is PairState.EMERGENCY),
        index("exposed", pair.state in (PairState.EMERGENCY, PairState.EXPOSURE_EVENT)),
        index("reconciled", pair.state is PairState.RECONCILED),
        index("reviews", pair.needs_review),
        index(f"reviews:arb:{pair.arb_id}", pair.needs_review),
        index(f"placing:arb:{pair.arb_id}", pair.state in PLACING),
        *(index(f"unresolved:{leg.bet.account}", leg.state in HOLDS_ACCOUNT) for leg in pair.legs),
    ]


def _cap(cap: Cap) -> dict[str, Any]:
    amounts = {"limit": cap.limit.minor_units, "adds": cap.adds.minor_units}
    return {"counter": cap.counter.value, "scope": cap.scope, **amounts}


def _rate(rate: Rate) -> dict[str, Any]:
    limit = {"limit": rate.limit, "window_s": rate.window_s}
    return {"control": rate.control, "account": str(rate.account), **limit}


def _refused(code: str, detail: str, remaining_s: int | None = None) -> ReservationRefused:
    reason = known(code)
    if reason is None:
        raise ReplyUnknown(f"the ledger refuses a reservation for {code!r}, which is no reason: {detail}")
    return ReservationRefused(reason, detail, None if remaining_s is None else int(remaining_s))


def _limited(cap: Cap, units: int, left_of_day_s: int) -> ReservationRefused:
    refusal = cap.refusal(Money.of_minor_units(units, cap.limit.currency))
    return ReservationRefused(refusal.control, str(refusal), left_of_day_s if cap.is_daily else None)


def _tally(tally: Tally) -> dict[str, Any]:
    staked, still_open = (str(amount.minor_units) if amount else False for amount in (tally.staked, tally.open))
    return {"role": tally.role.value, "scopes": tally.scopes, "staked": staked, "open": still_open}


def _result(pair: Pair) -> dict[str, Any] | Literal[False]:
    result = booked_result(pair)
    return {"currency": result.currency, "units": result.minor_units} if result else False


def _tickets(pair: Pair) -> list[dict[str, str]]:
    return [
        {"account": str(leg.bet.account), "ticket": leg.ticket, "owner": f"{pair.bet_pair_id}/{leg.role.value}"}
        for leg in pair.legs
        if leg.ticket is not None
    ]


def _asked_of(pair: Pair) -> dict[str, Any]:
    return {"arb": pair.arb_id, **{leg.role.value: leg.bet.model_dump(mode="json") for leg in pair.legs}}


def _leg_member(pair: Pair, role: Role) -> str:
    return f"{pair.leg(role).bet.account}/{pair.bet_pair_id}/{role.value}"


def _stored(doc: str, version: str) -> StoredPair:
    return StoredPair(Pair.model_validate_json(doc), int(version))


def _from_ms(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
