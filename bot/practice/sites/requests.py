"""Requests to the control API, read from JSON into drafts and orders."""

from __future__ import annotations

from decimal import Decimal

from bot.practice.sites.accounts import AccountDraft
from bot.practice.sites.catalogue import EventDraft, MarketDraft, SelectionChange, SelectionDraft
from bot.practice.sites.errors import FieldError
from bot.practice.sites.faults import FaultKind, FaultOrder, Notice
from bot.practice.sites.fields import Fields
from bot.practice.sites.practice_site import SiteProfile
from bot.practice.sites.records import MarketKind, SelectionStatus
from bot.practice.sites.settings import SiteSettings, Switches

_ODDS_STYLES = ("decimal", "malay", "hong_kong", "indonesian")


def read_account(fields: Fields, profile: SiteProfile) -> AccountDraft:
    """Read an account to open or to reset."""
    fields.only("username", "password", "whitelabel", "currency", "balance", *_choices(profile))
    balance = fields.optional_payment("balance")
    return AccountDraft(
        username=fields.id("username"),
        password=fields.text("password"),
        whitelabel=fields.one_of("whitelabel", profile.whitelabels),
        currency=fields.optional_text("currency") or profile.currency,
        balance=Decimal("1000.00") if balance is None else balance,
        settings={
            name: fields.one_of(name, words)
            for name, words in _choices(profile).items()
            if fields.optional_text(name) is not None
        },
    )


def read_event(fields: Fields) -> EventDraft:
    """Read an event with its markets."""
    fields.only("id", "home", "away", "league", "sport", "starts_at", "score", "markets")
    return EventDraft(
        id=fields.id("id"),
        home=fields.text("home"),
        away=fields.text("away"),
        league=fields.optional_text("league") or "Practice League",
        sport=fields.optional_text("sport") or "football",
        starts_at=fields.optional_text("starts_at"),
        score=fields.optional_text("score"),
        markets=tuple(_read_market(market) for market in fields.objects("markets")),
    )


def read_selection_change(fields: Fields) -> SelectionChange:
    """Read a change to a selection."""
    fields.only("odds", "line", "status", "max_stake", "min_stake")
    return SelectionChange(
        odds=fields.optional_odds("odds"),
        line=fields.optional_line("line"),
        status=fields.optional_word("status", SelectionStatus),
        max_stake=fields.optional_amount("max_stake"),
        min_stake=fields.optional_amount("min_stake"),
    )


def read_fault(fields: Fields, profile: SiteProfile) -> FaultOrder:
    """Read a fault order; its kind determines the parameter that it must carry."""
    kind = fields.word("kind", FaultKind)
    if kind.needs_staged_acceptance and not profile.staged_acceptance:
        raise FieldError(f"{profile.name} accepts bets at once and cannot show {kind}", field="kind")
    if kind.needs_referrals and not profile.refers_stakes:
        raise FieldError(f"{profile.name} refers no stakes to traders and cannot show {kind}", field="kind")
    parameter = [] if kind.parameter is None else [kind.parameter]
    fields.only("kind", "username", "selection", "times", "after", *parameter)
    order = FaultOrder(
        kind=kind,
        username=fields.optional_text("username"),
        selection=fields.optional_text("selection"),
        times=fields.count("times", 1, least=1),
        after=fields.count("after", 0),
    )
    _read_parameter(fields, order)
    return order


def read_settings(fields: Fields, settings: SiteSettings, switches: Switches) -> SiteSettings:
    """Read new settings; those that the request leaves out stay."""
    fields.only("response_delay_ms", "latency_ms", "acceptance_delay_ms", "session_minutes", "maintenance", *switches)
    return SiteSettings(
        response_delay_ms=fields.count("response_delay_ms", settings.response_delay_ms),
        latency_ms=fields.count("latency_ms", settings.latency_ms),
        acceptance_delay_ms=fields.count("acceptance_delay_ms", settings.acceptance_delay_ms),
        session_minutes=fields.count("session_minutes", settings.session_minutes, least=1),
        maintenance=fields.flag("maintenance", default=settings.maintenance),
        switches={
            name: settings.switches[name] if fields.optional_text(name) is None else fields.one_of(name, words)
            for name, words in switches.items()
        },
    )


def _choices(profile: SiteProfile) -> dict[str, tuple[str, ...]]:
    languages = {"language": profile.languages} if profile.languages else {}
    return {"odds_style": _ODDS_STYLES} | languages


def _read_market(fields: Fields) -> MarketDraft:
    fields.only("kind", "line", "selections")
    kind = fields.word("kind", MarketKind)
    line = fields.optional_line("line")
    selections = tuple(_read_selection(each, kind, line) for each in fields.objects("selections"))
    if tuple(each.outcome for each in selections) != kind.outcomes:
        raise fields.error("selections", f"must be {', '.join(kind.outcomes)}, in this order")
    return MarketDraft(kind=kind, selections=selections, line=line)


def _read_selection(fields: Fields, kind: MarketKind, market_line: Decimal | None) -> SelectionDraft:
    fields.only("outcome", "odds", "line", "max_stake")
    outcome = fields.one_of("outcome", kind.outcomes)
    line = fields.optional_line("line")
    if line is None and market_line is not None:
        line = -market_line if _is_mirrored(kind, outcome) else market_line
    if kind.has_line and line is None:
        raise fields.error("line", f"is missing: {kind} needs one here or on the market")
    if not kind.has_line and line is not None:
        raise fields.error("line", f"must be left out: {kind} has none")
    return SelectionDraft(
        outcome=outcome, odds=fields.odds("odds"), line=line, max_stake=fields.optional_amount("max_stake")
    )


def _is_mirrored(kind: MarketKind, outcome: str) -> bool:
    return kind is MarketKind.ASIAN_HANDICAP and outcome == "away"


def _read_parameter(fields: Fields, order: FaultOrder) -> None:
    match order.kind.parameter:
        case "reason":
            order.reason = fields.text("reason")
        case "odds":
            order.odds = fields.odds("odds")
        case "amount":
            order.amount = fields.amount("amount")
        case "rows":
            order.rows = fields.count("rows")
        case "notice":
            order.notice = fields.word("notice", Notice)
        case _:
            pass
