"""Corner's profile as a practice site."""

from __future__ import annotations

from bot.practice.sites.ledger import TicketFormat
from bot.practice.sites.practice_site import SiteProfile

CORNER = SiteProfile(
    name="corner", whitelabels=("corner",), tickets=TicketFormat("CB", 7), staged_acceptance=False, currency="GBP"
)
