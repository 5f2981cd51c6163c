"""Tables of pairs, exposures and events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from bot.cli.render.wording import DASH, moment, pnl_text, state_text, status_text
from bot.domain.limits import Cap, Rate
from bot.domain.money import Money
from bot.domain.pair import Leg
from bot.ports.reader import EventOnRecord, PairOnRecord

_EVENT_STYLES = {
    "exposure_alert": "bold red",
    "arb_emergency": "bold red",
    "provider_halted": "bold red",
    "account_challenge": "bold red",
    "breaker_opened": "bold red",
    "breaker_closed": "green",
    "placement_unknown": "magenta",
    "settlement_timeout": "magenta",
    "settlement_unreadable": "bold red",
    "arb_failed": "yellow",
    "arb_blocked": "yellow",
    "bet_failed": "yellow",
    "arb_success": "green",
    "pair_reconciled": "bold green",
}
_DETAILS = (
    "stop",
    "leg",
    "account",
    "scope",
    "cause",
    "reason",
    "aloneForS",
    "ticket",
    "actualPnl",
    "detail",
    "worker",
)


def pairs_table(records: Sequence[PairOnRecord]) -> Table:
    """List pairs, one row each."""
    table = table_of("Pair", "State", "Positive", "Hedge", "Actual PnL", "Reason", "Changed")
    for record in records:
        pair = record.pair
        table.add_row(
            pair.bet_pair_id,
            state_text(pair.state),
            _leg(pair.positive),
            _leg(pair.hedge),
            pnl_text(pair.verdict.actual_pnl if pair.verdict else None),
            pair.reason or DASH,
            moment(record.updated_at),
        )
    return table


def exposures_table(records: Sequence[Mapping[str, Any]], waiting: Sequence[PairOnRecord]) -> Table:
    """List exposure records, then the pairs that wait for review."""
    table = table_of("Pair", "Reason", "Positive", "Hedge", "Expected PnL", "Actual PnL", "Detected", "Review")
    open_reviews = {record.pair.bet_pair_id: record for record in waiting}
    for record in records:
        is_open = open_reviews.pop(record["bet_pair_id"], None) is not None
        table.add_row(*_exposure_cells(record), _review(is_open=is_open))
    for older in open_reviews.values():
        pair = older.pair
        expected, actual = (pair.verdict.expected_pnl, pair.verdict.actual_pnl) if pair.verdict else (None, None)
        legs = (_leg(pair.positive), _leg(pair.hedge))
        amounts = (pnl_text(expected), pnl_text(actual))
        table.add_row(
            pair.bet_pair_id, pair.reason or DASH, *legs, *amounts, moment(older.updated_at), _review(is_open=True)
        )
    return table


def events_table(events: Sequence[EventOnRecord]) -> Table:
    """List events, one row each."""
    table = table_of("Time", "Event", "Pair", "What it says")
    for event in events:
        details = ", ".join(f"{name} {event.data[name]}" for name in _DETAILS if event.data.get(name))
        kind = Text(event.type, _EVENT_STYLES.get(event.type, ""))
        table.add_row(moment(event.time), kind, str(event.data.get("betPairId", DASH)), details)
    return table


def limits_table(amounts: Sequence[tuple[Cap, Money]], bets: Sequence[tuple[Rate, int]]) -> Table:
    """List limits, each with what is used up of it and what is left."""
    table = table_of("Limit", "Of", "May be", "Is", "Left")
    for cap, value in amounts:
        left = cap.limit - value
        _add_limit(table, (cap.control, cap.scope, str(cap.limit), str(value)), str(left) if left.amount > 0 else None)
    for rate, made in bets:
        room = rate.limit - made
        cells = (rate.control, str(rate.account), str(rate.limit), str(made))
        _add_limit(table, cells, str(room) if room > 0 else None)
    return table


def _add_limit(table: Table, cells: tuple[str, ...], left: str | None) -> None:
    table.add_row(*cells, left or "none", style="" if left else "bold red")


def table_of(*columns: str) -> Table:
    """Begin a table with these columns."""
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold", justify="right" if column.endswith("PnL") else "left")
    return table


def _leg(leg: Leg) -> Text:
    return Text.assemble(f"{leg.bet.account.whitelabel} ", status_text(leg))


def _exposure_cells(record: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        record["bet_pair_id"],
        str(record["exposure_reason"]),
        f"{record['positive_ticket'] or DASH} {record['positive_status']}",
        f"{record['hedge_ticket'] or DASH} {record['hedge_status']}",
        str(record["expected_pnl"] or DASH),
        str(record["actual_pnl"] or DASH),
        moment(datetime.fromtimestamp(int(record["detected_at"]), UTC)),
    )


def _review(*, is_open: bool) -> Text:
    return Text("waiting", "bold yellow") if is_open else Text("done", "green")
