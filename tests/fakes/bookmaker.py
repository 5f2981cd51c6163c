"""A bookmaker in memory: it accepts bets, keeps its own ledger, and answers clicks as a test orders."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum, auto

from bot.domain.money import Money
from bot.domain.odds import Odds
from bot.domain.outcome import Outcome
from bot.domain.pair import Account, Bet
from bot.domain.placement import (
    Accepted,
    ArmedSlip,
    HistoryReading,
    HistoryRow,
    Placement,
    Rejected,
    SessionState,
    TicketState,
    Unknown,
    Waiting,
)
from bot.domain.reasons import Reason
from bot.errors import BookmakerError, CannotArm, LocatorMissing
from bot.ports.bookmaker import PageSnapshot


class Answer(Enum):
    """How the bookmaker answers a click."""

    ACCEPT = auto()
    REJECT = auto()
    WAIT = auto()
    TAKE_AND_STAY_SILENT = auto()
    TAKE_AND_NAME_NO_TICKET = auto()
    TAKE_AND_SHOW_A_STRANGE_PAGE = auto()
    TAKE_AND_CRASH = auto()
    TAKE_AND_HANG = auto()
    STAY_SILENT = auto()
    SLIP_HAS_CHANGED = auto()


@dataclass
class FakeSite:
    """The bookmaker's side: its ledger, its prices, and the answers ordered for the next clicks."""

    tickets: str
    answers: deque[Answer] = field(default_factory=deque)
    bets: dict[str, HistoryRow] = field(default_factory=dict)
    clicks: list[str] = field(default_factory=list)
    price: Odds | None = None
    line: Decimal | None = None
    accepted_stake: Money | None = None
    cash_out: Money | None = None
    history_hangs: bool = False
    max_stake: Money | None = None
    slip_names_maximum: bool = False
    balance: Decimal = Decimal(1000)
    arm_error: BookmakerError | None = None
    stand_by_error: CannotArm | None = None
    history_error: BookmakerError | None = None
    session_error: BookmakerError | None = None
    lost: BookmakerError | None = None
    looked_after: int = 0
    complete: bool = True
    readings: int = 0
    histories_left: int = 0
    balances: int = 0
    on_arm: Callable[[], None] = lambda: None
    on_click: Callable[[], None] = lambda: None
    on_look: Callable[[], None] = lambda: None
    pages: int = 1
    page_takes_s: float = 0
    armings: int = 0
    on_arming: Callable[[], Awaitable[None]] = field(default=lambda: asyncio.sleep(0))
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    def order(self, *answers: Answer) -> None:
        """Set the answers to the next clicks; later bets are accepted again."""
        self.answers.extend(answers)

    def settle(self, ticket: str, outcome: Outcome, payout: Money | None = None) -> None:
        """Set a bet's result."""
        self.bets[ticket] = replace(self.bets[ticket], state=TicketState.SETTLED, outcome=outcome, payout=payout)

    def restake(self, ticket: str, stake: Money) -> None:
        """Change the running stake of a ticket, as a trader does who accepts the rest of it."""
        self.bets[ticket] = replace(self.bets[ticket], stake=stake)

    def move(self, odds: str) -> None:
        """Change the price, also on watched slips."""
        self.price = Odds.parse(odds)
        self.moved.set()

    def decide(self, ticket: str, state: TicketState) -> None:
        """End the review of a waiting bet."""
        self.bets[ticket] = replace(self.bets[ticket], state=state)

    def take(self, bet: Bet, odds: Odds, state: TicketState = TicketState.OPEN) -> HistoryRow:
        """Record a bet."""
        ticket = f"{self.tickets}{len(self.bets) + 1:08}"
        stake = self.accepted_stake or bet.stake
        row = HistoryRow(ticket, state, bet.event.name, bet.selection, bet.line, odds, stake)
        self.bets[ticket] = row
        return row


class FakeBookmaker:
    """One account's session at a fake site; implements the Bookmaker port."""

    def __init__(self, account: Account, site: FakeSite) -> None:
        self.account = account
        self.site = site
        self._armed: Bet | None = None

    @property
    def slip(self) -> Bet | None:
        """What is armed."""
        return self._armed

    async def login(self) -> None:
        await asyncio.sleep(0)

    async def session_state(self) -> SessionState:
        return SessionState.LOGGED_IN

    async def arm(self, bet: Bet) -> ArmedSlip:
        await asyncio.sleep(0)
        self.site.armings += 1
        await self.site.on_arming()
        self.site.on_arm()
        if error := self.site.session_error or self.site.lost:
            raise error
        if self.site.arm_error is not None:
            raise self.site.arm_error
        maximum = self.site.max_stake
        if self.site.slip_names_maximum and maximum is not None and maximum < bet.stake:
            raise CannotArm(Reason.STAKE_ABOVE_MAXIMUM, f"the maximum is {maximum}", maximum.amount)
        self._armed = bet
        line = bet.line if self.site.line is None else self.site.line
        return ArmedSlip(self.site.price or bet.odds, bet.stake, line, None, handle=bet.bet_id)

    async def changed(self, slip: ArmedSlip) -> Reason:
        while self._armed is not None and self.site.price in (None, slip.odds):
            await self.site.moved.wait()
            self.site.moved.clear()
        return Reason.ODDS_CHANGED

    async def stand_by(self, slip: ArmedSlip) -> None:
        await asyncio.sleep(0)
        if self.site.stand_by_error is not None:
            raise self.site.stand_by_error
        if self._armed is None or self.site.price not in (None, slip.odds):
            raise CannotArm(Reason.ODDS_CHANGED)

    async def submit(self, slip: ArmedSlip) -> Placement:
        bet, self._armed = self._armed, None
        answer = self.site.answers.popleft() if self.site.answers else Answer.ACCEPT
        if bet is None or answer is Answer.SLIP_HAS_CHANGED:
            raise CannotArm(Reason.SLIP_CHANGED)
        if self.site.price not in (None, slip.odds):
            raise CannotArm(Reason.ODDS_CHANGED)
        await asyncio.sleep(0)
        self.site.clicks.append(bet.bet_id)
        self.site.on_click()
        if self.site.max_stake is not None and self.site.max_stake < bet.stake:
            return Rejected(Reason.STAKE_ABOVE_MAXIMUM, limit=self.site.max_stake)
        return await self._met(answer, bet, slip)

    async def disarm(self) -> None:
        self._armed = None

    async def history(self, since: datetime, until_found: frozenset[str]) -> HistoryReading:
        for _ in range(self.site.pages):
            await asyncio.sleep(self.site.page_takes_s)
        self.site.readings += 1
        self.site.on_look()
        if self.site.history_error is not None:
            raise self.site.history_error
        if self.site.history_hangs:
            await asyncio.Event().wait()
        rows = tuple(replace(row, cash_out=self.site.cash_out) for row in self.site.bets.values())
        return HistoryReading(rows, self.site.complete, datetime.now(UTC))

    def leave_history(self) -> None:
        self.site.histories_left += 1

    async def balance(self) -> Money:
        self.site.balances += 1
        return Money(self.site.balance, "EUR")

    async def snapshot(self) -> PageSnapshot:
        return PageSnapshot("memory:slip", "<html></html>", datetime.now(UTC))

    async def close(self) -> None:
        await asyncio.sleep(0)

    async def _met(self, answer: Answer, bet: Bet, slip: ArmedSlip) -> Placement:
        match answer:
            case Answer.REJECT:
                return Rejected(Reason.DECLINED)
            case Answer.STAY_SILENT:
                return Unknown("no answer")
            case Answer.WAIT:
                return Waiting(self.site.take(bet, slip.odds, TicketState.WAITING).ticket)
        row = self.site.take(bet, slip.odds)
        match answer:
            case Answer.TAKE_AND_STAY_SILENT:
                return Unknown("no answer")
            case Answer.TAKE_AND_NAME_NO_TICKET:
                return Accepted(None, row.stake, row.odds)
            case Answer.TAKE_AND_SHOW_A_STRANGE_PAGE:
                drift = LocatorMissing("made-up", "slip.receipt", "ticket", "#ticket", "nothing visible matches")
                return Unknown(str(drift), drift)
            case Answer.TAKE_AND_CRASH:
                raise RuntimeError("the page is gone")
            case Answer.TAKE_AND_HANG:
                await asyncio.Event().wait()
        return Accepted(row.ticket, row.stake, row.odds)


class FakeBookmakers:
    """Implements the Bookmakers port: one session per account, each at its own site."""

    def __init__(self, sites: dict[Account, FakeSite]) -> None:
        self.sites = sites
        self._sessions = {account: FakeBookmaker(account, site) for account, site in sites.items()}

    async def session(self, account: Account) -> FakeBookmaker:
        site = self.sites[account]
        if site.session_error is not None:
            raise site.session_error
        site.lost = None
        site.looked_after += 1
        return self._sessions[account]

    async def session_as_left(self, account: Account) -> FakeBookmaker:
        return self._sessions[account]

    def slip_of(self, account: Account) -> Bet | None:
        """Return what the slip of an account's session holds."""
        return self._sessions[account].slip
