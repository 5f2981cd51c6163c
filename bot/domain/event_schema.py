"""The JSON Schema of every event that a webhook receives, with the reasons that each may have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.events import EventType
from bot.domain.outcome import CLASSIFIABLE, Outcome
from bot.domain.pair import LegState, Role
from bot.domain.reasons import Reason, Where

Schema = Mapping[str, Any]
_Fields = Mapping[str, Schema]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_YES: Schema = {"const": True}
_BOOLEAN: Schema = {"type": "boolean"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_AMOUNT: Schema = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)? [A-Z]{3}$", "description": "Such as 12.50 EUR."}
_BY_OUTCOME: Schema = {
    "type": "object",
    "properties": {outcome.value: _AMOUNT for outcome in CLASSIFIABLE},
    "required": [outcome.value for outcome in CLASSIFIABLE],
    "additionalProperties": False,
}
_ROLE: Schema = {"enum": [role.value for role in Role]}
_STATUS: Schema = {
    "enum": [*(state.value for state in LegState), *(outcome.value for outcome in Outcome if outcome != "settled")],
    "description": "The outcome of a leg once it has one, otherwise its state.",
}


def events_schema() -> dict[str, Any]:
    """Return one schema for all events, as the webhook posts them."""
    return {
        "$schema": _DIALECT,
        "title": "Pairguard event",
        "description": "What is posted to the webhook. Amounts, odds and lines are text.",
        "oneOf": [{"$ref": f"#/$defs/{kind.value}"} for kind in EventType],
        "$defs": {kind.value: event_schema(kind) for kind in EventType} | {"leg": _object(_LEG)},
    }


def event_schema(kind: EventType) -> dict[str, Any]:
    """Return the schema of one type of event; ``#/$defs/leg`` is that of ``events_schema``."""
    contents = _CONTENTS[kind]
    envelope = {
        "id": _TEXT,
        "type": {"const": kind.value},
        "time": _MOMENT,
        "data": _object(contents.fields, contents.extra),
    }
    return {"description": contents.sentence, **_object(envelope)}


@dataclass(frozen=True, slots=True)
class _Contents:
    """What an event is about, the fields that it always has and the ``extra`` ones that it may have."""

    sentence: str
    fields: _Fields
    extra: _Fields = field(default_factory=dict)


def _object(fields: _Fields, extra: _Fields | None = None) -> dict[str, Any]:
    properties = {**fields, **(extra or {})}
    return {"type": "object", "properties": properties, "required": [*fields], "additionalProperties": False}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _one_of(reasons: Iterable[Reason]) -> Schema:
    return {"oneOf": [{"const": reason.value, "description": reason.sentence} for reason in reasons]}


def _reasons(where: Where) -> Schema:
    return _one_of(reason for reason in Reason if where & reason.where)


_IDS: _Fields = {"arbId": _TEXT, "betPairId": _TEXT}
_LEG: _Fields = {
    "betId": _TEXT,
    "account": {"type": "string", "description": "whitelabel:provider:accountId"},
    "event": _TEXT,
    "market": _TEXT,
    "selection": _TEXT,
    "line": _or_null(_TEXT),
    "status": _STATUS,
    "ticket": _or_null(_TEXT),
    "attempt": _COUNT,
    "stake": _AMOUNT,
    "odds": _TEXT,
    "referred": _or_null(_AMOUNT),
    "payout": _or_null(_AMOUNT),
}
_ONE_LEG: _Fields = {**_IDS, "leg": _ROLE, **_LEG}
_BOTH_LEGS: _Fields = {"positive": {"$ref": "#/$defs/leg"}, "hedge": {"$ref": "#/$defs/leg"}}
_BASELINE: Schema = _or_null(_object({"tickets": _TEXTS, "balance": _or_null(_AMOUNT)}))
_REVIEW: _Fields = {"requiresManualReview": _YES, "autoRebetDisabled": _YES}
_HEDGE_NOW: Schema = _or_null(_object({"odds": _TEXT, "stake": _AMOUNT, "readAt": _MOMENT, "pnl": _BY_OUTCOME}))
_PROBLEMS: Schema = {"type": "array", "items": _object({"field": _TEXT, "problem": _TEXT})}
_BREAKER: _Fields = {"scope": _TEXT, "cause": _reasons(Where.BREAKER), "reason": _TEXT}

_CONTENTS: Mapping[EventType, _Contents] = {
    EventType.BET_EXECUTED: _Contents("A bookmaker took a bet.", _ONE_LEG),
    EventType.BET_FAILED: _Contents(
        "A bookmaker provably did not take a bet; limit is the stake that it would take.",
        {**_ONE_LEG, "reason": _reasons(Where.REJECTED), "detail": _TEXT, "limit": _or_null(_AMOUNT)},
    ),
    EventType.ARB_SUCCESS: _Contents(
        "Both bets of a pair run.", {**_IDS, **_BOTH_LEGS, "expectedPnl": _AMOUNT, "outcomePnl": _BY_OUTCOME}
    ),
    EventType.ARB_FAILED: _Contents(
        "A pair came to nothing, or its job cannot be read.",
        {"reason": _reasons(Where.FAILED)},
        {**_IDS, "detail": _TEXT, "leg": _ROLE, "limit": _or_null(_AMOUNT), "jobId": _TEXT, "problems": _PROBLEMS},
    ),
    EventType.ARB_BLOCKED: _Contents(
        "A rule forbids a pair at present; remainingS is given where waiting would help.",
        {**_IDS, "reason": _reasons(Where.BLOCKED), "detail": _TEXT, "remainingS": _or_null(_COUNT)},
    ),
    EventType.ARB_EMERGENCY: _Contents(
        "A positive bet stands, and its hedge will not be placed.",
        {
            **_IDS,
            "reason": _reasons(Where.EMERGENCY),
            "detail": _TEXT,
            **_BOTH_LEGS,
            "holdingPnl": _BY_OUTCOME,
            "hedgeNow": _HEDGE_NOW,
            "hedgeNowUnknown": _or_null(_TEXT),
            "cashOut": _or_null(_AMOUNT),
            "cashOutUnknown": _or_null(_TEXT),
            **_REVIEW,
        },
    ),
    EventType.PAIR_RECONCILED: _Contents(
        "A pair ended as expected.",
        {**_IDS, **_BOTH_LEGS, "expectedPnl": _AMOUNT, "actualPnl": _or_null(_AMOUNT), "differences": _TEXTS},
    ),
    EventType.EXPOSURE_ALERT: _Contents(
        "Money is at risk that a pair did not intend.",
        {
            **_IDS,
            "severity": {"enum": ["warning", "high", "critical"]},
            "reason": _reasons(Where.EXPOSURE | Where.EMERGENCY),
            "positiveTicket": _or_null(_TEXT),
            "hedgeTicket": _or_null(_TEXT),
            "positiveStatus": _STATUS,
            "hedgeStatus": _STATUS,
            "residualStake": _or_null(_AMOUNT),
            "outcomePnl": _or_null(_BY_OUTCOME),
            "expectedPnl": _AMOUNT,
            "actualPnl": _or_null(_AMOUNT),
            "requiresManualReview": _BOOLEAN,
            "autoRebetDisabled": _BOOLEAN,
        },
        {"differences": _TEXTS, "standsAlone": _BOOLEAN, "aloneForS": _COUNT},
    ),
    EventType.PLACEMENT_UNKNOWN: _Contents(
        "It is not known whether a bet was taken; reason says in words what was seen.",
        {**_ONE_LEG, "reason": _or_null(_TEXT)},
        {"baseline": _BASELINE, "proposal": _TEXT, "looks": _COUNT, "balance": _or_null(_AMOUNT), "stray": _TEXT},
    ),
    EventType.SETTLEMENT_TIMEOUT: _Contents(
        "A ticket has no result in time; with watch it is no longer watched either.",
        _ONE_LEG,
        {"watch": {"const": "ended"}, "watchedSince": _MOMENT},
    ),
    EventType.SETTLEMENT_UNREADABLE: _Contents(
        "The history of an account cannot be read.", {"account": _TEXT, "tickets": _TEXTS, "reason": _TEXT}
    ),
    EventType.BET_RESETTLED: _Contents(
        "A bookmaker changed a result, or what it paid.", {**_ONE_LEG, "previousStatus": _STATUS}
    ),
    EventType.ACCOUNT_CHALLENGE: _Contents(
        "An account needs its owner.",
        {"account": _TEXT, "state": _one_of([Reason.CHALLENGE, Reason.RESTRICTED]), "reason": _TEXT},
    ),
    EventType.PROVIDER_HALTED: _Contents(
        "A scope is halted: no bets there until it is repaired or lifted.",
        {"scope": _TEXT, "reason": _TEXT},
        {"account": _TEXT} | {name: _or_null(_TEXT) for name in ("locators", "page", "field", "locator", "evidence")},
    ),
    EventType.PROVIDER_RESUMED: _Contents(
        "Changed locators ended a halt.", {"scope": _TEXT, "reason": _TEXT, "locators": _TEXT}
    ),
    EventType.BREAKER_OPENED: _Contents("A site or account takes no new pairs.", {**_BREAKER, "triedAgainInS": _COUNT}),
    EventType.BREAKER_CLOSED: _Contents("A site or account takes new pairs again.", {**_BREAKER, "openForS": _COUNT}),
    EventType.BETTING_STOPPED: _Contents(
        "A human stopped a scope: a pause stops new pairs, a freeze every click.",
        {"scope": _TEXT, "stop": _one_of([Reason.PAUSE, Reason.FREEZE]), "reason": _TEXT, "naked": _TEXTS},
    ),
    EventType.BETTING_RESUMED: _Contents(
        "A human ended what had stopped a scope.", {"scope": _TEXT, "ended": _TEXTS, "reason": _TEXT}
    ),
    EventType.LOCATORS_REFUSED: _Contents(
        "Changed locators do not read the recorded pages, so those before stay in force.",
        {"provider": _TEXT, "locators": _TEXT, "problems": _TEXTS},
    ),
    EventType.WORKER_STARTED: _Contents("A worker has started.", {"worker": _TEXT}),
    EventType.WORKER_STOPPED: _Contents("A worker has stopped.", {"worker": _TEXT}),
}
