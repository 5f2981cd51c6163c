"""The harnesses of the providers here, and those that other packages name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points

from bot.domain.odds import OddsStyle
from bot.domain.reasons import Reason
from providers.registry import known_providers
from tests.conformance.bookmakers.harness import Ability, Brand, Harness, Meddling, Refusal, Signs
from tests.conformance.bookmakers.practice import PracticeHarness

GROUP = "pairguard.harnesses"
WITHOUT_PRACTICE_SITE: frozenset[str] = frozenset()
"""Providers of real bookmakers without a practice site; only recorded pages test them."""

_COVER = "document.body.insertAdjacentHTML('beforeend', '<p style=\"position:fixed;inset:0;z-index:999\">Hi</p>')"
_CELL = "[...document.querySelectorAll('td')].find((td) => td.textContent === '{}').nextSibling.textContent = '{}'"
_PRICE = (
    "[...document.querySelectorAll('td')].find((td) => td.textContent === 'Selection').nextSibling.lastElementChild"
)
_EVERYWHERE = frozenset(
    {
        Ability.PARTIAL_ACCEPTANCE,
        Ability.TICKETLESS_RECEIPTS,
        Ability.CHALLENGES,
        Ability.MAINTENANCE,
        Ability.RESTRICTIONS,
        Ability.NOTICES,
        Ability.HALF_RESULTS,
        Ability.CASH_OUT,
        Ability.PAGED_HISTORY,
        Ability.COUNTED_HISTORY,
    }
)

HARBOUR = PracticeHarness(
    provider="harbour",
    site_name="harbour",
    brands=(Brand("harbourline", OddsStyle.DECIMAL, "EUR"),),
    abilities=_EVERYWHERE | {Ability.LIVE_OFFER, Ability.FRACTIONAL_STAKES, Ability.ACCEPTANCE_MODE},
    refusals=(
        Refusal({"kind": "price_change", "odds": "2.00"}, Reason.ODDS_CHANGED),
        Refusal({"kind": "max_stake", "amount": "1234.50"}, Reason.STAKE_ABOVE_MAXIMUM, "1234.50"),
        Refusal({"kind": "suspend"}, Reason.SUSPENDED),
        Refusal({"kind": "insufficient_funds"}, Reason.INSUFFICIENT_FUNDS),
        Refusal({"kind": "reject", "reason": "Trader"}, Reason.DECLINED),
    ),
    meddlings=(
        Meddling("another stake", "document.querySelector('#slip-stake').value = '100'", "stake_changed"),
        Meddling("button disabled", "document.querySelector('#place-bet').disabled = true", "button_disabled"),
        Meddling("button covered", _COVER, "button_covered"),
        Meddling("slip invisible", "document.querySelector('#slip-body').style.opacity = 0", "slip_unreadable"),
        Meddling("nobody logged in", "document.querySelector('#account').replaceChildren()", "session_ended"),
    ),
    signs=Signs(
        offer_moved='[data-test-id="slip-notice"]',
        session_ended='[data-test-id="login-button"]',
    ),
)

LOTUS = PracticeHarness(
    provider="lotus",
    site_name="lotus",
    versus="-vs-",
    brands=(
        Brand("lotusquay", OddsStyle.MALAY, "EUR", time_zone="Etc/GMT+4"),
        Brand("senbien", OddsStyle.HONG_KONG, "VND", language="vi", time_zone="Etc/GMT+4"),
    ),
    abilities=_EVERYWHERE
    | {
        Ability.LIVE_OFFER,
        Ability.WHOLE_STAKES,
        Ability.SCORES,
        Ability.STAGED_ACCEPTANCE,
        Ability.UNLOADED_HISTORY,
    },
    refusals=(
        Refusal({"kind": "price_change", "odds": "2.00"}, Reason.ODDS_CHANGED),
        Refusal({"kind": "max_stake", "amount": "1250"}, Reason.STAKE_ABOVE_MAXIMUM, "1250"),
        Refusal({"kind": "max_stake", "amount": "12.50"}, Reason.STAKE_ABOVE_MAXIMUM, "12.50"),
        Refusal({"kind": "suspend"}, Reason.CLOSED),
        Refusal({"kind": "insufficient_funds"}, Reason.INSUFFICIENT_FUNDS),
        Refusal({"kind": "reject", "reason": "Trader"}, Reason.DECLINED),
        Refusal({"kind": "reject", "reason": "account"}, Reason.ACCOUNT_RESTRICTED),
        Refusal({"kind": "reject", "reason": "over_budget"}, Reason.INSUFFICIENT_FUNDS),
        Refusal({"kind": "reject", "reason": "match_limit"}, Reason.STAKE_ABOVE_MAXIMUM),
        Refusal({"kind": "reject", "reason": "updating_odds"}, Reason.SUSPENDED),
    ),
    meddlings=(
        Meddling("another stake", "document.querySelector('#txtStake').value = '900'", "stake_changed"),
        Meddling("button disabled", "document.querySelector('#btnProcess').disabled = true", "button_disabled"),
        Meddling("button covered", _COVER, "button_covered"),
        Meddling("button covered by the shell", _COVER, "button_covered", around=True),
        Meddling("slip invisible", "document.querySelector('#betBox .slip').style.opacity = 0", "slip_unreadable"),
        Meddling(
            "odds style unknown", "document.querySelector('#betBox .pr .ty').textContent = 'XX'", "slip_unreadable"
        ),
        Meddling(
            "another match", "document.querySelector('#betBox .ev').textContent = 'Harwick -vs- Elling'", "slip_changed"
        ),
    ),
    signs=Signs(
        slip_frame="sportsFrame",
        offer_moved="#boxErr",
        session_ended='form[action="/login"]',
        waiting="#refBox .st-wait",
    ),
)

FRONTIER = PracticeHarness(
    provider="frontier",
    site_name="frontier",
    versus="vs.",
    brands=(Brand("frontier", OddsStyle.AMERICAN, "USD", time_zone="America/New_York"),),
    abilities=_EVERYWHERE
    | {
        Ability.FRACTIONAL_STAKES,
        Ability.ACCEPTANCE_MODE,
        Ability.DUPLICATE_QUESTION,
        Ability.REFERRED_STAKES,
        Ability.UNLOADED_HISTORY,
    },
    refusals=(
        Refusal({"kind": "price_change", "odds": "2.00"}, Reason.ODDS_CHANGED),
        Refusal({"kind": "max_stake", "amount": "11.25"}, Reason.STAKE_ABOVE_MAXIMUM, "11.25"),
        Refusal({"kind": "suspend"}, Reason.SUSPENDED),
        Refusal({"kind": "insufficient_funds"}, Reason.INSUFFICIENT_FUNDS),
        Refusal({"kind": "reject", "reason": "Trader"}, Reason.DECLINED),
        Refusal({"kind": "reject", "reason": "account"}, Reason.ACCOUNT_RESTRICTED),
    ),
    meddlings=(
        Meddling("another stake", _CELL.format("Risk", "$900.00"), "stake_changed"),
        Meddling("another price", _PRICE + ".textContent = '+900'", "slip_unreadable"),
        Meddling("another match", _CELL.format("Match", "A vs. B"), "slip_changed"),
        Meddling("another mode", _CELL.format("If the line changes", "Accept any line"), "slip_changed"),
        Meddling("button disabled", "document.querySelector('[name=place]').disabled = true", "button_disabled"),
        Meddling("button covered", _COVER, "button_covered"),
        Meddling(
            "slip invisible", "document.querySelector('[bgcolor=\"#efe6d2\"]').style.opacity = 0", "slip_unreadable"
        ),
    ),
)

CORNER = PracticeHarness(  # used by people who follow the tutorial in providers/README.md: it has no provider here
    provider="corner",
    site_name="corner",
    brands=(Brand("corner", OddsStyle.DECIMAL, "GBP", time_zone="Europe/London"),),
    abilities=_EVERYWHERE - {Ability.PAGED_HISTORY, Ability.RESTRICTIONS}
    | {Ability.FRACTIONAL_STAKES, Ability.UNLOADED_HISTORY},
    refusals=(
        Refusal({"kind": "price_change", "odds": "2.00"}, Reason.ODDS_CHANGED),
        Refusal({"kind": "max_stake", "amount": "1234.50"}, Reason.STAKE_ABOVE_MAXIMUM, "1234.50"),
        Refusal({"kind": "suspend"}, Reason.SUSPENDED),
        Refusal({"kind": "insufficient_funds"}, Reason.INSUFFICIENT_FUNDS),
        Refusal({"kind": "reject", "reason": "Trader"}, Reason.DECLINED),
    ),
    meddlings=(
        Meddling("another stake", "document.querySelector('[name=stake]').value = '100'", "stake_changed"),
        Meddling("button disabled", "document.querySelector('main form button').disabled = true", "button_disabled"),
        Meddling("button covered", _COVER, "button_covered"),
        Meddling("a message", "document.querySelector('main form p').className = ''", "selection_suspended"),
        Meddling("nobody signed in", "document.querySelector('header').remove()", "session_ended"),
    ),
)

_HERE = {harness.provider: harness for harness in (HARBOUR, LOTUS, FRONTIER, CORNER)}


@cache
def harnesses() -> Mapping[str, Harness]:
    """Return the harness of every registered provider that has one, by the provider's name."""
    foreign: dict[str, Harness] = {found.name: found.load() for found in entry_points(group=GROUP)}
    known = _HERE | foreign
    return {name: known[name] for name in sorted(known_providers()) if name in known}
