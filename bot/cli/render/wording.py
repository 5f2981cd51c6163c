"""How pairs and legs are put into words and colours, the same in every command."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from rich.text import Text

from bot.domain.events import leg_status
from bot.domain.money import Money
from bot.domain.pair import Leg, PairState

DASH = "–"

_PAIR_STYLES = {
    PairState.RECONCILED: "bold green",
    PairState.EXPOSURE_EVENT: "bold red",
    PairState.EMERGENCY: "bold red",
    PairState.FAILED: "yellow",
    PairState.BLOCKED: "yellow",
    PairState.HEDGED: "cyan",
    PairState.SETTLING: "cyan",
}
_LEG_STYLES = {
    "planned": "dim",
    "armed": "cyan",
    "submitting": "bold cyan",
    "waiting": "magenta",
    "unknown": "bold magenta",
    "accepted": "blue",
    "rejected": "yellow",
    "won": "bold green",
    "half_won": "green",
    "void": "white",
    "half_lost": "red",
    "lost": "bold red",
    "timeout": "bold magenta",
}


def state_text(state: PairState) -> Text:
    """Write a pair's state."""
    return Text(state.value, _PAIR_STYLES.get(state, "cyan"))


def status_text(leg: Leg) -> Text:
    """Write where a leg stands: its outcome once it has one, otherwise its state."""
    status = leg_status(leg)
    return Text(status, _LEG_STYLES.get(status, ""))


def bet_words(leg: Leg) -> str:
    """Write what a leg bets on, such as ``total_goals over 2.5``."""
    line = "" if leg.bet.line is None else f" {line_words(leg.bet.line, leg.bet.market)}"
    return f"{leg.bet.market} {leg.bet.selection}{line}"


def line_words(line: Decimal, market: str) -> str:
    """Write a line; a handicap carries its sign."""
    return f"{line:+}" if "handicap" in market and line else str(line)


def pnl_text(pnl: Money | None) -> Text:
    """Write a profit or loss with its sign, green or red."""
    if pnl is None:
        return Text(DASH, "dim")
    style = "green" if pnl.amount > 0 else "red" if pnl.amount < 0 else ""
    return Text(f"{pnl.amount:+.2f} {pnl.currency}" if pnl.amount else f"{pnl.amount:.2f} {pnl.currency}", style)


def moment(time: datetime) -> str:
    """Write a time in the reader's own time zone."""
    return time.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def timeline_words(times: Mapping[str, float | None]) -> str:
    """Write a timeline, as the ledger keeps it, in the order in which its steps came."""
    came = sorted((ms, step) for step, ms in times.items() if ms is not None)
    words = ", ".join(f"{_step_words(step)} after {ms:.1f} ms" for ms, step in came) or "nothing yet"
    accepted, clicked = times["accepted_positive"], times["clicked_hedge"]
    return words if accepted is None or clicked is None else f"{words}; {clicked - accepted:.1f} ms between the legs"


def _step_words(step: str) -> str:
    what, _, role = step.partition("_")
    return f"{role} {what}"
