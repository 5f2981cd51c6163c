"""The customers of one practice site, their balances and settings."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot.practice.sites.database import Database
from bot.practice.sites.errors import InsufficientBalance, UnknownRecord
from bot.practice.sites.payouts import to_cents
from bot.practice.sites.records import Account


@dataclass(frozen=True, slots=True)
class AccountDraft:
    """Describe an account to open, or to reset to this password and balance."""

    username: str
    password: str
    whitelabel: str
    currency: str
    balance: Decimal
    settings: Mapping[str, str]


class Accounts:
    """Keep accounts in the practice site's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, draft: AccountDraft) -> Account:
        """Open an account, or reset the account of that name; settings that the draft leaves out stay."""
        with self._database.transaction():
            settings = self._settings_of(draft.username) | dict(draft.settings)
            salt = secrets.token_bytes(16)
            self._database.run(
                "INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (username) DO UPDATE SET"
                " whitelabel = excluded.whitelabel, currency = excluded.currency, balance = excluded.balance,"
                " settings = excluded.settings, salt = excluded.salt, password_hash = excluded.password_hash",
                (
                    draft.username,
                    draft.whitelabel,
                    draft.currency,
                    str(to_cents(draft.balance)),
                    json.dumps(settings),
                    salt,
                    _hash(draft.password, salt),
                ),
            )
        return self.get(draft.username)

    def get(self, username: str) -> Account:
        """Return an account; raises UnknownRecord."""
        row = self._find(username)
        if row is None:
            raise UnknownRecord(f"there is no account {username!r}", field="username")
        return _account(row)

    def all(self) -> list[Account]:
        """Return every account, sorted by name."""
        return [_account(row) for row in self._database.rows("SELECT * FROM accounts ORDER BY username")]

    def password_matches(self, username: str, password: str, whitelabel: str) -> bool:
        """Return whether these credentials open an account of that whitelabel."""
        row = self._find(username)
        if row is None or row["whitelabel"] != whitelabel:
            return False
        return hmac.compare_digest(_hash(password, row["salt"]), row["password_hash"])

    def change_settings(self, username: str, changes: Mapping[str, str]) -> Account:
        """Merge changes into the settings of an account; raises UnknownRecord."""
        with self._database.transaction():
            settings = self.get(username).settings | dict(changes)
            self._database.run("UPDATE accounts SET settings = ? WHERE username = ?", (json.dumps(settings), username))
        return self.get(username)

    def take_stake(self, username: str, stake: Decimal) -> None:
        """Deduct a stake from the balance; call it inside a transaction. Raises InsufficientBalance."""
        if self.get(username).balance < stake:
            raise InsufficientBalance("the balance does not cover the stake", field="stake")
        self.add(username, -stake)

    def add(self, username: str, amount: Decimal) -> None:
        """Add an amount to the balance; a re-settlement may make it negative. Call it inside a transaction."""
        balance = self.get(username).balance + amount
        self._database.run("UPDATE accounts SET balance = ? WHERE username = ?", (str(to_cents(balance)), username))

    def _find(self, username: str) -> sqlite3.Row | None:
        return self._database.row("SELECT * FROM accounts WHERE username = ?", (username,))

    def _settings_of(self, username: str) -> dict[str, str]:
        row = self._find(username)
        return {} if row is None else _account(row).settings


def _account(row: sqlite3.Row) -> Account:
    return Account(
        username=row["username"],
        whitelabel=row["whitelabel"],
        currency=row["currency"],
        balance=Decimal(row["balance"]),
        settings=json.loads(row["settings"]),
    )


def _hash(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**12, r=8, p=1)
