"""Translate a page's words into ours: selections, prices, and the rows of a history."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Self

from bot.domain.money import Money
from bot.domain.odds import Odds
from bot.domain.pair import Bet
from bot.domain.placement import HistoryRow
from bot.domain.reasons import Reason
from bot.errors import CannotArm, UnreadableValue
from providers.kit.browser.site import Site
from providers.kit.reading.locators import Locators
from providers.kit.reading.parsing import Status, read_line, tidy
from providers.kit.reading.readings import MATCH_RESULT, Values


@dataclass(frozen=True, slots=True)
class Selection:
    """A selection in our own words; the line is from its point of view."""

    market: str
    outcome: str
    line: Decimal | None

    @classmethod
    def asked(cls, bet: Bet) -> Self:
        """Return the selection that a bet asks for."""
        return cls(bet.market, bet.selection, bet.line)

    @classmethod
    def shown(cls, values: Values, locators: Locators) -> Self:
        """Return the selection of a slip or row from its fields ``market``, ``selection``, ``event`` and ``line``."""
        outcome = outcome_named(values.get("selection", str), values.get("event", str), locators)
        return cls(values.get("market", str), outcome, values.find("line", Decimal))

    @classmethod
    def priced(cls, row: Values, event: str, site: Site) -> Self:
        """Return the selection of a price from its fields ``market`` and ``label``; a label ends with the line, if any.

        Raises UnreadableValue for a label that is not a selection of the event.
        """
        market, label = row.get("market", str), row.get("label", str)
        if market == MATCH_RESULT:
            return cls(market, outcome_named(label, event, site.locators), None)
        name, _, line = label.rpartition(" ")
        try:
            return cls(market, outcome_named(name, event, site.locators), read_line(line, "line", site.dialect))
        except ValueError as error:
            raise UnreadableValue(site.locators.provider, "event.prices", "label", "label", str(error)) from None


Offer = Mapping[Selection, Values]
"""The offer of an event: the price row of each selection."""


def offer_of(prices: Values, site: Site) -> Offer:
    """Return the offer in an event's reading ``prices``; raises as ``Selection.priced`` does."""
    event = prices.get("event", str)
    return {Selection.priced(row, event, site): row for row in prices.rows}


def price_of(wanted: Selection, offer: Offer) -> str:
    """Return the ``id`` of a selection's price; raises CannotArm if it is not offered or suspended.

    A suspended price has no ``id``, or its field ``offered`` is false.
    """
    check_offer(offer, wanted)
    row = offer[wanted]
    price = row.find("id", str)
    if price is None or row.find("offered", bool) is False:
        raise CannotArm(Reason.SELECTION_SUSPENDED)
    return price


def outcome_named(name: str, event: str, locators: Locators) -> str:
    """Return the outcome that a page calls by this name: a word of ``[words.outcomes]``, or a side of the event.

    Raises UnreadableValue for any other name.
    """
    words = locators.words["outcomes"]
    if name in words:
        return words[name]
    if event.startswith(f"{name} {locators.versus} "):
        return "home"
    if event.endswith(f" {locators.versus} {name}"):
        return "away"
    problem = f"{name!r} is not a selection of {event!r}"
    raise UnreadableValue(locators.provider, "event", "selection", "words.outcomes", problem)


def same_name(one: str, other: str) -> bool:
    """Return whether two names are equal apart from white space, Unicode composition and case."""
    return tidy(one).casefold() == tidy(other).casefold()


def check_event(shown: str, bet: Bet) -> None:
    """Raise CannotArm unless the event shown has the name in the bet."""
    if not same_name(shown, bet.event.name):
        raise CannotArm(Reason.EVENT_NOT_FOUND, f"event {bet.event.id} is {shown!r}, not {bet.event.name!r}")


def check_offer(offered: Collection[Selection], wanted: Selection) -> None:
    """Raise CannotArm unless a selection is offered; the reason says whether market, outcome or line is missing."""
    of_market = [each for each in offered if each.market == wanted.market]
    of_outcome = [each for each in of_market if each.outcome == wanted.outcome]
    if not of_market:
        raise CannotArm(Reason.MARKET_NOT_FOUND, wanted.market)
    if not of_outcome:
        raise CannotArm(Reason.SELECTION_NOT_FOUND, wanted.outcome)
    if wanted not in of_outcome:
        lines = ", ".join(str(each.line) for each in of_outcome)
        raise CannotArm(Reason.LINE_NOT_FOUND, f"{wanted.line} is not offered; offered are {lines}")


def history_row(row: Values, locators: Locators, listed_as: Status | None = None) -> HistoryRow:
    """Return the history row of one bet. A ``profit`` becomes the payout; ``cash_out`` is the amount offered for it.

    ``listed_as`` is the status of every bet in a list that shows no status.
    """
    status, stake = listed_as or row.get("status", Status), row.get("stake", Money)
    selection = Selection.shown(row, locators)
    payout, profit = row.find("payout", Money), row.find("profit", Money)
    if status.outcome is not None and profit is not None:
        payout = stake + profit
    return HistoryRow(
        ticket=row.get("ticket", str),
        state=status.state,
        event=row.get("event", str),
        selection=selection.outcome,
        line=selection.line,
        odds=row.get("odds", Odds),
        stake=stake,
        outcome=status.outcome,
        payout=payout,
        placed_at=row.get("placed_at", datetime),
        cash_out=row.find("cash_out", Money),
    )
