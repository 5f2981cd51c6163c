"""What ``pairguard pause`` and ``pairguard freeze`` have in common."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.bootstrap.ledger import open_ledger
from bot.cli.output import print_json, print_text
from bot.cli.render.wording import moment
from bot.config import Settings
from bot.domain.events import amounts
from bot.domain.halt import HaltCause
from bot.domain.reconciliation import holding_pnl
from bot.errors import ConfigurationInvalid
from bot.ports.reader import NakedOnRecord
from bot.services.halts import EVERYTHING, require_scope, stop

_NOW = {
    HaltCause.PAUSE: "no new pairs are placed; hedges of accepted positive bets are",
    HaltCause.FREEZE: "nothing is clicked, no hedge either",
}


def stop_by_hand(cause: HaltCause, scope: str, reason: str, config: Path, *, as_json: bool) -> None:
    """Stop a scope and say what is left open; raises ConfigurationInvalid."""
    text = said(reason)
    settings = Settings.load(config)
    require_scope(scope, settings.account_currencies)
    naked = asyncio.run(_stopped(settings, cause, scope, text))
    if as_json:
        print_json({"stop": cause.value, "scope": scope, "reason": text, "naked": [_as_json(each) for each in naked]})
        return
    where = "Everywhere" if scope == EVERYTHING else f"In {scope}"
    print_text(f"{where} {_NOW[cause]}. End it with: pairguard resume {scope} --reason TEXT")
    for each in naked:
        print_text(_in_words(each))
    if not naked:
        print_text("No positive bet stands alone.")


def said(reason: str) -> str:
    """Return the reason of a stop; raises ConfigurationInvalid if it says nothing."""
    if not reason.strip():
        raise ConfigurationInvalid("--reason must say why; it goes on record")
    return reason.strip()


async def _stopped(settings: Settings, cause: HaltCause, scope: str, reason: str) -> Sequence[NakedOnRecord]:
    async with open_ledger(settings) as ledger:
        return await stop(ledger.halts, ledger.reader, cause, scope, reason)


def _in_words(each: NakedOnRecord) -> str:
    leg = each.pair.positive
    pnl = holding_pnl(leg)
    return (
        f"Pair {each.pair.bet_pair_id}: {leg.ticket} at {leg.bet.account} stands alone since {moment(each.since)}:"
        f" {leg.stake or leg.bet.stake} at {leg.odds or leg.bet.odds}. Held, it comes to {pnl['won']} or {pnl['lost']}."
    )


def _as_json(each: NakedOnRecord) -> dict[str, Any]:
    leg = each.pair.positive
    facts = {"pair": each.pair.bet_pair_id, "account": str(leg.bet.account), "ticket": leg.ticket}
    return facts | {"since": each.since.isoformat(), "holdingPnl": amounts(holding_pnl(leg))}
