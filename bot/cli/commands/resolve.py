"""What only a human can decide of a bet that left no proof."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Annotated

import typer

from bot.bootstrap.ledger import open_ledger
from bot.cli.options import DEFAULT_CONFIG, AsJson, ConfigFile, PairId
from bot.cli.output import print_json, print_text
from bot.cli.render.json import pair_as_json
from bot.config import Settings
from bot.domain.money import exact
from bot.domain.odds import Odds
from bot.domain.pair import Role
from bot.errors import ConfigurationInvalid
from bot.ports.reader import PairOnRecord
from bot.services.records import pair_to_show
from bot.services.resolve import AcceptedTerms, resolve_accepted, resolve_not_placed


def resolve(
    pair_id: PairId,
    leg: Annotated[Role, typer.Option("--leg", help="Which leg of the pair.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="How you know; it goes on record.")],
    accepted: Annotated[
        str | None, typer.Option("--accepted", metavar="TICKET", help="The bookmaker took the bet under this ticket.")
    ] = None,
    not_placed: Annotated[bool, typer.Option("--not-placed", help="The bookmaker does not have the bet.")] = False,
    stake: Annotated[str | None, typer.Option("--stake", metavar="AMOUNT", help="If not the stake asked for.")] = None,
    odds: Annotated[str | None, typer.Option("--odds", metavar="DECIMAL", help="If not the odds asked for.")] = None,
    config: ConfigFile = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Decide a bet that is unknown or under review, after looking at the bookmaker's site.

    A running worker takes the pair up at once: a positive bet that was accepted is hedged if that is still inside
    the limits; a hedge that was not placed is tried again inside them.
    """
    if bool(accepted) == not_placed:
        raise ConfigurationInvalid("say either --accepted TICKET or --not-placed")
    if not reason.strip():
        raise ConfigurationInvalid("--reason must say how you know")
    settings = Settings.load(config)
    terms = AcceptedTerms(_amount(stake), _price(odds))
    record = asyncio.run(_resolved(settings, pair_id, leg, accepted, terms, reason.strip()))
    if as_json:
        print_json(pair_as_json(record))
    else:
        print_text(f"Pair {pair_id}: the {leg.value} bet is {record.pair.leg(leg).state.value}.")


async def _resolved(
    settings: Settings, pair_id: str, leg: Role, ticket: str | None, terms: AcceptedTerms, reason: str
) -> PairOnRecord:
    async with open_ledger(settings) as ledger:
        if ticket is None:
            await resolve_not_placed(ledger.book, pair_id, leg, reason)
        else:
            await resolve_accepted(ledger.book, pair_id, leg, ticket, terms, reason)
        return await pair_to_show(ledger.reader, pair_id)


def _amount(text: str | None) -> Decimal | None:
    try:
        return None if text is None else exact(text)
    except ValueError as error:
        raise ConfigurationInvalid(f"--stake: {error}") from None


def _price(text: str | None) -> Odds | None:
    try:
        return None if text is None else Odds.parse(text)
    except ValueError as error:
        raise ConfigurationInvalid(f"--odds: {error}") from None
