"""How the commands report what stops bets automatically, and what should never have happened."""

from __future__ import annotations

import json
from typing import Any

from bot.adapters.redis_breakers import RedisBreakers
from bot.adapters.redis_connection import RedisConnection
from bot.domain.breaker import BreakerPolicy
from bot.engine.breakers import Breakers
from bot.errors import SessionUnusable
from tests.builders import POSITIVE_ACCOUNT
from tests.integration.cli.conftest import OnRedis, Pairguard, answer


def finding(pairguard: Pairguard, part: str) -> dict[str, Any]:
    """Return the doctor's only finding about a part; other parts may be missing here."""
    found: list[dict[str, Any]] = json.loads(pairguard("doctor", "--json").stdout)["findings"]
    [about] = [each for each in found if each["part"] == part]
    return about


def test_an_open_breaker_is_listed_reported_and_reset(pairguard: Pairguard, on_redis: OnRedis) -> None:
    async def fail(connection: RedisConnection) -> None:
        breakers = Breakers(RedisBreakers(connection), "worker-a", BreakerPolicy(failures=1, pause_s=600, jitter=0))
        await breakers.record_failure(POSITIVE_ACCOUNT, SessionUnusable("unreachable", "no answer"))

    on_redis(fail)
    why = "1 times in a row within 60 s, last: session is unreachable: no answer"
    [listed] = answer(pairguard("halts", "--json"))["breakers"]
    assert 590 < listed.pop("remainingS") <= 600
    del listed["since"]
    assert listed == {"scope": "harbourline:harbour", "cause": "time_out", "reason": why, "state": "open"}
    assert "tried again in" in pairguard("halts").stdout
    report = finding(pairguard, "breaker")
    assert (report["ok"], report["detail"].startswith(f"harbourline:harbour: time_out {why}")) == (False, True)
    assert answer(pairguard("halts", "--lift", "harbourline:harbour", "--json")) == {"lifted": "harbourline:harbour"}
    assert answer(pairguard("halts", "--json")) == {"halts": [], "breakers": []}
    events = [event["type"] for event in answer(pairguard("events", "--json"))["events"]]
    assert events == ["breaker_opened", "breaker_closed"]


def test_the_doctor_reports_bets_on_accounts_that_cooled_down(pairguard: Pairguard, on_redis: OnRedis) -> None:
    async def violate(connection: RedisConnection) -> None:
        await connection.ask(connection.client.hset(connection.key("cooldown_violations"), str(POSITIVE_ACCOUNT), "2"))

    assert finding(pairguard, "cooldown")["detail"] == "never violated"
    on_redis(violate)
    report = finding(pairguard, "cooldown")
    assert (report["ok"], report["detail"]) == (False, "harbourline:harbour:ann 2 times")
