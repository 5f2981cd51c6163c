"""Parse a page's text into typed values: one strict reader per kind. A text that does not fit raises ValueError."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.money import Money
from bot.domain.odds import Odds, OddsStyle
from bot.domain.outcome import Outcome
from bot.domain.placement import Rejected, TicketState
from bot.ports.bookmaker import Whitelabel
from providers.kit.reading.locators import (
    DRAW,
    GAIN,
    LOSS,
    REVERSED,
    FieldSpec,
    Kind,
    Locators,
    NumberFormat,
    RefusalSpec,
)
from providers.kit.reading.times import read_moment

_TICKET = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9/._-]{2,63}")
_LINE_STEP = Decimal("0.25")
_PLACEHOLDERS = frozenset({"-", "\N{EN DASH}", "\N{EM DASH}", "\N{MINUS SIGN}", "\N{HORIZONTAL ELLIPSIS}", "...", "?"})
_MINUS_SIGNS = str.maketrans({"\N{MINUS SIGN}": "-", "\N{EN DASH}": "-"})


@dataclass(frozen=True, slots=True)
class Status:
    """The state of a ticket, and its outcome once it has one.

    ``word`` is set if it says more than these: ``gain``, ``loss``, ``reversed``, or ``draw``, which a reading converts
    into an outcome as soon as it knows the market.
    """

    state: TicketState
    outcome: Outcome | None = None
    word: str | None = None

    @property
    def described(self) -> str:
        """The status in one word."""
        return self.word or (self.outcome or self.state).value


Value = str | int | bool | Decimal | Money | Odds | Status | datetime


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one account's pages write numbers, money, odds, times and words.

    ``clock`` gives the time to which "today" and a date without a year refer: now, or the time of a recording.
    """

    locators: Locators
    odds_style: OddsStyle
    time_zone: str
    currency: str
    clock: Callable[[], datetime] = _now

    @classmethod
    def of(cls, locators: Locators, whitelabel: Whitelabel, currency: str) -> Dialect:
        """Return the dialect of an account in a currency at a whitelabel."""
        return cls(locators, whitelabel.odds_style, whitelabel.time_zone, currency)


def parse(text: str, field: FieldSpec, dialect: Dialect) -> Value:
    """Parse a text as the field's kind; raises ValueError naming the problem."""
    narrowed = _narrowed(tidy(text), field.pattern)
    if narrowed in _PLACEHOLDERS:
        raise ValueError(f"{narrowed!r} is a placeholder for a missing value")
    return _READERS[field.kind](narrowed, field, dialect)


_TELLING_WORDS = {
    DRAW: Status(TicketState.SETTLED, Outcome.VOID, DRAW),
    GAIN: Status(TicketState.SETTLED, Outcome.SETTLED, GAIN),
    LOSS: Status(TicketState.SETTLED, Outcome.SETTLED, LOSS),
    REVERSED: Status(TicketState.OPEN, None, REVERSED),
}


def tidy(text: str) -> str:
    """Collapse white space and normalize Unicode to NFC, so that equal words compare equal."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def refusal(message: str, dialect: Dialect, stake: Money | None = None) -> Rejected | None:
    """Return the rejection that a message proves for a bet of this stake; None if the message is not a listed refusal.

    Raises ValueError if the message names a limit that cannot be read.
    """
    return _refusal(tidy(message), dialect.locators.refusals, dialect, stake)


def dialog_refusal(kind: str, message: str, dialect: Dialect) -> Rejected | None:
    """Return the rejection that a dismissed dialog proves, or None; raises ValueError as ``refusal`` does."""
    known = [dialog for dialog in dialect.locators.dialogs if dialog.kind == kind]
    return _refusal(tidy(message), known, dialect)


def _refusal(
    message: str, refusals: Iterable[RefusalSpec], dialect: Dialect, stake: Money | None = None
) -> Rejected | None:
    for known in refusals:
        if match := re.search(known.pattern, message):
            stated = match.groupdict().get("limit")
            limit = None if stated is None else _limit(stated, known, dialect)
            if _applies(known, limit, stake):
                return Rejected(known.reason, message, limit)
    return None


def _applies(known: RefusalSpec, limit: Money | None, stake: Money | None) -> bool:
    if known.when is None:
        return True
    if limit is None or stake is None:
        return False
    return limit < stake if known.when == "above" else stake < limit


def _limit(text: str, known: RefusalSpec, dialect: Dialect) -> Money:
    if known.limit is Kind.MONEY:
        return read_money(text, known.numbers, dialect)
    return Money(_number(text, _format(known.numbers, dialect)), dialect.currency)


def read_money(text: str, numbers: str, dialect: Dialect) -> Money:
    """Parse an amount with its currency, which must be the account's."""
    signs = {**dialect.locators.currencies, **{code: code for code in dialect.locators.currencies.values()}}
    signs[dialect.currency] = dialect.currency
    minus, bare = _split_sign(text)
    for sign in sorted(signs, key=len, reverse=True):
        if bare.startswith(sign) or bare.endswith(sign):
            if signs[sign] != dialect.currency:
                raise ValueError(f"{text!r} is in {signs[sign]}, but the account is in {dialect.currency}")
            rest = bare.removeprefix(sign) if bare.startswith(sign) else bare.removesuffix(sign)
            return Money(_number(minus + rest.strip(), _format(numbers, dialect)), dialect.currency)
    raise ValueError(f"{text!r} has no currency that [currencies] lists")


def read_line(text: str, numbers: str, dialect: Dialect) -> Decimal:
    """Parse a line in quarters, such as ``-0.25``, or as the two lines that it lies between, such as ``-0/0.5``."""
    form = _format(numbers, dialect)
    if word := form.words.get(text):
        return Decimal(word)
    minus, bare = _signed(text, form)
    parts = [_unsigned(part, form) for part in bare.split("/")]
    if len(parts) == 2 and parts[1] - parts[0] != _LINE_STEP * 2:
        raise ValueError(f"{text!r} is not a quarter line")
    line = sum(parts, Decimal(0)) / len(parts)
    if len(parts) > 2 or line % _LINE_STEP:
        raise ValueError(f"{text!r} is not a line")
    return -line if minus and line else line


def _narrowed(text: str, pattern: str | None) -> str:
    if pattern is None:
        return text
    match = re.search(pattern, text)
    if match is None:
        raise ValueError(f"{text!r} does not match /{pattern}/")
    return (match.group(1) if match.re.groups else match.group()).strip()


def _text(text: str, _field: FieldSpec, _dialect: Dialect) -> str:
    if not text:
        raise ValueError("is empty")
    return text


def _ticket(text: str, _field: FieldSpec, _dialect: Dialect) -> str:
    if not _TICKET.fullmatch(text):
        raise ValueError(f"{text!r} is not a ticket id")
    return text


def _count(text: str, _field: FieldSpec, _dialect: Dialect) -> int:
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise ValueError(f"{text!r} is not a count")
    return int(text)


def _plain_number(text: str, field: FieldSpec, dialect: Dialect) -> Decimal:
    return _number(text, _format(field.numbers, dialect))


def _money(text: str, field: FieldSpec, dialect: Dialect) -> Money:
    return read_money(text, field.numbers, dialect)


def _amount(text: str, field: FieldSpec, dialect: Dialect) -> Money:
    return Money(_plain_number(text, field, dialect), dialect.currency)


def _odds(text: str, field: FieldSpec, dialect: Dialect) -> Odds:
    price, _, tag = text.rpartition(" ")
    tagged = dialect.locators.odds_tags.get(tag)
    style = tagged or field.style or dialect.odds_style
    bare = price if tagged else text
    if style is OddsStyle.FRACTIONAL:
        return Odds.parse(bare, style)
    return Odds.parse(str(_plain_number(bare, field, dialect)), style)


def _line(text: str, field: FieldSpec, dialect: Dialect) -> Decimal:
    return read_line(text, field.numbers, dialect)


def _status(text: str, _field: FieldSpec, dialect: Dialect) -> Status:
    word = _looked_up(text, dialect.locators.statuses, "statuses")
    if word in _TELLING_WORDS:
        return _TELLING_WORDS[word]
    if word in set(Outcome):
        return Status(TicketState.SETTLED, Outcome(word))
    return Status(TicketState(word))


def _word(text: str, field: FieldSpec, dialect: Dialect) -> str:
    return _looked_up(text, dialect.locators.words[field.words or ""], f"words.{field.words}")


def _datetime(text: str, field: FieldSpec, dialect: Dialect) -> datetime:
    zone = ZoneInfo(field.zone or dialect.time_zone)
    if not field.format:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return read_moment(text, field.format, dialect.locators.days, dialect.clock().astimezone(zone))


def _flag(text: str, _field: FieldSpec, _dialect: Dialect) -> bool:
    return text == "true"


_READERS: Mapping[Kind, Callable[[str, FieldSpec, Dialect], Value]] = {
    Kind.TEXT: _text,
    Kind.TICKET: _ticket,
    Kind.COUNT: _count,
    Kind.NUMBER: _plain_number,
    Kind.MONEY: _money,
    Kind.AMOUNT: _amount,
    Kind.ODDS: _odds,
    Kind.LINE: _line,
    Kind.STATUS: _status,
    Kind.WORD: _word,
    Kind.DATETIME: _datetime,
    Kind.FLAG: _flag,
}


def _format(name: str, dialect: Dialect) -> NumberFormat:
    return dialect.locators.numbers[name]


def _split_sign(text: str) -> tuple[str, str]:
    clean = text.translate(_MINUS_SIGNS).strip()
    return ("-", clean[1:].strip()) if clean.startswith("-") else ("", clean.removeprefix("+").strip())


def _signed(text: str, form: NumberFormat) -> tuple[str, str]:
    minus, bare = _split_sign(text)
    if form.signed and bare == text:
        raise ValueError(f"{text!r} has no sign, which this number format requires")
    return minus, bare


def _number(text: str, form: NumberFormat) -> Decimal:
    if word := form.words.get(text):
        return Decimal(word)
    minus, bare = _signed(text, form)
    number = _unsigned(bare, form)
    return number.copy_negate() if minus else number


def _unsigned(text: str, form: NumberFormat) -> Decimal:
    whole, mark, decimals = text.partition(form.decimal_mark)
    grouped = rf"\d{{1,3}}(?:{re.escape(form.thousands)}\d{{3}})+" if form.thousands else r"(?!)"
    if not re.fullmatch(rf"\d+|{grouped}", whole, re.ASCII) or not re.fullmatch(r"\d*", decimals, re.ASCII):
        raise ValueError(f"{text!r} is not a number in the format of this page")
    if len(decimals) not in form.decimals or bool(mark) != bool(decimals):
        raise ValueError(f"{text!r} does not have the decimal places of this page")
    digits = whole.replace(form.thousands, "") if form.thousands else whole
    return Decimal(f"{digits}.{decimals}") if decimals else Decimal(digits)


def _looked_up(text: str, vocabulary: Mapping[str, str], name: str) -> str:
    known = {tidy(word).casefold(): meaning for word, meaning in vocabulary.items()}
    word = tidy(text).casefold()
    if word not in known:
        raise ValueError(f"{text!r} is not in [{name}]")
    return known[word]
