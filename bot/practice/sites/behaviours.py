"""Behaviours of real bookmakers' sites that can mislead a program that reads their pages.

Each entry says which practice sites show the behaviour and how the control API orders it. Tests name the entries by id:
`shows` marks a test that sees the behaviour on a practice page, `covers` one that sees the program cope with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_HARBOUR = "harbour"
_LOTUS = "lotus"
_FRONTIER = "frontier"
_ALL = (_HARBOUR, _LOTUS, _FRONTIER)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Describe one behaviour of sites; an empty `shown_by` means that no practice site shows it yet.

    Ids look like "UI-05b": the number names a group of related behaviours, the letter one behaviour in it.
    """

    id: str
    says: str
    shown_by: tuple[str, ...]
    ordered_by: str


_ACCEPTANCE = (
    Behaviour(
        "UI-01a",
        "Every error text is always in the page, hidden, even beside the receipt of a placed bet.",
        (_HARBOUR, _FRONTIER),
        "always",
    ),
    Behaviour(
        "UI-01b", "A button to accept changes is always in the page; only a class hides it.", (_HARBOUR,), "always"
    ),
    Behaviour("UI-01c", "The icon of a success carries the hidden title “Rejected”.", (_HARBOUR, _FRONTIER), "always"),
    Behaviour(
        "UI-02a",
        "The answer to a bet neither accepts nor refuses it: it sends the customer to the list of bets.",
        _ALL,
        "fault `record_without_ticket`; on Harbour also `silent` and `record_then_silent`",
    ),
    Behaviour("UI-02b", "A success names no ticket.", _ALL, "fault `record_without_ticket`"),
    Behaviour("UI-03a", "A bet waits for a trader first and already has its ticket.", (_LOTUS,), "always"),
    Behaviour(
        "UI-03b",
        "A waiting bet is rejected, and its stake is returned.",
        (_LOTUS,),
        "fault `reject_after_waiting`, or `stay_waiting` and `decide`",
    ),
    Behaviour(
        "UI-03c",
        "In play, the page counts down the seconds before the bookmaker decides.",
        (_HARBOUR,),
        "Harbour: setting `acceptance_delay_ms`, an event with a score",
    ),
    Behaviour(
        "UI-03d",
        "A status request for a waiting bet fails with a server error; the bet keeps waiting.",
        (_LOTUS,),
        "fault `pending_500`",
    ),
    Behaviour(
        "UI-04a", "Only a part of the stake is accepted and the rest is declined at once.", _ALL, "fault `partial`"
    ),
    Behaviour(
        "UI-04b",
        "A part of the stake runs now and a trader approves or declines the rest later.",
        (_FRONTIER,),
        "fault `refer_to_trader`, then `decide`",
    ),
    Behaviour(
        "UI-04c",
        "The heading says “Bet placed” whether all, a part or an unnamed bet was accepted.",
        (_HARBOUR, _FRONTIER),
        "faults `partial`, `refer_to_trader`, `record_without_ticket`",
    ),
    Behaviour(
        "UI-05a",
        "After a price change the button accepts it; another click places the bet.",
        (_HARBOUR,),
        "changed odds of a chosen selection; setting `change_prompt` = `separate`",
    ),
    Behaviour(
        "UI-05b",
        "After a price change one button accepts it and places the bet in the same click.",
        (_HARBOUR,),
        "as UI-05a, `change_prompt` = `accept_and_place`",
    ),
    Behaviour(
        "UI-05c",
        "A price change opens a dialog over the page that offers to cancel.",
        (_HARBOUR,),
        "as UI-05a, `change_prompt` = `dialog`",
    ),
    Behaviour(
        "UI-05d",
        "A price change is shown beside a button that stays disabled.",
        (_HARBOUR,),
        "as UI-05a, `change_prompt` = `disabled`",
    ),
    Behaviour("UI-05e", "A price change comes as an error after the click.", _ALL, "fault `price_change`"),
    Behaviour(
        "UI-05f",
        "The same message can mean changed odds, a changed line or a changed score.",
        (_LOTUS, _FRONTIER),
        "changed odds, line or score while a slip is open",
    ),
    Behaviour(
        "UI-06a",
        "The setting for changed odds that are accepted without asking has three values: never, better only, any.",
        (_HARBOUR, _FRONTIER),
        "the choice on the slip",
    ),
    Behaviour(
        "UI-06b",
        "That setting is stored with the account and outlives the slip and the session.",
        (_HARBOUR, _FRONTIER),
        "the choice on the slip",
    ),
    Behaviour(
        "UI-07a",
        "The maximum stake is shown only after the click, with a button that puts it into the slip.",
        (_HARBOUR, _FRONTIER),
        "`max_stake` of a selection, or fault `max_stake`",
    ),
    Behaviour(
        "UI-07b",
        "One message names the minimum and the maximum stake.",
        (_HARBOUR,),
        "Harbour: setting `limit_wording` = `range`, `max_stake` of a selection",
    ),
    Behaviour(
        "UI-07c",
        "The minimum stake is shown only after the click, and is not a round amount.",
        (_HARBOUR, _FRONTIER),
        "`min_stake` of a selection",
    ),
    Behaviour("UI-07d", "Stakes are whole units only.", (_LOTUS,), "always"),
    Behaviour(
        "UI-08a",
        "The stake is typed into an editable element that is not an input, with a box to remember it.",
        (_HARBOUR,),
        "Harbour: setting `stake_field` = `editable`",
    ),
    Behaviour("UI-08b", "The stake is read on `keyup` only; a value set without it is ignored.", (_LOTUS,), "always"),
    Behaviour("UI-09a", "A second bet on an event asks first, in the browser's own dialog.", (_FRONTIER,), "always"),
    Behaviour(
        "UI-09b",
        "A second bet on an event must be confirmed on a page.",
        (_FRONTIER,),
        "a bet placed between page and click",
    ),
)

_REFUSALS = (
    Behaviour(
        "UI-10a",
        "Codes refuse the stake: no stake, below the minimum, above the maximum.",
        (_LOTUS,),
        "a stake that is no whole number; `min_stake` of a selection; fault `max_stake`",
    ),
    Behaviour(
        "UI-10b",
        "Codes refuse the customer: account issue, insufficient credit, over budget, maximum per match exceeded.",
        (_LOTUS,),
        "fault `insufficient_funds`; fault `reject`, reasons `account`, `over_budget`, `match_limit`",
    ),
    Behaviour(
        "UI-10c",
        "Codes refuse the offer: odds closed, odds being updated; odds, handicap or score changed.",
        (_LOTUS,),
        "faults `suspend`, `price_change`; changed line or score; fault `reject`, reason `updating_odds`",
    ),
    Behaviour(
        "UI-10d", "A code says that the customer was logged out.", (_LOTUS,), "fault `reject`, reason `forced_logout`"
    ),
    Behaviour("UI-10e", "A code says that the bet was reversed.", (_LOTUS,), "fault `reject`, reason `reversed`"),
)

_NUMBERS = (
    Behaviour(
        "UI-11a",
        "Odds with a decimal comma stand beside money with a decimal point.",
        (_HARBOUR,),
        "Harbour: `language` = `pt` of an account",
    ),
    Behaviour(
        "UI-11b",
        "Odds with a decimal point stand beside money with a decimal comma.",
        (_HARBOUR,),
        "Harbour: `language` = `it` of an account",
    ),
    Behaviour("UI-11c", "American odds carry U+2212 instead of a hyphen, or read “EVEN”.", (_FRONTIER,), "always"),
    Behaviour("UI-11d", "Odds read “SP” while a selection takes no bets.", (_FRONTIER,), "`status` of a selection"),
    Behaviour("UI-11e", "Odds are Hong Kong odds.", (_LOTUS,), "`odds_style` of an account"),
    Behaviour("UI-11f", "Odds are Malay odds, negative ones in red.", (_LOTUS,), "`odds_style` of an account"),
    Behaviour("UI-11g", "Odds are Indonesian odds.", (_LOTUS,), "the choice on the page"),
    Behaviour(
        "UI-11h",
        "The odds style is a stored setting that the customer can change.",
        (_LOTUS,),
        "the choice on the page",
    ),
    Behaviour(
        "UI-12a",
        "In play, a line counts from the score at the time of the bet and is written with it: “-0.5 @ 1-0”.",
        (_LOTUS,),
        "`score` of an event",
    ),
    Behaviour("UI-12b", "A quarter line is written as its two halves: “0/0.5”.", (_LOTUS,), "`line` of a market"),
    Behaviour("UI-12c", "A bet is half won or half lost.", _ALL, "settling with `half_won`, `half_lost`"),
)

_WORDS = (
    Behaviour(
        "UI-13a",
        "Statuses: Running, Waiting, Waiting Rejected, Won, Lose, Draw, Void, Refund; a half win is “Won”.",
        (_LOTUS,),
        "setting `vocabulary` = `trading`",
    ),
    Behaviour(
        "UI-13b",
        "Statuses in capitals, one of them misspelt: “RUNING”.",
        (_LOTUS,),
        "setting `vocabulary` = `capitals`",
    ),
    Behaviour("UI-13c", "Statuses in Vietnamese.", (_LOTUS,), "an account of `senbien`"),
    Behaviour(
        "UI-13d",
        "Statuses as codes: HALF_WON_HALF_PUSHED, HALF_LOST_HALF_PUSHED.",
        (_LOTUS,),
        "setting `vocabulary` = `codes`",
    ),
    Behaviour(
        "UI-13e",
        "Statuses: PENDING_ACCEPTANCE, pending, unsettled, rejected.",
        (_LOTUS,),
        "setting `vocabulary` = `clearing`",
    ),
    Behaviour("UI-13f", "Statuses in Portuguese.", (_HARBOUR,), "Harbour: `language` = `pt` of an account"),
    Behaviour("UI-13g", "Statuses in Italian.", (_HARBOUR,), "Harbour: `language` = `it` of an account"),
    Behaviour(
        "UI-13h",
        "“Draw” on a handicap returns the stake; on 1X2 it loses.",
        (_LOTUS,),
        "settling with `draw`, for 1X2 with `payout` 0",
    ),
    Behaviour(
        "UI-14a",
        "Only the money shows how a bet ended: “RETURNED $0.00”.",
        (_FRONTIER,),
        "setting `result_shown` = `money`",
    ),
    Behaviour("UI-14b", "Only an icon shows how a bet ended.", (_FRONTIER,), "setting `result_shown` = `icon`"),
    Behaviour(
        "UI-14c", "“Paid” and a status word show how a bet ended.", (_FRONTIER,), "setting `result_shown` = `paid`"
    ),
    Behaviour(
        "UI-14d", "Times are in the operator's zone, with or without daylight saving.", (_LOTUS, _FRONTIER), "always"
    ),
    Behaviour("UI-14e", "Tickets hold slashes: “O/0242888/0028045”.", (_FRONTIER,), "always"),
)

_SESSIONS = (
    Behaviour(
        "UI-15a",
        "The sportsbook is in an iframe of another origin that starts at about:blank.",
        (_LOTUS,),
        "always",
    ),
    Behaviour(
        "UI-15b", "Betting in play is another iframe with another layout.", (_LOTUS,), "setting `live_frame` = `own`"
    ),
    Behaviour(
        "UI-16a",
        "Each login leads to a host of its own; the session is not valid on the host of a stored address.",
        (_FRONTIER,),
        "setting `login_host` = `own`",
    ),
    Behaviour("UI-17a", "A cookie notice covers the page.", _ALL, "fault `interruption`, `cookies`"),
    Behaviour(
        "UI-17b",
        "A reality check covers the page, with one button too many.",
        _ALL,
        "fault `interruption`, `reality_check`",
    ),
    Behaviour("UI-17c", "A notice of the last login covers the page.", _ALL, "fault `interruption`, `last_login`"),
    Behaviour(
        "UI-17d",
        "A request for a deposit limit or for documents covers the page.",
        _ALL,
        "fault `interruption`, `deposit_limit` or `identity`",
    ),
    Behaviour(
        "UI-17e",
        "The page says that the account is restricted, and takes no bet.",
        _ALL,
        "fault `restricted`",
    ),
    Behaviour(
        "UI-18a",
        "The session ends silently during placement, and with it the page's JavaScript.",
        _ALL,
        "faults `record_then_logout`, `logout`",
    ),
    Behaviour("UI-19a", "Class names have no meaning and change with every release.", (_HARBOUR,), "always"),
    Behaviour("UI-19b", "Stable test ids mark most nodes and are missing on some.", (_HARBOUR,), "always"),
    Behaviour("UI-19c", "Only texts and nested tables distinguish one node from another.", (_FRONTIER,), "always"),
    Behaviour("UI-19d", "The layout changes from one day to the next.", _ALL, "setting `skin`"),
)

_HISTORY = (
    Behaviour("UI-20a", "Open and settled bets are on two tabs or pages.", _ALL, "always"),
    Behaviour("UI-20b", "Cashed-out bets have a tab of their own.", (_HARBOUR,), "setting `cash_out_tab` = `shown`"),
    Behaviour("UI-20c", "Settled bets are asked for by a range of days and a button.", (_FRONTIER,), "always"),
    Behaviour("UI-20d", "The list of bets is on another host.", (_FRONTIER,), "setting `history_host` = `own`"),
    Behaviour(
        "UI-20e",
        "Odds and line of a bet come only with another request.",
        (_HARBOUR,),
        "setting `bet_details` = `on_request`",
    ),
    Behaviour("UI-20f", "The list comes in pages.", (_LOTUS, _FRONTIER), "always"),
    Behaviour("UI-20g", "The list loads more rows by scrolling.", (_HARBOUR,), "always"),
    Behaviour(
        "UI-20h",
        "The list ends early or is empty; at best its total shows that bets are missing.",
        _ALL,
        "faults `history_truncated`, `history_empty`",
    ),
    Behaviour("UI-21a", "A settled bet is settled again with another result.", _ALL, "settling again"),
    Behaviour("UI-21b", "Reversed and amended rows share one ticket.", (_FRONTIER,), "settling again"),
    Behaviour(
        "UI-22a", "Cash-outs and void bets stand among the settled ones.", _ALL, "settling with `cashed_out`, `void`"
    ),
    Behaviour("UI-22b", "An open bet shows its cash-out amount.", (_HARBOUR,), "`cash_out` = `offered`"),
)

BEHAVIOURS: Final = (*_ACCEPTANCE, *_REFUSALS, *_NUMBERS, *_WORDS, *_SESSIONS, *_HISTORY)
