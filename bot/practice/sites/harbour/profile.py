"""Harbour's profile as a practice site."""

from __future__ import annotations

from bot.practice.sites.ledger import TicketFormat
from bot.practice.sites.practice_site import SiteProfile

HARBOUR = SiteProfile(
    name="harbour",
    whitelabels=("harbourline",),
    tickets=TicketFormat("HB", 8),
    staged_acceptance=False,
    languages=("en", "pt", "it"),
    switches={
        "skin": ("classic", "regatta"),
        "change_prompt": ("separate", "accept_and_place", "dialog", "disabled"),
        "limit_wording": ("one", "range"),
        "stake_field": ("input", "editable"),
        "cash_out": ("never", "offered"),
        "cash_out_tab": ("hidden", "shown"),
        "bet_details": ("shown", "on_request"),
    },
)
