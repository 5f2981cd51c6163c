"""How Lotus writes a choice: team, line and score, market, odds in the account's style."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bot.practice.sites.lotus.odds import OddsStyle, format_odds, format_plain, format_signed_line
from bot.practice.sites.lotus.texts import Texts
from bot.practice.sites.records import Event, MarketKind


@dataclass(frozen=True, slots=True)
class ChoiceWords:
    """Hold the texts of one choice; `line` includes the score ("-0.25 @ 0-0") when the match is in play."""

    choice: str
    line: str
    market_name: str
    event: str
    league: str


def name_choice(event: Event, kind: MarketKind, outcome: str, line: Decimal | None, texts: Texts) -> ChoiceWords:
    """Return the texts of a choice on a match; for a bet, pass the match with its score at the time of the bet."""
    return ChoiceWords(
        choice=_outcome_name(event, outcome, texts),
        line=line_at_score(kind, line, event.score),
        market_name=texts(f"market.{kind}"),
        event=f"{event.home} -vs- {event.away}" + (f" [{event.score}]" if event.score else ""),
        league=event.league,
    )


def line_at_score(kind: MarketKind, line: Decimal | None, score: str | None) -> str:
    """Write a line as the bet box and the bet list do, with the score if there is one; no line gives ""."""
    if line is None:
        return ""
    text = format_signed_line(line) if kind is MarketKind.ASIAN_HANDICAP else format_plain(line)
    return f"{text} @ {score}" if score else text


def format_stake(amount: Decimal) -> str:
    """Write a stake without decimals, unless the site accepted a fraction of a unit."""
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"


def show_odds(odds: Decimal, style: OddsStyle) -> tuple[str, bool]:
    """Return the odds in a style and whether they are negative (pages print those in red)."""
    text = format_odds(odds, style)
    return text, text.startswith("-")


def _outcome_name(event: Event, outcome: str, texts: Texts) -> str:
    teams = {"home": event.home, "away": event.away}
    return teams.get(outcome) or texts(f"choice.{outcome}")
