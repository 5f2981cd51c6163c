"""How the commands report what stops bets automatically, and what should never have happened."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.adapters.redis_breakers import RedisBreakers
from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import RedisLedger
from bot.domain.breaker import BreakerPolicy
from bot.engine.breakers import Breakers
from bot.errors import SessionUnusable
from tests.builders import POSITIVE_ACCOUNT
from tests.conformance.ledger_hand import Hand
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
    ended = {"resumed": "harbourline:harbour", "ended": ["breaker"]}
    assert answer(pairguard("resume", "harbourline:harbour", "--reason", "it works", "--json")) == ended
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


class TestByHand:
    """``pause``, ``freeze`` and ``resume``."""

    async def _naked(self, connection: RedisConnection) -> None:
        hand = await Hand(RedisLedger(connection, "worker-a")).leased()
        await hand.accepted()

    def test_a_freeze_says_what_it_leaves_alone_and_what_holding_that_comes_to(
        self, pairguard: Pairguard, on_redis: OnRedis
    ) -> None:
        on_redis(self._naked)
        shown = " ".join(pairguard("freeze", "--reason", "prices look odd").stdout.split())
        assert "Everywhere nothing is clicked, no hedge either" in shown
        assert "at harbourline:harbour:ann stands alone since" in shown
        assert "Held, it comes to 110.00 EUR or -100.00 EUR." in shown
        answered = answer(pairguard("freeze", "senbien", "--reason", "odd", "--json"))
        [naked] = answered["naked"]
        assert (naked["pair"], naked["holdingPnl"]["lost"]) == ("pair-1", "-100.00 EUR")
        events = [
            event for event in answer(pairguard("events", "--json"))["events"] if event["type"] == "betting_stopped"
        ]
        assert [(each["data"]["scope"], each["data"]["naked"]) for each in events] == [
            ("all", ["pair-1"]),
            ("senbien", ["pair-1"]),
        ]

    def test_a_pause_and_a_freeze_stand_side_by_side_until_they_are_resumed(self, pairguard: Pairguard) -> None:
        assert "No positive bet stands alone" in pairguard("pause", "--reason", "on holiday").stdout
        pairguard("freeze", "--reason", "something is odd")
        listed = answer(pairguard("halts", "--json"))["halts"]
        assert {(each["scope"], each["cause"], each["reason"]) for each in listed} == {
            ("all", "pause", "on holiday"),
            ("all", "freeze", "something is odd"),
        }
        ended = answer(pairguard("resume", "--reason", "back", "--json"))["ended"]
        assert sorted(ended) == ["freeze", "pause"]
        assert answer(pairguard("halts", "--json")) == {"halts": [], "breakers": []}

    @pytest.mark.parametrize("command", ["pause", "freeze"])
    def test_a_misspelt_scope_stops_nothing_and_is_refused_with_those_that_exist(
        self, pairguard: Pairguard, command: str
    ) -> None:
        result = pairguard(command, "harborline", "--reason", "odd")
        assert result.exit_code == 2
        assert "'harborline' is no scope" in result.stderr
        assert "harbourline:harbour:ann" in result.stderr
        assert answer(pairguard("halts", "--json"))["halts"] == []

    @pytest.mark.parametrize("command", ["pause", "freeze", "resume"])
    def test_a_reason_is_asked_for(self, pairguard: Pairguard, command: str) -> None:
        assert pairguard(command, "--reason", "  ").exit_code == 2
