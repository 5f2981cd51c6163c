"""Changed locators in a running worker: they apply when recordings confirm them, and lift only halts for drift."""

from __future__ import annotations

import pytest

from bot.domain.halt import HaltCause
from bot.errors import LedgerUnavailable, LocatorMissing, SessionUnusable
from tests.builders import HEDGE_ACCOUNT, halted
from tests.integration.engine.conftest import Engine

PROVIDER = HEDGE_ACCOUNT.provider
SCOPE = f"{HEDGE_ACCOUNT.whitelabel}:{PROVIDER}"


def repaired(engine: Engine, version: str = "second") -> None:
    engine.locators.on_disk[PROVIDER] = version


async def scopes(engine: Engine) -> list[str]:
    return [halt.scope for halt in await engine.ledger.halts()]


async def test_repaired_locators_end_the_halt_and_the_next_pair_is_placed(engine: Engine) -> None:
    watch = engine.locator_watch()
    engine.hedge.arm_error = LocatorMissing(PROVIDER, "slip", "stake", "#stake", "is not on the page")
    await engine.place()
    engine.hedge.arm_error = None
    repaired(engine)

    await watch.look()

    assert engine.reopened == [PROVIDER]
    assert (await engine.event("provider_resumed"))["scope"] == SCOPE
    assert (await engine.place(betPairId="pair-2", arbId="arb-2")).reason is None


async def test_refused_locators_change_nothing_and_are_announced(engine: Engine) -> None:
    await halted(engine.ledger, SCOPE)
    engine.locators.problems["second"] = ["lotus/slip/armed: field 'odds': expected '0.95', got 'absent'"]
    repaired(engine)
    watch = engine.locator_watch()

    await watch.look()
    await watch.look()

    assert await scopes(engine) == [SCOPE]
    assert engine.reopened == []
    assert engine.locators.checks == [PROVIDER]
    assert (await engine.event("locators_refused"))["problems"] == engine.locators.problems["second"]


async def test_a_halt_under_the_locators_in_force_stays(engine: Engine) -> None:
    await halted(engine.ledger, SCOPE, locators=engine.locators.version(PROVIDER))
    await engine.locator_watch().look()
    assert await scopes(engine) == [SCOPE]
    assert engine.locators.checks == []


async def test_a_repair_made_while_no_worker_ran_is_noticed_at_the_start(engine: Engine) -> None:
    await halted(engine.ledger, SCOPE, locators="an older one")
    await engine.locator_watch().look()
    assert await scopes(engine) == []
    assert engine.locators.checks == [PROVIDER]


@pytest.mark.parametrize("cause", [HaltCause.CHALLENGE, HaltCause.RESTRICTED, HaltCause.RESTORED])
async def test_new_locators_end_halts_for_no_other_cause(engine: Engine, cause: HaltCause) -> None:
    await halted(engine.ledger, SCOPE, cause=cause, locators=None)
    await halted(engine.ledger, SCOPE, "drifted too")
    repaired(engine)
    await engine.locator_watch().look()
    assert [halt.cause for halt in await engine.ledger.halts()] == [cause]
    assert (await engine.place()).reason == "halted"


@pytest.mark.parametrize("scope", ["all", "harbourline:harbour", "senbien:other"])
async def test_only_the_providers_own_halts_end(engine: Engine, scope: str) -> None:
    await halted(engine.ledger, scope, locators="first")
    repaired(engine)
    await engine.locator_watch().look()
    assert await scopes(engine) == [scope]


async def test_a_halt_raised_under_the_new_locators_is_not_lifted(engine: Engine) -> None:
    await halted(engine.ledger, SCOPE)
    [seen] = await engine.ledger.halts()
    await halted(engine.ledger, SCOPE, "drifted again", locators="second")
    assert not await engine.ledger.lift(seen)
    assert await scopes(engine) == [SCOPE]


async def test_a_page_read_by_the_old_locators_halts_nothing(engine: Engine) -> None:
    repaired(engine)
    await engine.locator_watch().look()
    late = LocatorMissing(PROVIDER, "session", "logged_in", "#balance", "is not on the page")
    late.locators = "first"
    await engine.health.failed(HEDGE_ACCOUNT, late)
    assert await scopes(engine) == []


async def test_a_late_halt_under_the_old_locators_is_ended(engine: Engine) -> None:
    watch = engine.locator_watch()
    repaired(engine)
    await watch.look()
    await halted(engine.ledger, SCOPE, locators="first")
    await watch.look()
    assert await scopes(engine) == []


async def test_a_page_that_drifts_under_the_new_locators_halts_again(engine: Engine) -> None:
    watch = engine.locator_watch()
    repaired(engine)
    await watch.look()
    drift = LocatorMissing(PROVIDER, "session", "logged_in", "#balance", "is not on the page")
    drift.locators = "second"
    await engine.health.failed(HEDGE_ACCOUNT, drift)
    await watch.look()
    assert await scopes(engine) == [SCOPE]


@pytest.mark.parametrize("trouble", [LedgerUnavailable("no answer"), SessionUnusable("unreachable")])
async def test_locators_that_could_not_be_judged_are_judged_at_the_next_look(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    await halted(engine.ledger, SCOPE)
    repaired(engine)
    watch = engine.locator_watch()

    async def fails(_provider: str) -> list[str]:
        raise trouble

    with monkeypatch.context() as broken:
        broken.setattr(engine.locators, "take_up", fails)
        await watch.look()
    assert await scopes(engine) == [SCOPE]
    await watch.look()
    assert await scopes(engine) == []
