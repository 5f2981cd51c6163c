"""One pair drawn in full."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.console import RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bot.cli.render.wording import bet_words, moment, pnl_text, state_text, status_text, timeline_words
from bot.domain.events import as_text
from bot.domain.hedge import missing_stake
from bot.domain.money import Money
from bot.domain.pair import Leg, Pair, Verdict
from bot.ports.reader import PairOnRecord


def portrait(record: PairOnRecord, evidence: Sequence[Path]) -> list[RenderableType]:
    """Draw a pair: its state, both legs side by side, the verdict, and where the evidence lies."""
    pair = record.pair
    legs = Table.grid(expand=True, padding=(0, 1))
    legs.add_column(ratio=1)
    legs.add_column(ratio=1)
    legs.add_row(_leg_panel(pair.positive, None), _leg_panel(pair.hedge, missing_stake(pair)))
    parts: list[RenderableType] = [_headline(record), legs]
    if pair.timeline:
        parts.append(Text(f"Since its job was picked up: {timeline_words(pair.timeline.model_dump())}", "dim"))
    if pair.verdict:
        parts.append(_verdict_panel(pair.verdict))
    if pair.needs_review:
        parts.append(Text(f'Waits for you: pairguard review {pair.bet_pair_id} --note "what was found"', "bold yellow"))
    return [*parts, _evidence(evidence)]


def _headline(record: PairOnRecord) -> Text:
    pair = record.pair
    reason = f" ({pair.reason})" if pair.reason else ""
    text = Text.assemble("Pair ", (pair.bet_pair_id, "bold"), ": ", state_text(pair.state), reason)
    text.append(f"\narbitrage {pair.arb_id}, received {moment(record.received_at)}", "dim")
    text.append(f", changed {moment(record.updated_at)}{_origin(pair)}", "dim")
    return text


def _origin(pair: Pair) -> str:
    return f", again after {pair.rebet_of}" if pair.rebet_of else ""


def _leg_panel(leg: Leg, missing: Money | None) -> Panel:
    bet = leg.bet
    rows: list[tuple[str, str | Text | None]] = [
        ("status", status_text(leg)),
        ("account", str(bet.account)),
        ("event", bet.event.name),
        ("bet", bet_words(leg)),
        ("asked", f"{bet.stake} at {bet.odds}, not below {bet.min_odds}"),
        ("accepted", f"{leg.stake} at {leg.odds}" if leg.stake else None),
        ("missing", as_text(missing)),
        ("ticket", leg.ticket),
        ("payout", str(leg.payout) if leg.payout else None),
        ("attempts", str(leg.attempt) if leg.attempt > 1 else None),
        ("reason", leg.reason),
    ]
    return Panel(_grid(rows), title=f"{leg.role.value} leg", title_align="left", box=box.ROUNDED)


def _verdict_panel(verdict: Verdict) -> Panel:
    rows: list[tuple[str, str | Text | None]] = [
        ("outcome", f"{verdict.actual_outcome} (expected {verdict.expected_outcome})"),
        ("expected PnL", pnl_text(verdict.expected_pnl)),
        ("actual PnL", pnl_text(verdict.actual_pnl)),
        ("exposure", verdict.reason if verdict.exposure else "none"),
        *(("difference", difference) for difference in verdict.differences),
    ]
    style = "red" if verdict.exposure else "green"
    return Panel(_grid(rows), title="verdict", title_align="left", box=box.ROUNDED, border_style=style)


def _grid(rows: Sequence[tuple[str, str | Text | None]]) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    for name, value in rows:
        if value is not None:
            grid.add_row(name, value)
    return grid


def _evidence(files: Sequence[Path]) -> Text:
    if not files:
        return Text("No page was kept as evidence.", "dim")
    text = Text(f"Evidence in {files[0].parent}:")
    for file in files:
        text.append(f"\n  {file.name}", "dim")
    return text
