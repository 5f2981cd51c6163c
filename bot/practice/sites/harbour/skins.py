"""The layouts of Harbour's page: the same data with different names and in a different order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_FIRST_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Skin:
    """Describe a layout; `words` maps the first word of each test id to its replacement."""

    name: str
    words: Mapping[str, str]

    def test_id(self, usual: str) -> str:
        """Return the test id that this layout uses in place of the classic one."""
        return _FIRST_WORD.sub(lambda match: self.words.get(match.group(), match.group()), usual, count=1)


_REGATTA_WORDS = {
    "account": "member",
    "accept": "agree",
    "bet": "wager",
    "bets": "wagers",
    "betslip": "coupon",
    "event": "match",
    "login": "signin",
    "logout": "signout",
    "market": "group",
    "nav": "menu",
    "notice": "popup",
    "odds": "price",
    "place": "confirm",
    "receipt": "placed",
    "selection": "pick",
    "slip": "coupon",
    "update": "use",
    "view": "stage",
}
CLASSIC = Skin("classic", MappingProxyType({}))
REGATTA = Skin("regatta", MappingProxyType(_REGATTA_WORDS))
SKINS = {skin.name: skin for skin in (CLASSIC, REGATTA)}
