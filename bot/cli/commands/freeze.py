"""pairguard freeze: stop every click."""

from __future__ import annotations

from bot.cli.options import DEFAULT_CONFIG, AsJson, ConfigFile, StopReason, StopScope
from bot.cli.stops import stop_by_hand
from bot.domain.halt import HaltCause


def freeze(
    reason: StopReason, scope: StopScope = "all", config: ConfigFile = DEFAULT_CONFIG, as_json: AsJson = False
) -> None:
    """Stop every click, hedges too, and say which positive bets that leaves alone; reading goes on."""
    stop_by_hand(HaltCause.FREEZE, scope, reason, config, as_json=as_json)
