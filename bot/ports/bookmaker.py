"""A bookmaker, as the engine uses it: one account's logged-in session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pydantic import SecretStr

from bot.domain.money import Money
from bot.domain.odds import OddsStyle
from bot.domain.pair import Account, Bet
from bot.domain.placement import ArmedSlip, HistoryReading, Placement, SessionState
from bot.domain.reasons import Reason


@dataclass(frozen=True, slots=True)
class Whitelabel:
    """A brand on a provider: its address, language, odds style and time zone."""

    name: str
    provider: str
    base_url: str
    language: str
    odds_style: OddsStyle
    time_zone: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """A login. The password is unwrapped only where it is typed."""

    username: str
    password: SecretStr


@dataclass(frozen=True, slots=True)
class PageSnapshot:
    """A page as a person saw it, for kept pages and replay: markup with live values, secrets blanked."""

    url: str
    html: str
    taken_at: datetime


class Bookmaker(Protocol):
    """One account's session at one bookmaker, for one caller at a time; only ``history`` may run beside ``arm``.

    Reading methods raise PageDrift when the page is not what the provider knows and SessionUnusable when nobody is
    logged in; neither is ever turned into an empty or default value. A method that only reads never repeats a request
    that could have been a bet: it leaves the page that answered such a request and never reloads it.
    """

    @property
    def account(self) -> Account:
        """The account whose session this is."""

    async def login(self) -> None:
        """Log in, or use the saved state if it is still valid; raises SessionUnusable."""

    async def session_state(self) -> SessionState:
        """Read the session's state from positive markers on the page."""

    async def arm(self, bet: Bet) -> ArmedSlip:
        """Make a slip ready for one click and read it back; raises CannotArm, with the limit for too high a stake."""

    async def changed(self, slip: ArmedSlip) -> Reason:
        """Wait until a slip no longer shows what was armed, and name the reason as ``submit`` would.

        The wait may be cancelled at any time. Until it ends, nothing else may be asked of the session.
        """

    async def stand_by(self, slip: ArmedSlip) -> None:
        """Do everything but the click; raises CannotArm as ``submit`` would."""

    async def submit(self, slip: ArmedSlip) -> Placement:
        """Click once and read the answer.

        Never raises after the click: an answer without proof is ``Unknown``. Raises CannotArm when the click
        was provably not made because the slip no longer shows what was armed.

        If the bookmaker first reviews the bet and no decision is seen in the time for an answer, the answer is
        ``Waiting``. If only part of the stake is taken, ``Accepted.stake`` is that part, and ``Accepted.referred``
        what a trader may still add. A success that names no ticket is ``Unknown``, or ``Accepted`` without a ticket if
        the page proves stake and odds; the history then shows the ticket.
        """

    async def disarm(self) -> None:
        """Empty the slip; does nothing when there is none."""

    async def history(self, since: datetime, until_found: frozenset[str]) -> HistoryReading:
        """Read bets placed since then, open and settled; may stop early once every wanted ticket was seen.

        A reading that stopped early, or whose lists do not add up to their totals, is not ``complete``. Of a bet that
        was settled more than once, only the last result is returned. Two results that both stand raise PageDrift.
        """

    def leave_history(self) -> None:
        """Leave the page that the history was read from. The next reading opens it again."""

    async def balance(self) -> Money:
        """Read the balance available for betting, as the site has it now."""

    async def snapshot(self) -> PageSnapshot:
        """Take a snapshot of the page, to be kept."""

    async def close(self) -> None:
        """Close the session's pages. The caller that opened the session keeps its state."""


class Bookmakers(Protocol):
    """Gives the session of an account, opening it when needed."""

    async def session(self, account: Account) -> Bookmaker:
        """Return the account's logged-in session; raises SessionUnusable or PageDrift."""

    async def session_as_left(self, account: Account) -> Bookmaker:
        """Return the session without checking it first. If it is not open, open it as ``session`` does."""
