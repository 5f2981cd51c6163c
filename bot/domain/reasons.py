"""Every reason code: what it means, and where it can occur.

A code is the same text in Redis, events, JSON and TOML. This module imports nothing of the rest, since errors carry
reasons, too. The table in ``bot/README.md`` and the schema of events are generated from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, StrEnum, auto
from itertools import product
from typing import Self


class Where(Flag):
    """Where a reason can occur: with which change of a pair or leg, or with which trouble at a site."""

    BLOCKED = auto()
    FAILED = auto()
    REJECTED = auto()
    EMERGENCY = auto()
    EXPOSURE = auto()
    VOCABULARY = auto()
    SESSION = auto()
    HALT = auto()
    BREAKER = auto()


_NOWHERE = Where(0)
_BLOCKED, _FAILED, _EMERGENCY, _EXPOSURE = Where.BLOCKED, Where.FAILED, Where.EMERGENCY, Where.EXPOSURE
_SESSION, _HALT, _BREAKER = Where.SESSION, Where.HALT, Where.BREAKER
_HEDGE_TOO = _BLOCKED | _EMERGENCY
_ARMING = _FAILED | _EMERGENCY
_CLICK = _ARMING | Where.REJECTED
_SITE = _CLICK | Where.VOCABULARY


@dataclass(frozen=True, slots=True)
class Family:
    """Codes that differ in two results; ``pattern`` and ``sentence`` have a place for each of ``names``."""

    pattern: str
    sentence: str
    names: tuple[str, str]
    results: tuple[tuple[str, ...], ...]

    @property
    def codes(self) -> dict[str, str]:
        """Every code of the family and its sentence."""
        named = [dict(zip(self.names, results, strict=True)) for results in self.results]
        return {self.pattern.format(**each): self.sentence.format(**_in_words(each)) for each in named}


def _in_words(results: dict[str, str]) -> dict[str, str]:
    return {name: result.replace("_", " ") for name, result in results.items()}


_WHOLE, _HALF, _TIMEOUT = ("won", "lost", "cashed_out", "settled"), ("half_won", "half_lost"), ("timeout",)
_BOTH = ("positive", "hedge")

FAMILIES = (
    Family(
        "partial_settlement_{positive}_{hedge}",
        "A bet is settled in half: the positive bet is {positive}, the hedge {hedge}.",
        _BOTH,
        tuple(both for both in product(_WHOLE + _HALF + _TIMEOUT, repeat=2) if {*_HALF} & {*both}),
    ),
    Family(
        "settlement_timeout_{positive}_{hedge}",
        "A bet has no result in time: the positive bet is {positive}, the hedge {hedge}.",
        _BOTH,
        tuple(both for both in product(_WHOLE + _TIMEOUT, repeat=2) if {*_TIMEOUT} & {*both}),
    ),
    Family(
        "resettled_{old}_{new}",
        "A bookmaker changed a result, or what it paid: it was {old}, now it is {new}.",
        ("old", "new"),
        tuple(product((*_WHOLE, *_HALF, "void"), repeat=2)),
    ),
)


class Reason(StrEnum):
    """A reason code with a sentence for people. Raises ValueError for a text that is no code."""

    sentence: str
    where: Where

    def __new__(cls, code: str, sentence: str = "", where: Where = _NOWHERE) -> Self:
        # Every member gives all three. The defaults let mypy accept Reason(code), which finds a member.
        member = str.__new__(cls, code)
        member._value_ = code
        member.sentence, member.where = sentence, where
        return member

    # The job, and what the ledger says of its accounts and limits.
    INVALID_JOB = "invalid_job", "The job cannot be read; its problems name the fields.", _FAILED
    EXPIRES_AT = "expires_at", "The job's expiresAt has passed.", _BLOCKED
    MAX_AGE = "max_age", "The prices were found longer ago than max_age_s, or nobody knows when.", _BLOCKED
    MINIMUM_STAKE = "minimum_stake", "A stake is below the smallest that its bookmaker takes.", _BLOCKED
    STAKE_STEP = "stake_step", "Rounded to the bookmakers' steps, the stakes would make or raise a loss.", _BLOCKED
    HALTED = "halted", "Everything, the site or the account is halted.", _HEDGE_TOO
    PAUSE = "pause", "New pairs are paused by hand.", _BLOCKED | _HALT
    EMERGENCIES_PER_HOUR = (
        "emergencies_per_hour",
        "New pairs are paused: too many emergencies within an hour.",
        _BLOCKED | _HALT,
    )
    EXPOSURES_IN_A_ROW = "exposures_in_a_row", "New pairs are paused: too many exposures in a row.", _BLOCKED | _HALT
    FREEZE = "freeze", "Every click is frozen by hand.", _BLOCKED | _HALT
    ACCOUNT_NOT_LEASED = "account_not_leased", "This worker does not hold the lease of the account.", _BLOCKED
    BREAKER_OPEN = "breaker_open", "A circuit breaker of the site or the account is open.", _BLOCKED
    REVIEW_PENDING = "review_pending", "An earlier pair of the arbitrage waits for a human's review.", _BLOCKED
    ARB_LOCKED = "arb_locked", "Another pair of the arbitrage is being placed.", _BLOCKED
    ACCOUNT_FROZEN = "account_frozen", "The account waits for the proof of another pair's bet.", _BLOCKED
    ACCOUNT_BUSY = "account_busy", "The account is placing another pair.", _BLOCKED
    COOLDOWN = "cooldown", "The account cools down after its last accepted bet.", _BLOCKED
    STAKE_PER_DAY = "stake_per_day", "The stakes of the day would pass their limit.", _BLOCKED
    OPEN_STAKE = "open_stake", "The stakes without a result would pass their limit.", _BLOCKED
    DAILY_LOSS = "daily_loss", "The losses of the day have reached their limit.", _BLOCKED
    BETS_PER_MINUTE = "bets_per_minute", "The account has made its bets of this minute.", _BLOCKED
    BETS_PER_HOUR = "bets_per_hour", "The account has made its bets of this hour.", _BLOCKED

    # What the armed slips show.
    MINIMUM_ODDS = "minimum_odds", "The slip shows odds below the bet's minOdds.", _FAILED
    STAKE_AS_ASKED = "stake_as_asked", "The slip shows another stake than was asked for.", _HEDGE_TOO
    LINE_AS_ASKED = "line_as_asked", "The slip shows another line than was asked for.", _ARMING
    BALANCE_COVERS_STAKE = "balance_covers_stake", "The balance is below the stake.", _HEDGE_TOO
    STAKE_PER_BET = "stake_per_bet", "The stake is above the account's limit for one bet.", _BLOCKED
    MAX_SLIPPAGE = "max_slippage", "The odds fell by more than max_slippage.", _BLOCKED
    MIN_MARGIN = "min_margin", "The pair would earn less than min_margin.", _BLOCKED
    MAX_LOSS = "max_loss", "A hedge at the odds shown would lose more than max_loss.", _EMERGENCY
    DRY_RUN = "dry_run", "Both slips were armed; a dry run never clicks.", _BLOCKED

    # Why a slip cannot be armed, or no longer be clicked.
    POSITIVE_PAGE_UNUSABLE = "positive_page_unusable", "The positive leg's site or session cannot be used.", _FAILED
    HEDGE_PAGE_UNUSABLE = "hedge_page_unusable", "The hedge's site or session cannot be used.", _ARMING
    HISTORY_INCOMPLETE = "history_incomplete", "The history does not show every bet made before.", _ARMING
    EVENT_NOT_FOUND = "event_not_found", "The site does not have the event under the name asked for.", _ARMING
    MARKET_NOT_FOUND = "market_not_found", "The event does not offer the market.", _ARMING
    SELECTION_NOT_FOUND = "selection_not_found", "The market does not offer the selection.", _ARMING
    LINE_NOT_FOUND = "line_not_found", "The selection is not offered at the line.", _ARMING
    ODDS_MOVING = "odds_moving", "The offer moves faster than a slip can be made ready.", _ARMING
    ACCEPTANCE_MODE = "acceptance_mode", "The site does not keep the setting to refuse changed odds.", _ARMING
    STAKE_REFUSED = "stake_refused", "The slip does not take the stake, for a reason that is not known.", _ARMING
    SLIP_DIFFERS = "slip_differs", "The slip does not show what was entered.", _ARMING
    SELECTION_SUSPENDED = "selection_suspended", "The selection takes no bets at present.", _CLICK
    STAKE_CHANGED = "stake_changed", "The armed slip shows another stake.", _CLICK
    SLIP_CHANGED = "slip_changed", "The armed slip shows something else than before.", _CLICK
    SLIP_GONE = "slip_gone", "The slip is no longer armed.", _CLICK
    SLIP_UNREADABLE = "slip_unreadable", "The armed slip can no longer be read.", _CLICK
    SESSION_ENDED = "session_ended", "The session ended while the slip was armed.", _CLICK
    PAGE_GONE = "page_gone", "The page of the armed slip is gone.", _CLICK
    BUTTON_COVERED = "button_covered", "Something lies over the bet button.", _CLICK
    BUTTON_DISABLED = "button_disabled", "The bet button is disabled.", _CLICK
    BUTTON_NOT_READY = "button_not_ready", "The bet button cannot be hit.", _CLICK
    UNLISTED = "unlisted", "The provider names a reason that is not listed here; the detail has it.", _CLICK
    TOO_LATE = "too_late", "The click was allowed too long ago, so it was not made.", _CLICK

    # Why a bookmaker did not take a bet, as a provider's TOML words it.
    ODDS_CHANGED = "odds_changed", "The odds changed.", _SITE
    LINE_CHANGED = "line_changed", "The line changed.", _SITE
    SCORE_CHANGED = "score_changed", "The score changed.", _SITE
    SUSPENDED = "suspended", "The market is suspended.", _SITE
    CLOSED = "closed", "The market is closed.", _SITE
    STAKE_ABOVE_MAXIMUM = "stake_above_maximum", "The stake is above the most that is taken.", _SITE
    STAKE_BELOW_MINIMUM = "stake_below_minimum", "The stake is below the least that is taken.", _SITE
    STAKE_NOT_WHOLE = "stake_not_whole", "Only whole stakes are taken.", _SITE
    INSUFFICIENT_FUNDS = "insufficient_funds", "The balance does not cover the stake.", _SITE
    ACCOUNT_RESTRICTED = "account_restricted", "The bookmaker takes no such bets from the account.", _SITE
    DUPLICATE_BET = "duplicate_bet", "The account has such a bet already.", _SITE
    DECLINED = "declined", "The bookmaker declined the bet and names no reason that is known.", _SITE
    NOT_PLACED = "not_placed", "A human says that the bet was not placed.", _CLICK

    # What ends a pair between or after its clicks.
    INTERRUPTED = "interrupted", "The worker stopped before any click.", _FAILED
    CLICK_NOT_ALLOWED = "click_not_allowed", "The ledger did not allow the click.", _ARMING
    HEDGE_TOO_LATE = "hedge_too_late", "The hedge was interrupted for longer than resume_within_s.", _EMERGENCY
    NO_ATTEMPT_LEFT = "no_attempt_left", "The hedge has used up its attempts.", _EMERGENCY

    # Exposures.
    HEDGE_LIMITED = "hedge_limited", "Only a smaller hedge was allowed, so a part of the bet is open.", _EXPOSURE
    HEDGE_PARTLY_ACCEPTED = "hedge_partly_accepted", "The bookmaker took only a part of the hedge.", _EXPOSURE
    STAKE_CHANGED_POSITIVE = "stake_changed_positive", "The positive bet now has another stake.", _EXPOSURE
    STAKE_CHANGED_HEDGE = "stake_changed_hedge", "The hedge now has another stake.", _EXPOSURE
    POSITIVE_VOID = "positive_void_hedge_active", "The positive bet is void, the hedge is not.", _EXPOSURE
    HEDGE_VOID = "hedge_void_positive_active", "The hedge is void, the positive bet is not.", _EXPOSURE
    BOTH_LOST = "both_lost_unexpected", "Both bets lost.", _EXPOSURE
    BOTH_WON = "both_won_unexpected", "Both bets won.", _EXPOSURE
    PNL_MISMATCH = "pnl_mismatch", "The result differs from what was expected by more than pnl_tolerance.", _EXPOSURE
    UNCLASSIFIED_SETTLEMENT = "unclassified_settlement", "A bet has a result that is not known by name.", _EXPOSURE
    NAKED_POSITIVE = "naked_positive", "The positive bet stands alone, since its hedge is not accepted yet.", _EXPOSURE
    HEDGE_NOT_PLACED = "hedge_not_placed", "The positive bet settled without a hedge.", _EXPOSURE

    # Why an account or a site cannot be used.
    LOGGED_OUT = "logged_out", "The session is logged out.", _SESSION
    ELSEWHERE = "elsewhere", "The site led to a host that is not known.", _SESSION
    UNREACHABLE = "unreachable", "The site does not answer.", _SESSION
    MAINTENANCE = "maintenance", "The site is under maintenance.", _SESSION
    SERVER_ERROR = "server_error", "The site answers only with errors.", _SESSION | _BREAKER
    CHALLENGE = "challenge", "The site asks for proof that a human is there.", _SESSION | _HALT
    RESTRICTED = "restricted", "The bookmaker has restricted the account.", _SESSION | _HALT
    DRIFT = "drift", "A page is not what the provider knows.", _HALT
    RESTORED = "restored", "The ledger was restored, and bets may stand that it does not know.", _HALT
    LOGIN_LOST = "login_lost", "Logins of the account keep getting lost.", _BREAKER
    TIME_OUT = "time_out", "The site keeps not answering.", _BREAKER

    # The members of the families; nobody names them one by one.
    vars().update(
        {code.upper(): (code, sentence, _EXPOSURE) for family in FAMILIES for code, sentence in family.codes.items()}
    )

    @property
    def is_final(self) -> bool:
        """Whether no further attempt at the hedge helps."""
        return self in {Reason.CLICK_NOT_ALLOWED, Reason.INSUFFICIENT_FUNDS, Reason.ACCOUNT_RESTRICTED}

    @property
    def forbids_hedge(self) -> bool:
        """Whether a refused reservation ends the hedge; other refusals pass, and the hedge waits for them."""
        return self is Reason.HALTED

    @property
    def price_is_gone(self) -> bool:
        """Whether a control found that the price is no longer had, so that waiting does not help."""
        return self in {Reason.MINIMUM_ODDS, Reason.LINE_AS_ASKED, Reason.MAX_LOSS}

    @property
    def is_not_for_sale(self) -> bool:
        """Whether the site does not offer the bet at all, so that it has no price now."""
        return self in _NOT_FOR_SALE


_NOT_FOR_SALE = frozenset(
    {
        Reason.CLOSED,
        Reason.EVENT_NOT_FOUND,
        Reason.LINE_AS_ASKED,
        Reason.LINE_CHANGED,
        Reason.LINE_NOT_FOUND,
        Reason.MARKET_NOT_FOUND,
        Reason.SCORE_CHANGED,
        Reason.SELECTION_NOT_FOUND,
        Reason.SELECTION_SUSPENDED,
        Reason.SUSPENDED,
    }
)


def known(text: str | None) -> Reason | None:
    """Return the reason whose code a text on record is, or None."""
    try:
        return Reason(text) if text is not None else None
    except ValueError:
        return None


def partial_settlement(positive: str, hedge: str) -> Reason:
    """Name an exposure by two results, one of them a half; raises ValueError for others."""
    return Reason(f"partial_settlement_{positive}_{hedge}")


def settlement_timeout(positive: str, hedge: str) -> Reason:
    """Name an exposure by two results, one of them a timeout; raises ValueError for others."""
    return Reason(f"settlement_timeout_{positive}_{hedge}")


def resettled(old: str, new: str) -> Reason:
    """Name an exposure by a result and what it became; raises ValueError for what is no result."""
    return Reason(f"resettled_{old}_{new}")


def page_unusable(role: str) -> Reason:
    """Name the leg whose site or session cannot be used; raises ValueError for what is no role."""
    return Reason(f"{role}_page_unusable")
