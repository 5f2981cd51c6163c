"""Harbour's bets in other languages, whose odds and money use different decimal marks, each read with an overlay."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext
from pydantic import SecretStr

from bot.domain.odds import Odds, OddsStyle
from bot.domain.outcome import Outcome
from bot.domain.placement import Accepted, TicketState
from bot.ports.bookmaker import Bookmaker, Credentials, Whitelabel
from bot.practice.sites.ledger import BetEntry
from bot.practice.sites.servers import PracticeSites
from providers.kit.pages.bookmaker import Opening
from providers.registry import open_session
from tests.integration.practice.control_client import Control, football_event
from tests.integration.providers.harbour.account import ACCOUNT, PASSWORD, PATIENT, a_bet, euros, place
from tests.integration.providers.overlays import overlaid

PORTUGUESE = r"""
[numbers]
odds = { decimal_mark = ",", decimals = [2, 3, 4] }

[statuses]
"em aberto" = "open"
ganha = "won"
perdida = "lost"
devolvida = "void"
reembolso = "void"
"meio ganho" = "half_won"
"meio perdido" = "half_lost"
encerrada = "cashed_out"

[words.tabs]
"Em aberto" = "open"
Resolvidas = "settled"

[pages.bets.readings.open.fields.total]
pattern = '^(\d+) apostas?$'

[pages.bets.readings.open.row.stake]
pattern = '^Montante (.+)$'

[pages.bets.readings.open.row.potential_return]
at = { css = ":scope > div > span", text = "^Retorno potencial" }
pattern = '^Retorno potencial (.+)$'

[pages.bets.readings.settled.fields.total]
pattern = '^(\d+) apostas?$'

[pages.bets.readings.settled.row.stake]
pattern = '^Montante (.+)$'

[pages.bets.readings.settled.row.payout]
pattern = '^Retorno (.+)$'
"""
ITALIAN = r"""
[numbers]
default = { decimal_mark = ",", thousands = ".", decimals = [2] }

[statuses]
"In corso" = "open"
Vinta = "won"
Persa = "lost"
Annullata = "void"
Rimborsata = "void"
"Mezza vinta" = "half_won"
"Mezza persa" = "half_lost"
"Chiusa in anticipo" = "cashed_out"

[words.tabs]
"In corso" = "open"
Concluse = "settled"

[pages.bets.readings.open.fields.total]
pattern = '^(\d+) scommess[ae]$'

[pages.bets.readings.open.row.stake]
pattern = '^Puntata (.+)$'

[pages.bets.readings.open.row.potential_return]
at = { css = ":scope > div > span", text = "^Vincita potenziale" }
pattern = '^Vincita potenziale (.+)$'

[pages.bets.readings.settled.fields.total]
pattern = '^(\d+) scommess[ae]$'

[pages.bets.readings.settled.row.stake]
pattern = '^Puntata (.+)$'

[pages.bets.readings.settled.row.payout]
pattern = '^Restituito (.+)$'
"""
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
RESULTS = {
    # how a bet of 1,000 at 1.95 is settled: its meaning, its payout
    "won": (Outcome.WON, "1950.00"),
    "lost": (Outcome.LOST, "0.00"),
    "void": (Outcome.VOID, "1000.00"),
    "refund": (Outcome.VOID, "1000.00"),
    "half_won": (Outcome.HALF_WON, "1475.00"),
    "half_lost": (Outcome.HALF_LOST, "500.00"),
}


async def open_in(
    language: str, overlay: str, practice_sites: PracticeSites, control: Control, context: BrowserContext, folder: Path
) -> Bookmaker:
    """Open the session of a customer who has chosen a language."""
    account = {"username": ACCOUNT.account_id, "password": PASSWORD, "whitelabel": "harbourline", "balance": "90000"}
    await control.post("/harbour/accounts", **account, language=language)
    await control.post("/harbour/events", **football_event())
    address = practice_sites.addresses.harbour
    opening = Opening(
        account=ACCOUNT,
        whitelabel=Whitelabel("harbourline", "harbour", address, language, OddsStyle.DECIMAL, "UTC"),
        credentials=Credentials(ACCOUNT.account_id, SecretStr(PASSWORD)),
        currency="EUR",
        context=context,
        locators=overlaid("harbour", "harbourline", overlay, folder),
        timings=PATIENT,
    )
    return await open_session(opening)


@pytest.mark.parametrize(
    ("language", "overlay"),
    [
        pytest.param("pt", PORTUGUESE, marks=pytest.mark.covers("UI-11a", "UI-13f")),
        pytest.param("it", ITALIAN, marks=pytest.mark.covers("UI-11b", "UI-13g")),
    ],
)
async def test_bets_in_another_language_are_placed_and_read_by_an_overlay(
    practice_sites: PracticeSites,
    control: Control,
    window_on_sites: BrowserContext,
    tmp_path: Path,
    language: str,
    overlay: str,
) -> None:
    harbour = await open_in(language, overlay, practice_sites, control, window_on_sites, tmp_path)
    settled = {}
    for result, (outcome, payout) in RESULTS.items():
        ticket = record(practice_sites)
        await control.post(f"/harbour/bets/{ticket}/settle", outcome=result)
        settled[ticket] = (TicketState.SETTLED, outcome, euros(payout))
    placement = await place(harbour, a_bet(stake=euros("1234.50")))
    assert isinstance(placement, Accepted), placement
    assert (placement.odds, placement.stake) == (Odds.parse("1.95"), euros("1234.50"))

    reading = await harbour.history(LONG_AGO, frozenset())

    assert reading.complete
    running = {placement.ticket: (TicketState.OPEN, None, None)}
    assert {row.ticket: (row.state, row.outcome, row.payout) for row in reading.rows} == settled | running
    assert {row.odds for row in reading.rows} == {Odds.parse("1.95")}


def record(practice_sites: PracticeSites) -> str:
    """Record a bet of 1,000 at 1.95 without a page; return its ticket."""
    stake, odds = Decimal(1000), Decimal("1.95")
    entry = BetEntry(ACCOUNT.account_id, "m1-1x2-home", odds, stake, requested_odds=odds, requested_stake=stake)
    return practice_sites.sites["harbour"].record_bet(entry).ticket
