"""The texts of the two brands, stored as TOML beside the code."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

TEXTS = Path(__file__).with_name("texts")


class Texts:
    """Hold the texts of one language; call it with a key such as "box.process" and the values to fill in."""

    def __init__(self, language: str, sections: dict[str, dict[str, str]]) -> None:
        self.language = language
        self._words = {
            f"{section}.{name}": words for section, entries in sections.items() for name, words in entries.items()
        }

    def __call__(self, key: str, **values: object) -> str:
        """Return the text for a key with its values filled in; an unknown key raises KeyError."""
        return self.template(key).format(**values)

    def template(self, key: str) -> str:
        """Return the text for a key with its placeholders; an unknown key raises KeyError."""
        return self._words[key]

    @property
    def keys(self) -> frozenset[str]:
        """Return every key, so that two languages can be compared."""
        return frozenset(self._words)


@cache
def load_texts(language: str) -> Texts:
    """Read the texts of a language ("en" or "vi")."""
    return Texts(language, tomllib.loads((TEXTS / f"{language}.toml").read_text(encoding="utf-8")))
