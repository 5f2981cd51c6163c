"""The pair job: what a producer puts into the queue, in camelCase JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from bot.domain.money import Money, exact, minor_unit, share
from bot.domain.odds import OddsStyle
from bot.domain.pair import ID_PATTERN, Account, Bet, Event, Leg, OddsField, Pair, Role
from bot.errors import JobInvalid

_MAX_AMOUNT = 10_000_000
_MAX_ODDS = 1001
_MAX_LINE = 1000
_MAX_META_BYTES = 4096


def _number(value: Any) -> Decimal:
    # Some producers send JSON floats; the shortest text of a float is what its producer wrote.
    if isinstance(value, float):
        return exact(repr(value))
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError('must be a number as text, such as "12.50"')
    if isinstance(value, str) and not _PLAIN_NUMBER.fullmatch(value):
        raise ValueError('is not a number such as "12.50"')
    return exact(value)


def _moment(value: Any) -> str:
    # A bare number is refused: it could be an epoch in seconds or in milliseconds.
    if not isinstance(value, str) or not _DATE.match(value):
        raise ValueError('must be a time with its zone as text, such as "2026-01-31T18:00:00Z"')
    return value


_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER_SCHEMA = {"anyOf": [{"type": "string", "pattern": f"^{_PLAIN_NUMBER.pattern}$"}, {"type": "number"}]}
_SHARE_SCHEMA = {"anyOf": [_NUMBER_SCHEMA["anyOf"][0], {"type": "number", "minimum": 0, "maximum": 1}]}
_ODDS_SCHEMA = {
    "anyOf": [
        *_NUMBER_SCHEMA["anyOf"],
        {
            "type": "object",
            "properties": {
                "style": {"enum": [s.value for s in OddsStyle]},
                "value": {"type": ["string", "number"]},
            },
            "required": ["style", "value"],
            "additionalProperties": False,
        },
    ],
    "description": 'Decimal odds as text ("1.95"), or {"style": "malay", "value": "-0.95"}.',
}

Id = Annotated[str, Field(pattern=f"^{ID_PATTERN.pattern}$", strict=True)]
Name = Annotated[str, Field(min_length=1, max_length=200, strict=True)]
Number = Annotated[Decimal, BeforeValidator(_number), WithJsonSchema(_NUMBER_SCHEMA)]
Price = Annotated[OddsField, WithJsonSchema(_ODDS_SCHEMA)]
Share = Annotated[Decimal, BeforeValidator(_number), AfterValidator(share), WithJsonSchema(_SHARE_SCHEMA)]
Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]


class _JobPart(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=False,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )


class EventJob(_JobPart):
    """The match, by its id at this leg's bookmaker."""

    id: Id
    name: Name
    starts_at: Moment | None = Field(
        default=None, description="When the match starts. Its result is then polled often from its expected end on."
    )


class BetJob(_JobPart):
    """What one leg asks for. ``whitelabel`` and ``provider`` default to the pair's."""

    bet_id: Id
    account_id: Id
    whitelabel: Id | None = None
    provider: Id | None = None
    event: EventJob
    market: Id
    selection: Name
    line: Annotated[Number, Field(ge=-_MAX_LINE, le=_MAX_LINE)] | None = None
    odds: Price
    min_odds: Price
    stake: Annotated[Number, Field(gt=0, le=_MAX_AMOUNT)]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$", strict=True)]

    @model_validator(mode="after")
    def _prices_and_stake_make_sense(self) -> Self:
        _refuse_if(self.min_odds > self.odds, "minOdds", f"{self.min_odds} is above odds {self.odds}")
        _refuse_if(self.odds.decimal > _MAX_ODDS, "odds", f"decimal odds above {_MAX_ODDS} are not plausible")
        unit = minor_unit(self.currency)
        _refuse_if(self.stake % unit != 0, "stake", f"{self.stake} is not a multiple of {unit} {self.currency}")
        return self


class PairJob(_JobPart):
    """An arbitrage to execute: the positive bet is placed first, the hedge only when the positive is accepted."""

    arb_id: Id
    bet_pair_id: Id
    whitelabel: Id
    provider: Id
    positive_bet: BetJob
    hedge_bet: BetJob
    rebet_of: Id | None = None
    found_at: Moment | None = Field(
        default=None, description="When the prices were seen. Default: when the job was queued."
    )
    expires_at: Moment | None = None
    expected_profit: Annotated[Number, Field(ge=-_MAX_AMOUNT, le=_MAX_AMOUNT)] | None = None
    fx_rate: Annotated[Number, Field(gt=0, le=_MAX_AMOUNT)] | None = Field(
        default=None, description="Units of the positive leg's currency per unit of the hedge leg's."
    )
    max_loss: Share | None = Field(
        default=None,
        description="The largest certain loss that a hedge below minOdds may cause, as a fraction of the "
        "positive bet's accepted stake. Default: the worker's setting.",
    )
    meta: dict[str, JsonValue] = {}

    @field_validator("meta")
    @classmethod
    def _is_small_json(cls, meta: dict[str, JsonValue]) -> dict[str, JsonValue]:
        try:
            written = json.dumps(meta, allow_nan=False, ensure_ascii=False).encode()
        except ValueError:
            raise ValueError("holds a value that JSON cannot represent, such as NaN or a lone surrogate") from None
        if len(written) > _MAX_META_BYTES:
            raise ValueError(f"is larger than {_MAX_META_BYTES} bytes")
        return meta

    @model_validator(mode="after")
    def _legs_fit_together(self) -> Self:
        positive, hedge = self.account(Role.POSITIVE), self.account(Role.HEDGE)
        _refuse_if(positive == hedge, "hedgeBet.accountId", f"{hedge} is also the account of the positive bet")
        two_currencies = self.positive_bet.currency != self.hedge_bet.currency
        _refuse_if(two_currencies and self.fx_rate is None, "fxRate", "is needed for a pair in two currencies")
        _refuse_if(self.positive_bet.bet_id == self.hedge_bet.bet_id, "hedgeBet.betId", "is also the positive bet's")
        _refuse_if(self.rebet_of == self.bet_pair_id, "rebetOf", "names this pair itself")
        return self

    def bet(self, role: Role) -> BetJob:
        """Return what one leg asks for."""
        return self.positive_bet if role is Role.POSITIVE else self.hedge_bet

    def account(self, role: Role) -> Account:
        """Return the account of a leg; whitelabel and provider default to the pair's."""
        bet = self.bet(role)
        return Account(bet.whitelabel or self.whitelabel, bet.provider or self.provider, bet.account_id)

    def to_pair(self) -> Pair:
        """Convert the job to a pair for the ledger."""
        return Pair(
            arb_id=self.arb_id,
            bet_pair_id=self.bet_pair_id,
            positive=self._leg(Role.POSITIVE),
            hedge=self._leg(Role.HEDGE),
            rebet_of=self.rebet_of,
            found_at=self.found_at,
            expires_at=self.expires_at,
            expected_profit=self.expected_profit,
            fx_rate=self.fx_rate,
            max_loss=self.max_loss,
            meta=self.meta,
        )

    def _leg(self, role: Role) -> Leg:
        bet = self.bet(role)
        event = Event(id=bet.event.id, name=bet.event.name, starts_at=bet.event.starts_at)
        return Leg(
            role=role,
            bet=Bet(
                bet_id=bet.bet_id,
                account=self.account(role),
                event=event,
                market=bet.market,
                selection=bet.selection,
                line=bet.line,
                odds=bet.odds,
                min_odds=bet.min_odds,
                stake=Money(bet.stake.quantize(minor_unit(bet.currency)), bet.currency),
            ),
        )


def read_job(data: Any, account_currencies: Mapping[Account, str], queued_at: datetime | None = None) -> Pair:
    """Convert a producer's job to a pair.

    ``account_currencies`` maps every account that this worker may bet with to its currency. Without ``foundAt`` the
    prices were found at ``queued_at``.
    Raises JobInvalid, which names each faulty field by its camelCase path and never repeats the job's other values.
    """
    if not isinstance(data, dict):
        raise JobInvalid([("(job)", f"must be a JSON object, not {type(data).__name__}")])
    try:
        job = PairJob.model_validate(data)
    except ValidationError as error:
        raise JobInvalid([_problem(e) for e in error.errors(include_url=False, include_input=False)]) from None
    _require_known_accounts(job, account_currencies)
    pair = job.to_pair()
    return pair if pair.found_at else pair.model_copy(update={"found_at": queued_at})


def _require_known_accounts(job: PairJob, account_currencies: Mapping[Account, str]) -> None:
    problems = []
    for role, path in ((Role.POSITIVE, "positiveBet"), (Role.HEDGE, "hedgeBet")):
        account, currency = job.account(role), job.bet(role).currency
        if account not in account_currencies:
            problems.append((f"{path}.accountId", f"{account} is not an account in the configuration"))
        elif account_currencies[account] != currency:
            problems.append(
                (
                    f"{path}.currency",
                    f"{currency} is not the account's currency {account_currencies[account]}",
                )
            )
    if problems:
        raise JobInvalid(problems)


def _refuse_if(wrong: bool, field: str, problem: str) -> None:  # noqa: FBT001 - reads as a sentence
    if wrong:
        raise PydanticCustomError("pair_job", "{problem}", {"problem": problem, "field": field})


_WORDING = {
    "extra_forbidden": "is not a field of a pair job",
    "missing": "is missing",
    "model_type": "must be an object",
    "dict_type": "must be an object",
    "string_type": "must be text",
    "string_pattern_mismatch": "must match {pattern}",
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "timezone_aware": "must have a time zone",
}


def _problem(error: Any) -> tuple[str, str]:
    path = [str(part) for part in error["loc"]]
    context = error.get("ctx", {})
    if error["type"] == "pair_job":
        return ".".join([*path, context["field"]]), context["problem"]
    wording = _WORDING.get(error["type"])
    problem = wording.format(**context) if wording else error["msg"].removeprefix("Value error, ")
    return ".".join(path) or "(job)", problem
