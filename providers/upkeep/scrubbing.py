"""Scrub recordings: remove secrets, and replace a customer's names by made-up ones."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, quote_plus

from pydantic import SecretStr

from providers.upkeep.recordings import Result

CUSTOMER = "customer"
"""The replacement of the account's username; further names get a number."""

_ADDRESS = "customer@example.org"
_TOKEN = "token"  # noqa: S105 - the replacement of a token
_E_MAIL = re.compile(r"[\w.+-]+@(?:[\w-]+\.)+[a-z]{2,}", re.IGNORECASE)
_TOKENS = re.compile(
    r"\beyJ[\w-]{10,}\.[\w-]+(?:\.[\w-]*)?"  # a JSON web token
    r"|\b[0-9a-fA-F]{32,}\b"
    r"|(?<![\w/+-])(?=[\w/+-]*\d)(?=[\w/+-]*[a-z])(?=[\w/+-]*[A-Z])[\w/+-]{40,}={0,2}"
)
_NAMED_SECRET = r"[\w.-]*(?:token|session|auth|secret|csrf|xsrf|jwt|passw|api_?key|signature|\bsid\b)[\w.-]*"  # noqa: S105
_SECRET_NAME = re.compile(_NAMED_SECRET, re.IGNORECASE)
_PARAMETER = re.compile(rf"([?&;]{_NAMED_SECRET}=)[^&;#\"'\s<>]+", re.IGNORECASE)
_HIDDEN_FROM_SCRIPTS_MIN = 6
_TOKEN_MIN = 12
_FRAMES_DEEP = 3


@dataclass(frozen=True, slots=True)
class Scrubber:
    """Removes an account's data from a page and, in the same way, from the result of its reading.

    ``secrets`` are passwords, cookies and tokens. ``names`` are the names that the site shows for the customer, the
    username first.
    """

    secrets: tuple[SecretStr, ...] = ()
    names: tuple[str, ...] = ()

    def scrubbed(self, text: str) -> str:
        """Return a page's markup, or a text from it, without secrets and with made-up names."""
        for spelling in _longest_first(self.secrets):
            text = text.replace(spelling, "")
        text = _PARAMETER.sub(rf"\g<1>{_TOKEN}", _TOKENS.sub(_TOKEN, text))
        numbered = [(name, CUSTOMER if n == 1 else f"{CUSTOMER}-{n}") for n, name in enumerate(self.names, start=1)]
        for name, made_up in sorted(numbered, key=lambda pair: len(pair[0]), reverse=True):
            text = _as_words(name).sub(made_up, text)
        return _E_MAIL.sub(_ADDRESS, text)

    def scrubbed_result(self, result: Result) -> Result:
        """Return a reading's result as the scrubbed page must give it."""
        values, error = self._deeply(result.values), self._deeply(result.error)
        return Result(values, error, self.scrubbed(result.problem))

    def _deeply(self, value: Any) -> Any:
        match value:
            case str():
                return self.scrubbed(value)
            case Mapping():
                return {key: self._deeply(each) for key, each in value.items()}
            case list():
                return [self._deeply(each) for each in value]
            case _:
                return value


def secrets_of_session(state: Mapping[str, Any], session_storage: Mapping[str, str]) -> tuple[SecretStr, ...]:
    """Return the values in a browser context's state that could open the session: cookies and stored tokens.

    ``state`` is Playwright's ``storage_state``.
    """
    stored = [(item["name"], item["value"]) for origin in state["origins"] for item in origin["localStorage"]]
    of_storage = (word for name, value in [*stored, *session_storage.items()] for word in _named_secrets(name, value))
    cookies = (cookie["value"] for cookie in state["cookies"] if _opens_a_session(cookie))
    return tuple(SecretStr(value) for value in sorted({*cookies, *of_storage}))


def _opens_a_session(cookie: Mapping[str, Any]) -> bool:
    value = cookie["value"]
    if cookie["httpOnly"] or _SECRET_NAME.fullmatch(cookie["name"]):
        return len(value) >= _HIDDEN_FROM_SCRIPTS_MIN
    return len(value) >= _TOKEN_MIN and bool(re.search(r"\d", value)) and bool(re.search(r"[A-Za-z]", value))


def _named_secrets(name: str, value: str) -> Iterator[str]:
    try:
        content = json.loads(value)
    except ValueError:
        content = value
    if isinstance(content, dict):
        for key, each in content.items():
            yield from _named_secrets(key, each if isinstance(each, str) else json.dumps(each))
    elif _SECRET_NAME.fullmatch(name) and len(value) >= _TOKEN_MIN:
        yield value


def _longest_first(secrets: Iterable[SecretStr]) -> list[str]:
    spellings = {spelling for secret in secrets for spelling in _spellings(secret.get_secret_value())}
    return sorted(filter(None, spellings), key=len, reverse=True)


def _spellings(value: str) -> Iterator[str]:
    """Yield the ways in which a page can contain a text: as it is, in an address, in JSON, and in nested frames."""
    written = {value, quote(value, safe=""), quote_plus(value), json.dumps(value)[1:-1]}
    for _ in range(_FRAMES_DEEP):
        yield from written
        written = {html.escape(each, quote=quotes) for each in written for quotes in (True, False)}


def _as_words(name: str) -> re.Pattern[str]:
    spellings = sorted(set(_spellings(name)), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, spellings))})(?!\w)", re.IGNORECASE)
