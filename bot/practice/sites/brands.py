"""The brands of the practice sites, and how each writes names, odds and times."""

from __future__ import annotations

from dataclasses import dataclass

from bot.practice.sites.servers import Addresses


@dataclass(frozen=True, slots=True)
class Brand:
    """Describe a brand: its name in configurations, its title on pages, the practice site behind it, and its formats.

    `versus` is the text between the two sides of a match.
    """

    name: str
    title: str
    site: str
    versus: str
    language: str
    odds_style: str
    time_zone: str
    currency: str = "EUR"

    def address(self, addresses: Addresses) -> str:
        """Return the base URL of the brand's site."""
        address: str = getattr(addresses, _SITES.get(self.name, self.name))
        return address


EUROPEAN = Brand("harbourline", "Harbourline", "harbour", "v", "en", "decimal", "UTC")
ASIAN = Brand("lotusquay", "Lotus Quay", "lotus", "-vs-", "en", "malay", "Etc/GMT+4")
VIETNAMESE = Brand("senbien", "Sen Biển", "lotus", "-vs-", "vi", "hong_kong", "Etc/GMT+4")
AMERICAN = Brand("frontier", "Frontier", "frontier", "vs.", "en", "american", "America/New_York", currency="USD")
BRITISH = Brand("corner", "Corner", "corner", "v", "en", "decimal", "Europe/London", currency="GBP")

BRANDS = {brand.name: brand for brand in (EUROPEAN, ASIAN, VIETNAMESE, AMERICAN, BRITISH)}

_SITES = {"harbourline": "harbour"}  # sites whose name differs from their brand's
