"""Frontier's profile as a practice site."""

from __future__ import annotations

from bot.practice.sites.frontier.odds import nearest_price
from bot.practice.sites.ledger import TicketFormat
from bot.practice.sites.practice_site import SiteProfile

FRONTIER = SiteProfile(
    name="frontier",
    whitelabels=("frontier",),
    tickets=TicketFormat("O/0", 6, TicketFormat("/00", 5)),
    staged_acceptance=False,
    currency="USD",
    refers_stakes=True,
    price=nearest_price,
    switches={
        "skin": ("classic", "prairie"),
        "result_shown": ("icon_and_money", "money", "icon", "paid"),
        "login_host": ("shared", "own"),
        "history_host": ("shared", "own"),
    },
)
