"""The one list of secrets that must never be written, and how they are masked in any text."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

from pydantic import SecretStr

_MASK = "[secret]"
_NOTHING = re.compile(r"(?!)")

_spellings: set[str] = set()
_pattern = _NOTHING


def register_secret(secret: SecretStr) -> None:
    """Mask this value from now on, also when quoted, escaped or part of a URL or page; ignore an empty one."""
    global _pattern  # noqa: PLW0603 - logging is global, so its secrets are, too
    _spellings.update(_ways_to_write(secret.get_secret_value()))
    longest_first = sorted(_spellings, key=len, reverse=True)
    _pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else _NOTHING


def masked(text: str) -> str:
    """Return the text with every registered secret masked."""
    return _pattern.sub(_MASK, text)


def _ways_to_write(value: str) -> Iterator[str]:
    if not value:
        return
    yield value
    yield quote(value, safe="")
    yield quote(value)
    yield quote_plus(value)
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield repr(value)[1:-1]
    yield html.escape(value)
    yield html.escape(value, quote=False)
    yield value.removeprefix("whsec_") or value
