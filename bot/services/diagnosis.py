"""What a worker needs, and whether it is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from bot.domain.halt import Halt, HaltCause
from bot.domain.pair import Account
from bot.errors import ConfigurationInvalid, PairguardError, PartMissing
from bot.ports.reader import BreakerOnRecord, LedgerReader


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one part, and what to do when something is wrong with it."""

    part: str
    ok: bool
    detail: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class LedgerUnderTest:
    """A ledger to look at: its reader, and why its store must not hold bets."""

    reader: LedgerReader
    problems: Sequence[str]


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a worker. ``browser`` is its version and path; ``check_password`` raises ConfigurationInvalid."""

    configuration: str
    accounts: Sequence[Account]
    browser: str | None
    open_ledger: Callable[[], AbstractAsyncContextManager[LedgerUnderTest]]
    check_password: Callable[[Account], object]


async def diagnose(parts: Parts) -> list[Finding]:
    """Look at every part that a worker needs, without logging in anywhere."""
    what_to_add = "add [[accounts]] and [whitelabels.<name>] tables"
    return [
        Finding("configuration", bool(parts.accounts), parts.configuration, what_to_add),
        _browser_finding(parts.browser),
        *await _ledger_findings(parts),
        *(_account_finding(parts, account) for account in parts.accounts),
    ]


def _browser_finding(browser: str | None) -> Finding:
    if browser is None:
        return Finding("browser", ok=False, detail="no Chromium found", remedy="apt-get install chromium")
    return Finding("browser", ok=True, detail=browser)


async def _ledger_findings(parts: Parts) -> list[Finding]:
    try:
        async with parts.open_ledger() as ledger:
            return await _findings_of(ledger)
    except ConfigurationInvalid as error:
        problem, _, remedy = str(error).partition(": ")
        return [Finding("ledger", ok=False, detail=problem, remedy=remedy)]
    except PartMissing as error:
        return [Finding("redis", ok=False, detail=str(error), remedy="apt-get install redis-server")]
    except PairguardError as error:
        return [Finding("redis", ok=False, detail=str(error), remedy="check redis.url")]


async def _findings_of(ledger: LedgerUnderTest) -> list[Finding]:
    reader, problems = ledger.reader, "; ".join(ledger.problems)
    return [
        Finding("redis", not problems, problems or "durable and without eviction", "see redis.conf"),
        *(_halt_finding(on_record.halt) for on_record in await reader.halts()),
        *(_breaker_finding(on_record) for on_record in await reader.breakers()),
        _cooldown_finding(await reader.cooldown_violations()),
        Finding("events", ok=True, detail=f"{await reader.undelivered_events()} not delivered yet"),
    ]


def _halt_finding(halt: Halt) -> Finding:
    remedy = f"pairguard resume {halt.scope} --reason TEXT"
    if halt.cause is HaltCause.DRIFT:
        remedy = f"repair the provider's TOML, or {remedy}"
    return Finding("halt", ok=False, detail=f"{halt.scope}: {halt.reason}", remedy=remedy)


def _breaker_finding(on_record: BreakerOnRecord) -> Finding:
    detail = f"{on_record.breaker.scope}: {on_record.why}, {on_record.outlook}"
    remedy = f"wait, or pairguard resume {on_record.breaker.scope} --reason TEXT"
    return Finding("breaker", ok=False, detail=detail, remedy=remedy)


def _cooldown_finding(violations: Mapping[str, int]) -> Finding:
    counted = ", ".join(f"{account} {times} times" for account, times in violations.items())
    remedy = "a bet was accepted while its account cooled down: look at its pairs with pairguard audit"
    return Finding("cooldown", not violations, counted or "never violated", remedy)


def _account_finding(parts: Parts, account: Account) -> Finding:
    try:
        parts.check_password(account)
    except ConfigurationInvalid as error:
        return Finding(f"account {account}", ok=False, detail="no password", remedy=str(error))
    return Finding(f"account {account}", ok=True, detail="password is in the environment")
