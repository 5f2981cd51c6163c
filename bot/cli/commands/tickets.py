"""Looking at the tickets under watch."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from bot.bootstrap.ledger import open_reader
from bot.cli.options import DEFAULT_CONFIG, AsJson, ConfigFile, Limit
from bot.cli.output import print_json, print_text
from bot.cli.render.tables import table_of
from bot.cli.render.wording import moment
from bot.config import Settings
from bot.domain.watch import LATE_S, Watch, Window
from bot.ports.reader import Watched

_WINDOWS = {
    None: "not looked at yet",
    Window.BEFORE_END: "until the event is over",
    Window.FAST: "fast",
    Window.AFTER_TIMEOUT: "slow, after the time-out",
    Window.RESETTLEMENT: "settled, looked at again",
}


def tickets(config: ConfigFile = DEFAULT_CONFIG, limit: Limit = 50, as_json: AsJson = False) -> None:
    """List the tickets under watch, the next one due first."""
    settings = Settings.load(config)
    watched = asyncio.run(_watched(settings, limit))
    if as_json:
        print_json(_as_json(settings, watched))
    elif watched.total == 0:
        print_text("No ticket is under watch.")
    else:
        print_text(_tickets_table(settings, watched), _summary(watched))


async def _watched(settings: Settings, limit: int) -> Watched:
    async with open_reader(settings) as view:
        return await view.watched(limit)


def _as_json(settings: Settings, watched: Watched) -> dict[str, Any]:
    listed = [_ticket_as_json(watch, _max_polls(settings, watch)) for watch in watched.next_due]
    return {"tickets": listed, "watched": watched.total, "late_s": watched.late_s}


def _ticket_as_json(watch: Watch, max_polls: int) -> dict[str, Any]:
    return {
        "pair": watch.bet_pair_id,
        "role": watch.role.value,
        "ticket": watch.ticket,
        "account": str(watch.account),
        "window": watch.window.value if watch.window else None,
        "polls": watch.polls,
        "max_polls": max_polls,
        "unhealthy": watch.unhealthy,
        "looks": watch.looks,
        "next_look": watch.due.isoformat(),
        "since": watch.since.isoformat(),
        "settled_at": watch.settled_at.isoformat() if watch.settled_at else None,
    }


def _tickets_table(settings: Settings, watched: Watched) -> Table:
    table = table_of("Pair", "Leg", "Ticket", "Account", "Window", "Polls", "In vain", "Next look", "Since")
    for watch in watched.next_due:
        table.add_row(
            watch.bet_pair_id,
            watch.role.value,
            watch.ticket,
            str(watch.account),
            _WINDOWS[watch.window],
            f"{watch.polls} of {_max_polls(settings, watch)}",
            Text(str(watch.unhealthy), "bold red" if watch.unhealthy else "dim"),
            _next_look(watch.due, watched.now),
            moment(watch.since),
        )
    return table


def _next_look(due: datetime, now: datetime) -> Text:
    in_s = (due - now).total_seconds()
    if in_s < -LATE_S:
        return Text(f"{-in_s:.0f} s late", "bold red")
    return Text("now" if in_s <= 0 else moment(due))


def _summary(watched: Watched) -> str:
    late = f", the longest due for {watched.late_s:.0f} s" if watched.late_s > 0 else ""
    return f"{watched.total} under watch{late}."


def _max_polls(settings: Settings, watch: Watch) -> int:
    return settings.settlement.policy_of(watch.account.provider).max_polls
