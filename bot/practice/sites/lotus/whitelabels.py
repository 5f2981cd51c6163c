"""The two brands that run on Lotus."""

from __future__ import annotations

from dataclasses import dataclass

from bot.practice.sites.lotus.odds import OddsStyle
from bot.practice.sites.lotus.texts import Texts, load_texts


@dataclass(frozen=True)
class Whitelabel:
    """Describe a brand: its name in URLs and accounts, its language, and its formats of odds, dates and minus."""

    name: str
    brand: str
    language: str
    default_style: OddsStyle
    date_format: str
    short_date_format: str
    time_format: str
    minus: str

    @property
    def texts(self) -> Texts:
        """Return the brand's texts."""
        return load_texts(self.language)


LOTUS_QUAY = Whitelabel(
    name="lotusquay",
    brand="Lotus Quay",
    language="en",
    default_style=OddsStyle.MALAY,
    date_format="%m/%d/%Y",
    short_date_format="%m/%d",
    time_format="%I:%M:%S %p",
    minus="-",
)
SEN_BIEN = Whitelabel(
    name="senbien",
    brand="Sen Biển",
    language="vi",
    default_style=OddsStyle.HONG_KONG,
    date_format="%d/%m/%Y",
    short_date_format="%d/%m",
    time_format="%H:%M:%S",
    minus="\N{MINUS SIGN}",
)
WHITELABELS = {brand.name: brand for brand in (LOTUS_QUAY, SEN_BIEN)}
