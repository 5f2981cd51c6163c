"""The eight stories, as data.

Nine practice accounts serve them all. An account that has had a bet accepted cools down for 60 s, so every pair that
bets has accounts of its own, except the one that shows just that.
"""

from __future__ import annotations

from bot.domain.outcome import Outcome
from bot.domain.pair import PairState, Role
from bot.domain.reasons import Reason, partial_settlement
from bot.practice.demo.story import (
    Ending,
    Market,
    Match,
    OrderedRefusal,
    PriceMove,
    Side,
    Story,
    hong_kong,
    malay,
)
from bot.practice.sites.brands import ASIAN, EUROPEAN, VIETNAMESE


def _goals(line: str, over: str, under: str) -> Market:
    return Market("total_goals", {"over": over, "under": under}, line)


def _handicap(line: str, home: str, away: str) -> Market:
    return Market("asian_handicap", {"home": home, "away": away}, line)


def _result(home: str, draw: str, away: str) -> Market:
    return Market("1x2", {"home": home, "draw": draw, "away": away})


STORIES = (
    Story(
        pair="1-profit",
        title="Profit",
        summary="Both bets are taken; one wins, a small profit is left.",
        match=Match("Port Amber", "Windmere", "Coastal League"),
        positive=Side(EUROPEAN, "ada", _result("2.10", "3.40", "3.60"), "home", "2.10", "2.06", "50.00"),
        hedge=Side(ASIAN, "finn", _handicap("-0.5", "1.90", "1.98"), "away", malay("0.98"), malay("0.95"), "53"),
        results=("won", "lost"),
        ending=Ending(PairState.RECONCILED, None, "pair_reconciled"),
    ),
    Story(
        pair="2-refused",
        title="Bet refused",
        summary="The first bet is declined, so the second is never placed.",
        match=Match("Kestrel Park", "Old Mill", "Coastal League"),
        positive=Side(EUROPEAN, "ben", _goals("2.5", "2.05", "1.80"), "over", "2.05", "2.00", "50.00"),
        hedge=Side(
            VIETNAMESE, "hoa", _goals("2.5", "1.84", "2.01"), "under", hong_kong("1.01"), hong_kong("0.97"), "51"
        ),
        refusal=OrderedRefusal(Role.POSITIVE, "Declined by the trading team", times=1),
        ending=Ending(PairState.FAILED, Reason.DECLINED, "arb_failed"),
    ),
    Story(
        pair="3-emergency",
        title="Hedge refused",
        summary="The first stands, its hedge is refused: a human is called.",
        match=Match("Saltford", "Marlow Bay", "Quayside Cup"),
        positive=Side(EUROPEAN, "cleo", _goals("3.5", "2.20", "1.68"), "over", "2.20", "2.14", "40.00"),
        hedge=Side(ASIAN, "gus", _goals("3.5", "1.96", "1.90"), "under", malay("0.90"), malay("0.86"), "46"),
        refusal=OrderedRefusal(Role.HEDGE, "Over the limit of this match", times=3),
        results=("lost", None),
        ending=Ending(PairState.EMERGENCY, Reason.DECLINED, "arb_emergency"),
    ),
    Story(
        pair="4-cooldown",
        title="Cooldown",
        summary="Accounts that have just bet are turned away for a minute.",
        match=Match("Windmere", "Saltford", "Coastal League"),
        positive=Side(EUROPEAN, "ada", _goals("2.5", "2.08", "1.78"), "over", "2.08", "2.04", "50.00"),
        hedge=Side(ASIAN, "finn", _goals("2.5", "1.86", "1.97"), "under", malay("0.97"), malay("0.94"), "53"),
        after="1-profit",
        ending=Ending(PairState.BLOCKED, Reason.COOLDOWN, "arb_blocked"),
    ),
    Story(
        pair="5-void",
        title="One side void",
        summary="One bookmaker cancels its bet, the other does not.",
        match=Match("Fenwick", "Lower Quay", "Quayside Cup"),
        positive=Side(ASIAN, "gus", _result("3.05", "3.30", "2.25"), "away", malay("-0.80"), malay("-0.83"), "40"),
        hedge=Side(EUROPEAN, "dan", _handicap("0.5", "1.85", "1.98"), "home", "1.85", "1.82", "48.65"),
        results=("void", "lost"),
        after="3-emergency",
        ending=Ending(PairState.EXPOSURE_EVENT, Reason.POSITIVE_VOID, "exposure_alert"),
    ),
    Story(
        pair="6-quarters",
        title="Half and half",
        summary="A quarter handicap and a draw: one half lost, one half won.",
        match=Match("Marlow Bay", "Port Amber", "Coastal League"),
        positive=Side(EUROPEAN, "ben", _handicap("-0.25", "2.08", "1.80"), "home", "2.08", "2.04", "50.00"),
        hedge=Side(
            VIETNAMESE, "hoa", _handicap("-0.25", "1.88", "1.97"), "away", hong_kong("0.97"), hong_kong("0.94"), "53"
        ),
        results=("half_lost", "half_won"),
        after="8-gone",
        ending=Ending(
            PairState.EXPOSURE_EVENT, partial_settlement(Outcome.HALF_LOST, Outcome.HALF_WON), "exposure_alert"
        ),
    ),
    Story(
        pair="7-both-lost",
        title="Both lost",
        summary="The bookmakers settle one match differently: both lose.",
        match=Match("Old Mill", "Fenwick", "Quayside Cup"),
        positive=Side(
            VIETNAMESE, "ivo", _goals("2.5", "2.06", "1.82"), "over", hong_kong("1.06"), hong_kong("1.02"), "50"
        ),
        hedge=Side(EUROPEAN, "eve", _goals("2.5", "1.85", "1.98"), "under", "1.98", "1.95", "52.02"),
        results=("lost", "lost"),
        ending=Ending(PairState.EXPOSURE_EVENT, Reason.BOTH_LOST, "exposure_alert"),
    ),
    Story(
        pair="8-gone",
        title="Price gone",
        summary="The price falls on the way: no click at all.",
        match=Match("Lower Quay", "Kestrel Park", "Coastal League"),
        positive=Side(EUROPEAN, "ben", _result("2.40", "3.20", "3.10"), "away", "3.10", "3.05", "30.00"),
        hedge=Side(
            VIETNAMESE, "hoa", _handicap("0.5", "1.50", "2.60"), "home", hong_kong("0.50"), hong_kong("0.48"), "62"
        ),
        price_move=PriceMove(Role.POSITIVE, "2.80"),
        after="2-refused",
        ending=Ending(PairState.FAILED, Reason.MINIMUM_ODDS, "arb_failed"),
    ),
)

SIDES = tuple(side for story in STORIES for side in (story.positive, story.hedge))
