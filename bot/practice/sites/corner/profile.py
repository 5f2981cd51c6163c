"""Corner's profile as a practice site."""

from __future__ import annotations

from bot.practice.sites.book import BookProfile
from bot.practice.sites.ledger import TicketFormat

CORNER = BookProfile(
    name="corner", whitelabels=("corner",), tickets=TicketFormat("CB", 7), staged_acceptance=False, currency="GBP"
)
