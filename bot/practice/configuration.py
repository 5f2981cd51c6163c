"""A configuration for the practice sites."""

from __future__ import annotations

import os
from collections.abc import Sequence

from bot.practice.logins import Login
from bot.practice.sites.brands import Brand
from bot.practice.sites.servers import Addresses


def forget_own_configuration() -> None:
    """Take ``PAIRGUARD_…`` out of this process' environment, so that nothing can lead to somebody's real ledger."""
    for name in [name for name in os.environ if name.startswith("PAIRGUARD_")]:
        del os.environ[name]


def configuration(addresses: Addresses, logins: Sequence[Login], settings: str) -> str:
    """Write a ``pairguard.toml`` for these logins; ``settings`` is what comes before brands and accounts."""
    used = {login.whitelabel: login.brand for login in logins}
    brands = "\n".join(_brand(brand, brand.address(addresses)) for brand in used.values())
    return "\n".join([settings.strip(), "", brands, *map(_account, logins)])


def _brand(brand: Brand, address: str) -> str:
    traits = {
        "base_url": address,
        "provider": brand.site,
        "language": brand.language,
        "odds_style": brand.odds_style,
        "time_zone": brand.time_zone,
    }
    return f"[whitelabels.{brand.name}]\n" + "".join(f'{key} = "{value}"\n' for key, value in traits.items())


def _account(login: Login) -> str:
    return (
        f'[[accounts]]\nwhitelabel = "{login.whitelabel}"\nid = "{login.username}"\n'
        f'username = "{login.username}"\ncurrency = "{login.brand.currency}"\n'
    )
