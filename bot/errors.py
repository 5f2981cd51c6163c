"""The errors of Pairguard: one class per decision that a caller makes.

::

    PairguardError
    ├── ConfigurationInvalid      tell the user what to correct and stop (exit 2)
    ├── PartMissing               tell the user what to install and stop (exit 3)
    ├── RestartNeeded             stop; only a new process brings the part back (exit 4)
    ├── JobInvalid                fail the job, announce it, take the next one
    ├── IllegalTransition         nothing was written; load the pair again before deciding anything
    ├── LedgerError
    │   ├── LedgerConflict        another writer came first; load and decide again
    │   ├── LedgerUnavailable     the store did not answer; the same operation may be sent again
    │   ├── LeaseLost             another worker owns the account; stop acting on it
    │   ├── ClickForbidden        a halt or cooldown came in between; do not click
    │   │   └── ClicksFrozen      every click is frozen; a hedge waits until a human resumes it
    │   │       └── LedgerSetBack the ledger lost entries that this worker has seen
    │   └── ReplyUnknown          a script's answer is none that this release knows; decide nothing by it
    ├── AuditBroken               an audit export was tampered with; do not trust it (exit 1)
    ├── DeliveryFailed            keep the event and try again later
    └── BookmakerError            something at one bookmaker's site
        ├── CannotArm             no click was made; the pair fails with the reason
        ├── SessionUnusable       logged out, challenge, maintenance or restricted; says which
        └── PageDrift             the page is not what we know; halt the provider, keep the page
            ├── LocatorMissing
            ├── AmbiguousLocator
            └── UnreadableValue
"""

from __future__ import annotations

from decimal import Decimal

from bot.domain.reasons import Reason, known


class PairguardError(Exception):
    """Base of every error that Pairguard raises on purpose."""


class ConfigurationInvalid(PairguardError):
    """The configuration or the command line cannot be used as it is."""


class PartMissing(PairguardError):
    """A program that Pairguard needs (browser, Redis) is not on this machine; the text says how to get it."""


class RestartNeeded(PairguardError):
    """A part of this process is dead, and every try to bring it back failed. A supervisor should start it again."""


class JobInvalid(PairguardError):
    """A job cannot be executed as written.

    ``problems`` holds one ``(field, problem)`` per fault; field is the camelCase JSON path of the job.
    """

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{field}: {problem}" for field, problem in problems))


class IllegalTransition(PairguardError):
    """A change is not possible in the current state of the pair or leg."""

    def __init__(self, subject: str, state: str, change: str) -> None:
        self.state, self.change = state, change
        super().__init__(f"{subject}: {change} is not possible in state {state}")


class LedgerError(PairguardError):
    """The ledger did not take a change."""


class LedgerConflict(LedgerError):
    """The pair has changed since it was loaded."""


class LedgerUnavailable(LedgerError):
    """The ledger did not answer. The change may or may not have been made; sending it again is safe."""


class LeaseLost(LedgerError):
    """This worker no longer holds the account, so it must not act on it."""


class ClickForbidden(LedgerError):
    """A halt or a cooldown forbids the click that was about to be made."""


class ClicksFrozen(ClickForbidden):
    """Every click in the account's scope is frozen until a human resumes it."""


class LedgerSetBack(ClicksFrozen):
    """The ledger was emptied or restored while this worker ran, so what it says may be out of date."""


class ReplyUnknown(LedgerError):
    """The ledger gave an answer that this release does not know, such as a reason that is not listed."""


class AuditBroken(PairguardError):
    """An audit export is not what was written. ``line`` is the first faulty line."""

    def __init__(self, line: int, problem: str) -> None:
        self.line = line
        super().__init__(f"line {line}: {problem}")


class DeliveryFailed(PairguardError):
    """A receiver has not confirmed an event; it may or may not have received it."""


class BookmakerError(PairguardError):
    """Something went wrong at one bookmaker's site, before a click or independent of one."""


class CannotArm(BookmakerError):
    """The slip could not be made ready, for a reason such as ``selection_suspended``.

    ``limit`` is the largest stake that the slip would accept, if the stake was above it. A provider of another package
    may give a text of its own: its reason is ``unlisted``, and the text stays in the message.
    """

    def __init__(self, reason: Reason | str, detail: str = "", limit: Decimal | None = None) -> None:
        self.reason, self.limit = known(reason) or Reason.UNLISTED, limit
        super().__init__(f"{reason}: {detail}" if detail else reason)


class SessionUnusable(BookmakerError):
    """The account's session cannot be used. ``state`` is the session state's name."""

    def __init__(self, state: str, detail: str = "") -> None:
        self.state = state
        super().__init__(f"session is {state}: {detail}" if detail else f"session is {state}")


class PageDrift(BookmakerError):
    """A page is not what the provider knows.

    ``provider``, ``page``, ``field`` and ``locator`` say where to look in ``selectors/<provider>.toml``;
    ``locators`` is the version of the locators that read the page; ``evidence`` is the path of the kept page, once the
    page has been kept.
    """

    def __init__(self, provider: str, page: str, field: str, locator: str, problem: str) -> None:
        self.provider, self.page, self.field, self.locator = provider, page, field, locator
        self.locators: str | None = None
        self.evidence: str | None = None
        super().__init__(f"{provider}/{page}: field {field!r} ({locator}): {problem}")


class LocatorMissing(PageDrift):
    """A required field, or its row, is not on the page."""


class AmbiguousLocator(PageDrift):
    """A locator that must match once matches several nodes."""


class UnreadableValue(PageDrift):
    """The node is there, but its text is not a value of the kind expected."""
