"""Faults on demand: the control API orders them, requests to the sites consume them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType


class Stage(StrEnum):
    """Name the kind of request that a fault waits for."""

    BET = "bet"
    PENDING = "pending"
    HISTORY = "history"
    PAGE = "page"


class FaultKind(StrEnum):
    """Name a fault that can be ordered."""

    REJECT = "reject"
    PRICE_CHANGE = "price_change"
    MAX_STAKE = "max_stake"
    SUSPEND = "suspend"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    PARTIAL = "partial"
    REFER_TO_TRADER = "refer_to_trader"
    RECORD_THEN_SILENT = "record_then_silent"
    RECORD_THEN_500 = "record_then_500"
    RECORD_THEN_LOGOUT = "record_then_logout"
    RECORD_THEN_REDIRECT = "record_then_redirect"
    RECORD_WITHOUT_TICKET = "record_without_ticket"
    SILENT = "silent"
    ERROR_500 = "error_500"
    LOGOUT = "logout"
    STAY_WAITING = "stay_waiting"
    REJECT_AFTER_WAITING = "reject_after_waiting"
    HISTORY_TRUNCATED = "history_truncated"
    HISTORY_EMPTY = "history_empty"
    HISTORY_ERROR = "history_error"
    HISTORY_LOGOUT = "history_logout"
    PENDING_500 = "pending_500"
    CHALLENGE = "challenge"
    RESTRICTED = "restricted"
    INTERRUPTION = "interruption"

    @property
    def stage(self) -> Stage:
        """Return the kind of request that consumes this fault."""
        if self in {FaultKind.CHALLENGE, FaultKind.RESTRICTED, FaultKind.INTERRUPTION}:
            return Stage.PAGE
        if self is FaultKind.PENDING_500:
            return Stage.PENDING
        return Stage.HISTORY if self.startswith("history_") else Stage.BET

    @property
    def parameter(self) -> str | None:
        """Return the name of the parameter that an order of this kind must carry."""
        return _PARAMETERS.get(self)

    @property
    def needs_staged_acceptance(self) -> bool:
        """Return whether only a site whose bets wait for acceptance can show this fault."""
        return self in {FaultKind.STAY_WAITING, FaultKind.REJECT_AFTER_WAITING, FaultKind.PENDING_500}

    @property
    def needs_referrals(self) -> bool:
        """Return whether only a site that refers a part of a stake to its traders can show this fault."""
        return self is FaultKind.REFER_TO_TRADER


_PARAMETERS: Mapping[FaultKind, str] = MappingProxyType(
    {
        FaultKind.REJECT: "reason",
        FaultKind.PRICE_CHANGE: "odds",
        FaultKind.MAX_STAKE: "amount",
        FaultKind.PARTIAL: "amount",
        FaultKind.REFER_TO_TRADER: "amount",
        FaultKind.REJECT_AFTER_WAITING: "reason",
        FaultKind.HISTORY_TRUNCATED: "rows",
        FaultKind.INTERRUPTION: "notice",
    }
)


class Notice(StrEnum):
    """Name the notice that an interruption shows over the page."""

    COOKIES = "cookies"
    REALITY_CHECK = "reality_check"
    LAST_LOGIN = "last_login"
    DEPOSIT_LIMIT = "deposit_limit"
    IDENTITY = "identity"


@dataclass(slots=True)
class FaultOrder:
    """Order a fault for `times` matching requests, after `after` matching requests have passed."""

    kind: FaultKind
    username: str | None = None
    selection: str | None = None
    times: int = 1
    after: int = 0
    reason: str | None = None
    odds: Decimal | None = None
    amount: Decimal | None = None
    rows: int | None = None
    notice: Notice | None = None
    id: int = field(default=0)

    def matches(self, kinds: frozenset[FaultKind], username: str | None, selection: str | None) -> bool:
        """Return whether the order waits for such a request of this user on this selection."""
        return (
            self.kind in kinds
            and self.username in {None, username}
            and (self.selection is None or self.selection == selection)
        )


class FaultOrders:
    """Hold the orders of one practice site; the oldest order that is due comes first."""

    def __init__(self) -> None:
        self._orders: list[FaultOrder] = []
        self._last_id = 0

    def __iter__(self) -> Iterator[FaultOrder]:
        return iter(tuple(self._orders))

    def add(self, order: FaultOrder) -> FaultOrder:
        """Queue an order and number it."""
        self._last_id += 1
        order.id = self._last_id
        self._orders.append(order)
        return order

    def clear(self) -> None:
        """Remove every order, including a standing challenge or restriction."""
        self._orders.clear()

    def take_for_bet(self, username: str, selection: str) -> FaultOrder | None:
        """Consume the order that this bet request meets."""
        return self._take(_kinds_of(Stage.BET), username, selection)

    def take_for_history(self, username: str) -> FaultOrder | None:
        """Consume the order that this history request meets."""
        return self._take(_kinds_of(Stage.HISTORY), username, None)

    def take_for_pending(self, username: str) -> FaultOrder | None:
        """Consume the order that this status request for a waiting bet meets."""
        return self._take(_kinds_of(Stage.PENDING), username, None)

    def take_interruption(self, username: str | None) -> Notice | None:
        """Consume an interruption to show over this user's page."""
        order = self._take(frozenset({FaultKind.INTERRUPTION}), username, None)
        return None if order is None else order.notice

    def is_challenged(self, username: str | None) -> bool:
        """Return whether this user gets a verification page; the order stands until cleared or solved."""
        return any(order.matches(_CHALLENGE, username, None) for order in self._orders)

    def is_restricted(self, username: str) -> bool:
        """Return whether this user's account is restricted; the order stands until cleared."""
        return any(order.matches(_RESTRICTED, username, None) for order in self._orders)

    def solve_challenge(self, username: str | None) -> None:
        """Remove this user's challenges, as the account's owner does by solving one in a headed browser."""
        self._orders = [order for order in self._orders if not order.matches(_CHALLENGE, username, None)]

    def _take(self, kinds: frozenset[FaultKind], username: str | None, selection: str | None) -> FaultOrder | None:
        taken: FaultOrder | None = None
        for order in [each for each in self._orders if each.matches(kinds, username, selection)]:
            if order.after > 0:
                order.after -= 1
            elif taken is None:
                taken = order
        if taken is not None:
            self._use_up(taken)
        return taken

    def _use_up(self, order: FaultOrder) -> None:
        order.times -= 1
        if order.times <= 0:
            self._orders.remove(order)


_CHALLENGE = frozenset({FaultKind.CHALLENGE})
_RESTRICTED = frozenset({FaultKind.RESTRICTED})


def _kinds_of(stage: Stage) -> frozenset[FaultKind]:
    return frozenset(kind for kind in FaultKind if kind.stage is stage)
