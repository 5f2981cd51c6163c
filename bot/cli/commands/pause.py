"""pairguard pause: stop new pairs."""

from __future__ import annotations

from bot.cli.options import DEFAULT_CONFIG, AsJson, ConfigFile, StopReason, StopScope
from bot.cli.stops import stop_by_hand
from bot.domain.halt import HaltCause


def pause(
    reason: StopReason, scope: StopScope = "all", config: ConfigFile = DEFAULT_CONFIG, as_json: AsJson = False
) -> None:
    """Stop new pairs; the hedges of accepted positive bets are still placed, and results are booked."""
    stop_by_hand(HaltCause.PAUSE, scope, reason, config, as_json=as_json)
