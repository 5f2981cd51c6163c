"""The events of one practice site with their markets and selections."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.practice.sites.database import Database, decimal_or_none, text_or_none
from bot.practice.sites.errors import RecordExists, UnknownRecord
from bot.practice.sites.records import Event, Market, MarketKind, Selection, SelectionStatus

_LISTED = "SELECT * FROM events WHERE id NOT IN (SELECT event_id FROM finished_events) ORDER BY position"


@dataclass(frozen=True, slots=True)
class SelectionDraft:
    outcome: str
    odds: Decimal
    line: Decimal | None = None
    max_stake: Decimal | None = None
    min_stake: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class MarketDraft:
    kind: MarketKind
    selections: tuple[SelectionDraft, ...]
    line: Decimal | None = None

    def priced(self, price: Callable[[Decimal], Decimal]) -> MarketDraft:
        """Return this draft with every price moved to one that the site can show."""
        return replace(self, selections=tuple(replace(each, odds=price(each.odds)) for each in self.selections))


@dataclass(frozen=True, slots=True)
class EventDraft:
    id: str
    home: str
    away: str
    markets: tuple[MarketDraft, ...]
    league: str = "Practice League"
    sport: str = "football"
    starts_at: str | None = None
    score: str | None = None

    def priced(self, price: Callable[[Decimal], Decimal]) -> EventDraft:
        """Return this draft with every price moved to one that the site can show."""
        return replace(self, markets=tuple(market.priced(price) for market in self.markets))


@dataclass(frozen=True, slots=True)
class SelectionChange:
    """Describe a change to a selection; a field that is None stays."""

    odds: Decimal | None = None
    line: Decimal | None = None
    status: SelectionStatus | None = None
    max_stake: Decimal | None = None
    min_stake: Decimal | None = None

    def priced(self, price: Callable[[Decimal], Decimal]) -> SelectionChange:
        """Return this change with its price moved to one that the site can show."""
        return self if self.odds is None else replace(self, odds=price(self.odds))

    def columns(self) -> dict[str, str]:
        """Return the changed columns with their stored text."""
        given = {
            "odds": self.odds,
            "line": self.line,
            "status": self.status,
            "max_stake": self.max_stake,
            "min_stake": self.min_stake,
        }
        return {name: str(value) for name, value in given.items() if value is not None}


class Catalogue:
    """Keep events in the practice site's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, draft: EventDraft) -> Event:
        """Add an event and give its markets and selections their ids; raises RecordExists."""
        if self._find_event(draft.id) is not None:
            raise RecordExists(f"event {draft.id!r} already exists", field="id")
        with self._database.transaction():
            self._database.insert(
                "events",
                {
                    "id": draft.id,
                    "home": draft.home,
                    "away": draft.away,
                    "league": draft.league,
                    "sport": draft.sport,
                    "starts_at": draft.starts_at,
                    "score": draft.score,
                },
            )
            for market in draft.markets:
                self._add_market(draft.id, market)
        return self.event(draft.id)

    def event(self, event_id: str) -> Event:
        """Return an event with its markets; raises UnknownRecord."""
        row = self._find_event(event_id)
        if row is None:
            raise UnknownRecord(f"there is no event {event_id!r}", field="id")
        return self._event(row)

    def events(self) -> list[Event]:
        """Return every event that is not finished, in the order in which they were added."""
        return [self._event(row) for row in self._database.rows(_LISTED)]

    def finish(self, event_id: str) -> Event:
        """Remove an event from the list; `event` still finds it by id, and its bets stay. Raises UnknownRecord."""
        event = self.event(event_id)
        self._database.run("INSERT OR IGNORE INTO finished_events (event_id) VALUES (?)", (event_id,))
        return event

    def change_score(self, event_id: str, score: str) -> Event:
        """Set the score of an event; raises UnknownRecord."""
        self.event(event_id)
        self._database.run("UPDATE events SET score = ? WHERE id = ?", (score, event_id))
        return self.event(event_id)

    def selection(self, selection_id: str) -> Selection:
        """Return a selection; raises UnknownRecord."""
        row = self._database.row("SELECT * FROM selections WHERE id = ?", (selection_id,))
        if row is None:
            raise UnknownRecord(f"there is no selection {selection_id!r}", field="selection")
        return _selection(row)

    def change_selection(self, selection_id: str, change: SelectionChange) -> Selection:
        """Change a selection at once; raises UnknownRecord."""
        self.selection(selection_id)
        for column, value in change.columns().items():
            self._database.run(f"UPDATE selections SET {column} = ? WHERE id = ?", (value, selection_id))  # noqa: S608
        return self.selection(selection_id)

    def _add_market(self, event_id: str, draft: MarketDraft) -> None:
        market_id = self._free_market_id(event_id, draft.kind)
        self._database.insert(
            "markets",
            {"id": market_id, "event_id": event_id, "kind": draft.kind, "line": text_or_none(draft.line)},
        )
        suffix = market_id.removeprefix(f"{event_id}-{draft.kind}")
        for selection in draft.selections:
            self._database.insert(
                "selections",
                {
                    "id": f"{event_id}-{draft.kind}-{selection.outcome}{suffix}",
                    "market_id": market_id,
                    "event_id": event_id,
                    "kind": draft.kind,
                    "outcome": selection.outcome,
                    "line": text_or_none(selection.line),
                    "odds": str(selection.odds),
                    "status": SelectionStatus.OPEN,
                    "max_stake": text_or_none(selection.max_stake),
                    "min_stake": str(selection.min_stake),
                },
            )

    def _free_market_id(self, event_id: str, kind: MarketKind) -> str:
        same_kind = self._database.rows("SELECT id FROM markets WHERE event_id = ? AND kind = ?", (event_id, kind))
        return f"{event_id}-{kind}" if not same_kind else f"{event_id}-{kind}-{len(same_kind) + 1}"

    def _find_event(self, event_id: str) -> sqlite3.Row | None:
        return self._database.row("SELECT * FROM events WHERE id = ?", (event_id,))

    def _event(self, row: sqlite3.Row) -> Event:
        return Event(
            id=row["id"],
            home=row["home"],
            away=row["away"],
            league=row["league"],
            sport=row["sport"],
            starts_at=row["starts_at"],
            score=row["score"],
            markets=self._markets(row["id"]),
        )

    def _markets(self, event_id: str) -> tuple[Market, ...]:
        selections: dict[str, list[Selection]] = {}
        for row in self._database.rows("SELECT * FROM selections WHERE event_id = ? ORDER BY position", (event_id,)):
            selections.setdefault(row["market_id"], []).append(_selection(row))
        markets = self._database.rows("SELECT * FROM markets WHERE event_id = ? ORDER BY position", (event_id,))
        return tuple(
            Market(
                id=row["id"],
                kind=MarketKind(row["kind"]),
                line=decimal_or_none(row["line"]),
                selections=tuple(selections[row["id"]]),
            )
            for row in markets
        )


def _selection(row: sqlite3.Row) -> Selection:
    return Selection(
        id=row["id"],
        market_id=row["market_id"],
        event_id=row["event_id"],
        kind=MarketKind(row["kind"]),
        outcome=row["outcome"],
        line=decimal_or_none(row["line"]),
        odds=Decimal(row["odds"]),
        status=SelectionStatus(row["status"]),
        max_stake=decimal_or_none(row["max_stake"]),
        min_stake=Decimal(row["min_stake"]),
    )
