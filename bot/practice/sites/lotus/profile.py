"""Lotus' profile as a practice site."""

from __future__ import annotations

from bot.practice.sites.ledger import TicketFormat
from bot.practice.sites.lotus.vocabularies import VOCABULARIES
from bot.practice.sites.lotus.whitelabels import WHITELABELS
from bot.practice.sites.practice_site import SiteProfile

LOTUS = SiteProfile(
    name="lotus",
    whitelabels=tuple(WHITELABELS),
    tickets=TicketFormat("", 10),
    staged_acceptance=True,
    acceptance_delay_ms=300,
    switches={
        "skin": ("classic", "lagoon"),
        "vocabulary": tuple(VOCABULARIES),
        "live_frame": ("shared", "own"),
    },
)
