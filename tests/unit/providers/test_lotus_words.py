"""The words of both Lotus whitelabels: each status, price and refusal has one meaning; a draw depends on its market."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.money import Money
from bot.domain.odds import Odds, OddsStyle
from bot.domain.outcome import Outcome
from bot.domain.placement import TicketState
from bot.domain.reasons import Reason
from bot.errors import UnreadableValue
from bot.practice.sites.lotus.texts import load_texts
from providers.kit.pages.selection import outcome_named
from providers.kit.reading.locators import load_locators
from providers.kit.reading.parsing import Dialect, Status, parse, refusal
from providers.kit.reading.readings import Reading, Values, interpret

DIALECTS = {
    "lotusquay": Dialect(load_locators("lotus", "lotusquay"), OddsStyle.MALAY, "UTC", "EUR"),
    "senbien": Dialect(load_locators("lotus", "senbien"), OddsStyle.HONG_KONG, "UTC", "EUR"),
}
LANGUAGES = {"lotusquay": "en", "senbien": "vi"}
BRANDS = sorted(DIALECTS)


def read(brand: str, field: str, text: str) -> Any:
    spec = DIALECTS[brand].locators.reading("statement", "list").row[field]
    return parse(text, spec, DIALECTS[brand])


def listed(brand: str, **texts: str) -> Values:
    """Read one row of a statement with these texts."""
    reading = Reading.of(DIALECTS[brand].locators, "statement", "list")
    row = {
        "ticket": "1234567890",
        "placed_at": {"lotusquay": "05/01/2026 09:04:05 PM", "senbien": "01/05/2026 21:04:05"}[brand],
        "selection": "Reds",
        "odds": "Reds @ 0.95 MY Market",
        "event": "Reds -vs- Blues",
        "stake": "1,000",
    } | texts
    raw = {name: {"way": 0, "count": int(name in row), "value": row.get(name)} for name in reading.spec.row}
    zone = {name: {"way": 0, "count": 1, "value": "GMT-4 1"} for name in reading.spec.fields}
    return interpret(json.dumps({"regions": 1, "fields": zone, "rows": [raw]}), reading, DIALECTS[brand]).rows[0]


@pytest.mark.covers("UI-13c")
@pytest.mark.parametrize(
    ("brand", "word", "state", "outcome"),
    [
        ("lotusquay", "Waiting", TicketState.WAITING, None),
        ("lotusquay", "Running", TicketState.OPEN, None),
        ("lotusquay", "RUNNING", TicketState.OPEN, None),
        ("lotusquay", "RUNING", TicketState.OPEN, None),
        ("lotusquay", "Reject", TicketState.REJECTED, None),
        ("lotusquay", "Rejected", TicketState.REJECTED, None),
        ("lotusquay", "won", TicketState.SETTLED, Outcome.WON),
        ("lotusquay", "LOSE", TicketState.SETTLED, Outcome.LOST),
        ("lotusquay", "half won", TicketState.SETTLED, Outcome.HALF_WON),
        ("lotusquay", "Half Lose", TicketState.SETTLED, Outcome.HALF_LOST),
        ("lotusquay", "Void", TicketState.SETTLED, Outcome.VOID),
        ("lotusquay", "Refund", TicketState.SETTLED, Outcome.VOID),
        ("lotusquay", "Cashed Out", TicketState.SETTLED, Outcome.CASHED_OUT),
        ("senbien", "Đang chờ", TicketState.WAITING, None),
        ("senbien", "Đang chạy", TicketState.OPEN, None),
        ("senbien", "ĐANG CHẠY", TicketState.OPEN, None),
        ("senbien", "Từ chối", TicketState.REJECTED, None),
        ("senbien", "Thắng", TicketState.SETTLED, Outcome.WON),
        ("senbien", "Thua", TicketState.SETTLED, Outcome.LOST),
        ("senbien", "Thắng nửa", TicketState.SETTLED, Outcome.HALF_WON),
        ("senbien", "Thua nửa", TicketState.SETTLED, Outcome.HALF_LOST),
        ("senbien", "Hủy", TicketState.SETTLED, Outcome.VOID),
        ("senbien", "Huỷ", TicketState.SETTLED, Outcome.VOID),
        ("senbien", "Hoàn tiền", TicketState.SETTLED, Outcome.VOID),
        ("senbien", "Bán vé", TicketState.SETTLED, Outcome.CASHED_OUT),
    ],
)
def test_every_status_word_has_one_meaning(brand: str, word: str, state: TicketState, outcome: Outcome | None) -> None:
    assert read(brand, "status", word) == Status(state, outcome)


@pytest.mark.parametrize(("brand", "word"), [("lotusquay", "Thắng"), ("lotusquay", "Half"), ("senbien", "Thắng nữa")])
def test_a_word_that_is_not_the_brands_is_refused(brand: str, word: str) -> None:
    with pytest.raises(ValueError, match="statuses"):
        read(brand, "status", word)


@pytest.mark.parametrize("brand", BRANDS)
def test_every_status_word_of_the_practice_site_is_known(brand: str) -> None:
    texts = load_texts(LANGUAGES[brand])
    words = [texts(key) for key in texts.keys if key.startswith("status.")]
    assert len(words) == 11
    assert all(read(brand, "status", word) for word in words)


@pytest.mark.covers("UI-13h")
@pytest.mark.parametrize(
    ("brand", "word", "market", "profit", "outcome"),
    [
        ("lotusquay", "Draw", "FT. 1X2", "-1,000.00", Outcome.LOST),
        ("lotusquay", "Draw", "FT. Handicap", "0.00", Outcome.VOID),
        ("lotusquay", "DRAW", "FT. Over/Under", "0.00", Outcome.VOID),
        ("senbien", "Hòa", "1X2 toàn trận", "−1,000.00", Outcome.LOST),
        ("senbien", "Hoà", "Cược chấp toàn trận", "0.00", Outcome.VOID),
        ("senbien", "Hòa", "Tài/Xỉu toàn trận", "0.00", Outcome.VOID),
    ],
)
def test_a_draw_is_a_push_except_where_it_could_be_bet_on(
    brand: str, word: str, market: str, profit: str, outcome: Outcome
) -> None:
    line = {} if "1X2" in market else {"line": "-0.25 @ 0-0"}
    row = listed(brand, status=word, market=market, profit=profit, **line)
    assert row.get("status", Status) == Status(TicketState.SETTLED, outcome)


@pytest.mark.parametrize(
    ("status", "profit"),
    [
        ("Won", "-10.00"),
        ("Half Won", "-0.01"),
        ("Lose", "-999.99"),
        ("Half Lose", "0.01"),
        ("Half Lose", "-1,000.01"),
        ("Void", "0.01"),
        ("Draw", "-1,000.00"),
        ("Running", "950.00"),
        ("Reject", "-1,000.00"),
    ],
)
def test_a_word_that_its_money_contradicts_is_refused(status: str, profit: str) -> None:
    with pytest.raises(UnreadableValue, match="does not fit a stake"):
        listed("lotusquay", status=status, market="FT. Handicap", line="0.5", profit=profit)


@pytest.mark.covers("UI-11e", "UI-11f", "UI-11g")
@pytest.mark.parametrize(
    ("shown", "style", "odds"),
    [
        ("-0.95 MY", OddsStyle.MALAY, "-0.95"),
        ("0.95 MY", OddsStyle.MALAY, "0.95"),
        ("−0.625 MY", OddsStyle.MALAY, "-0.625"),
        ("0.95 HK", OddsStyle.HONG_KONG, "0.95"),
        ("1.25 HK", OddsStyle.HONG_KONG, "1.25"),
        ("-1.05 ID", OddsStyle.INDONESIAN, "-1.05"),
        ("1.95 EU", OddsStyle.DECIMAL, "1.95"),
    ],
)
@pytest.mark.parametrize("brand", BRANDS)
def test_odds_are_in_the_style_that_their_tag_says(brand: str, shown: str, style: OddsStyle, odds: str) -> None:
    read_odds = read(brand, "odds", f"Reds -0.25 @ 0-0 @ {shown} FT. Handicap")
    assert (read_odds, read_odds.style) == (Odds.parse(odds, style), style)


@pytest.mark.parametrize("shown", ["0.95", "0.95 XX", "MY", "0,95 MY", "1.25 MY", "0.9 MY"])
def test_odds_without_a_known_tag_or_beyond_their_style_are_refused(shown: str) -> None:
    with pytest.raises(ValueError, match=r"match|not a price|number|decimal places"):
        read("lotusquay", "odds", f"Reds -0.25 @ {shown} FT. Handicap")


@pytest.mark.covers("UI-10a")
@pytest.mark.parametrize(
    ("key", "reason", "limit"),
    [
        ("incorrect_stake", Reason.STAKE_NOT_WHOLE, None),
        ("below_minimum", Reason.STAKE_BELOW_MINIMUM, "1250"),
        ("account_issue", Reason.ACCOUNT_RESTRICTED, None),
        ("odds_closed", Reason.CLOSED, None),
        ("max_bet_exceeded", Reason.STAKE_ABOVE_MAXIMUM, "1250"),
        ("insufficient_credit", Reason.INSUFFICIENT_FUNDS, None),
        ("handicap_changed", Reason.LINE_CHANGED, None),
        ("score_changed", Reason.SCORE_CHANGED, None),
        ("odds_changed", Reason.ODDS_CHANGED, None),
        ("not_accepted", Reason.DECLINED, None),
    ],
)
@pytest.mark.parametrize("brand", BRANDS)
def test_every_refusal_of_the_practice_site_is_known_in_its_language(
    brand: str, key: str, reason: Reason, limit: str | None
) -> None:
    message = load_texts(LANGUAGES[brand])(f"error.{key}", amount="1,250", old="0.95", new="0.90", reason="no")
    refused = refusal(message, DIALECTS[brand])
    assert refused is not None
    assert (refused.reason, refused.limit) == (reason, None if limit is None else Money(Decimal(limit), "EUR"))


@pytest.mark.parametrize("brand", BRANDS)
@pytest.mark.parametrize("key", ["error.system", "shell.session_ended", "box.odds_moved", "box.no_reference"])
def test_other_messages_of_the_box_prove_nothing(brand: str, key: str) -> None:
    assert refusal(load_texts(LANGUAGES[brand])(key), DIALECTS[brand]) is None


def test_times_are_the_operators_and_not_the_whitelabels() -> None:
    assert read("lotusquay", "placed_at", "05/01/2026 09:04:05 PM").isoformat() == "2026-05-01T21:04:05-04:00"
    assert read("senbien", "placed_at", "01/05/2026 21:04:05").isoformat() == "2026-05-01T21:04:05-04:00"


@pytest.mark.parametrize(
    ("brand", "name", "outcome"),
    [
        ("lotusquay", "Reds", "home"),
        ("lotusquay", "Blues", "away"),
        ("lotusquay", "Over", "over"),
        ("senbien", "Xỉu", "under"),
        ("senbien", "Hòa", "draw"),
    ],
)
def test_a_selection_is_named_after_a_side_or_by_a_word(brand: str, name: str, outcome: str) -> None:
    assert outcome_named(name, "Reds -vs- Blues", DIALECTS[brand].locators) == outcome


@pytest.mark.parametrize("name", ["Red", "Greens", "Reds -vs- Blues", "-vs-", ""])
def test_a_selection_of_no_side_is_refused(name: str) -> None:
    with pytest.raises(UnreadableValue, match="is not a selection of"):
        outcome_named(name, "Reds -vs- Blues", DIALECTS["lotusquay"].locators)
