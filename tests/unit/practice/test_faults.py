"""Fault orders: which requests meet them, how often, and in which order."""

from __future__ import annotations

import pytest

from bot.practice.sites.faults import FaultKind, FaultOrder, FaultOrders, Notice, Stage


def orders_of(*orders: FaultOrder) -> FaultOrders:
    queue = FaultOrders()
    for order in orders:
        queue.add(order)
    return queue


def met(queue: FaultOrders, requests: int, username: str = "anna", selection: str = "s1") -> list[str | None]:
    taken = [queue.take_for_bet(username, selection) for _ in range(requests)]
    return [None if order is None else str(order.kind) for order in taken]


@pytest.mark.parametrize(
    ("orders", "expected"),
    [
        ([], [None, None, None]),
        ([FaultOrder(FaultKind.REJECT)], ["reject", None, None]),
        ([FaultOrder(FaultKind.REJECT, times=2)], ["reject", "reject", None]),
        ([FaultOrder(FaultKind.REJECT, after=1)], [None, "reject", None]),
        ([FaultOrder(FaultKind.REJECT), FaultOrder(FaultKind.SILENT)], ["reject", "silent", None]),
        ([FaultOrder(FaultKind.REJECT), FaultOrder(FaultKind.SILENT, after=2)], ["reject", None, "silent"]),
        ([FaultOrder(FaultKind.REJECT, username="bob")], [None, None, None]),
        ([FaultOrder(FaultKind.REJECT, selection="s2")], [None, None, None]),
        ([FaultOrder(FaultKind.REJECT, username="anna", selection="s1")], ["reject", None, None]),
        ([FaultOrder(FaultKind.HISTORY_EMPTY), FaultOrder(FaultKind.CHALLENGE)], [None, None, None]),
    ],
)
def test_bet_requests_meet(orders: list[FaultOrder], expected: list[str | None]) -> None:
    assert met(orders_of(*orders), 3) == expected


def test_requests_of_others_do_not_count() -> None:
    queue = orders_of(FaultOrder(FaultKind.REJECT, username="anna", after=1))
    assert met(queue, 2, username="bob") == [None, None]
    assert met(queue, 2) == [None, "reject"]


def test_history_requests_meet_history_faults_only() -> None:
    queue = orders_of(FaultOrder(FaultKind.SILENT), FaultOrder(FaultKind.HISTORY_TRUNCATED, rows=3))
    taken = queue.take_for_history("anna")
    assert taken is not None
    assert (taken.kind, taken.rows) == (FaultKind.HISTORY_TRUNCATED, 3)
    assert queue.take_for_history("anna") is None


def test_an_interruption_is_shown_once_to_its_user() -> None:
    queue = orders_of(FaultOrder(FaultKind.INTERRUPTION, username="anna", notice=Notice.COOKIES))
    assert queue.take_interruption("bob") is None
    assert queue.take_interruption(None) is None
    assert queue.take_interruption("anna") is Notice.COOKIES
    assert queue.take_interruption("anna") is None


def test_a_challenge_stands_until_it_is_solved() -> None:
    queue = orders_of(FaultOrder(FaultKind.CHALLENGE, username="anna"))
    assert [queue.is_challenged("anna"), queue.is_challenged("anna"), queue.is_challenged("bob")] == [
        True,
        True,
        False,
    ]
    queue.solve_challenge("bob")
    assert queue.is_challenged("anna")
    queue.solve_challenge("anna")
    assert not queue.is_challenged("anna")


def test_a_restriction_stands_for_its_user() -> None:
    queue = orders_of(FaultOrder(FaultKind.RESTRICTED, username="anna"))
    assert [queue.is_restricted("anna"), queue.is_restricted("anna"), queue.is_restricted("bob")] == [True, True, False]


def test_clearing_forgets_everything() -> None:
    queue = orders_of(FaultOrder(FaultKind.CHALLENGE), FaultOrder(FaultKind.RESTRICTED), FaultOrder(FaultKind.REJECT))
    queue.clear()
    assert list(queue) == []


@pytest.mark.parametrize("kind", FaultKind)
def test_every_kind_belongs_to_a_stage(kind: FaultKind) -> None:
    pages = {FaultKind.CHALLENGE, FaultKind.RESTRICTED, FaultKind.INTERRUPTION}
    prefixes = {"history_": Stage.HISTORY, "pending_": Stage.PENDING}
    by_name = [stage for prefix, stage in prefixes.items() if kind.startswith(prefix)]
    assert [kind.stage] == (by_name or [Stage.PAGE if kind in pages else Stage.BET])
