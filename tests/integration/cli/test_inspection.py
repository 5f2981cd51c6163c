from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import RedisLedger
from bot.domain.changes import (
    EmergencyDeclared,
    LegArmed,
    LegSubmitted,
    LegUnknown,
    PairBlocked,
    PairJudged,
    PairTimed,
)
from bot.domain.events import EventType
from bot.domain.odds import Odds
from bot.domain.pair import PairState, Role
from bot.domain.reasons import Reason
from bot.domain.watch import Look, Watch, Window
from bot.engine.pair_book import PairBook
from tests.builders import (
    POSITIVE_ACCOUNT,
    a_baseline,
    a_job,
    a_pair,
    a_pair_in,
    a_timeline,
    a_verdict,
    after,
    an_acceptance,
    euros,
    halted,
)
from tests.integration.cli.conftest import OnRedis, Pairguard, Writing, answer

NEVER = datetime.max.replace(tzinfo=UTC)
OnLedger = Callable[[Writing], None]


async def a_blocked_pair(ledger: RedisLedger) -> None:
    stored, _ = await ledger.receive(a_pair(betPairId="turned-away", arbId="arb-2"))
    await PairBook(ledger).change(stored, PairBlocked(Reason.COOLDOWN, "harbourline:harbour:ann cools down", 42))


async def both_lost(ledger: RedisLedger) -> None:
    pair = a_pair_in(PairState.EXPOSURE_EVENT).model_copy(update={"state": PairState.SETTLING, "verdict": None})
    stored, _ = await ledger.receive(pair)
    await PairBook(ledger).change(stored, PairJudged(a_verdict(exposure=True)))


async def a_block_with_text_in_square_brackets(ledger: RedisLedger) -> None:
    stored, _ = await ledger.receive(a_pair())
    await PairBook(ledger).change(stored, PairBlocked(Reason.COOLDOWN, "[bold]ann[/bold] cools down", 42))


async def an_emergency(ledger: RedisLedger) -> None:
    pair = a_pair_in(PairState.PLACING_HEDGE, betPairId="naked", arbId="arb-3")
    stored, _ = await ledger.receive(pair)
    await PairBook(ledger).change(stored, EmergencyDeclared(Reason.ODDS_CHANGED))


async def a_hedged_pair(ledger: RedisLedger) -> None:
    stored, _ = await ledger.receive(a_pair_in(PairState.HEDGED))
    await PairBook(ledger).change(stored, PairTimed(a_timeline()))


async def an_unknown_hedge_of_40_out_of_110(ledger: RedisLedger) -> None:
    baseline = a_baseline().model_copy(update={"odds": Odds.parse("1.91")})
    pair = after(
        a_pair_in(PairState.PLACING_HEDGE, betPairId="part", arbId="arb-4"),
        LegArmed(Role.HEDGE, baseline, euros("110.00")),
        LegSubmitted(Role.HEDGE, euros("40.00")),
    )
    stored, _ = await ledger.receive(pair)
    await PairBook(ledger).change(stored, LegUnknown(Role.HEDGE, "no answer"))


async def of_a_newer_pairguard(connection: RedisConnection) -> None:
    await connection.ask(connection.client.set("schema_version", "99"))


def test_an_empty_ledger_is_said_to_be_empty(pairguard: Pairguard) -> None:
    assert "No pair has been received yet" in pairguard("pairs").stdout
    assert "No exposure" in pairguard("exposures").stdout
    assert "Nothing has been announced yet" in pairguard("events").stdout
    assert "Nothing is halted" in pairguard("halts").stdout


@pytest.mark.parametrize("command", ["pairs", "halts", "tickets"])
def test_a_ledger_with_a_newer_schema_is_refused(pairguard: Pairguard, on_redis: OnRedis, command: str) -> None:
    on_redis(of_a_newer_pairguard)
    refused = pairguard(command)
    assert refused.exit_code == 2
    assert "newer Pairguard (schema 99, this program knows 1): upgrade the program" in refused.stderr
    ledger = next(
        each for each in json.loads(pairguard("doctor", "--json").stdout)["findings"] if each["part"] == "ledger"
    )
    assert (ledger["ok"], ledger["remedy"]) == (False, "upgrade the program, or restore a backup")


def test_timings_count_hedged_pairs_and_show_tells_the_steps(pairguard: Pairguard, on_ledger: OnLedger) -> None:
    assert "No pair has been hedged yet" in pairguard("timings").stdout
    on_ledger(a_hedged_pair)
    counted = answer(pairguard("timings", "--json"))
    assert {name: {b: n for b, n in counts.items() if n} for name, counts in counted.items()} == {
        "leg_gap_ms": {"10": 1},
        "job_to_click_ms": {"200": 1},
    }
    assert "up to 10 ms" in pairguard("timings").stdout
    assert "8.0 ms between the legs" in pairguard("show", "pair-1").stdout
    assert answer(pairguard("show", "pair-1", "--json"))["timeline"]["clicked_hedge"] == 188.0


def test_pairs_lists_the_newest_first(pairguard: Pairguard, on_ledger: OnLedger) -> None:
    on_ledger(both_lost)
    on_ledger(a_blocked_pair)
    assert [pair["bet_pair_id"] for pair in answer(pairguard("pairs", "--json"))["pairs"]] == ["turned-away", "pair-1"]


def test_pairs_shows_state_reason_and_money(pairguard: Pairguard, on_ledger: OnLedger) -> None:
    on_ledger(both_lost)
    row = next(line for line in pairguard("pairs").stdout.splitlines() if "pair-1" in line)
    for part in ("EXPOSURE_EVENT", "harbourline lost", "senbien lost", "-205.00 EUR", "both_lost_unexpected"):
        assert part in row


def test_a_limit_is_kept(pairguard: Pairguard, on_ledger: OnLedger) -> None:
    on_ledger(both_lost)
    on_ledger(a_blocked_pair)
    assert len(answer(pairguard("pairs", "--limit", "1", "--json"))["pairs"]) == 1


def test_show_draws_both_legs_the_verdict_and_where_the_evidence_lies(
    pairguard: Pairguard, on_ledger: OnLedger, data_dir: Path
) -> None:
    on_ledger(both_lost)
    kept = data_dir / "evidence" / "pair-1" / "20300131T180000.000000Z-positive-slip.html"
    kept.parent.mkdir(parents=True)
    kept.write_text("<html></html>")
    shown = pairguard("show", "pair-1").stdout
    for part in (
        *("EXPOSURE_EVENT", "positive leg", "hedge leg", "HB10000001", "2000000001", "total_goals over 2.5"),
        *("100.00 EUR at 2.10, not below 2.05", "lost/lost", "-205.00 EUR", kept.name, "pairguard review pair-1"),
    ):
        assert part in shown
    assert answer(pairguard("show", "pair-1", "--json"))["evidence"] == [str(kept)]


async def two_watched_tickets_of_which_one_is_late(ledger: RedisLedger) -> None:
    stored, _ = await ledger.receive(a_pair_in(PairState.PLACING_POSITIVE))
    stored = await PairBook(ledger).change(stored, an_acceptance(stored.pair, Role.POSITIVE))
    positive = Watch(POSITIVE_ACCOUNT, "pair-1", Role.POSITIVE, "HB10000001", 0, await ledger.now(), None, NEVER)
    late = await ledger.now() - timedelta(seconds=95)
    await ledger.looked_at([(positive, Look(37, 2, Window.FAST, late))])
    submitted = await PairBook(ledger).change(stored, LegArmed(Role.HEDGE, a_baseline()), LegSubmitted(Role.HEDGE))
    await PairBook(ledger).change(submitted, an_acceptance(submitted.pair, Role.HEDGE))


def test_tickets_shows_each_watch_the_next_due_first(
    pairguard: Pairguard, on_ledger: OnLedger, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No ticket is under watch" in pairguard("tickets").stdout
    assert answer(pairguard("tickets", "--json")) == {"tickets": [], "watched": 0, "late_s": 0}
    config.write_text(config.read_text() + "[settlement.providers.harbour]\nmax_polls = 40\n")
    on_ledger(two_watched_tickets_of_which_one_is_late)
    listed = answer(pairguard("tickets", "--json"))
    assert listed["watched"] == 2
    assert 95 <= listed["late_s"] < 155
    first, second = listed["tickets"]
    assert (first["pair"], first["role"], first["ticket"]) == ("pair-1", "positive", "HB10000001")
    assert (first["account"], first["window"], first["looks"]) == ("harbourline:harbour:ann", "fast", 1)
    assert (first["polls"], first["max_polls"], first["unhealthy"]) == (37, 40, 2)
    assert (second["role"], second["window"], second["polls"], second["max_polls"]) == ("hedge", None, 0, 120)
    assert len(answer(pairguard("tickets", "--limit", "1", "--json"))["tickets"]) == 1
    monkeypatch.setenv("COLUMNS", "200")
    shown = pairguard("tickets").stdout
    for part in ("37 of 40", "s late", "2000000001", "not looked at yet", "2 under watch"):
        assert part in shown


def test_text_in_square_brackets_is_shown_as_it_is(pairguard: Pairguard, on_ledger: OnLedger) -> None:
    on_ledger(a_block_with_text_in_square_brackets)
    assert "[bold]ann[/bold] cools down" in pairguard("events").stdout


def test_a_pair_that_is_not_on_record_is_a_usage_error(pairguard: Pairguard) -> None:
    result = pairguard("show", "nobody")
    assert result.exit_code == 2
    assert result.stderr.strip() == ("pairguard: there is no pair 'nobody' on record; `pairguard pairs` lists them")


def test_exposures_lists_the_record_and_the_open_review(pairguard: Pairguard, on_ledger: OnLedger) -> None:
    on_ledger(both_lost)
    listed = answer(pairguard("exposures", "--json"))
    assert [record["exposure_reason"] for record in listed["exposures"]] == ["both_lost_unexpected"]
    assert listed["waiting_for_review"] == ["pair-1"]
    assert "waiting" in pairguard("exposures").stdout


def test_a_review_ends_with_a_note(pairguard: Pairguard, on_ledger: OnLedger) -> None:
    on_ledger(both_lost)
    reviewed = answer(pairguard("review", "pair-1", "--note", "the books settled by different scores", "--json"))
    assert (reviewed["bet_pair_id"], reviewed["needs_review"]) == ("pair-1", False)
    assert answer(pairguard("exposures", "--json"))["waiting_for_review"] == []


@pytest.mark.parametrize("arguments", [["pair-1"], ["pair-1", "--note", "  "], ["nobody", "--note", "seen"]])
def test_a_review_without_note_or_pair_is_a_usage_error(
    pairguard: Pairguard, on_ledger: OnLedger, arguments: list[str]
) -> None:
    on_ledger(both_lost)
    assert pairguard("review", *arguments).exit_code == 2
    assert answer(pairguard("exposures", "--json"))["waiting_for_review"] == ["pair-1"]


def test_a_hedge_that_a_person_found_has_the_terms_of_its_last_attempt_and_leaves_its_residual(
    pairguard: Pairguard, on_ledger: OnLedger
) -> None:
    on_ledger(an_unknown_hedge_of_40_out_of_110)
    resolution = ("--leg", "hedge", "--accepted", "2000000009", "--reason", "seen in My Bets")
    found = answer(pairguard("resolve", "part", *resolution, "--json"))
    assert (found["state"], found["reason"]) == ("EXPOSURE_EVENT", "hedge_limited")
    assert (found["hedge"]["stake"], found["hedge"]["odds"]) == ("40.00 EUR", "1.91")
    [record] = answer(pairguard("exposures", "--json"))["exposures"]
    assert record["residual_stake"] == "70.00 EUR"
    assert "70.00 EUR" in pairguard("show", "part").stdout


def test_events_lists_what_was_announced_and_what_is_undelivered(pairguard: Pairguard, on_ledger: OnLedger) -> None:
    on_ledger(an_emergency)
    listed = answer(pairguard("events", "--json"))
    assert [event["type"] for event in listed["events"]] == ["arb_emergency", "exposure_alert"]
    assert listed["undelivered"] == 2
    shown = pairguard("events").stdout
    assert "arb_emergency" in shown
    assert "2 not delivered yet" in shown


def test_a_halt_is_listed_and_ended(pairguard: Pairguard, on_ledger: OnLedger) -> None:
    async def halt(ledger: RedisLedger) -> None:
        await halted(ledger, "senbien:lotus", "lotus/slip: field 'odds' ([data-x]): missing")

    on_ledger(halt)
    assert "[data-x]" in pairguard("halts").stdout
    [listed] = answer(pairguard("halts", "--json"))["halts"]
    assert (listed["scope"], listed["cause"]) == ("senbien:lotus", "drift")
    ended = {"resumed": "senbien:lotus", "ended": ["drift"]}
    assert answer(pairguard("resume", "senbien:lotus", "--reason", "repaired", "--json")) == ended
    assert answer(pairguard("halts", "--json")) == {"halts": [], "breakers": []}


def test_limits_are_listed_with_what_is_used_up_of_them(
    pairguard: Pairguard, on_ledger: OnLedger, config: Path
) -> None:
    async def reserve(ledger: RedisLedger) -> None:
        stored, _ = await ledger.receive(a_pair())
        for account in stored.pair.accounts:
            await ledger.take_lease(account)
        await ledger.reserve(stored.pair, tuple(Role))

    assert "daily loss is limited; [risk]" in " ".join(pairguard("limits").stdout.split())
    own = "limits = { open_stake = 105, bets_per_hour = 1 }\n"
    risk = "[risk]\nstake_per_day = { EUR = 1000 }\ndaily_loss = { EUR = 50 }\n"
    config.write_text(config.read_text() + own + risk)
    on_ledger(reserve)
    assert answer(pairguard("limits", "--json"))["limits"] == [
        {"control": "stake_per_day", "scope": "EUR", "limit": "1000 EUR", "used": "205.00 EUR"},
        {"control": "open_stake", "scope": "senbien:lotus:binh", "limit": "105 EUR", "used": "105.00 EUR"},
        {"control": "daily_loss", "scope": "EUR", "limit": "50 EUR", "used": "0.00 EUR"},
        {"control": "bets_per_hour", "scope": "senbien:lotus:binh", "limit": "1", "used": "0"},
    ]
    shown = pairguard("limits").stdout
    assert "795.00 EUR" in shown
    assert "none" in shown


def test_resuming_what_is_not_stopped_is_a_usage_error(pairguard: Pairguard) -> None:
    result = pairguard("resume", "--reason", "back again", "--json")
    assert result.exit_code == 2
    assert "nothing stops 'all'" in result.stderr


def test_a_dry_run_has_a_ledger_of_its_own(
    pairguard: Pairguard, on_ledger: OnLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_ledger(both_lost)
    monkeypatch.setenv("PAIRGUARD_MODE", "dry_run")
    assert answer(pairguard("pairs", "--json")) == {"pairs": []}


def test_a_redis_that_does_not_answer_is_a_missing_part(pairguard: Pairguard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAIRGUARD_REDIS__URL", "redis://:correct-horse@127.0.0.1:1")
    result = pairguard("pairs")
    assert result.exit_code == 3
    assert result.stderr.startswith("pairguard: Redis does not answer")
    assert "correct-horse" not in result.output
    assert "Traceback" not in result.output


def test_jobs_are_described_by_a_schema(pairguard: Pairguard) -> None:
    document = answer(pairguard("schema", "pair", "--json"))
    assert set(document["required"]) <= set(a_job())
    assert document["additionalProperties"] is False


def test_events_are_described_by_a_schema(pairguard: Pairguard) -> None:
    described = answer(pairguard("schema", "events", "--json"))["$defs"]
    assert described.keys() > {*EventType}
    reasons = described["arb_blocked"]["properties"]["data"]["properties"]["reason"]["oneOf"]
    assert {"const": "cooldown", "description": Reason.COOLDOWN.sentence} in reasons
