"""What a worker needs and whether it is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.adapters.chromium import chromium_version, find_headless_chromium
from bot.adapters.ledger_view import BreakerOnRecord, LedgerView
from bot.adapters.redis_preflight import redis_problems
from bot.bootstrap.connections import ledger_connection
from bot.config import Settings
from bot.domain.halt import Halt, HaltCause
from bot.domain.pair import Account
from bot.errors import ConfigurationInvalid, PairguardError, PartMissing


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one part, and what to do when it is not as it should be."""

    part: str
    ok: bool
    detail: str
    remedy: str = ""


async def diagnose(settings: Settings) -> list[Finding]:
    """Look at every part that a worker needs, without logging in anywhere."""
    return [
        _configuration_finding(settings),
        _browser_finding(),
        *await _ledger_findings(settings),
        *(_account_finding(settings, account) for account in settings.account_currencies),
    ]


def _configuration_finding(settings: Settings) -> Finding:
    accounts = len(settings.accounts)
    detail = f"mode {settings.mode}, {accounts} accounts at {len(settings.whitelabels)} whitelabels"
    return Finding("configuration", accounts > 0, detail, "add [[accounts]] and [whitelabels.<name>] tables")


def _browser_finding() -> Finding:
    path = find_headless_chromium()
    if path is None:
        return Finding("browser", ok=False, detail="no Chromium found", remedy="apt-get install chromium")
    return Finding("browser", ok=True, detail=f"{chromium_version(path)} at {path}")


async def _ledger_findings(settings: Settings) -> list[Finding]:
    try:
        async with ledger_connection(settings) as connection:
            problems = await redis_problems(connection)
            view = LedgerView(connection)
            return [
                Finding("redis", not problems, "; ".join(problems) or "durable and without eviction", "see redis.conf"),
                *(_halt_finding(on_record.halt) for on_record in await view.halts()),
                *(_breaker_finding(on_record) for on_record in await view.breakers()),
                _cooldown_finding(await view.cooldown_violations()),
                Finding("events", ok=True, detail=f"{await view.undelivered_events()} not delivered yet"),
            ]
    except PartMissing as error:
        return [Finding("redis", ok=False, detail=str(error), remedy="apt-get install redis-server")]
    except PairguardError as error:
        return [Finding("redis", ok=False, detail=str(error), remedy="check redis.url")]


def _halt_finding(halt: Halt) -> Finding:
    remedy = f"pairguard halts --lift {halt.scope}"
    if halt.cause is HaltCause.DRIFT:
        remedy = f"repair the provider's TOML, or {remedy}"
    return Finding("halt", ok=False, detail=f"{halt.scope}: {halt.reason}", remedy=remedy)


def _breaker_finding(on_record: BreakerOnRecord) -> Finding:
    told = f"{on_record.breaker.scope}: {on_record.why}, {on_record.outlook}"
    return Finding(
        "breaker", ok=False, detail=told, remedy=f"wait, or pairguard halts --lift {on_record.breaker.scope}"
    )


def _cooldown_finding(violations: Mapping[str, int]) -> Finding:
    told = ", ".join(f"{account} {times} times" for account, times in violations.items())
    remedy = "a bet was accepted while its account cooled down: look at its pairs with pairguard audit"
    return Finding("cooldown", not violations, told or "never violated", remedy)


def _account_finding(settings: Settings, account: Account) -> Finding:
    try:
        settings.credentials(account)
    except ConfigurationInvalid as error:
        return Finding(f"account {account}", ok=False, detail="no password", remedy=str(error))
    return Finding(f"account {account}", ok=True, detail="password is in the environment")
