"""Practice accounts, each with a password that is made up at each start."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import SecretStr

from bot.practice.sites.brands import BRANDS, Brand


@dataclass(frozen=True, slots=True)
class Login:
    """A practice account. Its password is made up at each start and opens only the practice sites."""

    whitelabel: str
    username: str
    password: SecretStr

    @property
    def site(self) -> str:
        """The bookmaker whose ledger has the account."""
        return self.brand.site

    @property
    def brand(self) -> Brand:
        """The brand at which it is."""
        return BRANDS[self.whitelabel]

    @property
    def variable(self) -> str:
        """The environment variable in which Pairguard looks for the password."""
        return f"PAIRGUARD_PASSWORD_{self.whitelabel}_{self.username}".upper()


def made_up_logins(accounts: Sequence[tuple[str, str]]) -> tuple[Login, ...]:
    """Make up a password for each ``(whitelabel, username)``."""
    return tuple(Login(brand, username, SecretStr(f"try-{secrets.token_hex(4)}")) for brand, username in accounts)
