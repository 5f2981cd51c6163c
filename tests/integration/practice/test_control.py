"""The control API: every route, and refusals that name the field at fault."""

from __future__ import annotations

import asyncio
from dataclasses import astuple
from typing import Any

import aiohttp
import pytest

from bot.practice.sites.servers import PracticeSites
from tests.integration.practice.control_client import Control, football_event

HOME = "m1-1x2-home"
BOOKS = [("harbour", "harbourline"), ("lotus", "senbien"), ("frontier", "frontier"), ("corner", "corner")]
CURRENCIES = {"harbour": "EUR", "lotus": "EUR", "frontier": "USD", "corner": "GBP"}


def account(**changes: Any) -> dict[str, Any]:
    return {"username": "anna", "password": "pw", "whitelabel": "harbourline"} | changes


async def test_health_names_the_books(control: Control) -> None:
    assert await control.get("/health") == {"status": "ok", "sites": ["corner", "frontier", "harbour", "lotus"]}


async def test_every_site_has_an_address_of_its_own(practice_sites: PracticeSites) -> None:
    addresses = practice_sites.addresses
    assert len(set(astuple(addresses))) == 7


@pytest.mark.parametrize(("site", "whitelabel"), BOOKS)
async def test_an_account_is_opened_with_defaults_and_listed_without_its_password(
    control: Control, site: str, whitelabel: str
) -> None:
    await control.post(f"/{site}/accounts", **account(whitelabel=whitelabel))
    [listed] = await control.get(f"/{site}/accounts")
    assert listed == {
        "username": "anna",
        "whitelabel": whitelabel,
        "currency": CURRENCIES[site],
        "balance": "1000.00",
        "settings": {},
    }


async def test_books_do_not_share_accounts(control: Control) -> None:
    await control.post("/harbour/accounts", **account())
    assert await control.get("/lotus/accounts") == []


async def test_an_account_takes_currency_balance_and_odds_style(control: Control) -> None:
    opened = await control.post(
        "/lotus/accounts",
        **account(whitelabel="lotusquay", currency="VND", balance="0", odds_style="malay"),
    )
    assert (opened["currency"], opened["balance"]) == ("VND", "0.00")
    assert opened["settings"] == {"odds_style": "malay"}


async def test_an_event_gets_its_selection_ids(control: Control) -> None:
    event = await control.post("/harbour/events", **football_event())
    ids = [selection["id"] for market in event["markets"] for selection in market["selections"]]
    assert ids == [
        "m1-1x2-home",
        "m1-1x2-draw",
        "m1-1x2-away",
        "m1-total_goals-over",
        "m1-total_goals-under",
        "m1-asian_handicap-home",
        "m1-asian_handicap-away",
    ]
    assert await control.get("/harbour/events") == [event]


async def test_lines_follow_from_the_market(control: Control) -> None:
    event = await control.post("/harbour/events", **football_event())
    lines = [[selection["line"] for selection in market["selections"]] for market in event["markets"]]
    assert lines == [[None, None, None], ["2.5", "2.5"], ["-0.25", "0.25"]]


async def test_a_selection_can_be_changed_field_by_field(control: Control) -> None:
    await control.post("/harbour/events", **football_event())
    path = "/harbour/selections/m1-asian_handicap-home"
    await control.patch(path, odds="2.05", line="-0.5")
    await control.patch(path, status="suspended")
    changed = await control.patch(path, max_stake="50", min_stake="1.14")
    assert [changed[name] for name in ("odds", "line", "status", "max_stake", "min_stake")] == [
        "2.05",
        "-0.5",
        "suspended",
        "50",
        "1.14",
    ]


async def test_frontier_offers_the_nearest_price_that_american_odds_can_say(control: Control) -> None:
    event = await control.post("/frontier/events", **football_event())
    prices = [selection["odds"] for selection in event["markets"][0]["selections"]]
    assert prices == ["1.952380952381", "3.4", "4.1"]
    assert (await control.patch(f"/frontier/selections/{HOME}", odds="1.997"))["odds"] == "2"


async def test_a_score_can_be_changed(control: Control) -> None:
    await control.post("/harbour/events", **football_event())
    assert (await control.patch("/harbour/events/m1", score="0-1"))["score"] == "0-1"


@pytest.mark.parametrize(("site", "whitelabel"), BOOKS)
async def test_a_finished_event_is_not_listed_any_more_but_still_settles(
    control: Control, site: str, whitelabel: str
) -> None:
    await control.post(f"/{site}/accounts", **account(whitelabel=whitelabel))
    for event_id in ("m1", "m2"):
        await control.post(f"/{site}/events", **football_event(event_id))
    for _ in range(2):
        assert (await control.delete(f"/{site}/events/m1"))["id"] == "m1"
    assert [event["id"] for event in await control.get(f"/{site}/events")] == ["m2"]
    assert await control.post(f"/{site}/selections/{HOME}/settle", outcome="won") == []


async def test_faults_are_ordered_listed_and_cleared(control: Control) -> None:
    await control.post("/harbour/faults", kind="price_change", odds="1.80", username="anna", times=2, after=1)
    [order] = await control.get("/harbour/faults")
    assert order == {
        "id": 1,
        "kind": "price_change",
        "username": "anna",
        "odds": "1.80",
        "times": 2,
        "after": 1,
    }
    assert await control.get("/lotus/faults") == []
    await control.delete("/harbour/faults")
    assert await control.get("/harbour/faults") == []


async def test_settings_change_one_by_one(control: Control) -> None:
    await control.patch("/harbour/settings", response_delay_ms=20)
    settings = await control.patch("/harbour/settings", session_minutes=5)
    assert (settings["response_delay_ms"], settings["session_minutes"]) == (20, 5)
    assert settings["maintenance"] is False


@pytest.mark.parametrize(
    ("site", "address", "page", "file"),
    [
        ("harbour", "harbour", "/api/events", "/static/api.js"),
        ("lotus", "lotusquay", "/login", "/static/shell.js"),
        ("lotus", "lotus_view", "/lotusquay/sports", "/static/view.js"),
    ],
)
async def test_latency_holds_back_every_response_but_files(
    practice_sites: PracticeSites, control: Control, site: str, address: str, page: str, file: str
) -> None:
    await control.patch(f"/{site}/settings", latency_ms=600_000)
    async with aiohttp.ClientSession(getattr(practice_sites.addresses, address)) as http:
        waiting = asyncio.create_task(http.get(page))
        async with http.get(file) as answer:
            assert answer.status == 200
        await asyncio.sleep(0)
        assert not waiting.done()
        practice_sites.sites[site].stop()
        (await waiting).close()


@pytest.mark.parametrize(("site", "skin"), [("harbour", "regatta"), ("lotus", "lagoon"), ("frontier", "prairie")])
async def test_a_switch_moves_and_the_others_stay(control: Control, site: str, skin: str) -> None:
    usual = await control.patch(f"/{site}/settings")
    assert usual["skin"] == "classic"
    assert await control.patch(f"/{site}/settings", skin=skin) == usual | {"skin": skin}
    assert await control.patch(f"/{site}/settings", session_minutes=5) == usual | {"skin": skin, "session_minutes": 5}


async def test_nothing_has_happened_yet(control: Control) -> None:
    assert await control.get("/harbour/bets") == []
    assert await control.get("/harbour/journal") == []
    assert await control.post("/harbour/logout") == {"ended": 0}


def without(values: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}


def event_with(market: dict[str, Any]) -> dict[str, Any]:
    return football_event("m9", markets=[market])


def totals(*selections: dict[str, Any], **changes: Any) -> dict[str, Any]:
    both = [{"outcome": "over", "odds": "1.9"}, {"outcome": "under", "odds": "1.9"}]
    return {"kind": "total_goals", "line": "2.5", "selections": list(selections) or both} | changes


REFUSALS: list[tuple[str, str, Any, int, str]] = [
    ("POST", "/harbour/accounts", without(account(), "username"), 400, "username"),
    ("POST", "/harbour/accounts", account(username="an:na"), 400, "username"),
    ("POST", "/harbour/accounts", account(password=""), 400, "password"),
    ("POST", "/harbour/accounts", account(whitelabel="senbien"), 400, "whitelabel"),
    ("POST", "/harbour/accounts", account(balance=1000), 400, "balance"),
    ("POST", "/harbour/accounts", account(balance="-1"), 400, "balance"),
    ("POST", "/harbour/accounts", account(odds_style="roman"), 400, "odds_style"),
    ("POST", "/harbour/accounts", account(ballance="1"), 400, "ballance"),
    ("POST", "/harbour/accounts", account(language="la"), 400, "language"),
    ("POST", "/lotus/accounts", account(whitelabel="senbien", language="it"), 400, "language"),
    ("POST", "/harbour/accounts", ["anna"], 400, "body"),
    ("POST", "/nowhere/accounts", account(), 404, "site"),
    ("POST", "/harbour/events", football_event("m 1"), 400, "id"),
    ("POST", "/harbour/events", football_event("m1"), 409, "id"),
    ("POST", "/harbour/events", football_event("m9", markets=[]), 400, "markets"),
    ("POST", "/harbour/events", event_with(totals(kind="corners")), 400, "markets[0].kind"),
    ("POST", "/harbour/events", event_with(totals(line="2.6")), 400, "markets[0].line"),
    ("POST", "/harbour/events", event_with(totals(line=None)), 400, "markets[0].selections[0].line"),
    (
        "POST",
        "/harbour/events",
        event_with(totals({"outcome": "over", "odds": "1.9"})),
        400,
        "markets[0].selections",
    ),
    (
        "POST",
        "/harbour/events",
        event_with(totals({"outcome": "over", "odds": "1"})),
        400,
        "markets[0].selections[0].odds",
    ),
    (
        "POST",
        "/harbour/events",
        event_with(totals({"outcome": "home", "odds": "1.9"})),
        400,
        "markets[0].selections[0].outcome",
    ),
    ("DELETE", "/harbour/events/m9", None, 404, "id"),
    ("PATCH", "/harbour/events/m9", {"score": "1-0"}, 404, "id"),
    ("PATCH", "/harbour/events/m1", {}, 400, "score"),
    ("PATCH", "/harbour/selections/nothing", {"odds": "2.00"}, 404, "selection"),
    ("PATCH", f"/harbour/selections/{HOME}", {"odds": 2.0}, 400, "odds"),
    ("PATCH", f"/harbour/selections/{HOME}", {"odds": "NaN"}, 400, "odds"),
    ("PATCH", f"/harbour/selections/{HOME}", {"odds": "0.95"}, 400, "odds"),
    ("PATCH", f"/harbour/selections/{HOME}", {"status": "asleep"}, 400, "status"),
    ("PATCH", f"/harbour/selections/{HOME}", {"max_stake": "0"}, 400, "max_stake"),
    ("POST", f"/harbour/selections/{HOME}/settle", {"outcome": "nearly"}, 400, "outcome"),
    ("POST", "/harbour/selections/nothing/settle", {"outcome": "won"}, 404, "selection"),
    ("POST", "/harbour/bets/HB00000000/settle", {"outcome": "won"}, 404, "ticket"),
    ("POST", "/harbour/bets/HB00000000/settle", {"outcome": "won", "payout": "-1"}, 400, "payout"),
    ("POST", "/lotus/bets/1234567890/decide", {"accept": "yes"}, 400, "accept"),
    ("POST", "/lotus/bets/1234567890/decide", {"accept": True}, 404, "ticket"),
    ("POST", "/harbour/faults", {"kind": "earthquake"}, 400, "kind"),
    ("POST", "/harbour/faults", {"kind": "stay_waiting"}, 400, "kind"),
    ("POST", "/harbour/faults", {"kind": "pending_500"}, 400, "kind"),
    ("POST", "/harbour/faults", {"kind": "refer_to_trader", "amount": "1"}, 400, "kind"),
    ("POST", "/frontier/faults", {"kind": "stay_waiting"}, 400, "kind"),
    ("POST", "/frontier/faults", {"kind": "refer_to_trader"}, 400, "amount"),
    ("POST", "/frontier/bets/O/0242888/0028045/decide", {"accept": True}, 404, "ticket"),
    ("POST", "/harbour/faults", {"kind": "reject"}, 400, "reason"),
    ("POST", "/harbour/faults", {"kind": "max_stake", "amount": "-1"}, 400, "amount"),
    ("POST", "/harbour/faults", {"kind": "silent", "amount": "1"}, 400, "amount"),
    ("POST", "/harbour/faults", {"kind": "silent", "times": 0}, 400, "times"),
    ("POST", "/harbour/faults", {"kind": "interruption", "notice": "storm"}, 400, "notice"),
    ("PATCH", "/harbour/settings", {"response_delay_ms": -1}, 400, "response_delay_ms"),
    ("PATCH", "/harbour/settings", {"maintenance": "yes"}, 400, "maintenance"),
    ("PATCH", "/harbour/settings", {"speed": 1}, 400, "speed"),
    ("PATCH", "/harbour/settings", {"skin": "lagoon"}, 400, "skin"),
    ("PATCH", "/harbour/settings", {"vocabulary": "codes"}, 400, "vocabulary"),
]


async def test_a_refusal_names_the_field_and_changes_nothing(control: Control) -> None:
    before = await control.post("/harbour/events", **football_event())
    for method, path, body, status, field in REFUSALS:
        assert await control.refused(method, path, body) == (status, field), f"{method} {path} {body}"
    assert await control.get("/harbour/events") == [before]
    assert await control.get("/harbour/accounts") == []
    assert await control.get("/harbour/faults") == []


async def test_a_body_that_is_no_json_is_refused(control: Control) -> None:
    assert await control.refused_text("POST", "/harbour/accounts", "{") == (400, "body")
